"""Which answers of the two language models can be names or places at all, and which of them stands.

spaCy reads sentences as they are printed; rampart reads any case but takes parts of words and lone
numbers for addresses. Where both answer, what they agree on is nearly always right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import NamedTuple

import yaml

from bpoaudit.detect.language_model import ORGANISATION
from bpoaudit.detect.matches import GIVEN_NAMES, NER_RECOGNIZERS, RAMPART, SPACY, Match
from bpoaudit.detect.rampart import SURE
from bpoaudit.detect.recognizers.address import is_street_type
from bpoaudit.detect.recognizers.context import BUSINESS, Words, fold
from bpoaudit.detect.recognizers.phone import OTHER_NUMBERS

_LONG = 1000
"""Characters from which on a text in sentence case is a document. Rampart, trained on chats and forms,
takes words of documents for names."""
_REACH = 24
"""Characters before an answer that are looked at."""
_SHORTEST_SLIP = 4
_AROUND = " \t\r\n.,:;!?'\"()<>[]{}*_-–—/|"
_TOKEN = re.compile(r"[^\s,;:]+")
_POSTAL_CODE = re.compile(r"\d{5,7}|\d{5}-\d{4}|\d{3}[ -]\d{2,4}|(?=\S*\d)(?=\S*[^\W\d])[\w ]{5,8}")
_CAPITALISED_BEFORE = re.compile(r"[A-ZÀ-Þ][^\W\d_]+,? \Z")
_SHORT_POSTAL_CODE = re.compile(r"\d{4}")
_PHONE_DIGITS = range(7, 16)
_SSN = re.compile(r"\d{3}-\d\d-\d{4}")
_NUMBERED = re.compile(r"\d{2,5}[a-z]?,? (?:[^\W\d_]{1,2} |\d)*[^\W\d_]{4}", re.IGNORECASE)
_TITLED_NUMBER = re.compile(r"\d+\w?,? [A-ZÀ-Þ][a-zß-ÿ]{2}|[A-ZÀ-Þ][^\W\d_]{2,},? \d+")
_LETTERS = re.compile(r"(?<![^\W_])[^\W\d_]{3}[^\W\d_]*(?![\-/]?\d)(?![^\W_])")
_CODE = re.compile(r"[A-Z\d]{4,}\d{4}")
_CUT = re.compile(r"\d[.,:\-/]\Z")
_PLACED = re.compile(r"(?<![^\W_])(?:in|at|near|from|to|of|via) \Z", re.IGNORECASE)
_CUE = re.compile(
    r"(?<![^\W_])(?:name|named|under|to|from|for|pay|paid|it'?s|this is|i am|i'?m|mrs?|ms|miss|dr|dear|tell"
    r"|told|ask|met) \Z",
    re.IGNORECASE,
)
"""Words that a name follows."""
_BEGINNING = re.compile(r"(?:\A|[.!?:;\n])\s*\Z")
_DATED = re.compile(r"\d{6,8} \d{1,4} ?[ap]m", re.IGNORECASE)
_COMPANY = re.compile(
    r"(?:'s)?(?:,? (?:and|&) [A-Z][\w\-]{1,24})?,? (?:inc|ltd|llc|llp|plc|gmbh|ag|corp|corporation|company"
    r"|group|orchestra|electric|bank|associates|enterprises|industries|holdings|technologies|solutions"
    r"|s\.a\.|sp\. z o)(?![^\W_])",
    re.IGNORECASE,
)
_CASE_NUMBER = re.compile(r"(?:19|20)\d{2}[\-/]\d{4,}")
_CONTEXT = Words(
    "zip", "postcode", "postal code", "pin code", "address", "phone", "mobile", "cell", "contact", "call",
    against=(*BUSINESS, "reference", "ref", "case", "policy", "claim", "card", "ssn", "code", "otp",
    "password", "pin", "verified"), before=32, after=0,
)  # fmt: skip


class _Lists(NamedTuple):
    never: frozenset[str]
    ordinary: frozenset[str]
    slips: frozenset[str]
    """What comes of the words when a letter is left out, doubled or changes places with the next."""
    things: frozenset[str]
    """Words that a number follows without an address being meant."""


@cache
def _lists() -> _Lists:
    file = resources.files("bpoaudit.detect") / "words" / "not_names.yaml"
    page = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    never, ordinary = frozenset(page["never"].split()), frozenset(page["ordinary"].split())
    words = never | ordinary
    slips = {slip for word in words for slip in _slips(word) if len(slip) >= _SHORTEST_SLIP}
    return _Lists(never, words, frozenset(slips) - words, frozenset(page["things"].split()))


def _slips(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[: at + 1] + word[at:]
        yield word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


def plausible(matches: Iterable[Match], text: str) -> tuple[Match, ...]:
    """Return `matches` with those answers of the language models that can be right, and of two the better."""
    matches = tuple(matches)
    companies = [m for m in matches if m.entity == ORGANISATION]
    answers: list[Match] = []
    standing: list[Match] = []
    numbers: list[Match] = []
    for match in matches:
        if match.recognizer not in NER_RECOGNIZERS:
            standing.append(match)
        elif match.entity == ORGANISATION or (trimmed := _trimmed(match, text)) is None:
            continue
        elif _may_be(trimmed, text) and not _is_company(trimmed, companies, text):
            answers.append(trimmed)
        elif trimmed.entity == "STREET_ADDRESS" and text[trimmed.start : trimmed.end].isdigit():
            numbers.append(trimmed)
    settled = _completed(_joined(_settled(answers, text), text), answers)
    return (*standing, *settled, *_beside_address(numbers, (*standing, *settled), text))


def _joined(settled: Iterable[Match], text: str) -> tuple[Match, ...]:
    """Join a name of which the models took one part for a place (`Opal Northcuttle`)."""
    joined: list[Match] = []
    for match in sorted(settled, key=lambda m: (m.start, m.end)):
        last = joined[-1] if joined else None
        if last and _is_one_name(last, match, text):
            joined[-1] = replace(last, entity="PERSON", end=match.end, score=min(last.score, match.score))
        else:
            joined.append(match)
    return tuple(joined)


def _completed(settled: Sequence[Match], answers: Iterable[Match]) -> tuple[Match, ...]:
    """Put full names that begin with a known given name in place of their parts and of places."""
    standing = list(settled)
    for name in (m for m in answers if m.recognizer == GIVEN_NAMES):
        parts = [m for m in standing if _overlap(m, name)]
        if any(m.entity not in ("PERSON", "LOCATION") for m in parts):
            continue
        persons = [m for m in parts if m.entity == "PERSON"]
        longest = max(persons, key=lambda m: m.end - m.start, default=name)
        better = longest if longest.end - longest.start > name.end - name.start else name
        standing = [m for m in standing if m not in parts]
        standing.append(replace(better, score=max((m.score for m in persons), default=name.score)))
    return tuple(standing)


def _is_one_name(one: Match, other: Match, text: str) -> bool:
    parts = text[one.start : one.end], text[other.start : other.end]
    return (
        {one.entity, other.entity} == {"PERSON", "LOCATION"}
        and text[one.end : other.start] == " "
        and all(part.istitle() and " " not in part for part in parts)
        and (one.entity == "PERSON" or _PLACED.search(_before(one, text)) is None)
    )


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
        while tokens and _word(tokens[0][2]) in _lists().never:
            tokens.pop(0)
        while tokens and _word(tokens[-1][2]) in _lists().never:
            tokens.pop()
        if not tokens:
            return None
        start, end = tokens[0][0], max(tokens[-1][1], tokens[0][0])
    value = text[start:end]
    end -= len(value) - len(value.rstrip(" \t,;:!?\"'"))
    if match.entity == "PERSON":
        end -= 2 if text[start:end].endswith(("'s", "’s")) else 0
    return replace(match, start=start, end=end) if end > start else None


def _word(token: str) -> str:
    return fold(token.strip(_AROUND))


def _is_company(match: Match, companies: Iterable[Match], text: str) -> bool:
    """Tell whether a name is that of an organisation: spaCy says so, or what follows it does."""
    if match.entity not in ("PERSON", "LOCATION"):
        return False
    value = text[match.start : match.end]
    unsure = match.score < SURE and not value.islower() and " " not in value
    size = match.end - match.start + len("'s")
    if unsure and any(
        c.start <= match.start and match.end <= c.end and c.end - c.start > size for c in companies
    ):
        return True
    return _COMPANY.match(text, match.end) is not None


def _may_be(match: Match, text: str) -> bool:
    value = text[match.start : match.end].strip()
    digits = sum(map(str.isdigit, value))
    match match.entity:
        case "PERSON" | "LOCATION":
            return not digits and _is_name(value)
        case "STREET_ADDRESS":
            return not _CUT.search(_before(match, text)) and _is_street(match, value, text)
        case "POSTAL_CODE":
            return match.score >= SURE and _is_postal_code(match, value, text)
        case "PHONE_NUMBER":
            return match.score >= SURE and digits in _PHONE_DIGITS and _is_phone(match, value, text)
        case _:
            return False  # e-mail addresses: the pattern sees more


def _is_name(value: str) -> bool:
    words = [_word(token) for token in value.split()]
    if not any(len(word) > 1 for word in words) or _lists().ordinary.issuperset(words):
        return False
    return not (value.islower() and _lists().slips.issuperset(words))


def _is_street(match: Match, value: str, text: str) -> bool:
    """A street has a word of streets, or a number beside a name; letters and a number are a code."""
    if not _LETTERS.search(value):
        return False
    if any(is_street_type(_word(token)) for token in value.split()):
        return True
    if any(_word(token) in _lists().things for token in value.split()):
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
    # Four digits are a year or a sum as often; a name before them makes them the end of an address.
    if _SHORT_POSTAL_CODE.fullmatch(value):
        return _CAPITALISED_BEFORE.search(_before(match, text)) is not None
    return _POSTAL_CODE.fullmatch(value) is not None


def _is_phone(match: Match, value: str, text: str) -> bool:
    if _glued(match, text) or _DATED.match(text, match.start):
        return False
    if _SSN.fullmatch(value) or _CASE_NUMBER.match(value):
        return False
    return not OTHER_NUMBERS.near(text, match.start, match.end)


def _glued(match: Match, text: str) -> bool:
    """`C-12345`, `#12345`, `$12.50`: the digits belong to something else."""
    before, after = _before(match, text)[-2:], text[match.end : match.end + 2]
    return (
        before[-1:] in tuple("#$€£=_@")
        or (before[-1:] in ("-", "/", ".") and before[:1].isalnum())
        or (after[:1] in (".", "-", "/", ",", ":") and after[1:].isdigit())
    )


def _settled(answers: Sequence[Match], text: str) -> Iterator[Match]:
    """Yield what stands of the answers, which then overlap only where both say the same of one span."""
    document = len(text) >= _LONG and not text.islower() and any(m.recognizer == SPACY for m in answers)
    spacy = [m for m in answers if m.recognizer == SPACY]
    rampart = [m for m in answers if m.recognizer == RAMPART]
    for match in spacy:
        others = [other for other in rampart if _overlap(match, other)]
        if others:
            if all(other.entity == match.entity for other in others) and _has_better_span(match, text):
                yield match
        elif _stands_alone(match, text, document):
            yield match
    for match in rampart:
        others = [other for other in spacy if _overlap(match, other)]
        if others:
            same = all(other.entity == match.entity for other in others)
            if not (same and all(_has_better_span(other, text) for other in others)):
                yield match
        elif _stands_unseen(match, text, document):
            yield match


def _before(match: Match, text: str) -> str:
    return text[max(0, match.start - _REACH) : match.start]


def _overlap(one: Match, other: Match) -> bool:
    return one.start < other.end and other.start < one.end


def _has_better_span(match: Match, text: str) -> bool:
    """In sentence case spaCy sees the whole name; of a street it misses the number."""
    return match.entity != "STREET_ADDRESS" and not text[match.start : match.end].islower()


def _is_written_as_name(match: Match, text: str) -> bool:
    """In a text with capitals, a name in small letters is more often a slip of the pen."""
    value = text[match.start : match.end]
    return match.entity not in ("PERSON", "LOCATION") or not value.islower() or text.islower()


def _stands_alone(match: Match, text: str, document: bool) -> bool:
    """What only spaCy sees: in small letters it guesses, in documents it takes rare words for names."""
    value = text[match.start : match.end]
    if match.entity == "PERSON" and (value.islower() or (document and len(value.split()) < 2)):
        return False
    return _is_written_as_name(match, text) and not _is_slip(match, text)


def _is_slip(match: Match, text: str) -> bool:
    """A single mistyped word at the beginning of a sentence: `Lettter sent to …`."""
    first = _BEGINNING.search(_before(match, text)) is not None
    return first and _lists().slips.union(_lists().ordinary).issuperset(
        map(_word, text[match.start : match.end].split())
    )


def _stands_unseen(match: Match, text: str, document: bool) -> bool:
    """What only rampart sees: no names in documents; in small letters it should be sure, or told so."""
    if document and match.entity in ("PERSON", "LOCATION"):
        return False
    if match.score >= SURE or _is_written_as_name(match, text):
        return not _is_slip(match, text)
    return match.entity == "PERSON" and _CUE.search(_before(match, text)) is not None
