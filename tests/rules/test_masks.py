"""Every operator, and three-valued logic."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from bpoaudit.documents import parse_yaml
from bpoaudit.rules import masks
from bpoaudit.rules.conditions import parse
from bpoaudit.rules.delivered import Row
from bpoaudit.rules.facts import frame_of
from bpoaudit.rules.operators import ALIASES, BY_NAME, OPERATORS
from bpoaudit.rules.table import Column, Table

AS_OF = date(2026, 6, 30)

TABLE = Table(
    "things", "Things.",
    {
        "word": Column("str", "A word."),
        "number": Column("number", "A number."),
        "flag": Column("bool", "A flag."),
        "day": Column("date", "A day."),
        "words": Column("list", "Words."),
        "answer": Column("str", "An answer.", frozenset({"yes", "no", "partial", "not_applicable"}), answer=True),
        "people": Column("rows", "Objects."),
    },
)  # fmt: skip

T, F, N = True, False, None


def _frame(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = frame_of(TABLE, [Row(row) for row in rows])
    assert frame is not None
    return frame


def _values(mask: Any) -> list[bool | None]:
    return [None if value is pd.NA else bool(value) for value in mask]


def _truth(condition: str, *rows: dict[str, Any]) -> list[bool | None]:
    document = parse_yaml(f"c: {condition}", "f")
    return _values(masks.truth(parse(document, ("c",), TABLE, {}), _frame(*rows), AS_OF))


CASES: list[tuple[str, list[Any], list[bool | None]]] = [
    ("{field: word, eq: a}", ["a", "b", N], [T, F, N]),
    ("{field: word, ne: a}", ["a", "b", N], [F, T, N]),
    ("{field: word, in: [a, b]}", ["a", "c", N], [T, F, N]),
    ("{field: word, not_in: [a, b]}", ["a", "c", N], [F, T, N]),
    ("{field: word, matches_glob: 'A*c'}", ["abc", "a/b/c", "ab", N], [T, T, F, N]),
    ("{field: word, exists: true}", ["a", N], [T, F]),
    ("{field: word, exists: false}", ["a", N], [F, T]),
    ("{field: number, eq: 1}", [1, 1.5, N], [T, F, N]),
    ("{field: number, ne: 1}", [1, 2, N], [F, T, N]),
    ("{field: number, in: [1, 2.5]}", [1, 2.5, 3, N], [T, T, F, N]),
    ("{field: number, not_in: [1]}", [1, 3, N], [F, T, N]),
    ("{field: number, gte: 2}", [1, 2, 3, N], [F, T, T, N]),
    ("{field: number, lte: 2}", [1, 2, 3, N], [T, T, F, N]),
    ("{field: number, gt: 2}", [1, 2, 3, N], [F, F, T, N]),
    ("{field: number, lt: 2}", [1, 2, 3, N], [T, F, F, N]),
    ("{field: flag, eq: true}", [T, F, N], [T, F, N]),
    ("{field: flag, ne: true}", [T, F, N], [F, T, N]),
    ("{field: flag, exists: true}", [T, F, N], [T, T, F]),
    ("{field: words, contains: a}", [("a", "b"), ("b",), (), N], [T, F, F, N]),
    ("{field: words, contains_any: [a, c]}", [("a", "b"), ("b",), (), N], [T, F, F, N]),
    ("{field: words, exists: true}", [(), N], [T, F]),
    ("{field: people, exists: true}", [(), N], [T, F]),
    ("{field: answer, eq: yes}", ["yes", "no", "not_applicable", "unknown", N], [T, F, F, N, N]),
    ("{field: answer, exists: true}", ["no", "unknown", N], [T, F, F]),
]


@pytest.mark.parametrize(("condition", "values", "expected"), CASES)
def test_operators(condition: str, values: list[Any], expected: list[bool | None]) -> None:
    name = condition.split(",")[0].removeprefix("{field: ")

    assert _truth(condition, *({name: value} for value in values)) == expected


DATE_CASES: list[tuple[str, list[bool | None]]] = [
    ("{field: day, eq: 2026-06-30}", [F, T, F, F, N]),
    ("{field: day, ne: 2026-06-30}", [T, F, T, T, N]),
    ("{field: day, gte: 2026-06-30}", [F, T, T, F, N]),
    ("{field: day, gt: 2026-06-30}", [F, F, T, F, N]),
    ("{field: day, lte: 2026-06-30}", [T, T, F, T, N]),
    ("{field: day, lt: 2026-06-30}", [T, F, F, T, N]),
    ("{field: day, within_days: 1}", [T, T, F, F, N]),
    ("{field: day, within_days: 0}", [F, T, F, F, N]),
    ("{field: day, within_days: 400}", [T, T, F, T, N]),
    ("{field: day, expired: true}", [T, F, F, T, N]),
    ("{field: day, not_before_as_of: true}", [F, T, T, F, N]),
    ("{field: day, exists: true}", [T, T, T, T, F]),
]


@pytest.mark.parametrize(("condition", "expected"), DATE_CASES)
def test_dates_against_the_day_of_the_audit(condition: str, expected: list[bool | None]) -> None:
    days = [date(2026, 6, 29), date(2026, 6, 30), date(2026, 7, 1), date(2025, 7, 1), None]

    assert _truth(condition, *({"day": day} for day in days)) == expected


def test_every_operator_is_tried_above() -> None:
    conditions = [case[0] for case in CASES] + [case[0] for case in DATE_CASES]

    tried = {condition.split(", ")[1].split(":")[0] for condition in conditions}
    assert tried == {each.name for each in OPERATORS}


def test_aliases_lead_to_operators_and_are_none() -> None:
    assert set(ALIASES.values()) <= set(BY_NAME)
    assert not set(ALIASES) & set(BY_NAME)


AND = [(T, T, T), (T, F, F), (T, N, N), (F, F, F), (F, N, F), (N, N, N), (F, T, F), (N, T, N), (N, F, F)]
OR = [(T, T, T), (T, F, T), (T, N, T), (F, F, F), (F, N, N), (N, N, N), (F, T, T), (N, T, T), (N, F, N)]


def _row(left: bool | None, right: bool | None) -> dict[str, Any]:
    return {"flag": left, "number": None if right is None else int(right)}


@pytest.mark.parametrize(("left", "right", "expected"), AND)
def test_all_is_kleenes_and(left: bool | None, right: bool | None, expected: bool | None) -> None:
    condition = "{all: [{field: flag, eq: true}, {field: number, eq: 1}]}"

    assert _truth(condition, _row(left, right)) == [expected]


@pytest.mark.parametrize(("left", "right", "expected"), OR)
def test_any_is_kleenes_or(left: bool | None, right: bool | None, expected: bool | None) -> None:
    condition = "{any: [{field: flag, eq: true}, {field: number, eq: 1}]}"

    assert _truth(condition, _row(left, right)) == [expected]


@pytest.mark.parametrize(("value", "expected"), [(T, F), (F, T), (N, N)])
def test_not_keeps_what_is_unknown(value: bool | None, expected: bool | None) -> None:
    assert _truth("{not: {field: flag, eq: true}}", {"flag": value}) == [expected]


def test_no_rows_no_values() -> None:
    assert _truth("{all: [{field: flag, eq: true}, {not: {field: number, gt: 1}}]}") == []
    assert _values(masks.truth(None, _frame({}), AS_OF)) == [T]


def _demand(condition: str, *rows: dict[str, Any]) -> list[tuple[bool | None, bool | None]]:
    document = parse_yaml(f"c: {condition}", "f")
    result = masks.demand(parse(document, ("c",), TABLE, {}), _frame(*rows), AS_OF)
    return list(zip(_values(result.value), _values(result.out), strict=True))


NA = "not_applicable"


def test_a_demand_leaves_out_what_is_not_applicable() -> None:
    both = "{field: answer, eq: yes}, {field: flag, eq: true}"

    assert _demand("{field: answer, eq: yes}", {"answer": NA}, {"answer": "yes"}, {}) == [
        (F, T),
        (T, F),
        (N, F),
    ]
    assert _demand(f"{{all: [{both}]}}", {"answer": NA, "flag": T}, {"answer": NA, "flag": F}) == [
        (T, F),
        (F, F),
    ]
    assert _demand(f"{{any: [{both}]}}", {"answer": NA, "flag": T}, {"answer": NA, "flag": F}) == [
        (T, F),
        (F, F),
    ]
    assert _demand(f"{{all: [{both}]}}", {"answer": NA, "flag": N}) == [(N, F)]
    assert [out for _, out in _demand("{not: {field: answer, eq: no}}", {"answer": NA})] == [T]


def test_a_demand_that_names_not_applicable_gets_it() -> None:
    assert _demand("{field: answer, in: [yes, not_applicable]}", {"answer": NA}) == [(T, F)]
    assert _demand("{field: answer, eq: not_applicable}", {"answer": NA}, {"answer": "no"}) == [
        (T, F),
        (F, F),
    ]


def test_unknown_facts_are_named_but_not_those_that_were_asked_for() -> None:
    document = parse_yaml(
        "c: {any: [{field: word, eq: a}, {field: flag, exists: true}, {field: number, gt: 1}]}", "f"
    )
    condition = parse(document, ("c",), TABLE, {})

    assert masks.unknown_fields(condition, _frame({"word": "a"}, {"number": 1, "word": "b"})) == {"number"}
    assert masks.unknown_fields(None, _frame({})) == set()
