"""What a turn asks for: the question that makes three bare digits a card security code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import yaml

from bpoaudit.detect.answers import core
from bpoaudit.detect.lexicon import Phrases, Word, phrase_at, phrase_of, phrases_of
from bpoaudit.detect.recognizers.context import fold

FREE = frozenset({"PERSON", "LOCATION", "PASSWORD", "USERNAME", "STREET_ADDRESS"})
"""Entities whose values have no shape: the answer itself is the value, but only after a request."""


_NEAR = 6
"""Words between the two of a pair."""
_ENDS = frozenset(".?!;")
_GIVES = frozenset({"is", "it's", "was", "says", "jest", "es", ":", "="})
_MINE = frozenset({"moj", "moja", "moje", "nasz", "nasza", "nasze"})
_BETWEEN = _GIVES | {"number", "no", "nr", "#", "-", "the", "are"}
"""Words between the name of a value and the value."""
_GAP, _LONGEST_KIND = 3, 8
_DOCUMENTS = frozenset(
    {"passport", "passports", "licence", "license", "permit", "pasaporte", "paszport", "reisepass"}
)
_CARDS = frozenset({"card", "debit", "credit", "visa", "mastercard", "amex", "karty", "tarjeta"})
_OF_DOCUMENTS = frozenset({"PASSPORT", "NATIONAL_ID"})
_OF_CARDS = frozenset({"CREDIT_CARD", "CARD_SECURITY_CODE"})
_GOES_WITH = frozenset({"please", "and", "then", "for", "on", "of", "aur", "oraz", "y", "i"})
"""Words after what is asked for."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a turn asks for. `entity` is empty where the answer is nobody's data."""

    entity: str
    label: str
    last_four: bool = False


class Pair(NamedTuple):
    """Words of which one of each kind, near each other, ask for the same thing."""

    question: Question
    these: frozenset[str]
    those: frozenset[str]


@dataclass(frozen=True)
class Phrasing:
    """The words of questions and of what is said around their answers, all languages together."""

    kinds: Phrases
    ends: Phrases
    """What asks for something only at the end of a sentence (`and the lead name`)."""
    question_of: dict[tuple[str, ...], Question]
    pairs: tuple[Pair, ...]
    requests: Phrases
    last_four: Phrases
    listening: Phrases
    closing: Phrases
    again: Phrases
    handovers: Phrases
    introductions: Phrases
    corrections: Phrases
    refusals: frozenset[str]
    agents: frozenset[str]
    units: frozenset[str]
    amounts: frozenset[str]


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
        for phrase in (*kind["asks"], *kind.get("ends", ()))
    }
    pairs = tuple(
        Pair(Question(p["entity"], p["label"]), frozenset(p["these"]), frozenset(p["those"]))
        for p in page["pairs"]
    )
    lists = (
        "requests", "last_four", "listening", "closing", "again", "handovers", "introductions", "corrections",
    )  # fmt: skip
    requests, last_four, listening, closing, again, handovers, introductions, corrections = (
        phrases_of(page[name]) for name in lists
    )
    return Phrasing(
        phrases_of(phrase for kind in page["kinds"] for phrase in kind["asks"]),
        phrases_of(phrase for kind in page["kinds"] for phrase in kind.get("ends", ())),
        question_of,
        pairs,
        requests,
        last_four,
        listening,
        closing,
        again,
        handovers,
        introductions,
        corrections,
        frozenset(map(fold, page["refusals"])),
        frozenset(map(fold, page["agents"])),
        frozenset(map(fold, page["units"])),
        frozenset(map(fold, page["amounts"])),
    )


def questions_in(words: Sequence[Word]) -> tuple[Question, ...]:
    """Return what the words ask for or speak of, in order, each once.

    Free answers are asked for only by a request: `may I have your name`, a question mark, a turn that
    ends with what it asks for.
    """
    lists, found, at, last = phrasing(), list[Question](), 0, 0
    while at < len(words):
        size = phrase_at(lists.kinds, words, at)
        if not size and (end := phrase_at(lists.ends, words, at)) and _ends(words, at + end):
            size = end
        if size:
            last = at + size
            found.append(lists.question_of[tuple(word.word for word in words[at : at + size])])
        at += size or 1
    if not found:
        found += _asked_in_pairs(words)
    if not found:
        return ()
    requested = not core(words[last:]) or any(
        word.word == "?" or phrase_at(lists.requests, words, i) for i, word in enumerate(words)
    )
    last_four = any(phrase_at(lists.last_four, words, i) for i in range(len(words)))
    wanted = dict.fromkeys(found)
    return tuple(Question(q.entity, q.label, last_four) for q in wanted if requested or q.entity not in FREE)


