"""Shapes of short values: what a value may look like to be what its header promises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from bpoaudit.delivery.turns import is_role
from bpoaudit.detect.organisations import is_organisation
from bpoaudit.detect.recognizers.secret import UUID

_IN_NAMES = frozenset(" .,'’`´()-\u200c\u200d")
_IN_PLACES = _IN_NAMES | frozenset("/&0123456789")
_POSTAL = re.compile(r"[A-Za-z]{0,2}\d[A-Za-z\d]{0,4}[ -]?[A-Za-z\d]{0,4}")
_PHONE = re.compile(r"(?P<number>[+(]?\d[\d ()./-]{4,22}\d)(?: ?(?:x|ext\.?|#) ?\d{1,6})?", re.I)
_LONGEST_PHONE = 15
_CARD = re.compile(r"\d(?:[ -]?\d){11,18}")
_CODE = re.compile(r"(?=[^\d]*\d)[A-Za-z0-9][A-Za-z0-9 ./_-]{2,29}")
_ACCOUNT = re.compile(r"(?:[A-Z]{0,4}[ -]?)?\d(?:[ -]?\d){4,27}")
_EXPIRY = re.compile(
    r"(?:0?[1-9]|1[0-2])[/.-](?:20)?\d{2}|20\d{2}[/-](?:0?[1-9]|1[0-2])(?:[/-]\d{1,2})?"
    r"|\d{1,2}[/-]\d{1,2}[/-](?:20)?\d{2}|[A-Za-z]{3}[ -]\d{2,4}|\d{1,2}-[A-Za-z]{3}"
)
_USER = re.compile(r"[^\s,;|]{2,64}")
_SECRET = re.compile(r"\S.{3,255}")
_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].{0,30})?")
_NUMERIC_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[T ].{0,30})?")
_COMPACT_DATE = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_NAMED_DATE = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|\.)?[ -]?[^\W\d_]{3,10}\.?,?[ -]?\d{2,4}"
    r"|[^\W\d_]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
)
_TIMESTAMP = re.compile(r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})[T ]\d{1,2}:\d{2}")
_YEAR = re.compile(r"(?:18[5-9]|19\d|20[0-4])\d")
_TICKETED = re.compile(r"[^\W\d_](?:[^\W\d_]|[' -]){0,29}/[^\W\d_](?:[^\W\d_]|[' -]){0,29}")
"""A name as on an airline's ticket: `DOE/JANE MS`."""
_AGE = re.compile(r"\d{1,3}(?:\.\d{1,2})?", re.ASCII)
_WRITTEN_PHONE = re.compile(
    r"(?:(?:\+?1|001)[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])\d{3}[.-]\d{4}(?: ?x\d{1,5})?"
    r"|\+[1-9]\d{0,2}[ .-]?\(?\d{1,4}\)?(?:[ .-]?\d{2,4}){2,4}"
)
_STREET_NAME = re.compile(
    r".{2,40}(?:str(?:a(?:ss|ß)e|aat|\.)|weg|gasse|platz|allee|ring|damm|ufer|laan|plein|steeg|singel|kade|dreef"
    r"|gracht|pad|hof|gade|vej|gatan|vägen|katu|utca|lane|road|avenue)",
    re.IGNORECASE,
)
_PARTNERS = re.compile(
    r"[^\W\d_][\w'’-]{1,30}(?:, [^\W\d_][\w'’-]{1,30}){0,5},? (?:and|&) [^\W\d_][\w'’-]{1,30}"
)
_SITE = re.compile(r"(?:https?://|ftp://|www\.)\S{3,500}|(?:[\w-]{1,63}\.){1,4}[^\W\d_]{2,18}(?:/\S{0,300})?")
_HOST = re.compile(r"(?!www\.)(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,17}(?::\d{1,5})?")
_CODE_OF_PLACE = re.compile(r"[A-Z]{2,3}|[a-z]{2}")
_TWELVE_FIGURES = re.compile(r"\d(?:-?\d){11}", re.ASCII)
_FLOATED = re.compile(r"(\d+)\.0")
_ROUNDED = re.compile(r"\d(?:[.,]\d{1,8})?E\+1\d", re.I)
_MONEY = r"(?:[$€£¥₹₱]|R\$|Rs\.?|USD|EUR|GBP|PLN|INR|PHP|BRL|RON|MXN|CHF|zł|lei|kr)"
_AMOUNT = re.compile(rf"[-+(]?{_MONEY} ?-?[\d.,' ]+[kKmMbB]?\)?|[-+]?[\d.,' ]+ ?(?:{_MONEY}|%)")
_MEDICAL = re.compile(r"\d{3}\.\d{1,2}|\d{5}|\d{1,3} ?%|[2-9]\d|100|\d\d-\d{4}-\d{3}-\d{7}")
"""Codes of ICD-9 and CPT, degrees of a disability, and numbers of Philippine disability cards."""
_MEDICAL_CODES = re.compile(
    r"(?:[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?|\d{3}\.\d{1,2}|\d{4}[0-9FTU])"
    r"(?![^\W_])(?:[-,;|: ].{0,200})?|\d{3}"
)
"""Codes of ICD-9 and ICD-10, CPT, HCPCS and DRG, and what may follow: more of them, or what they mean."""
_DEGREES = re.compile(
    r"[+-]?1?\d?\d\.\d{3,15}(?: ?[,;/ ] ?[+-]?1?\d?\d\.\d{3,15})?"
    r"|(?:POINT|point) ?\([-\d.]{5,20} [-\d.]{5,20}\)"
)
"""A latitude, a longitude, or both, to a hundred metres."""
_NUMBER = re.compile(r"[-+]?\d{1,3}(?:[ ,.]\d{3})*(?:[.,]\d+)?|[-+]?\d+(?:[.,]\d+)?")

