"""Which date starts a period: as agreed, as the schedule says, or as the names of columns tell."""

from __future__ import annotations

import pytest

from bpoaudit.vendor.agreement import Feed
from bpoaudit.vendor.practices import Retention
from bpoaudit.vendor.triggers import DATE, Period, period_of, told_by, triggers

SCHEDULE = Retention.model_validate(
    {"classes": [{"name": "Cases", "days": 365, "trigger": "case_closed"}, {"name": "Books", "days": 2920}]}
)


def _feed(**told: object) -> Feed:
    return Feed.model_validate({"id": "f", "files": ["*.csv"], **told})


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("created_at", "created"),
        ("CreatedOn", "created"),
        ("received_on", "created"),
        ("Eingangsdatum", "created"),
        ("data_wpływu", "created"),
        ("closed_at", "case_closed"),
        ("abgeschlossen am", "case_closed"),
        ("last_contact", "last_contact"),
        ("contract_end_date", "contract_end"),
        ("Vertragsende", "contract_end"),
        ("due_date", None),
        ("birthday", None),
        ("undisclosed", None),
        ("recreated", None),
    ],
)
def test_what_headers_say(header: str, told: str | None) -> None:
    assert told_by(header) == told


def test_the_feed_wins_over_its_class() -> None:
    assert period_of(_feed(record_class="Cases"), SCHEDULE) == Period(365, None, "case_closed")
    assert period_of(_feed(record_class="Cases", retention_days=30), SCHEDULE).days == 30
    assert period_of(_feed(record_class="Other"), SCHEDULE) == Period(None, None, None)
    assert period_of(None, SCHEDULE) == Period(None, None, None)


COLUMNS = [("created_at", "created"), ("closed_at", "case_closed"), ("due", DATE), ("dob", None)]


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (Period(1, "clos*", None), [False, True, False, False]),
        (Period(1, "gone", None), [False, False, False, False]),
        (Period(1, None, "case_closed"), [False, True, False, False]),
        (Period(1, None, None), [True, False, False, False]),
        (Period(1, None, "last_contact"), [None, None, None, False]),
    ],
)
def test_the_column_that_counts(period: Period, expected: list[bool | None]) -> None:
    assert triggers(COLUMNS, period) == expected


def test_the_only_date_counts_unless_the_schedule_asks_for_another() -> None:
    assert triggers([("Datum", DATE), ("dob", None)], Period(1, None, None)) == [True, False]
    assert triggers([("Datum", DATE)], Period(1, None, "case_closed")) == [None]
    assert triggers([("von", DATE), ("bis", DATE)], Period(1, None, None)) == [None, None]
