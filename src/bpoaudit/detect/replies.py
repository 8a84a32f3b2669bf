"""What a turn says in reply to a known question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bpoaudit.detect.answers import core
from bpoaudit.detect.lexicon import Word, lexicon, phrase_at, words_of
from bpoaudit.detect.matches import Match
from bpoaudit.detect.questions import FREE, Question, phrasing
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
_CODES = {"ACCOUNT_ID": (3, 20), "POSTAL_CODE": (3, 10), "ONE_TIME_PASSWORD": (4, 10), "PASSPORT": (6, 10)}
"""Characters of a value that may hold letters too."""
_LAST_FOUR = frozenset({"US_SSN", "CREDIT_CARD", "BANK_ACCOUNT", "ACCOUNT_ID", "PHONE_NUMBER"})
_SHORT_WORD = 4
_LONG_LEAD = 4
"""Words that can stand before `it's` and the answer."""
_UNIT = 24
"""Characters after a number in which its unit stands."""
_MONEY = re.compile(r"[$€£¥₹]\s*\Z")
_NAME_WORDS, _PASSWORD_WORDS, _ADDRESS_WORDS = 4, 4, 12
_JOINS = frozenset({"and", "then", "y", "oraz"})
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Reply:
    """A value by its place in the turn."""

    start: int
    end: int
    entity: str
    score: float
    value: str = field(repr=False)


@dataclass(frozen=True)
class Heard:
    """A turn taken apart once for all questions."""

    text: str = field(repr=False)
    words: Sequence[Word] = field(repr=False)
    sounds: Sequence[Sound] = field(repr=False)
    core: Sequence[Word] = field(repr=False)
    """The words without what is said around an answer."""

    def __len__(self) -> int:
        return len(self.words)


def hear(text: str) -> Heard:
    """Take a turn apart."""
    words = words_of(text)
    return Heard(text, words, sounds_of(words), _answer(words))


def _answer(words: Sequence[Word]) -> Sequence[Word]:
    said, before = core(words), 0
    while said and before < min(_LONG_LEAD, len(said)):
        size = phrase_at(phrasing().introductions, said, before)
        if size:
            said, before = core(said[before + size :]), 0
        elif _is_number(said, before):
            break
        else:
            before += 1  # `sorry then it's …`
    return said


def _is_number(words: Sequence[Word], at: int) -> bool:
    word, after = words[at].word, words[at + 1].word if at + 1 < len(words) else ""
    if word == "oh" and len(after) > 1 and after.isalpha() and after not in lexicon().numbers:
        return False
    return not word.isalpha() or len(word) == 1 or word in lexicon().certain


def replies(question: Question, heard: Heard, patterns: Patterns) -> Iterator[Reply]:
    """Yield what `heard` says in reply to `question`."""
    if not question.entity or not heard.core:
        return
    readers = (_as_known, _as_asked) if question.entity not in FREE else (_as_asked, _as_known)
    for read in readers:
        found = list(read(question, heard, patterns))
        if found:
            yield from found
            return


def _as_known(question: Question, heard: Heard, patterns: Patterns) -> Iterator[Reply]:
    """Yield what the recognisers find behind the words of the question."""
    for match in _in_patterns(question, heard, patterns):
        if question.entity == "PASSWORD" and _refuses(words_of(heard.text[match.start : match.end])):
            continue
        yield _reply(heard, match.start, match.end, question.entity, max(match.score, _ANSWERED))


def _as_asked(question: Question, heard: Heard, patterns: Patterns) -> Iterator[Reply]:
    """Yield what has the shape of an answer, though no recogniser knows it."""
    read = _READERS.get(question.entity)
    if read:
        yield from read(question, heard)
    if question.entity in _LENGTHS or question.last_four:
        yield from _digits(question, heard)


def _in_patterns(question: Question, heard: Heard, patterns: Patterns) -> Iterator[Match]:
    entities = {question.entity, "DATE_TIME"} if question.entity == "DATE_OF_BIRTH" else {question.entity}
    seen: set[tuple[int, int]] = set()
    for match in labelled_matches(heard.text, question.label, patterns):
        span = match.start, match.end
        if match.entity in entities and not any(s < span[1] and span[0] < e for s, e in seen):
            seen.add(span)
            yield match


def _reply(heard: Heard, start: int, end: int, entity: str, score: float = _ANSWERED) -> Reply:
    return Reply(start, end, entity, score, value_of(heard.text[start:end]))


# --- values of digits -----------------------------------------------------------------------------


def runs_in(heard: Heard) -> list[Run]:
    """Return the runs of a turn; all of a turn that holds nothing else is read loosely (`to` is `2`)."""
    sounds = sounds_of(heard.core)
    bare = all(s.kind not in (Kind.WORD, Kind.DATE, Kind.STOP) for s in sounds)
    return runs_of(sounds, loose=True) if bare else runs_of(heard.sounds)


def _apart(heard: Heard) -> list[Run]:
    """Return the runs of a turn, with a new one after each `and` or `then` (`eleven twenty nine and 908`)."""
    return runs_of(
        replace(s, kind=Kind.STOP)
        if s.kind is Kind.FILLER and heard.text[s.start : s.end].lower() in _JOINS
        else s
        for s in sounds_of(heard.core)
    )


def counted(heard: Heard, run: Run) -> bool:
    """Whether the run is a price, a time or a quantity."""
    after = words_of(heard.text[run.end : run.end + _UNIT])[:1]
    if after and after[0].word in phrasing().units:
        return True
    before = [word.word for word in heard.words if word.end <= run.start][-2:]
    if before[-1:] in (["is"], ["of"], ["was"], [":"]):
        before.pop()
    measured = bool(before) and before[-1] in phrasing().amounts
    return measured or _MONEY.search(heard.text[max(0, run.start - 3) : run.start]) is not None


def _digits(question: Question, heard: Heard) -> Iterator[Reply]:
    low, high = _LENGTHS.get(question.entity, (1, 0))
    if question.last_four and question.entity in _LAST_FOUR:
        low = high = 4
    for runs in (runs_in(heard), _apart(heard)):
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
    for run in dict.fromkeys([*runs_in(heard), *_apart(heard)]):
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
        ordinary = _ordinary(sound.text) or sound.text in lexicon().months
        return sound.text.isalpha() and len(sound.text) <= _SHORT_WORD and not ordinary
    return sound.kind not in (Kind.STOP, Kind.DATE)


# --- values of words ------------------------------------------------------------------------------


def _ordinary(word: str) -> bool:
    word = word.removesuffix("'s")
    return word in phrasing().refusals or (len(word) > 1 and word in lexicon().plain)


def _refuses(words: Sequence[Word]) -> bool:
    return any(word.word.removesuffix("'s") in phrasing().refusals for word in words)


def _name(question: Question, heard: Heard) -> Iterator[Reply]:
    """A name, said or spelled: a few words that are no ordinary ones."""
    words = [word for word in heard.core if word.word[0].isalnum()]
    long = [word for word in words if len(word.word) > 1]
    said = 0 < len(long) <= _NAME_WORDS and all(
        _WORD.fullmatch(word.word) and not _ordinary(word.word) for word in long
    )
    if said or is_spelled_name(said_parts(sounds_of(heard.core))):
        start, end = heard.core[0].start, heard.core[-1].end
        yield _reply(heard, start, end, question.entity, _ANSWERED if said else 0.75)


def _secret(question: Question, heard: Heard) -> Iterator[Reply]:
    """A password or the answer to a security question: whatever is said, if it is short."""
    words = [word for word in heard.core if word.word[0].isalnum()]
    short = 0 < len(words) <= _PASSWORD_WORDS or is_spelled_name(said_parts(sounds_of(heard.core)))
    if short and not _refuses(words):
        yield _reply(heard, heard.core[0].start, heard.core[-1].end, question.entity)


def _handle(question: Question, heard: Heard) -> Iterator[Reply]:
    """A user name: a few words and figures, not all of them ordinary (`j dot marsh 7`)."""
    sounds = [s for s in sounds_of(heard.core) if s.kind is not Kind.FILLER]
    words = [s.text for s in sounds if s.kind is Kind.WORD]
    known = any(s.kind in (Kind.STOP, Kind.DATE, Kind.FIX) for s in sounds)
    if known or len(words) > _PASSWORD_WORDS or any(map(_ordinary, words)):
        return
    if words or is_spelled_name(said_parts(sounds)) or any(s.kind is Kind.DIGITS for s in sounds):
        yield _reply(heard, heard.core[0].start, heard.core[-1].end, question.entity)


def _street(question: Question, heard: Heard) -> Iterator[Reply]:
    """A street line: a number and what follows it."""
    for run in runs_of(sounds_of(heard.core)):
        line = [word for word in heard.core if word.start >= run.start]
        words = [word for word in line if word.start >= run.end and word.word.isalpha()]
        named = not all(_ordinary(word.word) for word in words)
        if run.numbers and named and len(line) <= _ADDRESS_WORDS and not counted(heard, run):
            yield _reply(heard, run.start, line[-1].end, question.entity, 0.7)
        return


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
