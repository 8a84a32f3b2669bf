"""Special categories (GDPR Art. 9 and 10), children and vulnerability, by small lists of terms.

A term counts where a person is meant: strong terms by themselves, weak ones next to a word for a
person. Illnesses are also known by how they are built: by their endings (`bronchitis`), by a part of
the body or a degree before a condition (`knee surgery`, `severe depression`), by an injury before a
part of the body (`sprained ankle`). Guards (`union station`), negations (`no history of diabetes`) and
things that are made for an illness (`back pain cushion`) void it.
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
_NEGATION_REACH = 5
_LONGEST_COMPOUND = 4
_SHORTEST_WITH_ENDING = 7
_STRONG, _WEAK = 0.75, 0.6


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
    parts: frozenset[str]
    """Of the body."""
    degrees: frozenset[str]
    conditions: frozenset[str]
    injuries: frozenset[str]
    openings: frozenset[str]
    """Words that an illness of several words begins with: parts, degrees and injuries."""
    products: frozenset[str]
    endings: tuple[str, ...]
    not_illnesses: frozenset[str]
    """Words with the ending of an illness."""
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
    built: defaultdict[str, set[str]] = defaultdict(set)
    folder = resources.files("bpoaudit.detect.recognizers") / "terms"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".yaml"):
            continue
        page: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
        persons.update(map(fold, page["persons"]))
        negations.update(map(fold, page["negations"]))
        for kind, listed in page.get("illnesses", {}).items():
            built[kind].update(map(fold, listed))
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
        frozenset(built["parts"]),
        frozenset(built["degrees"]),
        frozenset(built["conditions"]),
        frozenset(built["injuries"]),
        frozenset(built["parts"] | built["degrees"] | built["injuries"]),
        frozenset(built["products"]),
        tuple(sorted(built["endings"])),
        frozenset(built["others"]),
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
        done = 0
        for at, token in enumerate(tokens):
            done = max(done, at + _longest(lexicon.guards.get(token.word, ()), tokens, at))
            if at < done:
                continue
            found = _illness(lexicon, text, tokens, at) or _term(lexicon, text, tokens, at)
            if found is None:
                continue
            size, entity, score = found
            last = at + size - 1
            # What is voided is voided with all its words: `no type 2 diabetes` holds no `diabetes`.
            done = at + size
            if not _is_negated(lexicon, text, tokens, at) and not _is_product(lexicon, tokens, last):
                yield Hit(token.start, tokens[last].end, entity, score)


def _term(lexicon: _Lexicon, text: str, tokens: list[_Token], at: int) -> tuple[int, str, float] | None:
    """Return length, entity and score of the listed term that stands at `at`."""
    word = tokens[at].word
    for term in lexicon.terms.get(word) or lexicon.terms.get(word.removesuffix("s"), ()):
        last = at + len(term.words) - 1
        if not _is_at(term.words, tokens, at) or _runs_into_guard(lexicon, tokens, at, last):
            continue
        if term.strong or _is_about_a_person(lexicon, text, tokens, at, last):
            return len(term.words), term.entity, _STRONG if term.strong else _WEAK
    return None


def _illness(lexicon: _Lexicon, text: str, tokens: list[_Token], at: int) -> tuple[int, str, float] | None:
    """Return the same for an illness that is told by how it is built; the longest that is."""
    longest = _LONGEST_COMPOUND if tokens[at].word in lexicon.openings else 1
    for size in range(longest, 0, -1):
        words = [token.word for token in tokens[at : at + size]]
        if len(words) < size or _SENTENCE.search(text, tokens[at].end, tokens[at + size - 1].start):
            continue
        if _is_illness(lexicon, words) and not _runs_into_guard(lexicon, tokens, at, at + size - 1):
            return size, "HEALTH", _STRONG
    return None


def _is_illness(lexicon: _Lexicon, words: list[str]) -> bool:
    *before, last = words
    if not before:
        return (
            len(last) >= _SHORTEST_WITH_ENDING
            and last.endswith(lexicon.endings)
            and last not in lexicon.not_illnesses
        )
    if before[0] in lexicon.injuries:
        return last in lexicon.parts and len(words) <= 3
    described = lexicon.parts | lexicon.degrees
    condition = last in lexicon.conditions or _is_illness(lexicon, [last])
    return condition and all(word in described for word in before)


def _is_product(lexicon: _Lexicon, tokens: list[_Token], last: int) -> bool:
    return any(token.word in lexicon.products for token in tokens[last + 1 : last + 2])


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
