"""Words of speech that the language models take for names: `nine`, `since june`, `b for bertie`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from bpoaudit.detect.lexicon import Word, lexicon, words_of
from bpoaudit.detect.matches import NER_RECOGNIZERS, Match
from bpoaudit.detect.runs import runs_of
from bpoaudit.detect.sounds import Kind, sounds_of

_NAMES = frozenset({"PERSON", "LOCATION"})
_AROUND = 120
"""Characters around a name in which something may be spelled."""
_SHORTEST = 3
"""Sounds of a run that is spelled or counted, not a name beside a number."""
_TIMES = frozenset(
    {"since", "in", "until", "till", "last", "next", "this", "by", "early", "late", "mid", "during", "every"}
    | {"od", "do", "w", "na", "desde", "hasta", "en", "seit", "im", "bis"}
)
"""Words before a month."""


def without_said_words(matches: Sequence[Match], text: str) -> tuple[Match, ...]:
    """Return `matches` without names that are digits, months or words of a spelling alphabet."""
    return tuple(m for m in matches if not (_is_guess(m) and _is_said(m, text)))


def _is_guess(match: Match) -> bool:
    return match.entity in _NAMES and match.recognizer in NER_RECOGNIZERS


def _is_said(match: Match, text: str) -> bool:
    low = max(0, match.start - _AROUND)
    words = words_of(text[low : match.end + _AROUND])
    start, end = match.start - low, match.end - low
    inside = [word for word in words if word.start < end and start < word.end]
    if all(word.word in lexicon().numbers for word in inside):
        return True
    before = next((word.word for word in reversed(words) if word.end <= start), "")
    if before in _TIMES and all(word.word in lexicon().months for word in inside):
        return True
    return any(first <= start and end <= last for first, last in _spelled(words))


def _spelled(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    if not _may_spell(words):
        return
    for run in runs_of(sounds_of(words)):
        letters = sum(s.spoken and s.kind is Kind.LETTERS for s in run.sounds)
        if letters and len(run.sounds) >= _SHORTEST:
            yield run.start, run.end


def _may_spell(words: Sequence[Word]) -> bool:
    """Tell whether reading closely can find a letter that is said: `bravo`, `double b`, `b as in`."""
    said, like = _letter_words(), lexicon().like
    after = (word.word for word in (*words[1:], words[0])) if words else ()
    return any(
        word.word in said or (len(word.word.removesuffix("'s")) == 1 and follows in like)
        for word, follows in zip(words, after, strict=True)
    )


@cache
def _letter_words() -> frozenset[str]:
    """Return the words with which the name of a letter begins."""
    words = {
        *lexicon().letters,
        *lexicon().repeats,
        *lexicon().case,
        *(name[0] for name in lexicon().spelled),
    }
    return frozenset(words | {f"{word}'s" for word in words})
