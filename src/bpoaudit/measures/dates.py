"""The dates of a column, which retention is judged by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

DATE_SHARE = 0.8
"""Share of a column's values that must be dates before it counts as a date column."""


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The dates of one column: oldest, newest and how many lie before a cut-off."""

    oldest: date
    newest: date
    count: int
    days: Counter[date]

    def before(self, cutoff: date) -> int:
        """Return the number of records dated before `cutoff`."""
        return sum(count for day, count in self.days.items() if day < cutoff)


def date_span(written: Counter[str], non_empty: int) -> DateSpan | None:
    """Return the span of a column whose values are dates, or None when too few of them are.

    `written` holds ISO dates and `dd/dd/yyyy`-like dates whose order is open: the whole column is
    read day first, unless only month first makes every date real (what a person would assume).
    """
    if not written or sum(written.values()) < DATE_SHARE * non_empty:
        return None
    day_first = _days(written, day_first=True)
    month_first = _days(written, day_first=False)
    days = month_first if sum(month_first.values()) > sum(day_first.values()) else day_first
    if not days:
        return None
    return DateSpan(min(days), max(days), sum(days.values()), days)


def _days(written: Counter[str], *, day_first: bool) -> Counter[date]:
    days: Counter[date] = Counter()
    for text, count in written.items():
        if "/" in text:
            first, second, year = (int(part) for part in text.split("/"))
            day, month = (first, second) if day_first else (second, first)
        else:
            year, month, day = (int(part) for part in text.split("-"))
        try:
            days[date(year, month, day)] += count
        except ValueError:
            continue  # not a date in this order of day and month; the other order counts it
    return days
