"""Which answers of the language models can be names, places, addresses or numbers at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from bpoaudit.detect.agreement import CAPITALISED, agreed, before
from bpoaudit.detect.language_model import ORGANISATION
from bpoaudit.detect.matches import NER_RECOGNIZERS, SPACY, Match
from bpoaudit.detect.not_names import not_names, word
from bpoaudit.detect.organisations import names_organisation
from bpoaudit.detect.rampart import SURE
from bpoaudit.detect.recognizers.address import is_street_type
from bpoaudit.detect.recognizers.context import BUSINESS, Words
from bpoaudit.detect.recognizers.phone import OTHER_NUMBERS
from bpoaudit.detect.things import is_of_things

_TOKEN = re.compile(r"[^\s,;:]+")
_POSTAL_CODE = re.compile(
    r"\d{5,7}|\d{5}-\d{3,4}|\d{2}-\d{3}|\d{3}[ -]\d{2,4}|(?=\S*\d)(?=\S*[^\W\d])[\w ]{5,8}"
)
_CAPITALISED_BEFORE = re.compile(r"(?:[A-ZÀ-Þ][^\W\d_]{2,}|(?<![^\W_])(?:NT|SA|WA)),? \Z")
_CITY = re.compile(r"[^\W\d_]{3}, \Z")
_NUMBER_AFTER = re.compile(r" (?:number|no|nr|id|code|card|account|form|tax|ref)(?![^\W_])", re.IGNORECASE)
_CODE_LETTERS = re.compile(r"[A-Z]{1,5}(?= \d)")
_WORD_BEFORE = re.compile(
    r"(?<![^\W_])(?!(?:in|at|near|from|to|is|and|or|of|a|à|en|em|w|do|din) )[^\W\d_A-Z]+ \Z"
)
"""A word in small letters: no place, where places have capitals."""
_SHORT_PLACES = ("US", "UK")
_SIX_FIGURES = re.compile(r"\d{3} ?\d{3}")
_SHORT_POSTAL_CODE = re.compile(r"\d{4}")
_PHONE_DIGITS = range(7, 16)
_MASKED = re.compile(r"[•●∙*]|(?<![^\W_])[xX]{2,}(?![^\W\d_])")
"""What is left of a masked value is no name: `n•• of •••`."""
_SSN = re.compile(r"\d{3}-\d\d-\d{4}")
_NUMBERED = re.compile(r"\d{2,5}[a-z]?,? (?:[^\W\d_]{1,2} |\d)*[^\W\d_]{4}", re.IGNORECASE)
_TITLED_NUMBER = re.compile(r"\d\w?,? [A-ZÀ-Þ][a-zß-ÿ]{2}|[A-ZÀ-Þ][^\W\d_]{2,60}+,? \d")
_LETTERS = re.compile(r"(?<![^\W_])[^\W\d_]{3}[^\W\d_]*(?![\-/]?\d)(?![^\W_])")
_CODE = re.compile(r"[A-Z\d]{4}\d{4}")
_DAY_OF_MAIL = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? \d{1,2} [A-Z][a-z]{2} \d{4}(?!\d)")
"""As RFC 5322 3.3 has a date begin; `Thu` and `Wed` are names too."""
_CUT = re.compile(r"\d[.,:\-/]\Z")
_DATED = re.compile(r"\d{6,8} \d{1,4} ?[ap]m", re.IGNORECASE)
_CASE_NUMBER = re.compile(r"(?:19|20)\d{2}[\-/]\d{4,}")
_CONTEXT = Words(
    "zip", "postcode", "postal code", "pin code", "address", "phone", "mobile", "cell", "contact", "call",
    against=(*BUSINESS, "reference", "ref", "run", "case", "policy", "claim", "card", "ssn", "code", "otp",
    "password", "pin", "verified", "ledger", "gl", "journal", "je", "posting", "reclass", "debit", "credit",
    "voucher", "cost centre", "cost center", "konto"), before=32, after=0,
)  # fmt: skip


def plausible(matches: Iterable[Match], text: str) -> tuple[Match, ...]:
    """Return `matches` with those answers of the language models that can be right, and of two the better."""
    answers: list[Match] = []
    standing: list[Match] = []
    numbers: list[Match] = []
    for match in matches:
        if match.recognizer not in NER_RECOGNIZERS:
            standing.append(match)
        elif match.entity == ORGANISATION:
            answers.append(match)
        elif (trimmed := _trimmed(match, text)) is None:
            continue
        elif _may_be(trimmed, text):
            answers.append(trimmed)
        elif trimmed.entity == "STREET_ADDRESS" and text[trimmed.start : trimmed.end].isdigit():
            numbers.append(trimmed)
    settled = agreed(answers, text)
    return (*standing, *settled, *_beside_address(numbers, (*standing, *settled), text))


def _beside_address(numbers: Iterable[Match], others: Iterable[Match], text: str) -> Iterator[Match]:
    """Yield the numbers that stand before a street or a place: house numbers."""
    starts = {m.start for m in others if m.entity in ("STREET_ADDRESS", "LOCATION")}
    for number in sorted(numbers, key=lambda m: -m.start):
        after = text[number.end : number.end + 2]
        if starts & set(range(number.end + 1, number.end + 1 + len(after) - len(after.lstrip(" ,")))):
            starts.add(number.start)
            yield number


def _trimmed(match: Match, text: str) -> Match | None:
    """Return the match in whole words of one line, without ordinary words at its borders."""
    start, end = match.start, match.end
    line = text[start:end].lstrip().partition("\n")[0]
    start = text.index(line, start) if line else end
    end = start + len(line)
    inner = end - start
    while start > 0 and start < end and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and end > start and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    if 2 * inner <= end - start:  # less than half of a word
        return None
    if match.entity in ("PERSON", "LOCATION"):
        tokens = [(start + t.start(), start + t.end(), t.group()) for t in _TOKEN.finditer(text[start:end])]
        while tokens and word(tokens[0][2]) in not_names().never:
            tokens.pop(0)
        while tokens and word(tokens[-1][2]) in not_names().never:
            tokens.pop()
        if not tokens:
            return None
        start, end = tokens[0][0], max(tokens[-1][1], tokens[0][0])
    value = text[start:end]
    end -= len(value) - len(value.rstrip(" \t,;:!?\"'"))
    if match.entity == "PERSON":
        end -= 2 if text[start:end].endswith(("'s", "’s")) else 0
    return replace(match, start=start, end=end) if end > start else None


def _may_be(match: Match, text: str) -> bool:
    value = text[match.start : match.end].strip()
    if _MASKED.search(value) or is_of_things(match, text):
        return False
    if match.entity in ("PERSON", "LOCATION") and _is_code(match, value, text):
        return False
    digits = sum(map(str.isdigit, value))
    match match.entity:
        case "PERSON" | "LOCATION":
            if _DAY_OF_MAIL.match(text, match.start):
                return False
            if match.entity == "PERSON" and names_organisation(text, match.start, match.end):
                return False
            # Two letters by themselves are a code: `LO`, `EU`; behind a city they are its state.
            code = match.entity == "LOCATION" and len(value) < 3 and value not in _SHORT_PLACES
            return (
                not digits and _is_name(value) and (not code or _CITY.search(before(match, text)) is not None)
            )
        case "STREET_ADDRESS":
            return not _CUT.search(before(match, text)) and _is_street(match, value, text)
        case "POSTAL_CODE":
            return match.score >= SURE and _is_postal_code(match, value, text)
        case "PHONE_NUMBER":
            return match.score >= SURE and digits in _PHONE_DIGITS and _is_phone(match, value, text)
        case _:
            return False  # e-mail addresses: the pattern sees more


def _is_code(match: Match, value: str, text: str) -> bool:
    """`claim ABC 123`, `NI number`: letters of a number, or its short name."""
    lettered = _CODE_LETTERS.match(text, match.start)
    if lettered and lettered.end() == match.end:
        return match.entity == "PERSON" or before(match, text)[-2:] != ", "
    return len(value) < 3 and _NUMBER_AFTER.match(text, match.end) is not None


def _is_name(value: str) -> bool:
    words = [word(token) for token in value.split()]
    if not any(len(word) > 1 for word in words) or not_names().ordinary.issuperset(words):
        return False
    return not (value.islower() and not_names().slips.issuperset(words))


def _is_street(match: Match, value: str, text: str) -> bool:
    """A street has a word of streets, or a number beside a name; letters and a number are a code."""
    if not _LETTERS.search(value):
        return False
    tokens = [word(token) for token in value.split()]
    # `Dr. Example`, `St. Example`: a title or a saint, unless there is a number.
    titled = tokens[0] in ("dr", "st") and not any(map(str.isdigit, value))
    if any(map(is_street_type, tokens[titled:])):
        return True
    if titled or not not_names().things.isdisjoint(tokens):
        return False
    if not_names().ordinary.issuperset(token for token in tokens if not token.isdigit()):
        return False
    if match.recognizer == SPACY:
        return _CODE.search(value) is None
    if value == value.lower():
        return match.score >= SURE and _NUMBERED.match(value) is not None
    if match.score < SURE or any(map(str.isdigit, value)):
        return _TITLED_NUMBER.search(value) is not None or (value == value.upper() and text == text.upper())
    return value != value.upper() or text == text.upper()


def _is_postal_code(match: Match, value: str, text: str) -> bool:
    if _glued(match, text) or _CONTEXT.opposed(text, match.start):
        return False
    if value.isdigit() and _WORD_BEFORE.search(before(match, text)) and CAPITALISED.search(text):
        return _CONTEXT.near(text, match.start, match.end)
    # Four digits are a year or a sum as often; a name before them makes them the end of an address.
    if _SHORT_POSTAL_CODE.fullmatch(value):
        return _CAPITALISED_BEFORE.search(before(match, text)) is not None
    if _SIX_FIGURES.fullmatch(value) and CAPITALISED.search(text):
        # An account of a ledger as often as the code of a place in India, whose name stands before it.
        placed = _CAPITALISED_BEFORE.search(before(match, text)) is not None
        return placed or _CONTEXT.near(text, match.start, match.end)
    return _POSTAL_CODE.fullmatch(value) is not None


def _is_phone(match: Match, value: str, text: str) -> bool:
    if _glued(match, text) or _DATED.match(text, match.start):
        return False
    if _SSN.fullmatch(value) or _CASE_NUMBER.match(value):
        return False
    return not OTHER_NUMBERS.near(text, match.start, match.end)


def _glued(match: Match, text: str) -> bool:
    """`C-12345`, `#12345`, `$12.50`: the digits belong to something else."""
    left, right = before(match, text)[-2:], text[match.end : match.end + 2]
    return (
        left[-1:] in tuple("#$€£=_@")
        or (left[-1:] in ("-", "/", ".") and left[:1].isalnum())
        or (right[:1] in (".", "-", "/", ",", ":") and right[1:].isdigit())
    )
