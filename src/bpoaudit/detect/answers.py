"""Turns that are nothing but the answer to a question: a spelled name, a postcode, a date, a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bpoaudit.detect.given_names import is_given_name
from bpoaudit.detect.lexicon import Word, lexicon, phrase_at
from bpoaudit.detect.not_names import not_names
from bpoaudit.detect.postcodes import spelled_score
from bpoaudit.detect.said_dates import bare_date_score
from bpoaudit.detect.sounds import Kind, Sound, sounds_of
from bpoaudit.detect.spelling import is_spelled_name, said_parts
from bpoaudit.detect.traces import MOST_NAMES

_NUMERIC = frozenset({Kind.DIGITS, Kind.SIGN, Kind.WEAK, Kind.FILLER})
_PHONE = re.compile(r"[2-9]\d{9}|0[1-9]\d{9}|44[1-9]\d{9}")
"""Ten digits as in North America and India, eleven with a trunk zero, or a British number with its code."""
_POSTCODE_DIGITS = 5
"""As in the United States and most of continental Europe."""


class Answer(NamedTuple):
    """What a whole turn is, in offsets of its text."""

    start: int
    end: int
    entity: str
    score: float


def core(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words without what is said around an answer (`yes it's …`, `… please`)."""
    lex, first, last = lexicon(), 0, len(words)
    while first < last:
        size = phrase_at(lex.lead, words[:last], first) or (not words[first].word[0].isalnum())
        if not size:
            break
        first += size
    while last > first:
        if not words[last - 1].word[0].isalnum():
            last -= 1
            continue
        size = next(
            (n for n in (3, 2, 1) if last - n >= first and phrase_at(lex.tail, words, last - n) == n), 0
        )
        if not size:
            break
        last -= size
    return words[first:last]


def whole(words: Sequence[Word]) -> Iterator[Answer]:
    """Yield what the turn is if it is nothing else; scores are modest, as no question was heard."""
    said = core(words)
    if not said:
        return
    sounds = sounds_of(said)
    if all(s.kind in _NUMERIC for s in sounds) and any(s.kind is Kind.DIGITS for s in sounds):
        entity, score = _number(sounds)
    elif _is_name(said):
        entity, score = "PERSON", 0.55
    else:
        entity, score = _code(sounds)
    if score:
        yield Answer(said[0].start, said[-1].end, entity, score)


def _is_name(words: Sequence[Word]) -> bool:
    """Whether a frequent given name begins the answer and nothing but names can follow (`ewa nowicka`)."""
    return (
        len(words) <= MOST_NAMES
        and all(word.word.isalpha() and len(word.word) > 2 for word in words)
        and is_given_name(words[0].word)
        and not any(word.word in lexicon().plain or word.word in not_names().ordinary for word in words)
    )


def _code(sounds: Sequence[Sound]) -> tuple[str, float]:
    parts = said_parts(sounds)
    numbers = sum(any(map(str.isdigit, part.text)) for part in parts)
    if numbers <= 1 and is_spelled_name(parts):
        return "PERSON", 0.6
    return "POSTAL_CODE", spelled_score(parts)


def _number(sounds: Sequence[Sound]) -> tuple[str, float]:
    numbers = [s.text for s in sounds if s.kind is Kind.DIGITS]
    digits = "".join(numbers)
    said = any(s.spoken for s in sounds) or (len(numbers) > 3 and all(len(n) == 1 for n in numbers))
    if score := bare_date_score(numbers):
        return "DATE_TIME", score
    if any(s.kind is Kind.WEAK for s in sounds):
        return "", 0
    if _PHONE.fullmatch(digits):
        return "PHONE_NUMBER", 0.55 if said else 0.45
    if len(digits) == _POSTCODE_DIGITS or _is_hyphened(sounds):
        return "POSTAL_CODE", 0.5 if said else 0.45
    return "", 0


def _is_hyphened(sounds: Sequence[Sound]) -> bool:
    """Whether the answer begins like a Polish postcode (`04-980`), whatever was heard after it."""
    first = [sound for sound in sounds if sound.kind is not Kind.FILLER][:3]
    return [len(sound.text) for sound in first] == [2, 1, 3] and first[1].text == "-"
