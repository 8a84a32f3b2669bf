"""The terms of special categories and what speaks for and against them: `terms/*.yaml`, a page a language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from bpoaudit.detect.recognizers.context import fold
from bpoaudit.documents import load_yaml, validate

_PAGES = Path(__file__).parent / "terms"
TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
_SHORTEST_WITH_ENDING = 7
_SHORT_FOR = frozenset({"he's", "she's", "who's", "it's", "that's", "there's", "what's", "where's", "let's"})
"""Words whose `'s` is a verb and no genitive."""

Kind = Literal["strong", "weak", "capitals"]


class _Illnesses(BaseModel):
    model_config = ConfigDict(extra="forbid")
    parts: list[str] = []
    degrees: list[str] = []
    conditions: list[str] = []
    injuries: list[str] = []
    endings: list[str] = []
    others: list[str] = []


class _Page(BaseModel):
    """One file of terms; what the keys mean is told in `en.yaml`."""

    model_config = ConfigDict(extra="forbid")
    spoken_with: str | None = None
    sets: dict[str, list[str]] = {}
    people: list[str] = []
    negations: list[str] = []
    negations_after: list[str] = []
    breaks: list[str] = []
    suppositions: list[str] = []
    topics_before: list[str] = []
    topics_after: list[str] = []
    guards: list[str] = []
    illnesses: _Illnesses = Field(default_factory=_Illnesses)
    terms: dict[str, dict[Kind, list[str]]]


class Element(NamedTuple):
    """One word of a phrase: one of `words` (a plural `s` too) or on `stems`, or a number below `under`."""

    words: frozenset[str]
    stems: tuple[str, ...] = ()
    under: int = 0
    is_context: bool = False
    """It must stand there, and is no part of the value: the `is` of `is gay`."""

    def admits(self, word: str) -> bool:
        """Tell whether `word` may stand here."""
        return (
            word in self.words
            or (word[-1:] == "s" and word[:-1] in self.words)
            or (bool(self.stems) and word.startswith(self.stems))
            or (self.under > 0 and len(word) <= 3 and word.isdigit() and int(word) < self.under)
        )


Phrase = tuple[Element, ...]


class Voice(NamedTuple):
    """How one language, or several that are spoken mixed, names people and takes things back."""

    people: frozenset[str]
    negations: frozenset[str]
    negations_after: frozenset[str]
    breaks: frozenset[str]
    """Words that end the reach of a negation or supposition."""
    suppositions: Index
    topics_before: frozenset[str]
    topics_after: frozenset[str]


class Term(NamedTuple):
    """A phrase that tells something of a special category."""

    phrase: Phrase
    entity: str
    kind: Kind
    voice: Voice


class Illnesses(NamedTuple):
    """Of what the names of illnesses are built."""

    parts: frozenset[str]
    degrees: frozenset[str]
    conditions: frozenset[str]
    injuries: frozenset[str]
    openings: frozenset[str]
    """Words that an illness of several words begins with."""
    endings: tuple[str, ...]
    others: frozenset[str]
    """Words with such an ending that are none."""
    voice: Voice

    def with_degrees(self, numbers: frozenset[str]) -> Illnesses:
        """Return the same with more numbers as degrees; no other part of an illness is a number."""
        return self._replace(degrees=self.degrees | numbers)

    def has_ending(self, word: str) -> bool:
        """Tell whether a word ends like an illness or a medicine: `bronchitis`, `atorvastatin`."""
        return len(word) >= _SHORTEST_WITH_ENDING and word.endswith(self.endings) and word not in self.others


@dataclass(frozen=True)
class Index:
    """Phrases by the word that they begin with, in the order they were listed."""

    by_word: Mapping[str, tuple[int, ...]]
    by_stem: Mapping[str, tuple[int, ...]]
    by_number: tuple[int, ...]
    stem_lengths: tuple[int, ...]

    def at(self, word: str) -> tuple[int, ...]:
        """Return the numbers of the phrases that may begin with `word`."""
        found = {*self.by_word.get(word, ())}
        if word[-1:] == "s":
            found.update(self.by_word.get(word[:-1], ()))
        for length in self.stem_lengths:
            found.update(self.by_stem.get(word[:length], ()))
        if word.isdigit():
            found.update(self.by_number)
        return tuple(sorted(found))


@dataclass(frozen=True)
class Lexicon:
    """All pages together: terms and guards count in any text, since languages are mixed."""

    terms: tuple[Term, ...]
    guards: tuple[Phrase, ...]
    illnesses: Illnesses
    entities: tuple[str, ...]
    terms_at: Index
    guards_at: Index
    suppositions: tuple[Phrase, ...]


class Openings(NamedTuple):
    """What may begin with one word."""

    alone: tuple[Term, ...]
    """Terms of this one word."""
    followed: Mapping[str, tuple[Term, ...]]
    """Longer ones by the word that comes next."""
    open: tuple[Term, ...]
    """Longer ones whose next word is not one of a few: a stem or a number."""
    guards: tuple[Phrase, ...]
    illness: bool

    def terms(self, following: str) -> list[Term]:
        """Return the terms that may stand here, the longest first."""
        longer = [*self.followed.get(following, ()), *self.open]
        return [*sorted(longer, key=lambda term: -len(term.phrase)), *self.alone]


@lru_cache(maxsize=65_536)
def openings(word: str) -> Openings | None:
    """Return what may begin with a normalised word; most words open nothing."""
    known = lexicon()
    illness = word in known.illnesses.openings or known.illnesses.has_ending(word)
    return _openings(known.terms_at.at(word), known.guards_at.at(word), illness)


@lru_cache(maxsize=4_096)  # all numbers open the same, and there is no end of them
def _openings(terms_at: tuple[int, ...], guards_at: tuple[int, ...], illness: bool) -> Openings | None:
    known = lexicon()
    terms = [known.terms[at] for at in terms_at]
    guards = tuple(known.guards[at] for at in guards_at)
    if not terms and not guards and not illness:
        return None
    alone: list[Term] = []
    followed: defaultdict[str, list[Term]] = defaultdict(list)
    rest: list[Term] = []
    for term in terms:
        if len(term.phrase) == 1:
            alone.append(term)
        elif term.phrase[1].stems or term.phrase[1].under:
            rest.append(term)
        else:
            for following in sorted(term.phrase[1].words):
                followed[following].append(term)
                followed[following + "s"].append(term)
    by_next = {following: tuple(found) for following, found in followed.items()}
    return Openings(tuple(alone), by_next, tuple(rest), guards, illness)


@lru_cache(maxsize=65_536)
def normal(token: str) -> str:
    """Return a token of a text as the lists have it: folded, without a genitive `'s`."""
    word = fold(token.lower()).replace("’", "'")
    return word if word in _SHORT_FOR else word.removesuffix("'s")


@cache
def lexicon() -> Lexicon:
    """Return the lists of all languages."""
    pages = {path.stem: validate(load_yaml(path), _Page) for path in sorted(_PAGES.glob("*.yaml"))}
    groups: defaultdict[str, list[_Page]] = defaultdict(list)
    for language, page in pages.items():
        groups[page.spoken_with or language].append(page)
    spoken: defaultdict[tuple[Phrase, str, Kind], set[str]] = defaultdict(set)
    for language, page in pages.items():
        for entity, kinds in page.terms.items():
            for kind, phrases in kinds.items():
                for listed in phrases:
                    spoken[_phrase(listed, page.sets), entity, kind].add(page.spoken_with or language)
    suppositions: list[Phrase] = []
    voices: dict[frozenset[str], Voice] = {}

    def voice(languages: Iterable[str]) -> Voice:
        """Return the voice of a word that several languages share (`diabetes`): that of all of them."""
        key = frozenset(languages)
        if key not in voices:
            voices[key] = _voice(
                [page for language in sorted(key) for page in groups[language]], suppositions
            )
        return voices[key]

    terms = tuple(Term(*said, voice(languages)) for said, languages in spoken.items())
    guards = tuple(_phrase(guard, page.sets) for page in pages.values() for guard in page.guards)
    return Lexicon(
        terms,
        guards,
        _illnesses(pages.values(), voice(groups)),
        tuple(sorted({term.entity for term in terms})),
        _index(term.phrase for term in terms),
        _index(guards),
        tuple(suppositions),
    )


def _voice(pages: Sequence[_Page], suppositions: list[Phrase]) -> Voice:
    own = [_phrase(listed, page.sets) for page in pages for listed in page.suppositions]
    first = len(suppositions)
    suppositions.extend(own)

    def words(name: str) -> frozenset[str]:
        return frozenset(normal(word) for page in pages for word in getattr(page, name))

    return Voice(
        words("people"),
        words("negations"),
        words("negations_after"),
        words("breaks"),
        _index(own, first),
        words("topics_before"),
        words("topics_after"),
    )


def _illnesses(pages: Iterable[_Page], voice: Voice) -> Illnesses:
    listed = [page.illnesses for page in pages]

    def words(name: str) -> frozenset[str]:
        return frozenset(normal(word) for illnesses in listed for word in getattr(illnesses, name))

    parts, degrees, injuries = words("parts"), words("degrees"), words("injuries")
    # `type 2 diabetes`: a number is a degree behind another word, and opens nothing.
    opening = frozenset(word for word in parts | degrees | injuries if not word.isdigit())
    return Illnesses(
        parts, degrees, words("conditions"), injuries, opening,
        tuple(sorted(words("endings"))), words("others"), voice,
    )  # fmt: skip


def _phrase(listed: str, sets: Mapping[str, list[str]]) -> Phrase:
    """Read a phrase: words; `a|b` for either, `$name` for any of a set, `stem*`, `<18` below eighteen.

    `~name` is as `$name`, and no part of the value.
    """
    elements: list[Element] = []
    for part in listed.split():
        if part.startswith("<"):
            elements.append(Element(frozenset(), (), int(part[1:])))
        elif part[0] in "$~":
            words = frozenset(map(normal, sets[part[1:]]))
            elements.append(Element(words, is_context=part[0] == "~"))
        elif "|" in part or part.endswith("*"):
            choices = part.split("|")
            stems = tuple(normal(choice[:-1]) for choice in choices if choice.endswith("*"))
            elements.append(Element(frozenset(normal(c) for c in choices if not c.endswith("*")), stems))
        else:
            elements.extend(Element(frozenset({normal(token)})) for token in TOKEN.findall(part))
    return tuple(elements)


def _index(phrases: Iterable[Phrase], first: int = 0) -> Index:
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    by_stem: defaultdict[str, list[int]] = defaultdict(list)
    by_number: list[int] = []
    for number, phrase in enumerate(phrases, start=first):
        for word in phrase[0].words:
            by_word[word].append(number)
        for stem in phrase[0].stems:
            by_stem[stem].append(number)
        if phrase[0].under:
            by_number.append(number)
    return Index(
        {word: tuple(numbers) for word, numbers in by_word.items()},
        {stem: tuple(numbers) for stem, numbers in by_stem.items()},
        tuple(by_number),
        tuple(sorted({len(stem) for stem in by_stem})),
    )
