"""Cues: the words by which one hears that a call is announced as recorded, or a password is asked for.

They stand in `words/<language>.yaml`, all languages together, because callers mix them. A cue is one or
more parts, all of which have to stand near each other:

    call|line + recorded|taped        in any order
    thank you for > calling|ringing   in this order

A part is alternatives of one or more words in a row; `record*` is any word that begins so, `<name>` any
word that is not among `ordinary`. Fillers are left out of what is heard before it is compared, and
`compounds` are one word each, so that a zip code is no code. A negation inside a cue, or just before it in
the same sentence, takes it away, unless the cue has one itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import yaml

from bpoaudit.detect.lexicon import Word, words_of
from bpoaudit.detect.recognizers.context import fold

WITHIN = 12
"""Words between the first and the last of a cue."""
_BEFORE = 2
"""Words before a cue in which a negation counts."""
_NAME = "<name>"
_ENDS = frozenset(".?!;…")
_REMEMBERED = 50_000
_SLICE = 4_000
"""Words of a text that are looked at together, so that a long one takes no more memory."""
_SHARED = ("fillers", "compounds", "ordinary")
"""Lists that hold in all languages, because one speaks with the words of others."""

_Phrase = tuple[str, ...]


class Heard(NamedTuple):
    """A cue in a text, by offsets."""

    event: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cue:
    """What has to be heard for one event."""

    event: str
    parts: tuple[tuple[_Phrase, ...], ...]
    ordered: bool
    negations: frozenset[str]
    """Words of its language that take it away; none where it has a negation of its own."""


class _Part(NamedTuple):
    """One way in which one part of a cue begins with a word."""

    cue: int
    part: int
    phrase: _Phrase


@dataclass(frozen=True)
class Cues:
    """All cues, looked up together."""

    cues: tuple[Cue, ...]
    fillers: frozenset[str]
    compounds: frozenset[str]
    """Of two words each."""
    ordinary: frozenset[str]
    _exact: dict[str, list[_Part]] = field(default_factory=dict)
    _begun: dict[str, list[_Part]] = field(default_factory=dict)
    """Parts whose first word is only a beginning, by it."""
    _known: dict[str, tuple[_Part, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, cue in enumerate(self.cues):
            for part, phrases in enumerate(cue.parts):
                for phrase in phrases:
                    begun = phrase[0].endswith("*")
                    index = self._begun if begun else self._exact
                    index.setdefault(phrase[0].rstrip("*"), []).append(_Part(number, part, phrase))

    def heard(self, text: str) -> tuple[Heard, ...]:
        """Return the cues in `text`, the first of each event, in order of their start."""
        words, sentences = self._words(text)
        first: dict[str, Heard] = {}
        for begin in range(0, len(words), _SLICE):
            for heard in self._heard_in(words, sentences, begin, begin + _SLICE + WITHIN):
                first[heard.event] = min(heard, first.get(heard.event, heard), key=_place)
        return tuple(sorted(first.values(), key=_place))

    def _heard_in(
        self, words: Sequence[Word], sentences: Sequence[int], begin: int, end: int
    ) -> Iterator[Heard]:
        """Yield for each cue where it is heard first between two words."""
        hits: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for at in range(begin, min(end, len(words))):
            for number, part, phrase in self._parts(words[at].word):
                if len(phrase) == 1 or self._stands(words, at, phrase):
                    hits[number].append((at, at + len(phrase), part))
        for number, places in hits.items():
            cue = self.cues[number]
            if len(places) < len(cue.parts):
                continue
            for first, last in _together(cue, places):
                if not _is_negated(cue, words, sentences, first, last):
                    yield Heard(cue.event, words[first].start, words[last - 1].end)
                    break

    def _words(self, text: str) -> tuple[list[Word], list[int]]:
        words: list[Word] = []
        sentences: list[int] = []
        sentence = 0
        for word in words_of(text):
            if word.word in _ENDS:
                sentence += 1
            elif word.word[0].isalnum() and word.word not in self.fillers:
                if words and (joined := f"{words[-1].word} {word.word}") in self.compounds:
                    words[-1] = Word(words[-1].start, word.end, joined)
                    continue
                words.append(word)
                sentences.append(sentence)
        return words, sentences

    def _parts(self, word: str) -> tuple[_Part, ...]:
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            begun = (self._begun.get(word[:size], ()) for size in range(1, len(word) + 1))
            known = (*self._exact.get(word, ()), *(part for parts in begun for part in parts))
            self._known[word] = known
        return known

    def _stands(self, words: Sequence[Word], at: int, phrase: _Phrase) -> bool:
        if at + len(phrase) > len(words):
            return False
        return all(self._is(words[at + i].word, phrase[i]) for i in range(1, len(phrase)))

    def _is(self, word: str, wanted: str) -> bool:
        if wanted == _NAME:
            return word not in self.ordinary and not word.isdigit()
        return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def _is_negated(cue: Cue, words: Sequence[Word], sentences: Sequence[int], begin: int, end: int) -> bool:
    return any(
        words[at].word in cue.negations and (at >= begin or sentences[at] == sentences[begin])
        for at in range(max(0, begin - _BEFORE), end)
    )


def _together(cue: Cue, places: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where all parts of a cue stand near each other: the first word, and the one after the last."""
    latest: list[tuple[int, int] | None] = [None] * len(cue.parts)
    # A word that can be either of two parts must not be both.
    for begin, end, part in sorted(places, key=lambda place: (place[0], -place[2])):
        if cue.ordered:
            before = latest[part - 1] if part else (begin, begin)
            if before is None or before[1] > begin:
                continue
            latest[part] = (before[0], end)
            if part == len(cue.parts) - 1 and end - before[0] <= WITHIN:
                yield before[0], end
            continue
        latest[part] = (begin, end)
        known = [place for place in latest if place is not None]
        if len(known) == len(latest):
            first, last = min(b for b, _ in known), max(e for _, e in known)
            if last - first <= WITHIN:
                yield first, last


