"""What the slots of templates stand for: a value, whose data it is, and how it is said."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import yaml
from stdnum import ean, luhn

from corpus import speech
from corpus.drawing import birth, fill
from corpus.identifiers import IDENTIFIERS
from corpus.people import WORDS, Person, person

_BY_KEY = {identifier.key: identifier for identifier in IDENTIFIERS}
_CHECKED = tuple(identifier for identifier in IDENTIFIERS if identifier.check)

# The schemes' published test cards, Mastercard's 2-series and RuPay among them.
_CARDS = (
    "4111111111111111", "4012888888881881", "4242424242424242", "4000056655665556", "5555555555554444",
    "5105105105105100", "2223003122003222", "378282246310005", "371449635398431", "6011111111111117",
    "6011000990139424", "3530111333300000", "6074829999999998", "6522199999999994",
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    """One value. `entity` is None where it is nobody's data."""

    text: str
    entity: str | None
    said: Callable[[Random], str] | None = None
    """How it is read aloud; character by character where there is no other way."""


@dataclass
class Scene:
    """What one row, conversation or table draws on: its country, its people, what was said already."""

    rng: Random
    country: str
    language: str = "en"
    number: int = 0
    """Which row of its table it is."""
    people: dict[str, Person] = field(default_factory=dict)
    values: dict[tuple[str, str, str], Value] = field(default_factory=dict)

    def person(self, label: str, country: str) -> Person:
        """Return the person of a label; the same one each time."""
        return self.people.setdefault(label, person(self.rng, country or self.country))

    def value(self, kind: str, of: str, label: str) -> Value:
        """Return a value; a label makes it the same each time, and a person the same person."""
        if kind in PERSONAL:
            return PERSONAL[kind](self.person(label, of))
        if not label:
            return MAKERS[kind](self, of)
        if (kind, of, label) not in self.values:
            self.values[kind, of, label] = MAKERS[kind](self, of)
        return self.values[kind, of, label]


@cache
def places() -> dict[str, dict[str, Any]]:
    """Return cities, streets, postcodes and phones by country."""
    page: dict[str, dict[str, Any]] = yaml.safe_load((WORDS / "places.yaml").read_text("utf-8"))
    return page


@cache
def terms() -> dict[str, list[str]]:
    """Return the words of the smaller slots."""
    page: dict[str, list[str]] = yaml.safe_load((WORDS / "terms.yaml").read_text("utf-8"))
    return page


def _place(name: str, entity: str) -> Callable[[Scene, str], Value]:
    def made(scene: Scene, of: str) -> Value:
        drawn = places()[of or scene.country][name]
        return Value(fill(scene.rng, drawn if isinstance(drawn, str) else scene.rng.choice(drawn)), entity)

    return made


def _city(scene: Scene, of: str) -> Value:
    city = scene.rng.choice(places()[of or scene.country]["cities"])
    return Value(city, "LOCATION", lambda _: city)


def _country(scene: Scene, of: str) -> Value:
    name = places()[of or scene.country]["country"]
    return Value(name, "LOCATION", lambda _: name)


def _form(form: str, entity: str | None) -> Callable[[Scene, str], Value]:
    def made(scene: Scene, of: str) -> Value:
        return Value(fill(scene.rng, of or form), entity)

    return made


def _one_of(forms: tuple[str, ...], entity: str | None) -> Callable[[Scene, str], Value]:
    def made(scene: Scene, of: str) -> Value:
        return Value(fill(scene.rng, of or scene.rng.choice(forms)), entity)

    return made


def _term(scene: Scene, of: str) -> Value:
    word = scene.rng.choice(terms()[of])
    return Value(word, None, lambda _: word)


def _secret_word(scene: Scene, of: str) -> Value:
    word = scene.rng.choice(terms()[of])
    return Value(word, "PASSWORD", lambda _: word)


