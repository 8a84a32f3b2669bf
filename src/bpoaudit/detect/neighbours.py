"""What a header says beside the others of its table: `name` beside `sku` names goods, not people.

The rules stand in `words/neighbours.yaml`. Neighbours are the columns of a table, or the values that
hang on the same step of a JSON path: `items[*].name` and `customer.name` are none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from bpoaudit.catalog import CATALOG
from bpoaudit.detect.headers import Heading, key_of, last_step, read_header, words
from bpoaudit.documents import load_yaml, validate

_RULES = Path(__file__).parent / "words" / "neighbours.yaml"
_THING = "thing"
_LONGEST_PHRASE = 4
_MAX_NEIGHBOURS = 300
"""Columns on one step beyond which nothing stands beside anything."""


class _RuleWords(BaseModel):
    model_config = ConfigDict(extra="forbid")
    means: str
    headers: list[str]
    beside: list[str]
    rivals: list[str] = []


class _NeedWords(BaseModel):
    model_config = ConfigDict(extra="forbid")
    denied: str
    named: list[str]
    beside: list[str]
    rivals: list[str]


class _Page(BaseModel):
    model_config = ConfigDict(extra="forbid")
    needs: list[_NeedWords]
    rules: list[_RuleWords]


@dataclass(frozen=True, slots=True)
class _Rule:
    means: str
    headers: frozenset[str]
    beside: frozenset[str]
    """Entities and phrases; no phrase is in upper case."""
    rivals: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Need:
    denied: str
    named: frozenset[str]
    beside: frozenset[str]
    rivals: frozenset[str]


class _Column(NamedTuple):
    name: str
    heading: Heading
    key: str
    """The whole last step, without its spaces."""
    says: frozenset[str]
    """Every phrase in it, and the entities it promises."""


def read_headers(names: Iterable[str]) -> Mapping[str, Heading]:
    """Return what each of a source's headers says, given the others, which are in their order."""
    steps: defaultdict[str, list[_Column]] = defaultdict(list)
    for name in names:
        parent, tokens = last_step(name)
        heading = read_header(name)
        says = frozenset((*_phrases(tokens), *heading.entities))
        steps[parent].append(_Column(name, heading, "".join(tokens), says))
    return {
        column.name: _beside(columns, at) if len(columns) <= _MAX_NEIGHBOURS else column.heading
        for columns in steps.values()
        for at, column in enumerate(columns)
    }


def _phrases(tokens: Sequence[str]) -> Iterator[str]:
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + _LONGEST_PHRASE, len(tokens)) + 1):
            yield "".join(tokens[start:end])


def _beside(columns: Sequence[_Column], at: int) -> Heading:
    heading = _borne_out(columns, at)
    for rule in _rules():
        if columns[at].key not in rule.headers or rule.means in heading.entities:
            continue
        near = _distance(columns, at, rule.beside)
        if near is None or (_distance(columns, at, rule.rivals) or near + 1) <= near:
            continue
        if rule.means == _THING:
            # Nobody's name, whatever the names of the goods look like.
            return replace(heading, loose=(), label=True, speaks=True)
        return replace(
            heading, entities=(rule.means,), loose=(), speaks=True, denied=heading.denied - {rule.means}
        )
    return heading


def _borne_out(columns: Sequence[_Column], at: int) -> Heading:
    """Return what a header says by itself, less what nothing in its table bears out."""
    heading = columns[at].heading
    for need in _needs():
        if not columns[at].says & need.named or need.denied in heading.entities:
            continue
        near, rival = _nearest(columns, at, need.beside), _nearest(columns, at, need.rivals)
        if need.beside & {*_phrases(words(columns[at].name))}:
            continue  # `payment.exp`
        if near is None or (rival is not None and rival <= near):
            heading = replace(
                heading,
                loose=tuple(entity for entity in heading.loose if entity != need.denied),
                denied=heading.denied | {need.denied},
            )
    return heading


def _nearest(columns: Sequence[_Column], at: int, wanted: frozenset[str]) -> tuple[int, bool] | None:
    """Return how far the nearest column of `wanted` is, and whether behind: what expires stands before."""
    away = (
        (abs(other - at), other > at)
        for other, column in enumerate(columns)
        if other != at and column.says & wanted
    )
    return min(away, default=None)


def _distance(columns: Sequence[_Column], at: int, wanted: frozenset[str]) -> int | None:
    """Return how many columns away the nearest one is that says something of `wanted`; None without one."""
    away = (abs(other - at) for other, column in enumerate(columns) if other != at and column.says & wanted)
    return min(away, default=None)


@lru_cache(maxsize=1)
def _needs() -> tuple[_Need, ...]:
    return tuple(
        _Need(need.denied, *map(_said, (need.named, need.beside, need.rivals)))
        for need in validate(load_yaml(_RULES), _Page).needs
    )


def _said(listed: Iterable[str]) -> frozenset[str]:
    """Return entities as they are and phrases as the words of headers are compared."""
    return frozenset(word if word in CATALOG else key_of(word) for word in listed)


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            rule.means,
            frozenset(map(key_of, rule.headers)),
            _said(rule.beside),
            frozenset(rule.rivals),
        )
        for rule in validate(load_yaml(_RULES), _Page).rules
    )
