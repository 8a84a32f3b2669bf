"""Turns that are nothing but the answer to a question: a spelled name, a postcode, a date, a number."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bpoaudit.detect.lexicon import Word, lexicon, phrase_at
from bpoaudit.detect.sounds import Kind, Sound, sounds_of

_SHORTEST_NAME = 4
_FRAGMENT = 3
"""Letters that speech recognition writes together when a word is spelled (`GE R A Rd`)."""
_POSTCODES = ("A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA")
"""Outlines of British postcodes (BS 7666): area, district, then a figure and two letters."""
_SHORTEST_POSTCODE, _LONGEST_POSTCODE = 4, 8
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_PHONE = re.compile(r"[2-9]\d{9}|0[1-9]\d{9}|44[1-9]\d{9}")
"""Ten digits as in North America and India, eleven with a trunk zero, or a British number with its code."""


class Answer(NamedTuple):
    """What a whole turn is, in offsets of its text."""

    start: int
    end: int
    entity: str
    score: float


class _Said(NamedTuple):
    text: str
    single: bool
    """Said by itself: one letter, one figure, one word of the spelling alphabet."""
    plain: bool
    """An ordinary word of the language."""


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
    sounds = [s for s in sounds_of(said) if s.kind not in (Kind.FILLER, Kind.FIX)]
    start, end = said[0].start, said[-1].end
    if all(s.kind in (Kind.DIGITS, Kind.SIGN) for s in sounds):
        entity, score = _number(sounds)
    else:
        parts = [part for sound in sounds if (part := _part(sound))]
        entity, score = _code(parts)
    if entity:
        yield Answer(start, end, entity, score)


def _part(sound: Sound) -> _Said | None:
    size = sound.end - sound.start
    match sound.kind:
        case Kind.SIGN | Kind.STOP:
            return None
        case Kind.WORD:
            return _Said(sound.text, False, sound.text in lexicon().plain)
        case Kind.WEAK:
            return _Said(sound.text, size == 1, size > 1)
        case Kind.DATE:
            return _Said(sound.text, False, True)
        case _:
            return _Said(sound.text, len(sound.text) == 1 or sound.spoken, False)


# --- letters, or letters and digits ---------------------------------------------------------------


def _code(parts: Sequence[_Said]) -> tuple[str, float]:
    numbers = sum(any(map(str.isdigit, part.text)) for part in parts)
    if numbers <= 1 and _is_spelled_name(parts):
        return "PERSON", 0.6
    return ("POSTAL_CODE", 0.55) if _is_postcode(parts) else ("", 0)


def _is_spelled_name(parts: Sequence[_Said]) -> bool:
    letters = [part for part in parts if part.text.isalpha()]
    spelled = "".join(part.text for part in letters)
    singles = sum(part.single for part in letters)
    fragments = all(len(part.text) <= _FRAGMENT for part in letters)
    if (
        len(spelled) < _SHORTEST_NAME
        or is_no_name(spelled)
        or 4 * sum(part.plain for part in parts) > len(parts)
    ):
        return False
    if len(letters) < len(parts) and singles < 2 * _FRAGMENT:
        return False
    return singles >= 3 or (fragments and singles >= 2 and len(letters) >= 4)


def is_no_name(letters: str) -> bool:
    """Whether spelled letters are an abbreviation or a piece of the alphabet."""
    return letters in lexicon().acronyms or letters in _ALPHABET or len(set(letters)) == 1


def _is_postcode(parts: Sequence[_Said]) -> bool:
    """Whether a spelled code is a British postcode, one character misheard allowed."""
    heard = [part for part in parts if not part.plain or not part.text.isalpha() or len(part.text) == 1]
    short = [part for part in heard if len(part.text) <= _FRAGMENT or not part.text.isalpha()]
    if len(short) < len(heard) - 1 or sum(part.single for part in short) < 2:
        return False
    code = "".join(part.text for part in short)
    if not _SHORTEST_POSTCODE <= len(code) <= _LONGEST_POSTCODE or not code[-1].isalpha():
        return False
    outline = "".join("9" if char.isdigit() else "A" for char in code)
    return any(_within_one(outline, postcode) for postcode in _POSTCODES)


def _within_one(left: str, right: str) -> bool:
    """Whether one character changed, left out or put in makes `left` into `right`."""
    if abs(len(left) - len(right)) > 1:
        return False
    common = 0
    while common < min(len(left), len(right)) and left[common] == right[common]:
        common += 1
    rest_left, rest_right = left[common:], right[common:]
    return rest_left[1:] == rest_right[1:] or rest_left[1:] == rest_right or rest_left == rest_right[1:]


# --- digits ---------------------------------------------------------------------------------------


def _number(sounds: Sequence[Sound]) -> tuple[str, float]:
    numbers = [s.text for s in sounds if s.kind is Kind.DIGITS]
    digits = "".join(numbers)
    said = any(s.spoken for s in sounds) or (len(numbers) > 3 and all(len(n) == 1 for n in numbers))
    if _is_full_date(numbers):
        return "DATE_TIME", 0.6
    if _PHONE.fullmatch(digits):
        return "PHONE_NUMBER", 0.55 if said else 0.45
    if len(digits) == 5 and (said or [len(n) for n in numbers] == [2, 3]):
        return "POSTAL_CODE", 0.5 if said else 0.45
    return "", 0


def numeric_date(numbers: Sequence[str]) -> str:
    """Return three numbers said one after the other (`3`, `5`, `19` `82`) as `3/5/1982`, or nothing."""
    if len(numbers) < 3 or not 1 <= len(numbers[0]) <= 2 or not 1 <= len(numbers[1]) <= 2:
        return ""
    year = "".join(numbers[2:])
    if not (len(year) == 4 and year[:2] in ("19", "20")) and not (len(numbers) == 3 and len(year) == 2):
        return ""
    full = int(year) if len(year) == 4 else 1900 + int(year)
    return f"{numbers[0]}/{numbers[1]}/{year}" if _is_day(full, int(numbers[0]), int(numbers[1])) else ""


def _is_full_date(numbers: Sequence[str]) -> bool:
    """Whether all digits together are a day of the last hundred years, whatever the pauses between them."""
    digits = "".join(numbers)
    if len(digits) == 8:
        first, second, year = int(digits[:2]), int(digits[2:4]), digits[4:]
        return _is_recent(year, first, second) or _is_recent(digits[:4], int(digits[4:6]), int(digits[6:]))
    if len(numbers) < 2 or not 6 <= len(digits) <= 7:
        return False
    day_month, year = digits[:-4], digits[-4:]
    return any(_is_recent(year, int(day_month[:at]), int(day_month[at:])) for at in range(1, len(day_month)))


def _is_recent(year: str, first: int, second: int) -> bool:
    return year[:2] in ("19", "20") and int(year) < 2040 and _is_day(int(year), first, second)


def _is_day(year: int, first: int, second: int) -> bool:
    """Whether day and month, in either order, exist in that year."""
    return any(_exists(year, month, day) for day, month in ((first, second), (second, first)))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True
