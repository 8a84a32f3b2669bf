"""Masks over whole tables say of each row what a plain reading of the condition says."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.documents import parse_yaml
from bpoaudit.errors import DocumentError
from bpoaudit.rules import masks
from bpoaudit.rules.conditions import Condition, Leaf, parse
from bpoaudit.rules.delivered import Row
from bpoaudit.rules.facts import frame_of
from bpoaudit.rules.table import Column, Table

AS_OF = date(2026, 6, 30)

TABLE = Table(
    "things", "Things.",
    {
        "word": Column("str", "A word."),
        "number": Column("number", "A number."),
        "flag": Column("bool", "A flag."),
        "words": Column("list", "Words."),
    },
)  # fmt: skip

WORDS = st.sampled_from(["a", "b", "c"])
NUMBERS = st.integers(-2, 2)
LEAVES = st.one_of(
    st.fixed_dictionaries({"field": st.just("word"), "eq": WORDS}),
    st.fixed_dictionaries({"field": st.just("word"), "in": st.lists(WORDS, min_size=1)}),
    st.fixed_dictionaries({"field": st.just("number"), "gte": NUMBERS}),
    st.fixed_dictionaries({"field": st.just("number"), "ne": NUMBERS}),
    st.fixed_dictionaries({"field": st.just("flag"), "eq": st.booleans()}),
    st.fixed_dictionaries({"field": st.just("flag"), "exists": st.booleans()}),
    st.fixed_dictionaries({"field": st.just("words"), "contains": WORDS}),
)
CONDITIONS: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=12,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "word": st.none() | WORDS,
            "number": st.none() | NUMBERS,
            "flag": st.none() | st.booleans(),
            "words": st.none() | st.lists(WORDS, max_size=2).map(tuple),
        }
    ),
    max_size=5,
)


def _plainly(condition: Condition, row: dict[str, Any]) -> bool | None:
    """Read a condition for one row: Kleene's tables, written out."""
    if isinstance(condition, Leaf):
        value, operand = row[condition.field], condition.operand
        if condition.operator.name == "exists":
            return bool((value is not None) == operand)
        if value is None:
            return None
        match condition.operator.name:
            case "eq":
                return bool(value == operand)
            case "ne":
                return bool(value != operand)
            case "in":
                return value in operand
            case "gte":
                return bool(value >= operand)
            case _:
                return operand in value
    parts = [_plainly(part, row) for part in condition.parts]
    if condition.kind == "not":
        return None if parts[0] is None else not parts[0]
    deciding = condition.kind == "any"
    if deciding in parts:
        return deciding
    return None if None in parts else not deciding


@given(CONDITIONS, ROWS)
def test_masks_agree_with_a_plain_reading(written: Any, rows: list[dict[str, Any]]) -> None:
    condition = parse(parse_yaml(json.dumps({"c": written}), "f"), ("c",), TABLE, {})
    frame = frame_of(TABLE, [Row(row) for row in rows])
    assert frame is not None

    for mask in (masks.truth(condition, frame, AS_OF), masks.demand(condition, frame, AS_OF).value):
        said = [None if value is pd.NA else bool(value) for value in mask]
        assert said == [_plainly(condition, row) for row in rows]


# Letters, digits, punctuation, symbols: YAML escapes the rest in ways of its own.
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=20)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**16), 10**16) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from("abc"), VALUES))
def test_json_is_read_as_the_yaml_that_it_is(data: dict[str, Any]) -> None:
    assert parse_yaml(json.dumps(data, ensure_ascii=False), "f").data == data


@given(st.text(alphabet="ab:-[]{},&*!|>'\"#%@ \n\t0~?", max_size=60))
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    fault: DocumentError | None = None
    try:
        parse_yaml(text, "f")
    except DocumentError as raised:
        fault = raised

    assert fault is None or (fault.file == "f" and fault.line is not None)
