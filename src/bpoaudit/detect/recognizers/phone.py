"""Phone numbers of every country, with the region where the number itself tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber
from presidio_analyzer import EntityRecognizer
from stdnum import ean

from bpoaudit.detect.recognizers.context import BUSINESS, Words
from bpoaudit.detect.recognizers.literals import Guarded
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import GUESS, Hit, Prefilter, Recognizer

REGIONS = (
    "US", "GB", "IN", "PH", "DE", "FR", "ES", "IT", "PL", "RO", "IE", "BD", "ZA", "UA", "VN", "MY", "BR",
    "MX", "CA", "AU", "NL", "SG", "PT", "BE", "AT", "CH", "SE", "DK", "NO", "EG", "KE", "NG", "CO", "AR",
)  # fmt: skip
"""Where clients and vendors are; a number written without country code is tried in this order."""

_PIECE = 0.7
"""Score from which on a piece of a longer run of digits is a number of its own."""

_REMEMBERED = 16_384
"""Numbers whose plans are known: a customer's comes back in column after column, and in notes."""
_MAX_GROUPS = 10
_LONGEST = 16
"""Characters of a number in national format with its separators."""
_PROVEN = 0.95
"""A country code and a number of its plan."""

_CANDIDATE = re.compile(
    r"(?<![\w.])(?<!\d[\-/:,])(?:\+|00)?(?:[(\[]\+?)?\d(?:(?:[)\]][ .\-/]?|[ .\-/]?[(\[]?)\d){3,19}"
    r"(?:[,;]? ?(?:ext\.?|extension|x|#|int\.?|durchwahl) ?:? ?\d{1,6})?(?!\w)(?![.\-/:]\d)",
    re.IGNORECASE,
)
_PARTED = re.compile(
    rf"(?<![\w.])(?:(?=\D{{0,3}}(?:\d[^\w\n]{{0,3}}){{6}})(?=[+(\[]|00\d{{7}}|\d+[)\] .\-/(\[]))"
    rf"{_CANDIDATE.pattern}",
    re.IGNORECASE,
)
"""A candidate of six figures in more than one group, or with a country code and what that takes at least."""
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"(?!(?:\d\d\.){{3}}\d\d(?!\d))(?:{_OCTET}\.){{3}}{_OCTET}")
"""An address on the internet (RFC 6943, 3.1.1) that is no number in pairs of figures."""
_ANSWERED = re.compile(r"(?<=HTTP/\d\" )|(?<=HTTP/\d\.\d\" )")
"""Where a web server writes the status and size of its answer (Common Log Format)."""
_UNNAMED = re.compile(
    rf"(?:(?=[(\[]{{0,2}}\+)|(?<![#_$€£=])(?<![^\W_][\-/])(?!{_ANSWERED.pattern})"
    rf"(?!{_IPV4.pattern}(?![\w.\-/()\[\]]))(?=\D{{0,3}}(?:\d[^\w\n]{{0,3}}){{7}})){_PARTED.pattern}",
    re.IGNORECASE,
)
"""One that no word calls a number: with its country code, or of seven figures that are no tail of a code."""
_DATE = re.compile(
    r"\d{4}[\-/. ]\d{1,2}[\-/. ]\d{1,2}(?![\d.\-/])|\d{1,2}[\-/. ]\d{1,2}[\-/. ](?:19|20)?\d{2}(?:$|(?= "
    r"\d{1,2}$))"
)
_DAY = re.compile(r"\d{4}[\-/.]\d{1,2}[\-/.]\d{1,2}")
_LEAST_BOUND = 20
"""Digits up to which a candidate is as long in all texts of an outline: zeros before it do not matter."""
_VERSION = re.compile(r"(?:\d{1,5}\.){1,4}\d(?:\.\d{1,5}){1,4}|\d(?:\.\d{1,5}){2,5}")
_DECIMAL = re.compile(r"\d+\.\d+")
_YEARS = re.compile(r"(?:19|20)\d{2}(?:[\-/ ](?:19|20)\d{2})+")
_BARCODE = re.compile(r"\d[ \-]\d{5}[ \-]\d{5}[ \-]\d|\d[ \-]\d{6}[ \-]\d{6}|00\d{10,12}")
_BESIDE_IP = re.compile(r" (?:\d{1,3}\.){3}\d{1,3}(?!\S)|(?<!\S)(?:\d{1,3}\.){3}\d{1,3} ")
_RANGE = re.compile(r"(\d{2,4})-(\d{2,4})")
_ZIP = re.compile(r"\d{5}-\d{3,4}")
"""US ZIP+4 and Brazilian CEP."""
_AREA_CODE = re.compile(r"\(0?\d{2,4}\) ?\d")
_FILE_NUMBER = re.compile(r"\d+/\d{1,2}")
_EXTENSION = re.compile(r"[,;]? ?(?:ext|x|#|int|durchwahl)", re.IGNORECASE)
_GROUP = re.compile(r"\d+")
_CODE_BEFORE = re.compile(
    r"(?<![^\W_])(?!(?:tel|telephone|phone|mob|mobile|cell|fax|call)[\-/])"
    r"[^\W_]{1,12}[\-/]\Z(?<!\d[\-/])",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r" ?(?:%|°|[KWVAJ]|[kMGm]?Hz|[kKMGT]i?B|[mck]?m[²³23]?|[mk]?g|m?l|lm|lx|nm|rpm|psi|px|dpi)(?![^\W_])"
)
_PART_OF_CODE = re.compile(r"(?<![^\W_])(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{2,8} \Z")
_CODE_AFTER = re.compile(r"-[^\W\d_]{1,3}(?![^\W\d_])")

