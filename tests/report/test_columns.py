"""Rows side by side, or one below the other where the terminal is narrow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bpoaudit.report.columns import laid_out, wrapped

ROWS = [("gdpr/a", "high", "Cards are masked"), ("gdpr/longer", "low", "")]


def test_side_by_side_where_there_is_room() -> None:
    assert list(laid_out(ROWS, 60)) == ["gdpr/a       high  Cards are masked", "gdpr/longer  low"]
    assert list(laid_out(ROWS, None)) == list(laid_out(ROWS, 60))


def test_below_one_another_with_the_names_of_their_columns() -> None:
    assert list(laid_out(ROWS, 24, ("rule", "severity", "title"))) == [
        "gdpr/a",
        "  severity high; title",
        "  Cards are masked",
        "gdpr/longer",
        "  severity low",
    ]


def test_the_head_stands_above_only_where_there_are_columns() -> None:
    assert next(laid_out(ROWS, 60, ("rule", "severity", "title"))).startswith("rule         severity  title")


def test_no_rows_are_no_lines() -> None:
    assert list(laid_out([], 40)) == []
    assert list(laid_out([], 40, ("rule",))) == ["rule"]


@given(
    st.text(st.characters(exclude_categories=["C", "Z", "M"]) | st.just(" "), max_size=120),
    st.integers(20, 90),
)
def test_wrapping_loses_nothing_and_keeps_within(text: str, width: int) -> None:
    lines = list(wrapped(text, width))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in lines)


@pytest.mark.parametrize("width", [20, 40, 60, 80])
def test_no_line_is_wider(width: int) -> None:
    rows = [(f"pack/rule-{n}" * 3, "critical", "a title of some length " * n) for n in range(6)]
    assert all(cell_len(line) <= width for line in laid_out(rows, width))
