"""Conditions as masks over a table, in three-valued logic.

A comparison with a fact that is not known is neither true nor false, and so is all that hangs on
it (Kleene). An answer `not_applicable` takes a comparison out of its group; where nothing is left
of a condition, the row is not checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

import pandas as pd

from bpoaudit.rules.conditions import Condition, Leaf, leaves
from bpoaudit.rules.operators import EXISTS

Mask = Any
"""A pandas Series of dtype `boolean`: true, false or unknown for each row."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a condition says of each row."""

    value: Mask
    out: Mask
    """Rows that it does not speak about; never unknown."""


def constant(frame: pd.DataFrame, value: bool) -> Mask:
    """Return the mask that says `value` of every row."""
    return pd.Series(value, index=frame.index, dtype="boolean")


def truth(condition: Condition | None, frame: pd.DataFrame, as_of: date) -> Mask:
    """Evaluate a condition that selects: an answer `not_applicable` is a value like any other."""
    if condition is None:
        return constant(frame, True)
    return _evaluate(condition, frame, as_of, answers=False).value


def demand(condition: Condition, frame: pd.DataFrame, as_of: date) -> Truth:
    """Evaluate a condition that demands: what is not applicable is not asked for."""
    return _evaluate(condition, frame, as_of, answers=True)


def unknown_fields(condition: Condition | None, frame: pd.DataFrame) -> set[str]:
    """Return the facts in `condition` that some row of `frame` does not know."""
    if condition is None:
        return set()
    return {
        leaf.field
        for leaf in leaves(condition)
        if leaf.operator.name != EXISTS and bool(frame[leaf.field].isna().any())
    }


def _evaluate(condition: Condition, frame: pd.DataFrame, as_of: date, answers: bool) -> Truth:
    if isinstance(condition, Leaf):
        return _compare(condition, frame, as_of, answers)
    parts = [_evaluate(part, frame, as_of, answers) for part in condition.parts]
    out = reduce(and_, [part.out for part in parts])
    if condition.kind == "not":
        return Truth(~parts[0].value, out)
    # A part that does not speak must not decide: true in an `all`, false in an `any`.
    neutral = condition.kind == "all"
    values = [part.value.mask(part.out, neutral) for part in parts]
    return Truth(reduce(and_ if neutral else or_, values), out)


def _compare(leaf: Leaf, frame: pd.DataFrame, as_of: date, answers: bool) -> Truth:
    column = frame[leaf.field]
    nothing = constant(frame, False)
    if leaf.operator.name == EXISTS:
        return Truth(leaf.operator.test(column, leaf.operand, as_of).astype("boolean"), nothing)
    known = column.notna()
    value = pd.Series(pd.NA, index=frame.index, dtype="boolean")
    if bool(known.any()):
        value[known] = leaf.operator.test(column[known], leaf.operand, as_of).astype("boolean")
    if not answers or leaf.takes_not_applicable:
        return Truth(value, nothing)
    return Truth(value, (column.astype("object") == "not_applicable").fillna(False).astype("boolean"))
