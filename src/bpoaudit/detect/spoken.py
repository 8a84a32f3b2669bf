"""Values that are said instead of written: `double four one`, `whiskey two zero`, `j dot doe at …`.

The text is read as sounds and brought into the form that the project's own recognisers know; what
they find is given back in offsets of the original text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from bpoaudit.detect import said_dates
from bpoaudit.detect.answers import whole
from bpoaudit.detect.lexicon import Word, lexicon, phrase_at, words_of
from bpoaudit.detect.matches import Match
from bpoaudit.detect.runs import Run, runs_of
from bpoaudit.detect.sounds import Kind, Sound, sounds_of
from bpoaudit.detect.spelling import is_no_name
from bpoaudit.detect.spoken_email import emails
from bpoaudit.detect.traces import LONGEST_ANSWER, may_hold_speech

RECOGNIZER = "SpokenRecognizer"

Patterns = Callable[[str, float], Iterable[Match]]
"""The pattern recognisers: matches of a text from a score on, as `Engine.patterns` gives them."""

_THRESHOLD = 0.5
_BEFORE, _AFTER = 80, 40
"""Characters around a value that recognisers see."""
_FAR = _BEFORE + _AFTER
_NAME_WORDS = 8
"""Words before a spelled run that can say that it is a name."""


class _Piece(NamedTuple):
    """A part of the text that reads otherwise than it is written."""

    start: int
    end: int
    chars: list[tuple[str, int, int]]
    atomic: bool = False
    """Nothing is found in only a part of it: the year of a date is no postal code."""


def spoken_matches(text: str, patterns: Patterns, asked: bool = False) -> tuple[Match, ...]:
    """Return what is spoken in `text`, in its own offsets, sorted; overlaps included.

    The value of a match, for its shape and fingerprint, is `value_of` of its text. `asked` says that
    the question before is known, so that a bare answer need not be guessed.
    """
    return read_closely(text, patterns, asked) if may_hold_speech(text) else ()


def read_closely(text: str, patterns: Patterns, asked: bool = False) -> tuple[Match, ...]:
    """Return what `spoken_matches` does, whatever the text looks like."""
    words = words_of(text)
    sounds = sounds_of(words)
    # One figure is no value, and `one time password` must stay what it is.
    runs = [run for run in runs_of(sounds) if run.spoken and len(run.value) > 1]
    found = [_match(e.start, e.end, "EMAIL_ADDRESS", 0.9) for e in emails(text, sounds)]
    found += _in_patterns(text, sounds, runs, patterns)
    found += _days(text, runs)
    found += (
        _match(run.start, run.end, "PERSON", score) for run in runs if (score := _name_score(run, words))
    )
    if not asked and len(text) <= LONGEST_ANSWER:
        found += (_match(a.start, a.end, a.entity, a.score) for a in whole(words))
    return tuple(sorted(set(found), key=lambda m: (m.start, m.end, m.entity, -m.score)))


def labelled_matches(text: str, label: str, patterns: Patterns) -> Iterator[Match]:
    """Yield what the recognisers find in `text`, as it reads, behind the words of `label`."""
    sounds = sounds_of(words_of(text))
    runs = runs_of(sounds)
    prefix = f"{label}: "
    dates = _numeric(runs, said_dates.numeric_date)
    for pieces in (dates, _compact(sounds, runs)) if dates else (_compact(sounds, runs),):
        view = _View(text, pieces, 0, len(text))
        for match in patterns(prefix + view.text, _THRESHOLD):
            if match.start >= len(prefix):
                inside = replace(match, start=match.start - len(prefix), end=match.end - len(prefix))
                if not view.splits(inside):
                    yield view.original(inside)


def value_of(said: str) -> str:
    """Return what a matched text reads as: `4111` for `four triple one`."""
    sounds = sounds_of(words_of(said))
    address = next(emails(said, sounds), None)
    if address:
        return address.value
    view = _View(said, _compact(sounds, runs_of(sounds, loose=True)), 0, len(said))
    return view.text.strip()


def _match(start: int, end: int, entity: str, score: float) -> Match:
    return Match(start, end, entity, score, RECOGNIZER)


# --- the recognisers on the normalised text -------------------------------------------------------


class _View:
    """A stretch of text with its pieces put in, and the way back."""

    def __init__(self, text: str, pieces: Sequence[_Piece], start: int, end: int) -> None:
        chars: list[tuple[str, int, int, int]] = []  # character, its offsets, its piece
        at = start
        for index, piece in enumerate(pieces):
            chars += ((text[i], i, i + 1, -1) for i in range(at, piece.start))
            chars += ((*char, index) for char in piece.chars)
            at = piece.end
        chars += ((text[i], i, i + 1, -1) for i in range(at, end))
        self._chars, self._pieces = chars, pieces
        self.text = "".join(char[0] for char in chars)

    def said(self, match: Match) -> int:
        """Return how many characters of a match were put in."""
        return sum(char[3] >= 0 for char in self._chars[match.start : match.end])

    def splits(self, match: Match) -> bool:
        """Tell whether a match takes only a part of what is atomic."""
        touched = {piece for *_, piece in self._chars[match.start : match.end] if piece >= 0}
        return any(self._pieces[index].atomic and not self._whole(index, match) for index in touched)

    def original(self, match: Match) -> Match:
        """Return a match of the view in offsets of the text."""
        inside = self._chars[match.start : match.end]
        touched = {piece for *_, piece in inside if piece >= 0}
        start, end = min(char[1] for char in inside), max(char[2] for char in inside)
        for index in touched:
            if self._whole(index, match):
                start, end = min(start, self._pieces[index].start), max(end, self._pieces[index].end)
        return Match(
            start, end, match.entity, match.score, RECOGNIZER, match.masking, match.region, why=match.why
        )

    def _whole(self, index: int, match: Match) -> bool:
        before = match.start > 0 and self._chars[match.start - 1][3] == index
        after = match.end < len(self._chars) and self._chars[match.end][3] == index
        return not before and not after


def _in_patterns(
    text: str, sounds: Sequence[Sound], runs: Sequence[Run], patterns: Patterns
) -> Iterator[Match]:
    yield from _found(text, _compact(sounds, runs), patterns)
    for pieces, entity in (
        (_numeric(runs, said_dates.numeric_date), "DATE_OF_BIRTH"),
        (_numeric(runs, said_dates.expiry_date), "CARD_EXPIRY"),
    ):
        yield from (match for match in _found(text, pieces, patterns) if match.entity == entity)


def _compact(sounds: Sequence[Sound], runs: Sequence[Run]) -> list[_Piece]:
    """Return what is put in for what was said: numbers and codes without their pauses, dates in figures."""
    dates = [
        _Piece(s.start, s.end, [(c, s.start, s.end) for c in s.text], True)
        for s in sounds
        if s.kind is Kind.DATE
    ]
    return sorted([*dates, *(_Piece(run.start, run.end, run.chars) for run in runs)])


def _numeric(runs: Sequence[Run], as_date: Callable[[Sequence[str]], str]) -> list[_Piece]:
    """Return the runs that are dates in numbers alone (`three five eighty two`), as they are written."""
    # A date has other characters than the numbers said: each stands for the whole run.
    dates = ((run, as_date(run.numbers)) for run in runs)
    return [_Piece(r.start, r.end, [(c, r.start, r.end) for c in date]) for r, date in dates if date]


def _found(text: str, pieces: Sequence[_Piece], patterns: Patterns) -> Iterator[Match]:
    for cluster in _clusters(pieces):
        start, end = max(0, cluster[0].start - _BEFORE), min(len(text), cluster[-1].end + _AFTER)
        view = _View(text, cluster, start, end)
        for match in patterns(view.text, _THRESHOLD):
            # `one place` is no house number: a street takes a number of two figures here.
            least = 2 if match.entity == "STREET_ADDRESS" else 1
            if view.said(match) >= least and not view.splits(match):
                yield view.original(match)


def _days(text: str, runs: Sequence[Run]) -> Iterator[Match]:
    """Yield the runs that are days: `nine five twenty twenty six`, `on thirteen four twenty six`."""
    for run in runs:
        day = said_dates.numeric_date(run.numbers) if len(run.numbers) in (3, 4) else ""
        before = words_of(text[max(0, run.start - _BEFORE) : run.start])
        if day and (len(day.rpartition("/")[2]) == 4 or (before and before[-1].word in lexicon().dated)):
            yield _match(run.start, run.end, "DATE_TIME", 0.55)


def _clusters(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    cluster: list[_Piece] = []
    for piece in pieces:
        if cluster and piece.start - cluster[-1].end > _FAR:
            yield cluster
            cluster = []
        cluster.append(piece)
    if cluster:
        yield cluster


# --- spelled names --------------------------------------------------------------------------------


def _name_score(run: Run, words: Sequence[Word]) -> float:
    """Return how surely a run of letters is a name: it is introduced as one, or repeats a word."""
    letters = run.letters
    if len(letters) < 3 or len(run.sounds) < 3 or is_no_name(letters):
        return 0
    first = bisect_left(words, run.start, key=lambda word: word.start)
    last = bisect_left(words, run.end, key=lambda word: word.start)
    before, after = words[max(0, first - _NAME_WORDS) : first], words[last : last + 2]
    for at in reversed(range(len(before))):
        if before[at].word in lexicon().things:
            return 0
        if phrase_at(lexicon().names, before, at):
            return 0.75
    near = {word.word for word in (*before[-3:], *after) if len(word.word) >= 3}
    return 0.6 if any(letters.startswith(word) or letters.endswith(word) for word in near) else 0