_CALLING = (
    "telefon", "telefono", "telefone", "telemovel", "telef", "tlf", "tfno", "celular", "whatsapp",
    "rappeler", "rappel", "appeler", "joindre", "joignable", "contacter", "llamar", "llamarle",
    "devolver la llamada", "contactar", "contacto", "contato", "ligar", "retornar", "retorno", "chiamare",
    "richiamare", "anrufen", "ruckruf", "zuruckrufen", "erreichbar", "bellen", "terugbellen", "bereikbaar",
    "zadzwonic", "zadzwon", "oddzwonic", "kontakt", "suna", "sunati", "apelati", "tawagan", "hubungi",
)  # fmt: skip
"""How other languages than English ask for a call."""

_WORDS = Words(
    "phone", "telephone", "tel", "ph", "phn", "tele", "mobile", "mob", "cell", "cellphone", "cell phone",
    "fax", "call", "called", "calling", "call back", "callback", "ring", "dial", "contact", "contact number",
    "sms", "text me", "text", "reach", "phone number", "number", "hotline", "landline", "line",
    "home", "work", "viber", "msisdn", "caller", "callee", "caller id", "ani", "dnis", "cli",
    "telefonnummer", "handy", "mobil", "festnetz", "rufnummer", "movil", "portable", "cellulare", "komorka",
    "komorkowy", "nr tel", "телефон", "тел", "моб", "dien thoai", "sdt", "telepono", "ফোন",
    "মোবাইল", "फोन", "मोबाइल", "telefoon", "mobiel", *_CALLING,
)  # fmt: skip
OTHER_NUMBERS = Words(
    *BUSINESS, "account", "acct", "card", "policy", "claim", "reference", "ref", "id", "iban", "ssn", "nhs",
    "npi", "mrn", "zip", "case", "code", "pin", "otp", "no", "nr", "isbn", "po", "tin", "pesel", "nip",
    "cpf", "aadhaar", "sort code", "routing", "member", "booking", "reservation", "passport", "licence",
    "license", "imei", "ein", "fein", "itin", "rg", "sss", "port",
    "lat", "lon", "coordinates", "nass", "nss", "colegiado", "col", "ncol",
    against=(
        "ph", "ph no", "phone", "phone number", "phone no", "telephone", "tel", "tel no", "mobile",
        "mobile no", "mobile number", "cell", "fax", "contact", "contact no", "contact number", "call",
        "callback", "caller id", "dial", *_CALLING,
    ),
    before=24,
    after=0,
)  # fmt: skip
"""Words of numbers that are no phone numbers."""


