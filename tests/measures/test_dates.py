"""Dates of a column, for retention."""

from __future__ import annotations

from collections import Counter
from datetime import date

from bpoaudit.measures import date_span


def test_iso_dates_give_a_span_and_a_count_before_a_day() -> None:
    span = date_span(Counter({"2026-01-10": 3, "2024-02-29": 2}), 5)
    assert span is not None
    assert (span.oldest, span.newest, span.count) == (date(2024, 2, 29), date(2026, 1, 10), 5)
    assert span.before(date(2025, 1, 1)) == 2
    assert span.before(date(2024, 2, 29)) == 0


def test_open_dates_are_read_day_first() -> None:
    span = date_span(Counter({"03/04/2026": 1}), 1)
    assert span is not None
    assert span.oldest == date(2026, 4, 3)


def test_a_value_that_only_works_month_first_settles_the_whole_column() -> None:
    span = date_span(Counter({"03/04/2026": 1, "12/31/2025": 1}), 2)
    assert span is not None
    assert span.newest == date(2026, 3, 4)


def test_too_few_dates_are_no_date_column() -> None:
    assert date_span(Counter({"2026-01-10": 3}), 10) is None
    assert date_span(Counter(), 0) is None