GENDERS = frozenset(
    {
        "m", "f", "w", "d", "x", "k", "h", "male", "female", "man", "woman", "other", "divers",
        "diverse", "non-binary", "nonbinary", "unknown", "mannlich", "männlich", "weiblich",
        "mezczyzna", "mężczyzna", "kobieta", "hombre", "mujer", "masculino", "feminino", "femenino",
        "homme", "femme", "lalaki", "babae", "masculin", "feminin", "prefer_not_to_say", "boy",
        "girl", "maschio", "femmina", "vrouw", "erkek", "kadin", "transgender", "purush", "mahila",
        "stri", "aurat", "ladka", "ladki", "barbat", "bărbat", "femeie", "féminin",
        "varon", "varón", "hembra", "homem", "mulher", "lalake", "fille", "garcon", "garçon",
        "u", "n", "o", "trans", "intersex", "undisclosed", "not specified", "prefer not to say",
        # ISO/IEC 5218
        "1", "2", "9",
    }
)  # fmt: skip

NOTHING = frozenset(
    {
        "", "-", "--", "n/a", "na", "none", "null", "nil", "nan", "unknown", "unbekannt", "brak",
        "?", ".", "0", "not provided", "not available", "tbd", "no", "false", "(blank)", "_______",
        "_"
    }
)  # fmt: skip
"""Cell texts that say there is no value."""


STATED = frozenset(
    {
        "HEALTH", "RELIGION", "ETHNICITY", "UNION_MEMBERSHIP", "SEXUAL_ORIENTATION", "POLITICAL_OPINION",
        "CRIMINAL_RECORD", "CHILD", "VULNERABILITY",
    }
)  # fmt: skip
"""What a column can tell by a mere yes or no."""

_YES = frozenset({"y", "1", "j", "s", "t", "d", "o", "x", "✓", "✔"})
_NO = frozenset(
    {
        "n", "f", "nein", "keine", "keiner", "não", "nao", "nenhum", "nenhuma", "non", "aucun", "aucune",
        "néant", "neant", "nie", "nu", "niciun", "nicio", "ninguno", "ninguna", "hindi", "wala", "nahi",
        "none known", "nkda", "falsch", "falso", "faux", "fałsz", "not applicable", "not disclosed",
        "prefer not to say",
    }
)  # fmt: skip
"""Answers under such a column's header, beside `NOTHING`, that deny it."""


_ORIGINS = frozenset("abchimnopuw")
"""Letters that stand for a race in official forms: American Indian, black, white, of two or more."""


def says_nothing(text: str, expected: Iterable[str]) -> bool:
    """Whether a cell says that there is no value, or no to what its column, by `expected`, asks.

    Among people a company is no answer.
    """
    folded = text.casefold()
    if folded in NOTHING:
        return True
    return (folded in _NO and not STATED.isdisjoint(expected)) or (
        "PERSON" in expected and is_organisation(text)
    )


def parse_date(text: str) -> tuple[int, int, int, bool] | None:
    """Return (year, first, second, ambiguous) of a whole-value calendar date, or None.

    `ambiguous` is true for `03/04/2025`, where the column's other values decide between day and
    month first; then `first` and `second` are in the order written.
    """
    if match := _ISO_DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text):
        year, month, day = (int(g) for g in match.groups())
        return (year, month, day, False) if _real(year, month, day) else None
    if match := _NUMERIC_DATE.fullmatch(text):
        first, second, year = (int(g) for g in match.groups())
        if year < 100:
            year += 2000 if year < 50 else 1900
        if _real(year, second, first):
            return (year, first, second, True)
        if _real(year, first, second):
            return (year, first, second, True)
    return None