class PhoneRecognizer(Recognizer):
    """Finds phone numbers: candidates by pattern, judged by Google's numbering plans.

    A country code and a valid number prove it; a national number needs the grouping of its country
    or a context word; bare digits need the word. Dates, decimals, card-length digits and numbers
    named otherwise (order, account, ticket) are none.
    """

    prefilter = Prefilter(min_digits=6, min_length=6)
    begins = Outlined(_CANDIDATE)

    def __init__(self, language: str) -> None:
        super().__init__("PhoneRecognizer", ("PHONE_NUMBER",), language)

    def traces(self, line: str) -> Sequence[re.Pattern[str] | Guarded]:
        """Return what candidates match; figures in one group are a guess without a word for a phone."""
        return (_CANDIDATE if _WORDS.may_be_near(line) else _UNNAMED,)

    def may_find(self, outline: str) -> bool:
        """Tell whether a text of this outline may hold a number: a date alone is none, whichever it is."""
        if sum(map(str.isdigit, outline)) > _LEAST_BOUND:
            return True
        return any(not _DAY.fullmatch(match.group()) for match in _CANDIDATE.finditer(outline))

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every number."""
        for match in _CANDIDATE.finditer(text):
            yield from _pieces(text, *match.span())


def _pieces(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the number, or the numbers it falls into at its spaces (`555-0100 555-0199`)."""
    score, region = _judge(text, start, end)
    if score < _PIECE and not (_is_in_fours(text[start:end]) or _BARCODE.fullmatch(text, start, end)):
        spaces = [at for at in range(start, end) if text[at] == " "]
        for low, high in _halves(start, end, spaces if len(spaces) < _MAX_GROUPS else []):
            sure, told = _judge(text, low, high) if 7 <= high - low <= _LONGEST else (0, None)
            if sure >= _PIECE:
                yield Hit(low, high, "PHONE_NUMBER", sure, told, words=_WORDS)
                if high < end:
                    yield from _pieces(text, high + 1, end)
                return
    if score:
        yield Hit(start, end, "PHONE_NUMBER", score, region, words=_WORDS)


