"""Columns of identifiers: how many values cannot be right."""

from __future__ import annotations

import pytest

from tests.measures.conftest import Measure

pytestmark = pytest.mark.slow


def _pesel(number: int, off: int = 0) -> str:
    digits = f"85{1 + number % 12:02}{1 + number % 28:02}{number:04}"
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
    check = -sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 10
    return digits + str((check + off) % 10)


def _told(measure: Measure, header: str, values: list[str]) -> list[tuple[object, ...]]:
    rows = "".join(f"{i},{value}\n" for i, value in enumerate(values))
    told = measure({"t.csv": f"id,{header}\n{rows}"})["identifiers"]
    return [(row["field"], row["entity"], row["values"], row["invalid"]) for row in told]


def test_wrong_check_digits_are_counted(measure: Measure) -> None:
    values = [_pesel(i, off=i % 10 == 0) for i in range(100)]
    assert _told(measure, "pesel", values) == [("pesel", "PL_PESEL", 100, 10)]


def test_words_among_numbers_are_wrong_and_nothing_is_no_value(measure: Measure) -> None:
    values = [*(_pesel(i) for i in range(90)), *["see file"] * 5, *["n/a"] * 3, *["-"] * 2]
    assert _told(measure, "pesel", values) == [("pesel", "PL_PESEL", 95, 5)]


def test_masked_values_are_not_judged(measure: Measure) -> None:
    values = [
        *(f"p{i}@example.org" for i in range(40)),
        *(f"p***@e{i}.example.org" for i in range(20)),
        "p9.example.org",
    ]
    assert _told(measure, "email", values) == [("email", "EMAIL_ADDRESS", 41, 1)]


def test_phone_numbers_have_a_form_only(measure: Measure) -> None:
    values = [*(f"+48 22 555 {i:04}" for i in range(50)), "12", "ask"]
    assert _told(measure, "phone", values) == [("phone", "PHONE_NUMBER", 52, 2)]


def test_columns_of_other_things_are_no_identifiers(measure: Measure) -> None:
    assert _told(measure, "amount", [str(1000 + 37 * i) for i in range(60)]) == []


def test_the_share_is_told(measure: Measure) -> None:
    rows = "".join(f"{_pesel(i, off=i < 1)}\n" for i in range(3))
    (row,) = measure({"t.csv": "pesel\n" + rows})["identifiers"]
    assert row["invalid_share"] == 0.333333