def _real(year: int, month: int, day: int) -> bool:
    if not (1850 <= year <= 2150 and 1 <= month <= 12):
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_timestamp(text: str) -> bool:
    """Whether a value is a date with a time of day: when something happened, not who someone is."""
    return bool(_TIMESTAMP.match(text))


def is_date(text: str) -> bool:
    """Whether a whole value is a calendar date, with or without a time."""
    return parse_date(text) is not None or bool(_NAMED_DATE.fullmatch(text))


def is_number(text: str) -> bool:
    """Whether a whole value is an amount or a count."""
    return bool(_NUMBER.fullmatch(text))


def is_amount(text: str) -> bool:
    """Whether a whole value is an amount of money or a percentage."""
    return bool(_AMOUNT.fullmatch(text)) and any(c.isdigit() for c in text)


def is_random_uuid(text: str) -> bool:
    """Whether a whole value is an identifier by RFC 9562 that no long number was put into.

    Twelve figures in a row, as zeros before a number give them, are left by chance in one of forty.
    """
    return bool(UUID.fullmatch(text)) and not _TWELVE_FIGURES.search(text)


def is_written_phone(text: str) -> bool:
    """Whether a value is set like a phone number, with its country or the brackets and dashes of America."""
    return bool(_WRITTEN_PHONE.fullmatch(text))


def are_hosts(texts: Sequence[str]) -> bool:
    """Whether most values are names of hosts alone: no page, no scheme."""
    return 2 * sum(_HOST.fullmatch(text) is not None for text in texts) > len(texts)


def is_code(text: str) -> bool:
    """Whether a value may be the code of a country or a state."""
    return bool(_CODE_OF_PLACE.fullmatch(text))


def is_medical_code(text: str) -> bool:
    """Whether a value begins with the code of a diagnosis or procedure."""
    return bool(_MEDICAL_CODES.fullmatch(text))


def are_letters_of_origin(texts: Sequence[str]) -> bool:
    """Whether values are letters that stand for races: two or more, white among them, and no others."""
    letters = {text.casefold() for text in texts if len(text) == 1}
    return 2 * len(letters) > len(texts) and len(letters) > 1 and "w" in letters and letters <= _ORIGINS


def is_rounded(text: str) -> bool:
    """Whether a value is a long number that a spreadsheet has rounded: `5.54563E+15`."""
    return bool(_ROUNDED.fullmatch(text))


def _born(text: str) -> bool:
    return is_date(text) or bool(_YEAR.fullmatch(text))


def _named(text: str) -> bool:
    written = _is_written_in(text, _IN_NAMES) or _TICKETED.fullmatch(text) is not None
    # `AGENT` under the header `speaker` is a role.
    return 2 <= len(text) <= 60 and len(text.split()) <= 6 and written and not is_role(text)


def _placed(text: str) -> bool:
    return 2 <= len(text) <= 80 and len(text.split()) <= 8 and _is_written_in(text, _IN_PLACES)


def _is_written_in(text: str, signs: frozenset[str]) -> bool:
    """Whether a text is letters of any script, with the marks that belong to them, and `signs`."""
    letters = (char.isalpha() or unicodedata.category(char)[0] == "M" or char in signs for char in text)
    return all(letters) and any(char.isalpha() for char in text)


def _addressed(text: str) -> bool:
    wordy = any(c.isdigit() for c in text) or len(text.split()) > 1 or _STREET_NAME.fullmatch(text)
    if "@" in text and len(text.split()) == 1:
        return False  # an address for mail, which the same header promises
    return bool(wordy) and 4 <= len(text) <= 160 and any(c.isalpha() for c in text) and not is_date(text)


def _worded(text: str) -> bool:
    return 2 <= len(text) <= 60 and any(c.isalpha() for c in text)


def _stated(text: str) -> bool:
    return _worded(text) or text.casefold() in _YES


def _aged(text: str) -> bool:
    return _AGE.fullmatch(text) is not None and float(text) <= 120