def _halves(start: int, end: int, spaces: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the parts before each space, longest first, then the parts after each."""
    yield from ((start, space) for space in reversed(spaces))
    yield from ((space + 1, end) for space in spaces)


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
    if _is_glued(text, start, end):
        return 0.2, None
    named = _WORDS.near(text, start, end)
    if number.lstrip("([").startswith("+"):
        return _international(number, named)
    other = OTHER_NUMBERS.near(text, start, end) and not (named and _AREA_CODE.match(number))
    if other or (not named and _is_tail(text, start)):
        return 0.2, None
    if number.startswith("00") and (judged := _international("+" + number.lstrip("0"), named))[0] >= _PROVEN:
        return judged
    if digits > 12:
        return 0, None
    if not named and len(_GROUP.findall(number)) == 1:
        return (GUESS if digits >= 7 else 0), None
    if not named and (digits < 7 or _is_measure(text, number, end) or _IPV4.fullmatch(number)):
        return 0, None
    valid = _valid_numbers(number)
    if named and len(valid) < 2:  # no grouping tells more
        return (0.85 if valid else 0.55 if digits >= 7 else 0.2), next(iter(valid), None)
    grouped = _grouped(number)
    told = grouped or tuple(valid)
    region = told[0] if len(told) == 1 else None
    if named:
        return 0.85, region
    if grouped:
        return 0.7, region
    return (0.4 if valid else 0), region


def _is_other_number(number: str) -> bool:
    """A date, a decimal number, a run of years, a ZIP code, a file number (`19124/02`), a barcode."""
    number = number.lstrip("([")
    if (
        number.count("/") > 1
        or _BESIDE_IP.search(number)
        or (_BARCODE.fullmatch(number) and ean.is_valid(number))
    ):
        return True
    return any(
        pattern.fullmatch(number) for pattern in (_DECIMAL, _VERSION, _YEARS, _ZIP, _FILE_NUMBER)
    ) or bool(_DATE.match(number))


def _is_measure(text: str, number: str, end: int) -> bool:
    """`2700-3000 K`, `230 240 V`: from one amount to another, or one with its unit."""
    scale = _RANGE.fullmatch(number)
    return _UNIT_AFTER.match(text, end) is not None or (
        scale is not None and len(scale[1]) == len(scale[2]) and scale[1] < scale[2] and scale[2][-1] == "0"
    )


def _is_glued(text: str, start: int, end: int) -> bool:
    """`HHP-99000213`, `5510554-A`: the digits are part of a code, whatever stands around it."""
    return _CODE_BEFORE.search(text, max(0, start - _LONGEST), start) is not None or (
        _CODE_AFTER.match(text, end) is not None
    )


def _is_tail(text: str, start: int) -> bool:
    """Tell whether the digits belong to a code: `ORD-4420917755`, `#4420917755`, `1Z 999 AA1 01 2345`.

    So do those of an answer in the log of a web server: `HTTP/1.1" 200 53420`.
    """
    before = text[start - 1 : start]
    if _ANSWERED.match(text, start):
        return True
    if before == " " and _PART_OF_CODE.search(text[max(0, start - 10) : start]):
        return True
    return before != "" and (before in "#_$€£=" or (before in "-/" and text[start - 2 : start - 1].isalnum()))


def _international(number: str, named: bool) -> tuple[float, str | None]:
    parsed = _parse(number.replace("(0)", ""), None)
    if parsed is None:
        return (0.5 if named else 0), None
    if phonenumbers.is_valid_number(parsed):
        return _PROVEN, phonenumbers.region_code_for_number(parsed)
    if phonenumbers.is_possible_number(parsed):
        region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
        return (0.85 if named else 0.75), (region if region in phonenumbers.SUPPORTED_REGIONS else None)
    return (0.5 if named else GUESS), None


class _Plan(NamedTuple):
    """What a region's numbers look like without country code."""

    region: str
    code: int
    trunk: str
    trunk_required: bool
    lengths: frozenset[int]
    pattern: re.Pattern[str]


@cache
def _plans() -> tuple[_Plan, ...]:
    plans = []
    for region in REGIONS:
        metadata = PhoneMetadata.metadata_for_region(region)
        if metadata is None or metadata.general_desc is None:
            raise LookupError(f"phonenumbers has no numbering plan for {region}")
        formats = [
            each for each in metadata.number_format if not each.national_prefix_optional_when_formatting
        ]
        with_trunk = [each for each in formats if each.national_prefix_formatting_rule]
        plans.append(
            _Plan(
                region,
                phonenumbers.country_code_for_region(region),
                metadata.national_prefix or "",
                2 * len(with_trunk) > len(metadata.number_format),
                frozenset(metadata.general_desc.possible_length),
                re.compile(metadata.general_desc.national_number_pattern or ""),
            )
        )
    return tuple(plans)


@lru_cache(maxsize=_REMEMBERED)
def _valid_numbers(number: str) -> Mapping[str, PhoneNumber]:
    """Return the number as read in each region in whose plan it is valid."""
    digits = "".join(_GROUP.findall(number))
    found: dict[str, PhoneNumber] = {}
    for plan in _plans():
        if plan.trunk_required and not digits.startswith(plan.trunk):
            continue
        for national in dict.fromkeys((digits, digits.removeprefix(plan.trunk))):
            # The plan's own pattern is a quick no; a yes is left to the library.
            if len(national) in plan.lengths and plan.pattern.fullmatch(national):
                read = PhoneNumber(plan.code, int(national), italian_leading_zero=national.startswith("0"))
                if phonenumbers.is_valid_number_for_region(read, plan.region):
                    found[plan.region] = read
    return found


def is_mobile_number(text: str) -> bool:
    """Tell whether a number is written as the mobile numbers of a country are, with its trunk zero."""
    return text.startswith("0") and any(region in _mobile_in(text) for region in _grouped(text))


_TRUNK_ZERO = re.compile(r"0[1-9]\d{8,9}", re.ASCII)


def are_mobile_numbers(texts: Sequence[str], share: float) -> bool:
    """Tell whether such a share of values are mobile numbers of one country, figures alone with their zero.

    One number in a hundred would be by chance, and the zero is what identifiers of a thing do not have: not
    told are numbers of countries that dial without it.
    """
    numbers = [text for text in texts if _TRUNK_ZERO.fullmatch(text)]
    if len(numbers) < share * len(texts):
        return False
    regions = Counter(region for number in numbers for region in _mobile_in(number))
    return max(regions.values(), default=0) >= share * len(texts)


def _mobile_in(number: str) -> list[str]:
    return [
        region
        for region, read in _valid_numbers(number).items()
        if phonenumbers.number_type(read) == phonenumbers.PhoneNumberType.MOBILE
    ]


@lru_cache(maxsize=_REMEMBERED)
def _grouped(number: str) -> tuple[str, ...]:
    """Return the regions in whose plan the number is valid and parted as their numbers are."""
    return tuple(region for region, read in _valid_numbers(number).items() if _is_grouped_as(number, read))


def _is_grouped_as(number: str, parsed: PhoneNumber) -> bool:
    """Tell whether the number is parted where its country parts it (and perhaps further)."""
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return _borders(national) <= _borders(number)


def _borders(number: str) -> frozenset[int]:
    """Return how many digits follow each gap; counted from the end, a trunk prefix does not matter."""
    lengths = [len(group) for group in _GROUP.findall(number)]
    return frozenset(sum(lengths[at:]) for at in range(1, len(lengths)))


def _parse(number: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (PhoneRecognizer(language),)
