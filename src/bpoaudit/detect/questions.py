"""What a turn asks for: the question that makes three bare digits a card security code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from bpoaudit.detect.answers import core
from bpoaudit.detect.lexicon import Phrases, Word, phrase_at, phrase_of, phrases_of
from bpoaudit.detect.recognizers.context import fold

FREE = frozenset({"PERSON", "LOCATION", "PASSWORD", "USERNAME", "STREET_ADDRESS"})
"""Entities whose values have no shape: the answer itself is the value, but only after a request."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a turn asks for. `entity` is empty where the answer is nobody's data."""

    entity: str
    label: str
    last_four: bool = False


@dataclass(frozen=True)
class Phrasing:
    """The words of questions and of what is said around their answers, all languages together."""

    kinds: Phrases
    question_of: dict[tuple[str, ...], Question]
    requests: Phrases
    last_four: Phrases
    listening: Phrases
    introductions: Phrases
    corrections: Phrases
    refusals: frozenset[str]
    agents: frozenset[str]
    units: frozenset[str]


@cache
def phrasing() -> Phrasing:
    """Return the word lists of `words/questions.yaml`."""
    page: dict[str, Any] = yaml.load(
        (resources.files("bpoaudit.detect") / "words" / "questions.yaml").read_text("utf-8"),
        Loader=yaml.CSafeLoader,
    )
    question_of = {
        phrase_of(phrase): Question(kind["entity"], kind["label"])
        for kind in page["kinds"]
        for phrase in kind["asks"]
    }
    lists = ("requests", "last_four", "listening", "introductions", "corrections")
    requests, last_four, listening, introductions, corrections = (phrases_of(page[name]) for name in lists)
    return Phrasing(
        phrases_of(phrase for kind in page["kinds"] for phrase in kind["asks"]),
        question_of,
        requests,
        last_four,
        listening,
        introductions,
        corrections,
        frozenset(map(fold, page["refusals"])),
        frozenset(map(fold, page["agents"])),
        frozenset(map(fold, page["units"])),
    )


def questions_in(words: Sequence[Word]) -> tuple[Question, ...]:
    """Return what the words ask for or speak of, in order, each once.

    Free answers are asked for only by a request: `may I have your name`, a question mark, a turn that
    ends with what it asks for.
    """
    lists, found, at, last = phrasing(), list[Question](), 0, 0
    while at < len(words):
        size = phrase_at(lists.kinds, words, at)
        if size:
            last = at + size
            found.append(lists.question_of[tuple(word.word for word in words[at : at + size])])
        at += size or 1
    if not found:
        return ()
    requested = not core(words[last:]) or any(
        word.word == "?" or phrase_at(lists.requests, words, i) for i, word in enumerate(words)
    )
    last_four = any(phrase_at(lists.last_four, words, i) for i in range(len(words)))
    wanted = dict.fromkeys(found)
    return tuple(Question(q.entity, q.label, last_four) for q in wanted if requested or q.entity not in FREE)


def is_listening(words: Sequence[Word]) -> bool:
    """Whether a turn only keeps the other one talking (`mm-hmm`, `okay go on`)."""
    at = 0
    while at < len(words):
        size = phrase_at(phrasing().listening, words, at) or (not words[at].word[0].isalnum())
        if not size:
            return False
        at += size
    return True


def corrects(words: Sequence[Word]) -> bool:
    """Whether a turn begins by taking something back."""
    return bool(words) and phrase_at(phrasing().corrections, words, 0) > 0
