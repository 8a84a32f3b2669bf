"""Conditions: a small tree of `all`, `any`, `not` and comparisons, checked when it is read.

Everything that could be wrong is found here, with its line and column: unknown facts, operators
and words, operands of the wrong type, trees too deep or too wide. What passes cannot fail later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal

from bpoaudit.catalog import CATALOG
from bpoaudit.documents import Steps, YamlFile
from bpoaudit.rules.operators import ALIASES, BY_NAME, EXISTS, Operator, midnight
from bpoaudit.rules.table import Column, Table, Type
from bpoaudit.suggestions import shown, suggestion

MAX_DEPTH = 16
MAX_LEAVES = 200
MAX_GLOB = 300
"""Characters; each of them is asked of each character of each name."""

_GROUPS = ("all", "any", "not")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison."""

    field: str
    operator: Operator
    operand: Any
    """Checked against the column; dates are timestamps."""
    written: Any
    """The operand as in the file, a parameter replaced by its value."""

    @property
    def takes_not_applicable(self) -> bool:
        """Tell whether the comparison itself names the answer `not_applicable`."""
        return "not_applicable" in (self.written if isinstance(self.written, list) else [self.written])


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions: `all` or `any` of them hold, or the only one does `not`."""

    kind: Literal["all", "any", "not"]
    parts: tuple[Condition, ...]


Condition = Leaf | Group


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Walk over the comparisons, in the order of the file."""
    if isinstance(condition, Leaf):
        yield condition
    else:
        for part in condition.parts:
            yield from leaves(part)


def parse(document: YamlFile, at: Steps, table: Table, params: Mapping[str, Any]) -> Condition:
    """Read the condition at `at`, over the columns of `table`."""
    return _Parser(document, table, params).condition(at, _value_at(document, at), depth=1)


def _value_at(document: YamlFile, at: Steps) -> Any:
    value = document.data
    for step in at:
        value = value[step]
    return value


