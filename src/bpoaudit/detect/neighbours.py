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
from bpoaudit.detect.headers import Heading, key_of, last_step, read_header
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


class _Page(BaseModel):
    model_config = ConfigDict(extra="forbid")
    rules: list[_RuleWords]


@dataclass(frozen=True, slots=True)
class _Rule:
    means: str
    headers: frozenset[str]
    beside: frozenset[str]
    """Entities and phrases; no phrase is in upper case."""
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
    heading = columns[at].heading
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


def _distance(columns: Sequence[_Column], at: int, wanted: frozenset[str]) -> int | None:
    """Return how many columns away the nearest one is that says something of `wanted`; None without one."""
    away = (abs(other - at) for other, column in enumerate(columns) if other != at and column.says & wanted)
    return min(away, default=None)


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            rule.means,
            frozenset(map(key_of, rule.headers)),
            frozenset(word if word in CATALOG else key_of(word) for word in rule.beside),
            frozenset(rule.rivals),
        )
        for rule in validate(load_yaml(_RULES), _Page).rules
    )
