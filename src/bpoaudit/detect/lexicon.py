"""The words that speech is made of (`words/spoken.yaml`), and those of a text to look up in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import yaml

from bpoaudit.detect.recognizers.context import fold

_ALPHANUMERIC = r"[^\W_]+(?:['’][^\W_]+)*"
_TOKEN = re.compile(_ALPHANUMERIC)
_WORD = re.compile(rf"{_ALPHANUMERIC}|[^\w\s]|_")


class Word(NamedTuple):
    """A word or sign of the text, in lower case without accents."""

    start: int
    end: int
    word: str

    def __repr__(self) -> str:
        return "Word(…)"


def words_of(text: str) -> list[Word]:
    """Return the words and signs of `text`."""
    return [Word(m.start(), m.end(), _plain(m.group())) for m in _WORD.finditer(text)]


def tokens_of(text: str) -> list[str]:
    """Return the words of `text` as `words_of` does, without signs and offsets."""
    return _TOKEN.findall(text.lower()) if text.isascii() else list(map(_plain, _TOKEN.findall(text)))


def _plain(word: str) -> str:
    if word.isascii():
        return word.lower()
    # A sign of an Indic script that is no letter stands by itself, and nothing is left of it when folded.
    return fold(word.lower()).replace("’", "'") or word


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
    dated: frozenset[str]
    certain: frozenset[str]
    """Words that stand for digits or letters by themselves."""
    starts: frozenset[str]
    """Words with which anything but an ordinary word can begin."""
    around: frozenset[str]
    """Words that can stand in an answer beside the value."""
    ats: frozenset[str]
    dots: frozenset[str]


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
    weak, signs, thousand = table("weak"), table("signs"), words("thousand")
    case, fillers, fixes = phrases("case"), phrases("fillers"), phrases("fixes")
    lead, tail = phrases_of(page["lead"]), phrases_of(page["tail"])
    plain = frozenset(fold(page["plain"]).split())
    spoken = {*numbers, *thousand, *letters, *repeats, *(f"{word}'s" for word in letters)}
    spoken |= {name[-1] for name in spelled if spoken.isdisjoint(name)}
    starts = {*spoken, *ordinals, *months, *weak, *signs, *case, *fillers, *fixes, *(n[0] for n in spelled)}
    inside = (parts for listed in (lead, tail, fillers, fixes) for parts in _all(listed))
    return Lexicon(
        numbers, ordinals, repeats, letters, weak, spelled, signs, months,
        words("unsure"), words("hundred"), thousand, words("and"), words("of"),
        phrases("like"), case, fillers, fixes, phrases("fused"), lead, tail, plain,
        frozenset(page["acronyms"].split()), phrases_of(page["names"]), frozenset(map(fold, page["things"])),
        frozenset(map(fold, page["dated"])),
        frozenset(spoken),
        frozenset(starts),
        plain.union(weak, signs, *inside),
        frozenset(word for word, sign in signs.items() if sign == "@"),
        frozenset(word for word, sign in signs.items() if sign == "."),
    )  # fmt: skip


def _all(phrases: Phrases) -> Iterator[tuple[str, ...]]:
    for listed in phrases.values():
        yield from listed


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