def _card(scene: Scene, of: str) -> Value:
    number = scene.rng.choice(_CARDS)
    sizes = (4, 6, 5) if len(number) == 15 else (4, 4, 4, 4)
    written = of or scene.rng.choice(("plain", "spaced", "dashed"))
    separator = {"plain": "", "spaced": " ", "dashed": "-"}[written]
    groups, at = list[str](), 0
    for size in sizes:
        groups.append(number[at : at + size])
        at += size
    return Value(separator.join(groups), "CREDIT_CARD")


def _not_a_card(scene: Scene, of: str) -> Value:
    """Return sixteen digits that start like a card and fail its check."""
    stem = fill(scene.rng, "4###########" + "###")
    return Value(stem + str((int(luhn.calc_check_digit(stem)) + scene.rng.randint(1, 9)) % 10), None)


_DATES = ("%d/%m/%Y", "%d-%m-%Y", "%d %B %Y", "%B {day}, %Y", "%d.%m.%Y", "%Y-%m-%d", "%d %b %y", "%m/%d/%Y")


def _written(rng: Random, when: date, of: str) -> str:
    form = of.replace("_", " ") if "%" in of else rng.choice(_DATES)
    return when.strftime(form.replace("{day}", str(when.day)))


def _born(scene: Scene, of: str) -> Value:
    when = birth(scene.rng)
    return Value(_written(scene.rng, when, of), "DATE_OF_BIRTH", lambda rng: speech.day(rng, when))


def _date(scene: Scene, of: str) -> Value:
    when = date(2024, 1, 1) + timedelta(days=scene.rng.randrange(1000))
    return Value(_written(scene.rng, when, of), "DATE_TIME", lambda rng: speech.day(rng, when))


def _id(scene: Scene, of: str) -> Value:
    identifier = _BY_KEY[of]
    return Value(identifier.make(scene.rng), identifier.entity)


def _near(scene: Scene, of: str) -> Value:
    identifier = _BY_KEY[of] if of else scene.rng.choice(_CHECKED)
    return Value(identifier.near(scene.rng), None)


def _id_name(scene: Scene, of: str) -> Value:
    name = scene.rng.choice(_BY_KEY[of].names)
    return Value(name, None, lambda _: name)


def _ean(scene: Scene, of: str) -> Value:
    stem = fill(scene.rng, "590#########")
    return Value(stem + str(ean.calc_check_digit(stem)), None)


def _uuid(scene: Scene, of: str) -> Value:
    return Value(str(uuid.UUID(int=scene.rng.getrandbits(128), version=4)), None)


def _hash(scene: Scene, of: str) -> Value:
    return Value(f"{scene.rng.getrandbits(4 * int(of or 40)):0{of or 40}x}", None)


def _token(scene: Scene, of: str) -> Value:
    """Return a key in the form of a well known issuer, with plainly invented content."""
    drawn = "".join(scene.rng.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=40))
    forms = {
        "aws": "AKIA" + fill(scene.rng, "@@@@@@@@@@@@@@@@"),
        "github": f"ghp_{drawn[:36]}",
        "jwt": f"eyJhbGciOiJIUzI1NiJ9.eyJ{drawn[:20]}.{drawn[20:]}",
        "key": drawn[:32],
    }
    return Value(forms[of or scene.rng.choice(tuple(forms))], "SECRET_KEY")


def _address(scene: Scene, of: str) -> Value:
    """Return an address of the network ranges reserved for documentation (RFC 5737, RFC 3849)."""
    kinds = ("203.0.113.#", "198.51.100.^#", "192.0.2.^#", "2001:db8::^#a:#")
    return Value(fill(scene.rng, scene.rng.choice(kinds)), "IP_ADDRESS")


def _track(scene: Scene, of: str) -> Value:
    return Value(fill(scene.rng, f";{scene.rng.choice(_CARDS)}=28##201########?"), "CARD_TRACK")


def _amount(scene: Scene, of: str) -> Value:
    rng = scene.rng
    number = f"{rng.randint(3, 999)}.{rng.randint(0, 99):02d}"
    sign = rng.choice(("${}", "£{}", "€{}", "{} EUR", "INR {}", "R{}", "PHP {}"))
    return Value(sign.format(number), None, lambda _: f"{number.partition('.')[0]} dollars")


