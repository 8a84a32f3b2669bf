"""Invented people of many countries: their names, addresses in mail and logins."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

WORDS = Path(__file__).with_name("words")
DOMAINS = ("example.com", "example.org", "example.net", "mail.example", "postbox.example")
PROVIDERS = ("gmail", "yahoo", "hotmail", "outlook")
_NOT_IN_LATIN = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ß": "ss"})


@cache
def names() -> dict[str, dict[str, list[str]]]:
    """Return given names and surnames by country."""
    page: dict[str, Any] = yaml.safe_load((WORDS / "names.yaml").read_text("utf-8"))
    return page


@dataclass(frozen=True)
class Person:
    """Someone who does not exist."""

    given: str
    surname: str
    country: str
    female: bool
    number: int
    """What distinguishes the mail address and the login."""

    @property
    def full(self) -> str:
        """The name as its country writes it."""
        first, last = (self.surname, self.given) if self.country == "VN" else (self.given, self.surname)
        return f"{first} {last}"

    @property
    def local(self) -> str:
        """The part of the mail address before the at sign."""
        given, surname = plain(self.given), plain(self.surname)
        forms = (f"{given}.{surname}", f"{given}{self.number}", f"{given[0]}{surname}", f"{given}_{surname}")
        return forms[self.number % len(forms)]

    @property
    def email(self) -> str:
        """An address at a domain reserved for examples (RFC 2606)."""
        return f"{self.local}@{DOMAINS[self.number % len(DOMAINS)]}"

    @property
    def mashed(self) -> str:
        """An address as chats without punctuation have it, which is an address no more."""
        local = "".join(char for char in self.local if char.isalnum())
        return f"{local}{PROVIDERS[self.number % len(PROVIDERS)]}com"

    @property
    def username(self) -> str:
        """A login."""
        given, surname = plain(self.given), plain(self.surname)
        forms = (f"{given[:1]}{surname}{self.number}", f"{given}_{self.number}", f"{surname}.{given[:2]}")
        return forms[self.number % len(forms)]


def person(rng: Random, country: str) -> Person:
    """Draw someone of a country."""
    lists = names()[country]
    female = rng.random() < 0.5
    given = rng.choice(lists["female" if female else "male"])
    return Person(given, rng.choice(lists["surnames"]), country, female, rng.randint(10, 99))


def plain(name: str) -> str:
    """Write a name with the letters that a mail address takes."""
    bare = unicodedata.normalize("NFKD", name.translate(_NOT_IN_LATIN)).lower()
    return "".join(char for char in bare if "a" <= char <= "z")