@cache
def cues() -> Cues:
    """Return the cues of all languages."""
    folder = resources.files("bpoaudit.measures.conduct") / "words"
    pages = [
        yaml.load(file.read_text("utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 `no` is a word, not false
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".yaml")
    ]
    fillers, compounds, ordinary = (
        frozenset().union(*(_words(page, name) for page in pages)) for name in _SHARED
    )
    found = (cue for page in pages for cue in _cues_of(page, fillers, compounds))
    return Cues(tuple(found), fillers, compounds, ordinary)


def _words(page: dict[str, Any], name: str) -> frozenset[str]:
    return frozenset(map(_plain, page[name]))


def _cues_of(page: dict[str, Any], fillers: frozenset[str], compounds: frozenset[str]) -> Iterator[Cue]:
    negations = _words(page, "negations")
    for event, lines in page["events"].items():
        for line in lines:
            signs = {word for word in line.split() if word in (">", "+")}
            if len(signs) > 1:
                raise ValueError(f"a cue is in order or in any order: {line}")
            parts = tuple(
                tuple(filter(None, (_phrase(phrase, fillers, compounds) for phrase in part.split("|"))))
                for part in re.split(" [>+] ", line)
            )
            if any(not part or any(phrase[0] == _NAME for phrase in part) for part in parts):
                raise ValueError(f"a part of a cue begins with a word: {line}")
            own = any(word in negations for part in parts for phrase in part for word in phrase)
            yield Cue(event, parts, ">" in signs, frozenset() if own else negations)


def _phrase(written: str, fillers: frozenset[str], compounds: frozenset[str]) -> _Phrase:
    words: list[str] = []
    for word in map(_plain, written.replace("-", " ").split()):
        if words and f"{words[-1]} {word}" in compounds:
            words[-1] += f" {word}"
        elif word not in fillers:
            words.append(word)
    return tuple(words)


def _plain(word: str) -> str:
    return word if word == _NAME else fold(word.lower())


def _place(heard: Heard) -> tuple[int, int, str]:
    return heard.start, heard.end, heard.event
