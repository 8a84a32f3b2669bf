"""What the words of a spoken text stand for: digits, letters, dates and signs, each with its place.

The words themselves are data (`words/spoken.yaml`). A sound keeps the offsets of the words it was
said with, so that whatever is read from sounds can be found in the text again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from bpoaudit.detect.lexicon import Lexicon, Word, lexicon, phrase_at


class Kind(Enum):
    """What a word can be in a spoken value."""

    DIGITS = "digits"
    LETTERS = "letters"
    MIXED = "mixed"
    """Letters and digits written together (`EX8`), as speech recognition does at times."""
    DATE = "date"
    SIGN = "sign"
    WEAK = "weak"
    """A word or letter that more often is just a word (`to`, `a`)."""
    FILLER = "filler"
    FIX = "fix"
    """Takes back what was said before it (`no sorry`)."""
    WORD = "word"
    STOP = "stop"
    """Punctuation that no value goes across."""


class Sound(NamedTuple):
    """A word, or some words that mean one thing together. `repr` never shows content."""

    start: int
    end: int
    kind: Kind
    text: str
    """What it stands for: `44` for `double four`, `b` for `b as in boy`, `3 may 1982`."""
    spoken: bool = False
    """True where no writer would put it like this."""

    def __repr__(self) -> str:
        return f"Sound({self.start}, {self.end}, {self.kind})"


_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_ORDINAL_ENDS = frozenset({"st", "nd", "rd", "th"})
_PAUSES = frozenset(",.;:…")
_DASHES = frozenset("-‐‑‒–—")
_SIGNS = frozenset("+/@")
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_LONGEST_DATE = 24
"""Words that a date can have, with everything that is said between its parts."""


def sounds_of(words: Sequence[Word]) -> list[Sound]:
    """Return what the words stand for, in order; every word is part of exactly one sound."""
    return list(_Reader(words).read())


class _Number(NamedTuple):
    text: str
    end: int
    """Index of the word after it."""
    ordinal: bool
    spoken: bool


class _Reader:
    """Reads words from left to right; each method returns what begins at a word, if it does."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.lexicon = lexicon()

    def read(self) -> Iterator[Sound]:
        at, starts, spells = 0, self.lexicon.starts, False
        while at < len(self.words):
            start, last, word = self.words[at]
            if word not in starts and len(word) > 1 and word.isalpha():
                yield Sound(start, last, Kind.WORD, word)
                at, spells = at + 1, False
                continue
            kind, text, end, spoken = self._next(at, spells)
            spells = kind is Kind.LETTERS and spoken
            yield Sound(start, self.words[end - 1].end, kind, text, spoken)
            at = end

    def _next(self, at: int, spells: bool) -> tuple[Kind, str, int, bool]:
        # `tango november eight` is no day.
        date = None if spells and self.words[at].word in self.lexicon.letters else self._date(at)
        if date:
            return Kind.DATE, *date, True
        if size := phrase_at(self.lexicon.fixes, self.words, at):
            return Kind.FIX, "", at + size, False
        value = self._named(at) or self._repeated(at) or self._value(at)
        if value:
            return value
        word = self.words[at].word
        if word in self.lexicon.signs:
            return Kind.SIGN, self.lexicon.signs[word], at + 1, True
        if word in _SIGNS or word == "_":
            return Kind.SIGN, word, at + 1, False
        if word in _DASHES:
            return Kind.SIGN, "-", at + 1, False
        if size := phrase_at(self.lexicon.fillers, self.words, at):
            return Kind.FILLER, "", at + size, False
        if word in _PAUSES:
            return Kind.FILLER, "", at + 1, False
        if word in self.lexicon.weak:
            return Kind.WEAK, str(self.lexicon.weak[word]), at + 1, True
        mixed = word.isalnum() and any(map(str.isdigit, word)) and any(map(str.isalpha, word))
        if mixed and not _ORDINAL.fullmatch(word):
            return Kind.MIXED, word, at + 1, False
        return (Kind.WORD if word[0].isalnum() else Kind.STOP), word, at + 1, False

    def _named(self, at: int) -> tuple[Kind, str, int, bool] | None:
        """Read a letter whose name is more than a word."""
        for size in (3, 2):
            name = tuple(said.word for said in self.words[at : at + size])
            if name in self.lexicon.spelled:
                return Kind.LETTERS, self.lexicon.spelled[name], at + len(name), True
        return None

    def _repeated(self, at: int) -> tuple[Kind, str, int, bool] | None:
        times = self.lexicon.repeats.get(self.words[at].word)
        if times is None or at + 1 == len(self.words):
            return None
        once = self._value(at + 1)
        if once is None or len(once[1]) != 1:
            return None
        kind = Kind.LETTERS if once[1].isalpha() else Kind.DIGITS
        return kind, once[1] * times, once[2], True

    def _value(self, at: int) -> tuple[Kind, str, int, bool] | None:
        """Read digits or a letter."""
        number = self._number(at)
        if number and not number.ordinal:
            return Kind.DIGITS, number.text, number.end, number.spoken
        letter = self._letter(at)
        if letter:
            return letter
        size = phrase_at(self.lexicon.case, self.words, at)
        if size and at + size < len(self.words):
            letter = self._letter(at + size)
            return (Kind.LETTERS, letter[1], letter[2], True) if letter else None
        return None

    def _letter(self, at: int) -> tuple[Kind, str, int, bool] | None:
        word = self.words[at].word.removesuffix("'s")
        if word in self.lexicon.letters:
            return Kind.LETTERS, self.lexicon.letters[word], at + 1, True
        # Letters of scripts without capitals are parts of words here: vowel signs stand between them.
        if len(word) != 1 or not word.isalpha() or word == word.upper():
            return None
        size = phrase_at(self.lexicon.like, self.words, at + 1) if at + 1 < len(self.words) else 0
        said = at + 1 + size
        if size and said < len(self.words) and self._begins_with(said, word):
            return Kind.LETTERS, word, said + 1, True
        if said < len(self.words) and self.lexicon.letters.get(self.words[said].word) == word:
            return Kind.LETTERS, word, said + 1, True  # `b bravo`
        return (Kind.WEAK if word in "ai" else Kind.LETTERS), word, at + 1, False

    def _begins_with(self, at: int, letter: str) -> bool:
        word = self.words[at].word
        return word.startswith(letter) and len(word) > 1

    def _number(self, at: int) -> _Number | None:
        """Read a number in figures or words: `21`, `3rd`, `twenty one`, `two thousand and five`."""
        word = self.words[at].word
        if word.isascii() and word.isdigit():
            after = self.words[at + 1].word if at + 1 < len(self.words) else ""
            if len(word) <= 2 and after in _ORDINAL_ENDS:
                return _Number(str(int(word)), at + 2, True, False)
            return _Number(word, at + 1, False, False)
        if figure := _ORDINAL.fullmatch(word):
            return _Number(str(int(figure[1])), at + 1, True, False)
        return self._number_in_words(at)

    def _number_in_words(self, at: int) -> _Number | None:
        lex, total, last, room, ordinal, end = self.lexicon, 0, 0, 1 << 30, False, at
        while end < len(self.words):
            word = self.words[end].word
            value = lex.numbers.get(word, lex.ordinals.get(word))
            if room == 100 and value is not None and self._goes_on(end, value):
                break
            if value is not None and value < room and (value or end == at):
                total, last, ordinal = total + value, value, word not in lex.numbers
                room = _room(value)
                if not ordinal and value == 0:
                    return _Number("0", end + 1, False, True)
            elif word in lex.hundred and end > at and 0 < last < 20:
                total, last, room = total + 99 * last, 0, 100
            elif word in lex.thousand and 0 <= total < 1000 and not ordinal:
                total, last, room = (total or 1) * 1000, 0, 1000
            elif not (end > at and word in lex.joins and room > 1 and self._fits(end + 1, room)):
                break
            end += 1
        return _Number(str(total), end, ordinal, True) if end > at else None

    def _goes_on(self, at: int, value: int) -> bool:
        """Whether a figure after a hundred is the first of several: `nine hundred` `one two three`."""
        after = self.words[at + 1].word if at + 1 < len(self.words) else ""
        return value < 10 and self.lexicon.numbers.get(after, 10) < 10

    def _fits(self, at: int, room: int) -> bool:
        return at < len(self.words) and 0 < self.lexicon.numbers.get(self.words[at].word, 0) < room

    def _date(self, at: int) -> tuple[str, int] | None:
        """Read a date that is said in words; one in figures alone is left to the patterns."""
        lex = self.lexicon
        if self.words[at].word not in lex.months and self._number(at) is None:
            return None
        parts: list[_Number] = []
        months: list[int] = []  # the number of parts before each month
        names: list[str] = []
        ofs = spoken = False
        end = last = at
        while end < len(self.words) and end - at < _LONGEST_DATE and len(parts) < 6:
            word = self.words[end].word
            number = self._number(end)
            if number:
                parts.append(number)
                spoken = spoken or number.spoken
                end = last = number.end
            elif word in lex.months and not months:
                months.append(len(parts))
                names.append(word)
                end = last = end + 1
            elif (word in lex.of or word == ",") and end > at:
                ofs = ofs or word in lex.of
                end += 1
            else:
                break
            read = _dated(parts, months, names, lex)
            if read and read[1] == 4:
                break
        return self._shorter(at, parts, months, names, ofs, spoken, last)

    def _shorter(
        self,
        at: int,
        parts: list[_Number],
        months: list[int],
        names: list[str],
        ofs: bool,
        spoken: bool,
        last: int,
    ) -> tuple[str, int] | None:
        while parts:
            read = _dated(parts, months, names, self.lexicon)
            if read:
                text, year = read
                sure = year > 0 or ofs or names[0] not in self.lexicon.unsure
                return (text, last) if sure and (spoken or not names) else None
            if months and months[-1] == len(parts):
                months, names = [], []
            else:
                parts = parts[:-1]
            last = parts[-1].end if parts else at
        return None