@dataclass(slots=True)
class _Parser:
    document: YamlFile
    table: Table
    params: Mapping[str, Any]
    leaves: int = field(default=0)

    def condition(self, at: Steps, node: Any, depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise self.document.fault(at, f"conditions are nested more than {MAX_DEPTH} deep")
        if not isinstance(node, dict) or not node:
            message = "a condition is {field: …, operator: …}, or all, any or not of such"
            raise self.document.fault(at, message)
        if "field" in node:
            return self.leaf(at, node)
        key = next(iter(node))
        if len(node) > 1 or key not in _GROUPS:
            wrong = next((each for each in node if each not in _GROUPS), None)
            if wrong is None:
                message = f"{' and '.join(node)} cannot stand side by side; join them with all"
                raise self.document.fault(at, message)
            message = f"{shown(wrong)} cannot stand here{suggestion(wrong, (*_GROUPS, 'field'))}"
            raise self.document.fault((*at, wrong), message, key=True)
        if key == "not":
            return Group("not", (self.condition((*at, key), node[key], depth + 1),))
        parts = node[key]
        if not isinstance(parts, list) or not parts:
            raise self.document.fault((*at, key), f"'{key}' needs a list of conditions")
        made = tuple(self.condition((*at, key, index), part, depth + 1) for index, part in enumerate(parts))
        return Group("all" if key == "all" else "any", made)

    def leaf(self, at: Steps, node: dict[str, Any]) -> Leaf:
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            raise self.document.fault(at, f"more than {MAX_LEAVES} comparisons in one condition")
        name = node["field"]
        column = self.table.columns.get(name) if isinstance(name, str) else None
        if column is None:
            hint = suggestion(name, self.table.columns)
            message = f"unknown field {shown(name)} in {self.table.name}{hint}"
            raise self.document.fault((*at, "field"), message)
        words = [key for key in node if key != "field"]
        for word in words:
            if word not in BY_NAME:
                message = f"unknown operator {shown(word)}{suggestion(word, BY_NAME, ALIASES)}"
                raise self.document.fault((*at, word), message, key=True)
        if len(words) != 1:
            raise self.document.fault(at, "a comparison has exactly one operator; join two with all or any")
        operator = BY_NAME[words[0]]
        place = (*at, operator.name)
        if column.type not in operator.types:
            fitting = [each.name for each in BY_NAME.values() if column.type in each.types]
            message = f"'{operator.name}' does not apply to {name}, which is a {_named(column.type)}"
            raise self.document.fault(place, f"{message}; known: {', '.join(fitting)}", key=True)
        written = self.resolve(place, node[operator.name])
        return Leaf(name, operator, self.operand(place, name, column, operator, written), written)

    def resolve(self, at: Steps, operand: Any) -> Any:
        """Replace `{param: name}` by the parameter's value."""
        if not isinstance(operand, dict):
            return operand
        if list(operand) != ["param"]:
            raise self.document.fault(at, "an operand is a value, a list of values, or {param: name}")
        name = operand["param"]
        if name not in self.params:
            message = f"unknown parameter {shown(name)}{suggestion(name, self.params)}"
            raise self.document.fault((*at, "param"), message)
        return self.params[name]

    def operand(self, at: Steps, name: str, column: Column, operator: Operator, written: Any) -> Any:
        match operator.operand:
            case "many":
                if not isinstance(written, list) or not written:
                    raise self.document.fault(at, f"'{operator.name}' needs a list of values")
                return tuple(
                    self.value((*at, index), name, column, each) for index, each in enumerate(written)
                )
            case "days":
                if isinstance(written, bool) or not isinstance(written, int) or written < 0:
                    raise self.document.fault(at, f"'{operator.name}' needs a number of days")
                return written
            case "yes" | "flag":
                if not isinstance(written, bool) or (operator.operand == "yes" and not written):
                    allowed = "true or false" if operator.operand == "flag" else "true"
                    raise self.document.fault(at, f"'{operator.name}' needs {allowed}")
                return written
            case "glob":
                if not isinstance(written, str):
                    raise self.document.fault(at, f"'{operator.name}' needs text with * and ?")
                if len(written) > MAX_GLOB:
                    raise self.document.fault(at, f"'{operator.name}' takes at most {MAX_GLOB} characters")
                return written
            case "one":
                return self.value(at, name, column, written)

    def value(self, at: Steps, name: str, column: Column, written: Any) -> Any:
        kind: Type = "str" if column.type == "list" else column.type
        if kind == "date" and isinstance(written, str):
            try:
                return midnight(date.fromisoformat(written))
            except ValueError:
                raise self.document.fault(at, f"{shown(written)} is not a date such as 2026-01-31") from None
        fits = {
            "str": isinstance(written, str),
            "number": isinstance(written, (int, float)) and not isinstance(written, bool),
            "bool": isinstance(written, bool),
        }
        if not fits.get(kind, False):
            message = f"{name} is a {_named(kind)}, and {shown(written)} is not"
            raise self.document.fault(at, message)
        if column.answer and written == "unknown":
            message = f"unknown cannot be compared; write {{field: {name}, {EXISTS}: false}}"
            raise self.document.fault(at, message)
        if column.choices and written not in column.choices:
            message = f"{name} can never be {shown(written)}{suggestion(written, column.choices)}"
            raise self.document.fault(at, message)
        if name == "entity" and isinstance(written, str) and (meant := _meant_entity(written)):
            raise self.document.fault(at, f"{shown(written)} is no entity; did you mean '{meant}'?")
        return written


def _meant_entity(word: str) -> str | None:
    """Return the entity that `word` looks like a slip for; own recognisers find entities of their own."""
    if word in CATALOG:
        return None
    longer = [name for name in CATALOG if name.startswith(f"{word.upper()}_")]
    near = longer if len(longer) == 1 else get_close_matches(word.upper(), CATALOG, n=1, cutoff=0.8)
    return near[0] if near else None


def _named(kind: Type) -> str:
    return {"str": "text", "bool": "true or false", "rows": "list of objects"}.get(kind, kind)
