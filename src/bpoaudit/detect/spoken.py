"""Values that are said instead of written: `double four one`, `whiskey two zero`, `j dot doe at …`.

The text is read as sounds and brought into the form that the project's own recognisers know; what
they find is given back in offsets of the original text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from bpoaudit.detect import answers
from bpoaudit.detect.lexicon import Word, lexicon, phrase_at, words_of
from bpoaudit.detect.matches import Match
from bpoaudit.detect.recognizers.context import fold
from bpoaudit.detect.runs import Run, runs_of
from bpoaudit.detect.sounds import Kind, Sound, sounds_of
from bpoaudit.detect.spoken_email import emails

RECOGNIZER = "SpokenRecognizer"

Patterns = Callable[[str, float], Iterable[Match]]
"""The pattern recognisers: matches of a text from a score on, as `Engine.patterns` gives them."""

_THRESHOLD = 0.5
_BEFORE, _AFTER = 80, 40
"""Characters around a value that recognisers see."""
_FAR = _BEFORE + _AFTER
_TOKEN = re.compile(r"[^\W_]+")
_SHORT = 60
"""A text of up to so many characters can be an answer as a whole."""
_NAME_WORDS = 8
"""Words before a spelled run that can say that it is a name."""


class _Piece(NamedTuple):
    """A part of the text that reads otherwise than it is written."""

    start: int
    end: int
    chars: list[tuple[str, int, int]]


def may_hold_speech(text: str) -> bool:
    """Tell cheaply whether `text` can hold a spoken value at all; it never loses one."""
    lower = text.lower() if text.isascii() else fold(text.lower())
    tokens = _TOKEN.findall(lower)
    if len(text) <= _SHORT and any(map(str.isdigit, lower)):
        return True
    if not lexicon().certain.isdisjoint(tokens) or sum(len(token) == 1 for token in tokens) >= 3:
        return True
    if not lexicon().signs.keys().isdisjoint(tokens):
        return True
    return any(token[:1].isdigit() and token[-2:] in ("st", "nd", "rd", "th") for token in tokens)


def spoken_matches(text: str, patterns: Patterns) -> tuple[Match, ...]:
    """Return what is spoken in `text`, in its own offsets, sorted; overlaps included.

    The value of a match, for its shape and fingerprint, is `value_of` of its text.
    """
    if not may_hold_speech(text):
        return ()
    words = words_of(text)
    sounds = sounds_of(words)
    runs = [run for run in runs_of(sounds) if run.spoken]
    found = [_match(e.start, e.end, "EMAIL_ADDRESS", 0.9) for e in emails(text, sounds)]
    found += _in_patterns(text, sounds, runs, patterns)
    found += (
        _match(run.start, run.end, "PERSON", score) for run in runs if (score := _name_score(run, words))
    )
    if len(text) <= 2 * _SHORT:
        found += (_match(a.start, a.end, a.entity, a.score) for a in answers.whole(words))
    return tuple(sorted(set(found), key=lambda m: (m.start, m.end, m.entity, -m.score)))


def value_of(said: str) -> str:
    """Return what a matched text reads as: `4111` for `four triple one`."""
    sounds = sounds_of(words_of(said))
    address = next(emails(said, sounds), None)
    if address:
        return address.value
    pieces = [_Piece(run.start, run.end, run.chars) for run in runs_of(sounds, loose=True)]
    pieces += (
        _Piece(s.start, s.end, [(c, s.start, s.end) for c in s.text]) for s in sounds if s.kind is Kind.DATE
    )
    return _View(said, sorted(pieces), 0, len(said)).text.strip()


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

    def original(self, match: Match) -> Match | None:
        """Return the match in offsets of the text; None where it holds nothing that was put in."""
        inside = self._chars[match.start : match.end]
        touched = {piece for *_, piece in inside if piece >= 0}
        if not touched:
            return None
        start, end = min(char[1] for char in inside), max(char[2] for char in inside)
        for index in touched:
            if self._whole(index, match):
                start, end = min(start, self._pieces[index].start), max(end, self._pieces[index].end)
        return Match(start, end, match.entity, match.score, RECOGNIZER, match.masking, match.region)

    def _whole(self, index: int, match: Match) -> bool:
        before = match.start > 0 and self._chars[match.start - 1][3] == index
        after = match.end < len(self._chars) and self._chars[match.end][3] == index
        return not before and not after


def _in_patterns(
    text: str, sounds: Sequence[Sound], runs: Sequence[Run], patterns: Patterns
) -> Iterator[Match]:
    dates = [
        _Piece(s.start, s.end, [(c, s.start, s.end) for c in s.text]) for s in sounds if s.kind is Kind.DATE
    ]
    compact = sorted([*dates, *(_Piece(run.start, run.end, run.chars) for run in runs)])
    yield from _found(text, compact, patterns)
    numeric = [_Piece(run.start, run.end, chars) for run in runs if (chars := _as_date(run))]
    for match in _found(text, numeric, patterns):
        if match.entity == "DATE_OF_BIRTH":
            yield match


def _found(text: str, pieces: Sequence[_Piece], patterns: Patterns) -> Iterator[Match]:
    for cluster in _clusters(pieces):
        start, end = max(0, cluster[0].start - _BEFORE), min(len(text), cluster[-1].end + _AFTER)
        view = _View(text, cluster, start, end)
        for match in patterns(view.text, _THRESHOLD):
            original = view.original(match)
            if original and (match.entity != "STREET_ADDRESS" or match.end - match.start > 2):
                yield original


def _clusters(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    cluster: list[_Piece] = []
    for piece in pieces:
        if cluster and piece.start - cluster[-1].end > _FAR:
            yield cluster
            cluster = []
        cluster.append(piece)
    if cluster:
        yield cluster


def _as_date(run: Run) -> list[tuple[str, int, int]]:
    """Return a run of three numbers (`three five eighty two`) as a numeric date, if it is one."""
    date = answers.numeric_date(run.numbers)
    # Day, month and year have other characters than the numbers said; each maps to the whole run.
    return [(char, run.start, run.end) for char in date]


# --- spelled names --------------------------------------------------------------------------------


def _name_score(run: Run, words: Sequence[Word]) -> float:
    """Return how surely a run of letters is a name: it is introduced as one, or repeats a word."""
    letters = run.letters
    if len(letters) < 3 or len(run.sounds) < 3 or answers.is_no_name(letters):
        return 0
    before = [word for word in words if word.end <= run.start][-_NAME_WORDS:]
    after = [word for word in words if word.start >= run.end][:2]
    for at in reversed(range(len(before))):
        if before[at].word in lexicon().things:
            return 0
        if phrase_at(lexicon().names, before, at):
            return 0.75
    near = {word.word for word in (*before[-3:], *after) if len(word.word) >= 3}
    return 0.6 if any(letters.startswith(word) or letters.endswith(word) for word in near) else 0
