"""Phone numbers of every country, with the region where the number itself tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import Leniency, PhoneMetadata, PhoneNumber, PhoneNumberMatcher
from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.context import BUSINESS, Words
from bpoaudit.detect.recognizers.recognizer import GUESS, Hit, Prefilter, Recognizer

REGIONS = (
    "US", "GB", "IN", "PH", "DE", "FR", "ES", "IT", "PL", "RO", "IE", "BD", "ZA", "UA", "VN", "MY", "BR", "MX",
    "CA", "AU", "NL", "SG", "PT", "BE", "AT", "CH", "SE", "DK", "NO", "EG", "KE", "NG", "CO", "AR",
)  # fmt: skip
"""Where clients and vendors are; a number written without country code is tried in this order."""

_PIECE = 0.7
"""Score from which on a piece of a longer run of digits is a number of its own."""

_PROVEN = 0.95
"""A country code and a number of its plan."""

_CANDIDATE = re.compile(
    r"(?<![\w.])(?<!\d[\-/:,])(?:\+|00)?(?:[(\[]\+?)?\d(?:(?:[)\]][ .\-/]?|[ .\-/]?[(\[]?)\d){3,19}"
    r"(?:[,;]? ?(?:ext\.?|extension|x|#|int\.?|durchwahl) ?:? ?\d{1,6})?(?!\w)(?![.\-/:]\d)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d{4}[\-/. ]\d{1,2}[\-/. ]\d{1,2}(?![\d.\-/])|\d{1,2}[\-/. ]\d{1,2}[\-/. ](?:19|20)?\d{2}(?:$|(?= \d{1,2}$))"
)
_VERSION = re.compile(r"(?:\d{1,5}\.){1,4}\d(?:\.\d{1,5}){1,4}|\d(?:\.\d{1,5}){2,5}")
_DECIMAL = re.compile(r"\d+\.\d+")
_YEARS = re.compile(r"(?:19|20)\d{2}(?:[\-/ ](?:19|20)\d{2})+")
_ZIP = re.compile(r"\d{5}-\d{4}")
_FILE_NUMBER = re.compile(r"\d+/\d{1,2}")
_EXTENSION = re.compile(r"[,;]? ?(?:ext|x|#|int|durchwahl)", re.IGNORECASE)
_GROUP = re.compile(r"\d+")

_WORDS = Words(
    "phone", "telephone", "tel", "ph", "phn", "tele", "mobile", "mob", "cell", "cellphone", "cell phone", "fax", "call", "called",
    "calling", "call back", "callback", "ring", "dial", "contact", "contact number", "whatsapp", "sms", "text me", "text", "reach",
    "phone number", "number", "hotline", "landline", "line", "home", "work", "viber", "msisdn", "caller", "ani", "cli",
    "telefon", "telefonnummer", "handy", "mobil", "festnetz", "rufnummer", "ruckruf", "telefono", "movil", "celular", "llamar",
    "telefone", "telemovel", "ligar", "telephone", "portable", "appeler", "joindre", "cellulare", "chiamare",
    "komorka", "komorkowy", "zadzwon", "kontakt", "nr tel", "suna", "телефон", "тел", "моб", "dien thoai", "sdt",
    "telepono", "ফোন", "মোবাইল", "फोन", "मोबाइल", "telefoon", "mobiel",
)  # fmt: skip
_OTHER_NUMBERS = Words(
    *BUSINESS, "account", "acct", "card", "policy", "claim", "reference", "ref", "id", "iban", "ssn", "nhs", "npi", "mrn", "zip",
    "case", "code", "pin", "otp", "no", "nr", "isbn", "po", "tin", "pesel", "nip", "cpf", "aadhaar", "sort code", "routing",
    "member", "booking", "reservation", "passport", "licence", "license", "imei", "port", "lat", "lon", "coordinates",
    against=("ph", "ph no", "phone", "phone number", "telephone", "tel", "tel no", "mobile", "mobile no", "mobile number", "cell", "fax", "contact no",
             "contact number", "contact", "call", "phone no", "whatsapp", "callback", "caller id", "dial", "telefon", "telefono", "telefone"),
    before=24,
    after=0,
)  # fmt: skip


class PhoneRecognizer(Recognizer):
    """Finds phone numbers: candidates by pattern, judged by Google's numbering plans.

    A country code and a valid number prove it; a national number needs the grouping of its country
    or a context word; bare digits need the word. Dates, decimals, card-length digits and numbers named otherwise
    (order, account, ticket) are none.
    """

    prefilter = Prefilter(min_digits=4, min_length=6)

    def __init__(self, language: str) -> None:
        super().__init__("PhoneRecognizer", ("PHONE_NUMBER",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every number."""
        for match in _CANDIDATE.finditer(text):
            yield from _pieces(text, *match.span())


