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
_NUMERIC = frozenset({Kind.DIGITS, Kind.SIGN, Kind.WEAK, Kind.FILLER})
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
    named: bool = False
    """A letter said with a word of the spelling alphabet."""


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
    start, end = said[0].start, said[-1].end
    if all(s.kind in _NUMERIC for s in sounds) and any(s.kind is Kind.DIGITS for s in sounds):
        entity, score = _number(sounds)
    else:
        parts = [part for sound in sounds if (part := _part(sound))]
        entity, score = _code(parts)
    if score:
        yield Answer(start, end, entity, score)


def _part(sound: Sound) -> _Said | None:
    size = sound.end - sound.start
    match sound.kind:
        case Kind.SIGN | Kind.STOP | Kind.FIX:
            return None
        case Kind.FILLER:
            return _Said("", False, True) if size > 1 else None
        case Kind.WORD:
            return _Said(sound.text, False, not sound.text.isalpha() or sound.text in lexicon().plain)
        case Kind.WEAK:
            return _Said(sound.text, size == 1, size > 1)
        case Kind.DATE:
            return _Said(sound.text, False, True)
        case _:
            named = sound.kind is Kind.LETTERS and sound.spoken
            return _Said(sound.text, len(sound.text) == 1 or sound.spoken, False, named)


def is_spelled_name(words: Sequence[Word]) -> bool:
    """Whether the words spell something letter by letter."""
    return _is_spelled_name([part for sound in sounds_of(words) if (part := _part(sound))])


# --- letters, or letters and digits ---------------------------------------------------------------


def _code(parts: Sequence[_Said]) -> tuple[str, float]:
    numbers = sum(any(map(str.isdigit, part.text)) for part in parts)
    if numbers <= 1 and _is_spelled_name(parts):
        return "PERSON", 0.6
    return "POSTAL_CODE", _postcode_score(parts)


def _is_spelled_name(parts: Sequence[_Said]) -> bool:
    """Whether most of the parts are letters and pieces of words."""
    letters = [part for part in parts if part.text.isalpha()]
    ordinary = sum(part.plain for part in parts)
    spelled = "".join(part.text for part in letters)
    singles = sum(part.single for part in letters)
    words = sum(len(part.text) > _FRAGMENT and not part.single for part in letters)
    if (
        len(spelled) < _SHORTEST_NAME
        or is_no_name(spelled)
        or 4 * ordinary > len(parts)
        or 2 * words > singles
    ):
        return False
    if any(part.text in lexicon().things for part in letters):
        return False
    # `a golf hotel in quebec` spells nothing, nor does `r u ok u r great`.
    if ordinary and any(part.named for part in letters):
        return False
    if words + ordinary and len({part.text for part in letters if part.single}) < 3:
        return False
    if any(map(str.isdigit, "".join(part.text for part in parts))) and singles < 2 * _FRAGMENT:
        return False
    return singles >= 3 or (words == 0 and singles >= 2 and len(letters) >= 4)


def is_no_name(letters: str) -> bool:
    """Whether spelled letters are an abbreviation or a piece of the alphabet."""
    return letters in lexicon().acronyms or letters in _ALPHABET or len(set(letters)) == 1


def _postcode_score(parts: Sequence[_Said]) -> float:
    """Return how surely a spelled code is a British postcode; characters may be misheard."""
    heard = [part for part in parts if not part.plain or len(part.text) == 1]
    short = [part for part in heard if len(part.text) <= _FRAGMENT or not part.text.isalpha()]
    # A code with some words around it is another matter: `see you at 15 to 7 then`.
    if len(short) < len(heard) - 1 or len(parts) > 1.5 * len(short):
        return 0
    sure = [part for part in short if part.single or not part.text.isalpha()]
    return max(_code_score(short, len(parts)), _code_score(sure, len(parts)))


def _code_score(parts: Sequence[_Said], said: int) -> float:
    code = "".join(part.text for part in parts)
    if not _SHORTEST_POSTCODE <= len(code) <= _LONGEST_POSTCODE or code.isalpha() or code.isdigit():
        return 0
    if code.endswith(("am", "pm")):  # a time; no postcode has an M in its last part
        return 0
    singles = sum(part.single or not (part.text.isalpha() or part.text.isdigit()) for part in parts)
    wrong = min(_distance(_outline(code), postcode) for postcode in _POSTCODES)
    if sum(part.named for part in parts) >= 2:
        return 0.75
    if wrong == 0 and singles >= 1:
        return 0.6
    if wrong == 1 and singles >= 2 and _outline(code)[-1] == "A":
        return 0.55
    # Every character said by itself, and no booking reference such as `h 6 j 7 u 8`.
    return 0.45 if wrong == 2 and singles == said and _outline(code) != "A9A9A9" else 0


def _outline(code: str) -> str:
    """Return `A` for each letter and `9` for each figure; a zero at the end is an `o`."""
    outline = "".join("9" if char.isdigit() else "A" for char in code)
    return outline[:-1] + "A" if code.endswith("0") else outline


def _distance(left: str, right: str) -> int:
    """Return how many characters must be changed, left out or put in to make `left` into `right`."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(right, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


# --- digits ---------------------------------------------------------------------------------------


def _number(sounds: Sequence[Sound]) -> tuple[str, float]:
    numbers = [s.text for s in sounds if s.kind is Kind.DIGITS]
    digits = "".join(numbers)
    said = any(s.spoken for s in sounds) or (len(numbers) > 3 and all(len(n) == 1 for n in numbers))
    if is_full_date(numbers):
        return "DATE_TIME", 0.75 if len(digits) == 8 else 0.6
    if any(s.kind is Kind.WEAK for s in sounds):
        return "", 0
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


def expiry_date(numbers: Sequence[str]) -> str:
    """Return month and year of a card said without a slash (`oh four twenty six`) as `04/26`, or nothing."""
    digits = "".join(numbers)
    return f"{digits[:2]}/{digits[2:]}" if len(digits) == 4 and 1 <= int(digits[:2]) <= 12 else ""


def is_full_date(numbers: Sequence[str]) -> bool:
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