def _room(value: int) -> int:
    """Return what a number said after `value` must stay below to be part of it (`eighty` `two`)."""
    for room in (100, 10):
        if value >= room and value % room == 0:
            return room
    return 1


def _dated(
    parts: Sequence[_Number], months: Sequence[int], names: Sequence[str], lex: Lexicon
) -> tuple[str, int] | None:
    """Return the date that the parts are, and how many digits its year has."""
    if not months:
        if len(parts) > 2 and parts[0].ordinal and parts[1].ordinal:
            day, month, year = int(parts[0].text), int(parts[1].text), _year(parts[2:])
            if year and 1 <= day <= 31 and 1 <= month <= 12:
                return f"{day}/{month}/{year}", len(year)
        return None
    name = _MONTH_NAMES[lex.months[names[0]] - 1]
    before, after = parts[: months[0]], parts[months[0] :]
    if not before and len(year := _year(after)) == 4:
        return f"{name} {year}", 4
    if len(before) == 1 and _is_day(before[0]):
        number, rest, order = before[0].text, after, "{0} {1}"
    elif not before and after and _is_day(after[0]):
        number, rest, order = after[0].text, after[1:], "{1} {0}"
    elif len(year := _year(before)) == 4 and len(after) == 1 and _is_day(after[0]):
        return f"{year} {name} {after[0].text}", 4
    else:
        return None
    year = _year(rest)
    if year:
        return f"{order.format(number, name)} {year}", len(year)
    # Without a year the ending shows that a day is meant: `3rd may`.
    return (order.format(number + _ending(int(number)), name), 0) if not rest else None


def _ending(day: int) -> str:
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day not in (11, 12, 13) else 0, "th")


def _is_day(number: _Number) -> bool:
    return number.text.isdigit() and 1 <= int(number.text) <= 31 and len(number.text) <= 2


def _year(parts: Sequence[_Number]) -> str:
    """Return the year that the parts are (`nineteen` `eighty two`), or nothing."""
    digits = "".join(part.text for part in parts)
    if len(digits) == 4 and digits[:2] in ("18", "19", "20"):
        return digits
    return digits if len(digits) == 2 and len(parts) == 1 and not parts[0].ordinal else ""