def _pieces(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the number, or the numbers it falls into at its spaces (`555-0100 555-0199`)."""
    score, region = _judge(text, start, end)
    if score < _PIECE and not _is_in_fours(text[start:end]):
        spaces = [at for at in range(start, end) if text[at] == " "]
        for space in reversed(spaces):
            left = _judge(text, start, space)
            if left[0] >= _PIECE:
                yield Hit(start, space, "PHONE_NUMBER", *left)
                yield from _pieces(text, space + 1, end)
                return
        for space in spaces:
            right = _judge(text, space + 1, end)
            if right[0] >= _PIECE:
                yield Hit(space + 1, end, "PHONE_NUMBER", *right)
                return
    if score:
        yield Hit(start, end, "PHONE_NUMBER", score, region)


def _is_in_fours(number: str) -> bool:
    """Cards and national identifiers are written in fours; their parts are no phone numbers."""
    groups = _GROUP.findall(number)
    return len(groups) > 2 and {len(group) for group in groups} == {4}


def _judge(text: str, start: int, end: int) -> tuple[float, str | None]:
    """Return the score of `text[start:end]` as a phone number, and its region if it tells."""
    number = _EXTENSION.split(text[start:end], maxsplit=1)[0]
    digits = sum(map(str.isdigit, number))
    if not 6 <= digits <= 17 or _is_other_number(number):
        return 0, None
    named = _WORDS.near(text, start, end)
    if number.lstrip("([").startswith("+"):
        return _international(number, named)
    if _OTHER_NUMBERS.near(text, start, end) or (not named and _is_tail(text, start)):
        return 0.2, None
    if number.startswith("00") and (judged := _international("+" + number.lstrip("0"), named))[0] >= _PROVEN:
        return judged
    if digits > 12:
        return 0, None
    if not named and len(_GROUP.findall(number)) == 1:
        return (GUESS if digits >= 7 else 0), None
    if not named and digits < 7:
        return 0, None
    valid = _valid_regions(number)
    grouped = [where for where in valid if _is_grouped_as_in(number, where)]
    told = grouped or valid
    region = told[0] if len(told) == 1 else None
    if named:
        return (0.85 if valid else 0.55 if digits >= 7 else 0.2), region
    if grouped:
        return 0.7, region
    return (0.4 if valid else 0), region


def _is_other_number(number: str) -> bool:
    """A date, a decimal number, a run of years, a ZIP code, a file number (`19124/02`)."""
    return any(pattern.fullmatch(number) for pattern in (_DECIMAL, _VERSION, _YEARS, _ZIP, _FILE_NUMBER)) or bool(_DATE.match(number))


def _is_tail(text: str, start: int) -> bool:
    """`ORD-4420917755`, `#4420917755`, `?id=4420917755`: the digits belong to a code."""
    before = text[start - 1 : start]
    return before != "" and (before in "#_$€£=" or (before in "-/" and text[start - 2 : start - 1].isalnum()))


def _international(number: str, named: bool) -> tuple[float, str | None]:
    parsed = _parse(number.replace("(0)", ""), None)
    if parsed is None:
        return (0.5 if named else 0), None
    if phonenumbers.is_valid_number(parsed):
        return _PROVEN, phonenumbers.region_code_for_number(parsed)
    if phonenumbers.is_possible_number(parsed):
        region = phonenumbers.region_code_for_country_code(parsed.country_code)
        return (0.85 if named else 0.75), (region if len(region) == 2 and region.isalpha() and region != "ZZ" else None)
    return (0.5 if named else GUESS), None


class _Plan(NamedTuple):
    """What a region's numbers look like without country code."""

    region: str
    trunk: str
    lengths: frozenset[int]
    pattern: re.Pattern[str]


@cache
def _plans() -> tuple[_Plan, ...]:
    plans = []
    for region in REGIONS:
        metadata = PhoneMetadata.metadata_for_region(region)
        general = metadata.general_desc
        lengths = frozenset(general.possible_length)
        plans.append(_Plan(region, metadata.national_prefix or "", lengths, re.compile(general.national_number_pattern)))
    return tuple(plans)


def _valid_regions(number: str) -> list[str]:
    """Return the regions in whose plans the number is valid."""
    digits = "".join(_GROUP.findall(number))
    found: list[str] = []
    for plan in _plans():
        # The plan's own pattern is a quick no; a yes is left to the library.
        if not any(
            len(national) in plan.lengths and plan.pattern.fullmatch(national)
            for national in {digits, digits.removeprefix(plan.trunk)}
        ):
            continue
        parsed = _parse(number, plan.region)
        if parsed is not None and phonenumbers.is_valid_number_for_region(parsed, plan.region):
            found.append(plan.region)
    return found


def _is_grouped_as_in(number: str, region: str) -> bool:
    return any(
        match.start == 0 and match.end == len(number)
        for match in PhoneNumberMatcher(number, region, leniency=Leniency.STRICT_GROUPING, max_tries=3)
    )


def _parse(number: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (PhoneRecognizer(language),)
