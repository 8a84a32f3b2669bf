"""The operators of a condition: which facts they apply to, what they compare with, what they do.

An operator sees only the known values of a column; what is null stays unknown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from bpoaudit.rules.table import Type
from bpoaudit.vendor.globs import matches

Operand = Literal["one", "many", "days", "yes", "flag", "glob"]
"""What stands behind the operator: a value of the column's type, a list of them, a count of days,
`true`, `true` or `false`, a glob."""

Test = Callable[[Any, Any, date], Any]
"""(known values, operand, day of the audit) -> for each value, whether it fits."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator."""

    name: str
    types: frozenset[Type]
    operand: Operand
    test: Test
    words: str
    """How a sentence says it, between fact and operand."""


def _compare(function: Callable[[Any, Any], Any]) -> Test:
    return lambda known, operand, _: function(known, operand)


def _each(function: Callable[[Any, Any], bool]) -> Test:
    return lambda known, operand, _: known.map(lambda value: function(value, operand))


def _within_days(known: Any, days: Any, as_of: date) -> Any:
    age = (midnight(as_of) - known).dt.days
    return (age >= 0) & (age <= days)


def midnight(day: date) -> datetime:
    """Return a day as columns of dates have it, which compare with no plain date."""
    return datetime.combine(day, time())


def _on(*types: Type) -> frozenset[Type]:
    return frozenset(types)


_SCALAR = _on("str", "number", "bool", "date")
_ORDERED = _on("number", "date")

EXISTS = "exists"
"""The one operator that is never unknown: it asks whether the fact is known."""

OPERATORS: tuple[Operator, ...] = (
    Operator("eq", _SCALAR, "one", _compare(operator.eq), "is"),
    Operator("ne", _SCALAR, "one", _compare(operator.ne), "is not"),
    Operator("in", _on("str", "number"), "many", _compare(lambda known, many: known.isin(many)), "is one of"),
    Operator(
        "not_in", _on("str", "number"), "many", _compare(lambda known, many: ~known.isin(many)), "is none of"
    ),
    Operator("contains", _on("list"), "one", _each(lambda value, one: one in value), "contains"),
    Operator(
        "contains_any",
        _on("list"),
        "many",
        _each(lambda value, many: not set(value).isdisjoint(many)),
        "contains one of",
    ),
    Operator("gte", _ORDERED, "one", _compare(operator.ge), "is at least"),
    Operator("lte", _ORDERED, "one", _compare(operator.le), "is at most"),
    Operator("gt", _ORDERED, "one", _compare(operator.gt), "is more than"),
    Operator("lt", _ORDERED, "one", _compare(operator.lt), "is less than"),
    Operator(
        "matches_glob",
        _on("str"),
        "glob",
        _each(lambda value, glob: matches(glob.casefold(), value.casefold())),
        "matches",
    ),
    Operator("within_days", _on("date"), "days", _within_days, "is at most this many days old:"),
    Operator(
        "not_before_as_of",
        _on("date"),
        "yes",
        lambda known, _, as_of: known >= midnight(as_of),
        "is not past",
    ),
    Operator("expired", _on("date"), "yes", lambda known, _, as_of: known < midnight(as_of), "is past"),
    Operator(
        EXISTS,
        _SCALAR | _on("list", "rows"),
        "flag",
        _compare(lambda known, flag: known.notna() == flag),
        "is known:",
    ),
)

BY_NAME = {each.name: each for each in OPERATORS}

_ALIASES = {
    "eq": "equals equal is == = value is_true is_false",
    "ne": "not_equals not_equal is_not != neq",
    "in": "one_of any_of within is_in",
    "not_in": "none_of notin nin",
    "contains": "has includes",
    "contains_any": "has_any intersects overlaps",
    "gt": "greater_than more_than above >",
    "gte": "greater_or_equal at_least min ge >=",
    "lt": "less_than below <",
    "lte": "less_or_equal at_most max le <=",
    "exists": "present is_known defined is_set missing is_null known",
    "matches_glob": "like glob matches regex pattern",
    "within_days": "max_age_days newer_than_days",
    "not_before_as_of": "not_expired valid",
    "expired": "is_expired past",
}

ALIASES = {word: name for name, words in _ALIASES.items() for word in words.split()}
"""Words that people write, and the operator they mean; only for the hint in an error."""
