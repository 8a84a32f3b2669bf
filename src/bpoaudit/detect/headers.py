"""What a column's header says: which entity it promises, whether it announces text, a thing or nothing.

The words stand in `words/headers/*.yaml`, one file a language; headers come in the languages of client
and vendor, so all files count for every header. Words are compared as whole tokens (the `cid` inside
`acid_level` means nothing) and the longest phrase wins. What a header promises is only kept when the
column's values bear it out (`columns.judge_column`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from bpoaudit.catalog import CATALOG
from bpoaudit.detect.shapes import STATED
from bpoaudit.documents import load_yaml, validate

_WORDS = Path(__file__).parent / "words" / "headers"
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPLIT = re.compile(r"[^0-9a-z]+")
_DIGITS = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_PATH = re.compile(r"\[\*\]\.?|\.(?=\S)")
_STROKED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "đ": "d", "Đ": "D"})

_STEPS = 2
"""Last steps of a JSON path that name its values; those above only say where they hang."""
_MAX_TOKENS = 40
_NUMBERED = frozenset(
    {"PHONE_NUMBER", "CREDIT_CARD", "BANK_ACCOUNT", "PASSPORT"}
    | {name for name, entity in CATALOG.items() if (entity.category or "").endswith("#OfficialID")}
)
"""What `number of …` may number, as `número celular` does, instead of counting it."""


class _EntityWords(BaseModel):
    model_config = ConfigDict(extra="forbid")
    words: list[str] = []
    loose: list[str] = []
    unless: list[str] = []
    denies: list[str] = []


class _Page(BaseModel):
    """One file of words; what the keys mean is told in `en.yaml`."""

    model_config = ConfigDict(extra="forbid")
    entities: dict[str, _EntityWords]
    about: list[str] = []
    flags: list[str] = []
    counts: list[str] = []
    things: list[str] = []
    codes: list[str] = []
    coded: list[str] = []
    hashed: list[str] = []
    labels: list[str] = []
    text: list[str] = []
    maybe_text: list[str] = []
    no_text: list[str] = []
    event_dates: list[str] = []
    person_dates: list[str] = []
    unnamed: list[str] = []
    short: dict[str, str] = {}


class _Span(NamedTuple):
    """Tokens `start` to `end` of a header are the phrase `key`."""

    start: int
    end: int
    key: str


class _Said(NamedTuple):
    """Entities that the words of a header name."""

    firm: tuple[str, ...]
    loose: tuple[str, ...]
    denied: tuple[str, ...]
    thing: bool
    """They name a thing or a code too."""


@dataclass(frozen=True, slots=True)
class _Words:
    """All files as one, phrases without their spaces."""

    promises: dict[str, tuple[tuple[str, bool], ...]]
    """(entity, whether loosely) by phrase."""
    lists: dict[str, frozenset[str]]
    """Every other list, `promises` (all phrases that promise), `unless` and `denies ENTITY`."""

    denies: tuple[str, ...]
    """Entities that have a list `denies ENTITY`."""
    short: Mapping[str, str]
    """What a word of a header is short for."""

    def spans(self, tokens: tuple[str, ...], known: Iterable[str]) -> Iterator[_Span]:
        """Yield the phrases of the lists `known` in `tokens`, the longest first, none inside another."""
        keys = [self.lists[name] for name in known]
        found = [
            _Span(start, end, key)
            for start in range(len(tokens))
            for end in range(start + 1, len(tokens) + 1)
            for key in _spellings("".join(tokens[start:end]))
            if any(key in phrases for phrases in keys)
        ]
        taken: set[int] = set()
        for span in sorted(found, key=lambda s: (s.start - s.end, -len(s.key), s.start)):
            if taken.isdisjoint(range(span.start, span.end)):
                taken.update(range(span.start, span.end))
                yield span

    def has(self, name: str, tokens: tuple[str, ...]) -> bool:
        """Tell whether a phrase of the list `name` stands in `tokens`."""
        return next(self.spans(tokens, (name,)), None) is not None


@dataclass(frozen=True, slots=True)
class Heading:
    """What a header says."""

    entities: tuple[str, ...] = ()
    """Promised by words of their own, the best first."""
    loose: tuple[str, ...] = ()
    """Promised by words that may mean other things too; only where `entities` is empty."""
    denied: frozenset[str] = frozenset()
    """Named, but not meant: `CARD_EXPIRY` by `contract_expires`, `AGE` by `credit history age`."""
    coded: bool = False
    """Its special category is told by codes only: `cpt`."""
    hashed: bool = False
    """It announces hashes or tokens of what it names: `pwd_hash`."""
    label: bool = False
    """It announces names of things: of products, companies, occupations."""
    text: bool = False
    """It announces free text, however short."""
    maybe_text: bool = False
    """It announces free text or labels; the values decide."""
    event_date: bool = False
    """Its dates tell when something happened to a record."""
    speaks: bool = True
    """False where it names nothing known: values have to tell what the column holds."""
    unnamed: bool = False
    """It is no name at all: `column_3`, `Unnamed: 0`."""


def words(header: str) -> tuple[str, ...]:
    """Split a header or JSON path into lower-case tokens without accents: `BirthDate` -> birth, date."""
    spaced = _CAMEL.sub(" ", header.translate(_STROKED))
    plain = "".join(c for c in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(c))
    return tuple(w for w in _SPLIT.split(plain.casefold()) if w)


def key_of(phrase: str) -> str:
    """Return the words of a phrase as one, which is how phrases are compared."""
    return "".join(words(phrase))


def last_step(header: str) -> tuple[str, tuple[str, ...]]:
    """Return where a JSON path hangs, and the words of its last step; a header hangs nowhere."""
    steps = [(found.end(), found.start()) for found in _PATH.finditer(header)]
    end, start = steps[-1] if steps else (0, 0)
    return header[:start], _tokens(header[end:])


@lru_cache(maxsize=4096)
def context_of(header: str) -> str:
    """Return the header as words before a value, so that recognisers see their context."""
    return " ".join(words(header))[:80]


@lru_cache(maxsize=4096)
def read_header(header: str) -> Heading:
    """Return what a header, or the last steps of a JSON path, says."""
    known = _load()
    steps = [tokens for step in _PATH.split(header) if (tokens := _tokens(step))] or [()]
    own, near = steps[-1], _joined(steps[-_STEPS:])
    said = _promised(known, near)
    if not said.firm and not said.loose and len(steps) > _STEPS:
        said = _promised(known, _joined(steps))
    about = known.has("about", own) and not _only_promised(known, own, "about")
    if (about or _is_count(known, own)) and not _is_stated(known, said, own):
        # A count, flag or amount is neither the thing itself nor a date in somebody's life.
        return Heading(denied=frozenset(said.firm + said.loose + said.denied), event_date=True)
    named = [word for word in own if not word.isdigit() and word not in known.lists["unnamed"]]
    return Heading(
        entities=said.firm,
        # "name" is nobody's name in "product name", and "owner" no owner in "owner id".
        loose=() if said.firm or said.thing else said.loose,
        denied=frozenset(said.denied + (said.loose if said.thing else ())) - {*said.firm},
        coded=known.has("coded", own),
        hashed=known.has("hashed", own),
        label=not said.firm and _is_label(known, own),
        text=known.has("text", own) and not known.has("no_text", own),
        maybe_text=known.has("maybe_text", own) and not known.has("no_text", own),
        event_date=known.has("event_dates", own) and not known.has("person_dates", own),
        speaks=bool(named) and (bool(said.firm or said.loose or said.thing) or known.has("event_dates", own)),
        unnamed=not named,
    )


@lru_cache(maxsize=4096)
def is_date(header: str) -> bool:
    """Whether a header announces a date: when something happened to a record or to a person."""
    tokens = _tokens(header)
    return _load().has("event_dates", tokens) or _load().has("person_dates", tokens)


def _promised(known: _Words, tokens: tuple[str, ...]) -> _Said:
    """Return the entities that words promise of their own, loosely, and those that are taken back."""
    firm: list[str] = []
    loose: list[str] = []
    denied: list[str] = []
    # The head of "customer phone" comes last; so does the value's own step of a path.
    spans = sorted(known.spans(tokens, ("promises", "things", "codes")), key=lambda s: -s.start)
    for span in spans:
        rest = (*tokens[: span.start], "|", *tokens[span.end :])
        for entity, loosely in known.promises.get(span.key, ()):
            taken_back = known.has(f"unless {entity}", rest)
            (denied if taken_back else loose if loosely else firm).append(entity)
    denied += [entity for entity in known.denies if known.has(f"denies {entity}", tokens)]
    thing = any(span.key not in known.promises for span in spans)
    firm, loose, denied = (list(dict.fromkeys(said)) for said in (firm, loose, denied))
    return _Said(tuple(firm), tuple(loose), tuple(denied), thing)


def _is_stated(known: _Words, said: _Said, tokens: tuple[str, ...]) -> bool:
    """Whether yes or no, a kind or a degree tell the thing itself: `is_pregnant`, `disability type`."""
    flagged = all(span.key in known.lists["flags"] for span in known.spans(tokens, ("about",)))
    return flagged and not _is_count(known, tokens) and not STATED.isdisjoint(said.firm)


def _is_label(known: _Words, tokens: tuple[str, ...]) -> bool:
    """Whether a thing is named and no text about it: `product description`, but not `product review`."""
    spans = list(known.spans(tokens, ("labels", "text", "maybe_text")))
    return bool(spans) and all(span.key in known.lists["labels"] for span in spans)


def _only_promised(known: _Words, tokens: tuple[str, ...], name: str) -> bool:
    """Whether each phrase of the list `name` is part of a longer one that promises: `card valid thru`."""
    promised = [s for s in known.spans(tokens, ("promises",)) if s.end - s.start > 1]
    return all(
        any(p.start <= s.start and s.end <= p.end and p.end - p.start > s.end - s.start for p in promised)
        for s in known.spans(tokens, (name,))
    )


def _is_count(known: _Words, tokens: tuple[str, ...]) -> bool:
    """Whether a header counts things: `num cards`, but neither `num card` nor `card num`."""
    if len(tokens) < 2 or tokens[0] not in known.lists["counts"]:
        return False
    if tokens[0] in known.lists["codes"]:
        itself = known.promises.get("".join(tokens[1:]), ())
        if any(entity in _NUMBERED and not loosely for entity, loosely in itself):
            return False
    return not any(s.start == 0 and s.end > 1 for s in known.spans(tokens, ("promises",)))


def _tokens(step: str) -> tuple[str, ...]:
    """Split one step into words, numbers apart, short forms in full: `cust_adr1` -> customer, address, 1."""
    parts = [part for word in words(step) for part in _DIGITS.split(word)]
    return tuple(_load().short.get(part, part) for part in parts[:_MAX_TOKENS])


def _joined(steps: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(token for step in steps for token in step)


def _spellings(joined: str) -> tuple[str, ...]:
    """Return a run of tokens as one word, and without its plural `s`."""
    return (joined, joined[:-1]) if len(joined) > 4 and joined[-1] == "s" else (joined,)


@lru_cache(maxsize=1)
def _load() -> _Words:
    pages = [validate(load_yaml(path), _Page) for path in sorted(_WORDS.glob("*.yaml"))]
    short = {word: full for page in pages for word, full in page.short.items()}

    def keys(phrases: Iterable[str]) -> Iterator[str]:
        for phrase in phrases:
            yield key_of(phrase)
            yield key_of(" ".join(short.get(word, word) for word in words(phrase)))

    promises: defaultdict[str, dict[tuple[str, bool], None]] = defaultdict(dict)
    lists: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        for entity, own in page.entities.items():
            for loosely, phrases in ((False, own.words), (True, own.loose)):
                for key in keys(phrases):
                    promises[key][entity, loosely] = None
            lists[f"unless {entity}"].update(keys(own.unless))
            if own.denies:
                lists[f"denies {entity}"].update(keys(own.denies))
        for name in _Page.model_fields:
            if name not in ("entities", "short"):
                lists[name].update(keys(getattr(page, name)))
    lists["promises"].update(promises)
    return _Words(
        {key: tuple(said) for key, said in promises.items()},
        {name: frozenset(phrases) for name, phrases in lists.items()},
        tuple(sorted(name.removeprefix("denies ") for name in lists if name.startswith("denies "))),
        short,
    )