def _age(scene: Scene, of: str) -> Value:
    age = str(scene.rng.randint(19, 88))
    return Value(age, "AGE", lambda _: age)


def _count(scene: Scene, of: str) -> Value:
    """Return a whole number up to `of`."""
    number = str(scene.rng.randint(2, int(of or 30)))
    return Value(number, None, lambda _: number)


def _clock(scene: Scene, of: str) -> Value:
    hour, minute = scene.rng.randint(0, 23), scene.rng.randint(0, 59)
    return Value(f"{hour:02d}:{minute:02d}:{scene.rng.randint(0, 59):02d}", None)


def _expiry(scene: Scene, of: str) -> Value:
    month, year = scene.rng.randint(1, 12), scene.rng.randint(27, 33)
    return Value(f"{month:02d}/{year}", "CARD_EXPIRY", lambda rng: speech.digits(rng, f"{month:02d}{year}"))


PERSONAL: Mapping[str, Callable[[Person], Value]] = {
    "person": lambda p: Value(p.full, "PERSON", lambda _: p.full),
    "given": lambda p: Value(p.given, "PERSON", lambda _: p.given),
    "surname": lambda p: Value(p.surname, "PERSON", lambda _: p.surname),
    "email": lambda p: Value(p.email, "EMAIL_ADDRESS", lambda rng: speech.email(rng, p.email)),
    "mashed": lambda p: Value(p.mashed, "EMAIL_ADDRESS"),
    "vpa": lambda p: Value(f"{p.local}@{('upi', 'okaxis', 'ybl')[p.number % 3]}", "IN_UPI_VPA"),
    "username": lambda p: Value(p.username, "USERNAME"),
}
"""Slots that tell something of the person whom their label names."""

MAKERS: Mapping[str, Callable[[Scene, str], Value]] = {
    "phone": _place("phones", "PHONE_NUMBER"),
    "city": _city,
    "country": _country,
    "street": _place("streets", "STREET_ADDRESS"),
    "postcode": _place("postcode", "POSTAL_CODE"),
    "card": _card,
    "cvv": _form("###", "CARD_SECURITY_CODE"),
    "expiry": _expiry,
    "track": _track,
    "pin": _form("^###", "PIN"),
    "otp": _one_of(("######", "####", "######"), "ONE_TIME_PASSWORD"),
    "password": _secret_word,
    "account": _one_of(("########", "##########", "^#######", "@@-######"), "ACCOUNT_ID"),
    "policy": _one_of(("@@@ ###", "POL-######", "@@ ### ###", "PN########"), "ACCOUNT_ID"),
    "claim": _one_of(("CLM-2026-#####", "@@@ ###", "C########", "CL/####/##"), "ACCOUNT_ID"),
    "booking": _one_of(("@@#@##", "@@@#@#", "@##@@@"), "ACCOUNT_ID"),
    "bank": _one_of(("########", "##########", "############"), "BANK_ACCOUNT"),
    "born": _born,
    "date": _date,
    "age": _age,
    "id": _id,
    "ip": _address,
    "mac": _form("00:00:5E:00:53:##", "MAC_ADDRESS"),
    "secret": _token,
    "near": _near,
    "idname": _id_name,
    "term": _term,
    "notcard": _not_a_card,
    "order": _one_of(("########", "ORD-#######", "1#-#######-####", "#^####"), None),
    "ticket": _one_of(("TKT-######", "INC#######", "##^###", "CS-####-##"), None),
    "tracking": _one_of(("1Z@@#@##########", "JD0146##########", "RR#########GB", "############"), None),
    "sku": _one_of(("@@@-###-@", "SKU######", "@@####-##"), None),
    "serial": _one_of(("SN@@#######@", "@#@##@####", "5CD#######"), None),
    "digits": _form("####", None),
    "ean": _ean,
    "uuid": _uuid,
    "hash": _hash,
    "amount": _amount,
    "count": _count,
    "clock": _clock,
    "epoch": _form("17########", None),
    "row": lambda scene, of: Value(str(20417 + scene.number), None),
}
"""All other slots."""
