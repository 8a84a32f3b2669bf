"""A turn taken apart: its words, its sounds, its numbers, and what in it can be an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bpoaudit.detect.answers import core
from bpoaudit.detect.lexicon import Word, lexicon, phrase_at, words_of
from bpoaudit.detect.questions import phrasing
from bpoaudit.detect.runs import Run, runs_of
from bpoaudit.detect.sounds import Kind, Sound, sounds_of

_LONG_LEAD = 4
"""Words that can stand before `it's` and the answer."""
_UNIT = 24
"""Characters after a number in which its unit stands."""
_MONEY = re.compile(r"[$€£¥₹]\s*\Z")
_JOINS = frozenset({"and", "then", "y", "oraz"})
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


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
    return not word.isalpha() or len(word) == 1 or word in lexicon().certain or word in lexicon().ordinals


def runs_in(heard: Heard) -> list[Run]:
    """Return the runs of a turn; all of a turn that holds nothing else is read loosely (`to` is `2`)."""
    sounds = sounds_of(heard.core)
    bare = all(s.kind not in (Kind.WORD, Kind.DATE, Kind.STOP) for s in sounds)
    return runs_of(sounds, loose=True) if bare else runs_of(heard.sounds)


def apart(heard: Heard) -> list[Run]:
    """Return the runs of a turn, with a new one after each `and` or `then` (`eleven twenty nine and 908`)."""
    return runs_of(
        s._replace(kind=Kind.STOP)
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


def is_ordinary(word: str) -> bool:
    word = word.removesuffix("'s")
    return word in phrasing().refusals or (len(word) > 1 and word in lexicon().plain)


def refuses(words: Sequence[Word]) -> bool:
    return any(word.word.removesuffix("'s") in phrasing().refusals for word in words)


def can_be_name(heard: Heard, word: Word) -> bool:
    # Accents make another word: `Cần`.
    plain = is_ordinary(word.word) and heard.text[word.start : word.end].isascii()
    return _WORD.fullmatch(word.word) is not None and not plain
