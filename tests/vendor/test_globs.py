"""Globs: which names fit, and that no pattern is slow."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.vendor.globs import SOURCE_SEPARATORS, matches


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("tickets*.csv", "tickets_q3.csv", True),
        ("tickets*.csv", "tickets.csv", True),
        ("tickets*.csv", "old/tickets.csv", False),
        ("tickets*.csv", "tickets/a.csv", False),
        ("*/a.csv", "x/a.csv", True),
        ("*/a.csv", "x/y/a.csv", False),
        ("**/a.csv", "a.csv", True),
        ("**/a.csv", "x/y/a.csv", True),
        ("**/a.csv", "x/ba.csv", False),
        ("exports/**/t.csv", "exports/t.csv", True),
        ("exports/**/t.csv", "exports/2026/05/t.csv", True),
        ("exports/**", "exports/2026/t.csv", True),
        ("exports/**", "imports/t.csv", False),
        ("**", "any/thing", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a?c", "ac", False),
        ("*.xlsx", "staff.xlsx#old", False),
        ("*.xlsx#old", "staff.xlsx#old", True),
        ("*", "q3.zip!inner.csv", False),
        ("**/inner.csv", "q3.zip!inner.csv", True),
        ("q3.zip!*", "q3.zip!inner.csv", True),
        ("[ab].csv", "a.csv", False),
        ("[ab].csv", "[ab].csv", True),
        ("a.csv", "aXcsv", False),
        ("A.csv", "a.csv", False),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_sources(pattern: str, name: str, fits: bool) -> None:
    assert matches(pattern, name, SOURCE_SEPARATORS) is fits


def test_without_separators_a_star_is_any_text() -> None:
    assert matches("items[*].email", "items[*].email")
    assert matches("*email", "customer/work#email")


@pytest.mark.parametrize("pattern", ["*a" * 30 + "b", "**/a" * 30 + "b", "?*" * 40 + "b", "a**" * 30 + "b"])
def test_every_pattern_comes_to_an_end(pattern: str) -> None:
    # Tried one way after the other, these would take longer than anybody waits.
    assert not matches(pattern, "a" * 5_000 + "/", SOURCE_SEPARATORS)


@given(
    st.text(alphabet="ab*?/", max_size=8).filter(lambda text: "**" not in text),
    st.text(alphabet="ab/", max_size=8),
)
def test_agrees_with_a_regular_expression(pattern: str, name: str) -> None:
    expression = re.escape(pattern).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")

    assert matches(pattern, name, "/") is bool(re.fullmatch(expression, name))


@given(st.text(max_size=30))
def test_a_name_without_wildcards_fits_itself(name: str) -> None:
    literal = name.replace("*", "").replace("?", "")

    assert matches(literal, literal, SOURCE_SEPARATORS)
