"""Special categories (GDPR Art. 9 and 10), children and vulnerability, by small lists of terms.

A term counts where a person is meant: strong terms by themselves, weak ones next to a word for a
person. Guards (`union station`) and negations (`no history of diabetes`) void it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import yaml
from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.context import fold
from bpoaudit.detect.recognizers.recognizer import Hit, Recognizer

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
_SENTENCE = re.compile(r"[.!?;\n]")
_REACH = 8
"""Tokens around a weak term in which a word for a person is looked for."""
_NEGATION_REACH = 4


class _Term(NamedTuple):
    words: tuple[str, ...]
    entity: str
    strong: bool


class _Lexicon(NamedTuple):
    terms: dict[str, tuple[_Term, ...]]
    """By first word, longest first."""
    guards: dict[str, tuple[tuple[str, ...], ...]]
    persons: frozenset[str]
    negations: frozenset[str]
    entities: tuple[str, ...]


class _Token(NamedTuple):
    start: int
    end: int
    word: str


@cache
def _lexicon() -> _Lexicon:
    terms: dict[str, list[_Term]] = defaultdict(list)
    guards: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    persons: set[str] = set()
    negations: set[str] = set()
    folder = resources.files("bpoaudit.detect.recognizers") / "terms"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".yaml"):
            continue
        page: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
        persons.update(map(fold, page["persons"]))
        negations.update(map(fold, page["negations"]))
        for guard in page["guards"]:
            words = _words(guard)
            guards[words[0]].append(words)
        for entity, kinds in page["terms"].items():
            for kind, listed in kinds.items():
                for term in listed:
                    words = _words(term)
                    terms[words[0]].append(_Term(words, entity, kind == "strong"))
    return _Lexicon(
        {first: tuple(sorted(found, key=lambda term: -len(term.words))) for first, found in terms.items()},
        {first: tuple(found) for first, found in guards.items()},
        frozenset(persons),
        frozenset(negations),
        tuple(sorted({term.entity for found in terms.values() for term in found})),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(fold(token) for token in _TOKEN.findall(text))


class SpecialCategoryRecognizer(Recognizer):
    """Finds terms of health, belief, origin, union, sex life, politics, crime, children, vulnerability."""

    def __init__(self, language: str) -> None:
        super().__init__("SpecialCategoryRecognizer", _lexicon().entities, language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every term that is about a person and is neither guarded nor negated."""
        lexicon = _lexicon()
        tokens = [_Token(*match.span(), fold(match.group())) for match in _TOKEN.finditer(text)]
        guarded_until = -1
        for at, token in enumerate(tokens):
            guard = _longest(lexicon.guards.get(token.word, ()), tokens, at)
            guarded_until = max(guarded_until, at + guard)
            if at < guarded_until:
                continue
            first = lexicon.terms.get(token.word) or lexicon.terms.get(token.word.removesuffix("s"), ())
            for term in first:
                last = at + len(term.words) - 1
                if not _is_at(term.words, tokens, at) or _runs_into_guard(lexicon, tokens, at, last):
                    continue
                if _is_negated(lexicon, text, tokens, at):
                    break
                if term.strong or _is_about_a_person(lexicon, text, tokens, at, last):
                    yield Hit(token.start, tokens[last].end, term.entity, 0.75 if term.strong else 0.6)
                    break


def _is_at(words: tuple[str, ...], tokens: list[_Token], at: int) -> bool:
    found = tokens[at : at + len(words)]
    return len(found) == len(words) and all(
        token.word in (word, word + "s") for token, word in zip(found, words, strict=True)
    )


def _longest(phrases: tuple[tuple[str, ...], ...], tokens: list[_Token], at: int) -> int:
    return max((len(words) for words in phrases if _is_at(words, tokens, at)), default=0)


def _runs_into_guard(lexicon: _Lexicon, tokens: list[_Token], at: int, last: int) -> bool:
    """Tell whether a guard phrase starts inside the term and goes beyond it (`stroke` in `brush stroke`)."""
    return any(
        _longest(lexicon.guards.get(tokens[inside].word, ()), tokens, inside) > last - inside + 1
        for inside in range(at, last + 1)
    )


def _is_negated(lexicon: _Lexicon, text: str, tokens: list[_Token], at: int) -> bool:
    before = tokens[max(0, at - _NEGATION_REACH) : at]
    return any(
        token.word in lexicon.negations and not _SENTENCE.search(text, token.end, tokens[at].start)
        for token in before
    )


def _is_about_a_person(lexicon: _Lexicon, text: str, tokens: list[_Token], at: int, last: int) -> bool:
    around = tokens[max(0, at - _REACH) : at] + tokens[last + 1 : last + 1 + _REACH // 2]
    return any(
        token.word in lexicon.persons
        and not _SENTENCE.search(text, min(token.end, tokens[at].start), max(token.start, tokens[at].start))
        for token in around
    )


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (SpecialCategoryRecognizer(language),)
