"""The words that speech is made of (`words/spoken.yaml`), and those of a text to look up in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import yaml

from bpoaudit.detect.recognizers.context import fold

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")


class Word(NamedTuple):
    """A word or sign of the text, in lower case without accents."""

    start: int
    end: int
    word: str

    def __repr__(self) -> str:
        return "Word(…)"


def words_of(text: str) -> list[Word]:
    """Return the words and signs of `text`."""
    # A sign of an Indic script that is no letter stands by itself, and nothing is left of it when folded.
    return [
        Word(m.start(), m.end(), fold(m.group().lower()).replace("’", "'") or m.group())
        for m in _WORD.finditer(text)
    ]


Phrases = dict[str, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True)
class Lexicon:
    """The words of all languages, looked up together."""

    numbers: dict[str, int]
    ordinals: dict[str, int]
    repeats: dict[str, int]
    letters: dict[str, str]
    weak: dict[str, str]
    spelled: dict[tuple[str, ...], str]
    """Letters whose name is more than a word (`double u`)."""
    signs: dict[str, str]
    months: dict[str, int]
    unsure: frozenset[str]
    hundred: frozenset[str]
    thousand: frozenset[str]
    joins: frozenset[str]
    of: frozenset[str]
    like: Phrases
    case: Phrases
    fillers: Phrases
    fixes: Phrases
    fused: Phrases
    lead: Phrases
    tail: Phrases
    plain: frozenset[str]
    acronyms: frozenset[str]
    names: Phrases
    things: frozenset[str]
    certain: frozenset[str]
    """Words that only speech has: one of them makes a text worth reading closely."""


@cache
def lexicon() -> Lexicon:
    """Return the word lists."""
    page: dict[str, Any] = yaml.load(
        (resources.files("bpoaudit.detect") / "words" / "spoken.yaml").read_text("utf-8"),
        Loader=yaml.CSafeLoader,
    )
    languages = list(page["languages"].values())

    def table(name: str) -> dict[str, Any]:
        return {fold(word): value for language in languages for word, value in language.get(name, {}).items()}

    def words(name: str) -> frozenset[str]:
        return frozenset(fold(word) for language in languages for word in language.get(name, []))

    def phrases(name: str) -> Phrases:
        return phrases_of(phrase for language in languages for phrase in language.get(name, []))

    months = {
        fold(name): number
        for language in languages
        for number, names in enumerate(language["months"], start=1)
        for name in names.split()
    }
    numbers, ordinals, letters, repeats = (
        table(name) for name in ("numbers", "ordinals", "letters", "repeats")
    )
    spelled = {phrase_of(name): letter for name, letter in table("spelled").items()}
    return Lexicon(
        numbers, ordinals, repeats, letters, table("weak"), spelled, table("signs"), months,
        words("unsure"), words("hundred"), words("thousand"), words("and"), words("of"),
        phrases("like"), phrases("case"), phrases("fillers"), phrases("fixes"), phrases("fused"),
        phrases_of(page["lead"]), phrases_of(page["tail"]),
        frozenset(fold(page["plain"]).split()), frozenset(page["acronyms"].split()),
        phrases_of(page["names"]), frozenset(map(fold, page["things"])),
        frozenset({*numbers, *ordinals, *letters, *repeats}),
    )  # fmt: skip


def phrases_of(listed: Iterable[str]) -> Phrases:
    found: dict[str, set[tuple[str, ...]]] = {}
    for phrase in listed:
        parts = phrase_of(phrase)
        found.setdefault(parts[0], set()).add(parts)
    return {first: tuple(sorted(parts, key=lambda p: (-len(p), p))) for first, parts in found.items()}


def phrase_of(text: str) -> tuple[str, ...]:
    """Return a phrase as the words that a text holds it in."""
    return tuple(_WORD.findall(fold(text.lower())))


def phrase_at(phrases: Phrases, words: Sequence[Word], at: int) -> int:
    """Return how many words the longest phrase at `at` has; 0 without one."""
    for parts in phrases.get(words[at].word, ()):
        if all(at + i < len(words) and words[at + i].word == part for i, part in enumerate(parts)):
            return len(parts)
    return 0