def _full(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: bool(pattern.fullmatch(text))


def _dialled(text: str) -> bool:
    """Whether a value is a number to dial: at most 15 digits (ITU-T E.164) behind the zeros that lead out."""
    found = _PHONE.fullmatch(text)
    if found is None:
        return False
    digits = sum(char.isdigit() for char in text)
    number = sum(char.isdigit() for char in found["number"])
    return 6 <= digits <= 20 and (number <= _LONGEST_PHONE or found["number"].lstrip("(").startswith("0"))


def _digits_between(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: text.isascii() and text.isdigit() and low <= len(text) <= high


SHAPES: Mapping[str, Callable[[str], bool]] = {
    "PERSON": _named,
    "STREET_ADDRESS": _addressed,
    "LOCATION": _placed,
    "GEO_COORDINATES": _full(_DEGREES),
    "POSTAL_CODE": lambda t: bool(_POSTAL.fullmatch(t)) and 3 <= len(t) <= 10,
    "DATE_OF_BIRTH": _born,
    "GENDER": lambda t: t.casefold() in GENDERS,
    "AGE": _aged,
    "PHONE_NUMBER": _dialled,
    "URL": _full(_SITE),
    "CREDIT_CARD": lambda t: bool(_CARD.fullmatch(t)) or is_rounded(t),
    "CARD_SECURITY_CODE": _digits_between(3, 4),
    "CARD_EXPIRY": _full(_EXPIRY),
    "PIN": _digits_between(4, 6),
    "ONE_TIME_PASSWORD": _digits_between(4, 8),
    "PASSWORD": _full(_SECRET),
    "SECRET_KEY": lambda t: bool(_SECRET.fullmatch(t)) and len(t) >= 8 and not is_number(t),
    "USERNAME": lambda t: bool(_USER.fullmatch(t)) and not is_number(t),
    "BANK_ACCOUNT": lambda t: bool(_ACCOUNT.fullmatch(t)) and sum(c.isdigit() for c in t) >= 6,
    "ACCOUNT_ID": _full(_CODE),
    "HEALTH": lambda t: _stated(t) or bool(_MEDICAL.fullmatch(t)),
    "ETHNICITY": lambda t: _stated(t) or t.casefold() in _ORIGINS,
    **dict.fromkeys(sorted(STATED - {"HEALTH", "ETHNICITY"}), _stated),
    "PASSPORT": _full(_CODE),
    "NATIONAL_ID": lambda t: bool(_CODE.fullmatch(t)) and sum(c.isdigit() for c in t) >= 4,
    "US_SSN": lambda t: bool(re.fullmatch(r"\d{3}[- ]?\d{2}[- ]?\d{4}|\d{7,8}", t)),
    "US_DRIVER_LICENSE": _full(_CODE),
    "US_PASSPORT": _full(_CODE),
    "IN_AADHAAR": lambda t: bool(re.fullmatch(r"\d{4}[ -]?\d{4}[ -]?\d{4}", t)),
    "IN_PAN": lambda t: bool(re.fullmatch(r"[A-Za-z]{5}\d{4}[A-Za-z]", t)),
    "PL_PESEL": _digits_between(11, 11),
    "PL_NIP": lambda t: bool(re.fullmatch(r"(?:PL)?\d{3}-?\d{2,3}-?\d{2}-?\d{2,3}", t)),
    "UK_NINO": lambda t: bool(re.fullmatch(r"[A-Za-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Da-d]", t)),
    "UK_NHS": lambda t: bool(re.fullmatch(r"\d{3}[ -]?\d{3}[ -]?\d{4}", t)),
    "IE_PPSN": lambda t: bool(re.fullmatch(r"\d{7}[A-Za-z]{1,2}", t)),
    "RO_CNP": _digits_between(13, 13),
    "BR_CPF": lambda t: bool(re.fullmatch(r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", t)),
    "BR_CNPJ": lambda t: bool(
        re.fullmatch(r"[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/?[0-9A-Z]{4}-?\d{2}", t)
    ),
    "MX_CURP": lambda t: bool(re.fullmatch(r"[A-Z]{4}\d{6}[A-Z]{6}[0-9A-Z]\d", t)),
    "MX_RFC": lambda t: bool(re.fullmatch(r"[A-ZÑ&]{3,4}\d{6}[0-9A-Z]{3}", t)),
    "PH_SSS": lambda t: bool(re.fullmatch(r"\d{2}-?\d{7}-?\d", t)),
    "PH_TIN": lambda t: bool(re.fullmatch(r"\d{3}-?\d{3}-?\d{3}(?:-?\d{3,5})?", t)),
    "DE_TAX_ID": lambda t: bool(re.fullmatch(r"\d{2} ?\d{3} ?\d{3} ?\d{3}", t)),
}
"""Only entities with a shape can be promised by a header alone; the others need a recogniser."""


def fits(entity: str, text: str) -> bool:
    """Whether `text` may be an `entity`, judged by its outline alone.

    A spreadsheet or data frame may have written a number as `94025.0`.
    """
    test = SHAPES.get(entity)
    floated = _FLOATED.fullmatch(text)
    return test is not None and test(floated[1] if floated else text)


def is_prose(text: str) -> bool:
    """Whether a value reads as words of a sentence rather than as a name, code or label."""
    if len(text) > 120 or "\n" in text:
        return True
    parts = text.split()
    if len(parts) < 4 or _PARTNERS.fullmatch(text):
        return False
    plain = sum(part.strip(".,;:!?()'\"").isalpha() for part in parts)
    return plain >= 3 and plain * 2 >= len(parts)
