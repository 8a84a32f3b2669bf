"""What a turn says in reply to a known question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bpoaudit.catalog import category_of
from bpoaudit.detect.heard import Heard, apart, can_be_name, counted, is_ordinary, refuses, runs_in
from bpoaudit.detect.lexicon import Word, lexicon, words_of
from bpoaudit.detect.matches import Match, overlap
from bpoaudit.detect.questions import FREE, Question, named_before, phrasing
from bpoaudit.detect.recognizers.address import is_street_type
from bpoaudit.detect.runs import Run, runs_of
from bpoaudit.detect.said_dates import is_full_date, numeric_date
from bpoaudit.detect.sounds import Kind, Sound, sounds_of
from bpoaudit.detect.spelling import is_spelled_name, said_parts
from bpoaudit.detect.spoken import Patterns, labelled_matches, value_of

_ANSWERED = 0.8
"""A value of the right shape, asked for; below what a check digit proves."""
_LENGTHS = {
    "CARD_SECURITY_CODE": (3, 4),
    "PIN": (4, 8),
    "ONE_TIME_PASSWORD": (4, 8),
    "CREDIT_CARD": (13, 19),
    "US_SSN": (9, 9),
    "PHONE_NUMBER": (7, 15),
    "BANK_ACCOUNT": (6, 28),
    "UK_NINO": (9, 9),
    "NATIONAL_ID": (6, 14),
}
"""Digits (or letters and digits) of the value."""
_TYPED = {
    "CARD_EXPIRY": re.compile(r"(?<![^\s,])(?:0[1-9]|1[0-2]) ?/ ?(?:20)?\d{2}(?![^\s,.;])"),
    "CARD_SECURITY_CODE": re.compile(
        r"(?<![^\s,])(?:(?<!\d )|(?<=/\d\d )|(?<=/20\d\d ))\d{3,4}(?![^\s,.;])(?! \d)"
    ),
}
_COMPLETE = {"PIN": (4, 6), "CARD_SECURITY_CODE": (3, 4)}
"""Digits of values that nobody cuts into pieces of these lengths."""
_CODES = {"ACCOUNT_ID": (3, 20), "POSTAL_CODE": (3, 10), "ONE_TIME_PASSWORD": (4, 10), "PASSPORT": (6, 10)}
"""Characters of a value that may hold letters too."""
_LAST_FOUR = frozenset({"US_SSN", "CREDIT_CARD", "BANK_ACCOUNT", "ACCOUNT_ID", "PHONE_NUMBER"})
_CODE_OF_TOWN = re.compile(r"(?=.*\d)[a-z]{0,2}\d[a-z\d]{2,6}", re.IGNORECASE)
_TOWN_WORDS = 3
_NAMED = frozenset(
    ["", "PASSPORT", "NATIONAL_ID", "US_SSN", "UK_NINO", "PL_PESEL", "IN_PAN", "IN_AADHAAR", "BD_NID",
    "VN_CCCD", "PHONE_NUMBER", "POSTAL_CODE", "DATE_OF_BIRTH", "CARD_EXPIRY", "CREDIT_CARD", "EMAIL_ADDRESS"]
)  # fmt: skip
"""What a value is whatever was asked, where the word for it stands beside it; a `code` may be any."""
_LEAST, _LIKELY = 0.5, 0.7
_PART = 3
"""Letters of the shortest part of a name that is told again by itself."""
_SHORT_WORD = 4
_NAME_WORDS, _PASSWORD_WORDS, _ADDRESS_WORDS = 4, 4, 12


@dataclass(frozen=True, slots=True)
class Reply:
    """A value by its place in the turn."""

    start: int
    end: int
    entity: str
    score: float
    value: str = field(repr=False)


def replies(question: Question, heard: Heard, patterns: Patterns) -> Iterator[Reply]:
    """Yield what `heard` says in reply to `question`."""
    if not question.entity or not heard.core:
        return
    if question.entity == "STREET_ADDRESS":
        yield from _place(heard, patterns)
    readers = (_as_known, _as_asked, _as_typed) if question.entity not in FREE else (_as_asked, _as_known)
    for read in readers:
        found = [reply for reply in read(question, heard, patterns) if _is_meant(question, heard, reply)]
        if found:
            yield from found
            return


def _is_meant(question: Question, heard: Heard, reply: Reply) -> bool:
    """Whether no word beside a value says that it is something else: `thanks. Passport 506517153.`"""
    if question.entity in FREE:
        return True
    named = named_before(heard.words, reply.start)
    return named is None or named.entity not in _NAMED or is_wanted(question, named.entity)


def _as_known(question: Question, heard: Heard, patterns: Patterns) -> Iterator[Reply]:
    """Yield what the recognisers find behind the words of the question."""
    for match in _in_patterns(question, heard, patterns):
        if question.entity == "PASSWORD" and refuses(words_of(heard.text[match.start : match.end])):
            continue
        entity = match.entity if question.entity == "NATIONAL_ID" else question.entity
        yield _reply(heard, match.start, match.end, entity, max(match.score, _ANSWERED))


def _as_asked(question: Question, heard: Heard, patterns: Patterns) -> Iterator[Reply]:
    """Yield what has the shape of an answer, though no recogniser knows it."""
    read = _READERS.get(question.entity)
    if read:
        yield from read(question, heard)
    if question.entity in _LENGTHS or question.last_four:
        yield from _digits(question, heard)


def _as_typed(question: Question, heard: Heard, patterns: Patterns) -> Iterator[Reply]:
    """Yield figures that stand apart though they read as one number: `09/28 731`."""
    typed = _TYPED.get(question.entity)
    if typed:
        yield from (_reply(heard, *match.span(), question.entity) for match in typed.finditer(heard.text))


def _in_patterns(question: Question, heard: Heard, patterns: Patterns) -> Iterator[Match]:
    seen: list[Match] = []
    found = labelled_matches(heard.text, question.label, patterns)
    for match in sorted(found, key=lambda m: (-m.score, m.start, -m.end, m.entity)):
        dated = question.entity == "DATE_OF_BIRTH" and match.entity == "DATE_TIME"
        if (dated or is_wanted(question, match.entity)) and not any(overlap(match, m) for m in seen):
            seen.append(match)
            yield match


def is_wanted(question: Question, entity: str) -> bool:
    """Whether a value is of the kind asked for: `your ID number` asks for that of any country."""
    if question.entity == "NATIONAL_ID":
        return category_of(entity) == category_of(question.entity)
    return entity == question.entity


def is_complete(question: Question, run: Run) -> bool:
    """Whether a run is all of what was asked for, so that no later one goes with it."""
    if question.entity == "DATE_OF_BIRTH":
        return bool(numeric_date(run.numbers)) or is_full_date(run.numbers)
    return bool(run.numbers) and len(_bare(run.value)) in _COMPLETE.get(question.entity, ())


def own_words(entity: str, said: str) -> Iterator[tuple[str, ...]]:
    """Yield the words by which a value is told again: all of a secret, each part of a name."""
    words = tuple(word.word for word in words_of(said))
    if entity == "PERSON":
        parts = (word for word in words if len(word) >= _PART and word.isalpha())
        yield from ((part,) for part in parts if not is_ordinary(part))
    elif words and not all(map(is_ordinary, words)):
        yield words


def _reply(heard: Heard, start: int, end: int, entity: str, score: float = _ANSWERED) -> Reply:
    return Reply(start, end, entity, score, value_of(heard.text[start:end]))


# --- values of digits -----------------------------------------------------------------------------


def _digits(question: Question, heard: Heard) -> Iterator[Reply]:
    low, high = _LENGTHS.get(question.entity, (1, 0))
    if question.last_four and question.entity in _LAST_FOUR:
        low = high = 4
    for runs in (runs_in(heard), apart(heard)):
        fitting = [
            run
            for run in runs
            if run.numbers and low <= len(_bare(run.value)) <= high and "/" not in run.value
            if not counted(heard, run)
        ]
        yield from (_reply(heard, run.start, run.end, question.entity) for run in fitting)
        if fitting:
            return


def _bare(value: str) -> str:
    return "".join(char for char in value if char.isalnum())


def _birth(question: Question, heard: Heard) -> Iterator[Reply]:
    """A date without its birth word: numbers that are a day, or a year alone."""
    for run in runs_in(heard):
        digits = _bare(run.value)
        year = len(digits) == 4 and digits[:2] in ("19", "20")
        if run.numbers and (year or numeric_date(run.numbers) or is_full_date(run.numbers)):
            yield _reply(heard, run.start, run.end, question.entity)


def _expiry(question: Question, heard: Heard) -> Iterator[Reply]:
    for run in dict.fromkeys([*runs_in(heard), *apart(heard)]):
        digits = _bare(run.value)
        if (
            run.numbers
            and len(digits) in (3, 4, 6)
            and 1 <= int(digits[: -4 if len(digits) == 6 else -2]) <= 12
        ):
            yield _reply(heard, run.start, run.end, question.entity)
    for sound in heard.sounds:
        if sound.kind is Kind.DATE:
            yield _reply(heard, sound.start, sound.end, question.entity)


def _code(question: Question, heard: Heard) -> Iterator[Reply]:
    """A code of digits, or of letters and digits (`asd 576`, `whiskey two 0 a b`)."""
    low, high = _CODES[question.entity]
    if question.last_four:
        return
    sounds = sounds_of(heard.core)
    code = "".join(s.text for s in sounds if s.kind not in (Kind.SIGN, Kind.FILLER, Kind.FIX))
    spelled = sum(len(s.text) == 1 or s.spoken for s in sounds)
    if (
        all(_can_be_code(s) for s in sounds)
        and low <= len(code) <= high
        and (any(map(str.isdigit, code)) or spelled >= 4)
    ):
        start, end = heard.core[0].start, heard.core[-1].end
        if not any(counted(heard, run) for run in runs_of(sounds)):
            yield _reply(heard, start, end, question.entity)
        return
    for run in runs_of(heard.sounds):
        value = _bare(run.value)
        if low <= len(value) <= high and sum(map(str.isdigit, value)) >= 3 and not counted(heard, run):
            yield _reply(heard, run.start, run.end, question.entity)


def _can_be_code(sound: Sound) -> bool:
    if sound.kind is Kind.WORD:
        ordinary = is_ordinary(sound.text) or sound.text in lexicon().months
        return sound.text.isalpha() and len(sound.text) <= _SHORT_WORD and not ordinary
    return sound.kind not in (Kind.STOP, Kind.DATE)


# --- values of words ------------------------------------------------------------------------------


def _name(question: Question, heard: Heard) -> Iterator[Reply]:
    """A name, said or spelled: a few words that are no ordinary ones."""
    long = [word for word in heard.core if len(word.word) > 1 or word.word.isdigit()]
    said = 0 < len(long) <= _NAME_WORDS and all(can_be_name(heard, word) for word in long)
    if not said and (first := _before_value(heard)):
        yield _reply(heard, first[0].start, first[-1].end, question.entity)
    elif said or is_spelled_name(said_parts(sounds_of(heard.core))):
        start, end = heard.core[0].start, heard.core[-1].end
        yield _reply(heard, start, end, question.entity, _ANSWERED if said else 0.75)


def _before_value(heard: Heard) -> Sequence[Word]:
    """Return the words before a code or a date that takes the rest of the answer (`… w 2 0 a b`)."""
    sounds = sounds_of(heard.core)
    codes = [(run.start, run.end, 2) for run in runs_of(sounds) if any(map(str.isdigit, run.value))]
    dates = [(sound.start, sound.end, 1) for sound in sounds if sound.kind is Kind.DATE]
    if len(codes + dates) != 1 or (codes + dates)[0][1] != heard.core[-1].end:
        return ()
    start, _, fewest = (codes + dates)[0]
    words = [word for word in heard.core if word.end <= start and word.word[0].isalnum()]
    return words if fewest <= len(words) <= _NAME_WORDS and all(can_be_name(heard, w) for w in words) else ()


def _secret(question: Question, heard: Heard) -> Iterator[Reply]:
    """A password or the answer to a security question: whatever is said, if it is short."""
    words = [word for word in heard.core if word.word[0].isalnum()]
    short = 0 < len(words) <= _PASSWORD_WORDS or is_spelled_name(said_parts(sounds_of(heard.core)))
    if short and not refuses(words):
        yield _reply(heard, heard.core[0].start, heard.core[-1].end, question.entity)


def _handle(question: Question, heard: Heard) -> Iterator[Reply]:
    """A user name: a few words and figures, not all of them ordinary (`j dot marsh 7`)."""
    sounds = [s for s in sounds_of(heard.core) if s.kind is not Kind.FILLER]
    words = [s.text for s in sounds if s.kind is Kind.WORD]
    known = any(s.kind in (Kind.STOP, Kind.DATE, Kind.FIX) for s in sounds)
    if known or len(words) > _PASSWORD_WORDS or any(map(is_ordinary, words)):
        return
    if words or is_spelled_name(said_parts(sounds)) or any(s.kind is Kind.DIGITS for s in sounds):
        yield _reply(heard, heard.core[0].start, heard.core[-1].end, question.entity)


def _street(question: Question, heard: Heard) -> Iterator[Reply]:
    """A street line: a number and what follows it."""
    for run in runs_of(sounds_of(heard.core)):
        line = [word for word in heard.core if word.start >= run.start]
        while line[-1].start >= run.end and is_ordinary(line[-1].word):
            line.pop()
        words = [word for word in line if word.start >= run.end and word.word.isalpha()]
        named = not all(is_ordinary(word.word) for word in words)
        if run.numbers and named and len(line) <= _ADDRESS_WORDS and not counted(heard, run):
            yield _reply(heard, run.start, line[-1].end, question.entity, _LIKELY)
        return


def _place(heard: Heard, patterns: Patterns) -> Iterator[Reply]:
    """The end of an address: a town of a few words, behind a street, before a postcode, or both."""
    runs = [run for run in runs_of(sounds_of(heard.core)) if run.end == heard.core[-1].end]
    code = runs[-1] if runs and _CODE_OF_TOWN.fullmatch(_bare(runs[-1].value)) else None
    words = [w for w in heard.core if w.word[0].isalnum() and (code is None or w.start < code.start)]
    streets = [(m.end, m.start) for m in patterns(heard.text, _LEAST) if m.entity == "STREET_ADDRESS"]
    if not streets and (at := _house_number(words)):
        streets = [(words[at].end, words[0].start)]
    end, start = max(streets, default=(0, 0))
    town = [word for word in words if word.start >= end]
    if (streets or code) and 0 < len(town) <= _TOWN_WORDS and all(can_be_name(heard, word) for word in town):
        if streets:
            yield _reply(heard, start, end, "STREET_ADDRESS", _LIKELY)
        yield _reply(heard, town[0].start, town[-1].end, "LOCATION", _LIKELY)
        if code:
            yield _reply(heard, code.start, code.end, "POSTAL_CODE", _LIKELY)


def _house_number(words: Sequence[Word]) -> int:
    """Return where the number stands in `street 12 town`; 0 in any other order."""
    at = max((i for i, word in enumerate(words) if word.word[0].isdigit()), default=0)
    named = [word.word for word in words[:at] if len(word.word) > _PART and word.word.isalpha()]
    after = [word.word for word in words[at + 1 :]]
    if (
        not named
        or any(map(is_ordinary, named))
        or any(is_street_type(w) or w in phrasing().units for w in after)
    ):
        return 0
    return at


_READERS: dict[str, Callable[[Question, Heard], Iterator[Reply]]] = {
    "DATE_OF_BIRTH": _birth,
    "CARD_EXPIRY": _expiry,
    "ACCOUNT_ID": _code,
    "POSTAL_CODE": _code,
    "ONE_TIME_PASSWORD": _code,
    "PASSPORT": _code,
    "USERNAME": _handle,
    "PERSON": _name,
    "LOCATION": _name,
    "PASSWORD": _secret,
    "STREET_ADDRESS": _street,
}
