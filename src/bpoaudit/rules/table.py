"""What a table of facts is: its name, its columns, their types and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from bpoaudit.model import FieldKind, MaskingState, SourceStatus
from bpoaudit.vendor.countries import COUNTRIES

Type = Literal["str", "number", "bool", "date", "list", "rows"]
"""`rows` is a list of objects, with a table of its own; as a fact it can only exist."""


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of a row."""

    type: Type
    description: str
    choices: frozenset[str] = frozenset()
    """The only words it can hold (for a list: its items); empty where any text can stand."""
    answer: bool = False
    """An answer, where `unknown` is a missing fact and `not_applicable` takes the item out."""


@dataclass(frozen=True, slots=True)
class Table:
    """What one row is, and what is known about it."""

    name: str
    description: str
    columns: Mapping[str, Column]
    weight: str | None = None
    """The column that says how many items a row stands for; None: one."""
    failing_weight: str | None = None
    """The column that says how many of them fail when the row does; None: all."""
    placeholders: tuple[str, ...] = ("label",)
    """What a message can name of the first failing item."""
    from_reading: bool = False
    """Filled by reading the delivery: without `scan.delivery: complete` it cannot pass."""


def text(description: str, choices: object = None) -> Column:
    """Return a column of text, of `choices` (a `Literal`) where given."""
    known = frozenset(str(word) for word in get_args(choices)) if choices else frozenset()
    return Column("str", description, known)


def words(description: str, words: type[FieldKind] | type[MaskingState] | type[SourceStatus]) -> Column:
    """Return a column of the words of an enumeration."""
    return Column("str", description, frozenset(word.value for word in words))


def number(description: str) -> Column:
    """Return a column of numbers."""
    return Column("number", description)


def flag(description: str) -> Column:
    """Return a column of truth values."""
    return Column("bool", description)


def date(description: str) -> Column:
    """Return a column of dates."""
    return Column("date", description)


def country(description: str) -> Column:
    """Return a column of country codes."""
    return Column("str", description, COUNTRIES)


SOURCE = text("Name of the source, as in findings.jsonl.")
FIELD = text("Name of the field.")
FEED = text("Feed of the agreement that the source belongs to; null: none.")