def of_a_card(
    questions: Sequence[Question], words: Sequence[Word], before: Sequence[Question]
) -> tuple[Question, ...]:
    """Return questions with that for an expiry as nobody's data where a document expires, and no card.

    `before` is what was asked last: `your passport number?` … `and its expiry?`.
    """
    entities = {question.entity for question in (*questions, *before)}
    said = {word.word for word in words}
    if not (said & _DOCUMENTS or entities & _OF_DOCUMENTS) or said & _CARDS or entities & _OF_CARDS:
        return tuple(questions)
    return tuple(Question("", "") if q.entity == "CARD_EXPIRY" else q for q in questions)


def named_before(words: Sequence[Word], start: int) -> Question | None:
    """Return what the words right before a place name (`Passport 506…`, `my postcode is …`)."""
    lists = phrasing()
    before = [word for word in words if word.end <= start]
    for _ in range(_GAP + 1):
        for at in range(max(0, len(before) - _LONGEST_KIND), len(before)):
            size = phrase_at(lists.kinds, before, at)
            if size and at + size == len(before):
                return lists.question_of[tuple(word.word for word in before[at:])]
        if not before or before.pop().word not in _BETWEEN:
            return None
    return None


def offers_in(words: Sequence[Word]) -> Iterator[tuple[Question, int]]:
    """Yield what the words name and give themselves (`my postcode is …`), and where the value begins."""
    lists, at = phrasing(), 0
    while at < len(words):
        size = phrase_at(lists.kinds, words, at)
        after = words[at + size].word if size and at + size < len(words) - 1 else ""
        question = lists.question_of.get(tuple(word.word for word in words[at : at + size]))
        # `mój kod pocztowy to …` gives it, `send your postcode to …` does not.
        given = after in _GIVES or (after == "to" and at > 0 and words[at - 1].word in _MINE)
        if question and question.entity and question.entity not in FREE and given:
            yield question, words[at + size].end
        at += size or 1


def _ends(words: Sequence[Word], at: int) -> bool:
    """Whether a sentence, or what is asked for in it, ends at a word."""
    return at == len(words) or not words[at].word[0].isalnum() or words[at].word in _GOES_WITH


def _asked_in_pairs(words: Sequence[Word]) -> list[Question]:
    """Return what is asked for in words that no list has as they stand (`the digits that we texted you`)."""
    found: list[Question] = []
    for pair in phrasing().pairs:
        these = [at for at, word in enumerate(words) if word.word in pair.these]
        those = [at for at, word in enumerate(words) if word.word in pair.those] if these else []
        near = ((min(a, b), max(a, b)) for a in these for b in those if 0 < abs(a - b) <= _NEAR)
        if any(not _ENDS & {word.word for word in words[first:last]} for first, last in near):
            found.append(pair.question)
    return found


def is_listening(words: Sequence[Word]) -> bool:
    """Whether a turn only keeps the other one talking (`mm-hmm`, `okay go on`)."""
    at = 0
    while at < len(words):
        size = phrase_at(phrasing().listening, words, at) or (not words[at].word[0].isalnum())
        if not size:
            return False
        at += size
    return True


def closes(words: Sequence[Word]) -> bool:
    """Whether a turn shows that what was asked for is complete (`thanks`, `perfect`)."""
    return any(phrase_at(phrasing().closing, words, at) for at in range(len(words)))


def hands_over(words: Sequence[Word]) -> bool:
    """Whether a turn tells what the speaker gave to somebody else (`I read them 4 8 1 5`)."""
    return any(phrase_at(phrasing().handovers, words, at) for at in range(len(words)))


def corrects(words: Sequence[Word]) -> bool:
    """Whether a turn begins by taking something back."""
    return bool(words) and phrase_at(phrasing().corrections, words, 0) > 0


def asks_again(words: Sequence[Word]) -> bool:
    """Whether a turn asks for what was asked before (`it expired, try the new one`)."""
    return any(phrase_at(phrasing().again, words, at) for at in range(len(words)))
