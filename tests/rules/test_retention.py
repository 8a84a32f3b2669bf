"""Periods against the dates of a delivery and against laws that want records kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bpoaudit.model import Coverage, Delivery, Share, Source, SourceStatus
from bpoaudit.rules.dates import date_rows
from bpoaudit.rules.delivered import feeds_of
from bpoaudit.rules.holdings import minimum_of, retention_minimums
from bpoaudit.vendor.agreement import Feed
from bpoaudit.vendor.words import RecordKind
from tests.rules.conftest import profile_of

DAY = date(2026, 6, 30)
FEED = {"id": "t", "files": ["**.csv", "b.xlsx"], "retention_days": 365}


def _delivery(*names: str) -> Delivery:
    sources = tuple(
        Source(
            source=name, media_type="text/csv", bytes=1, sha256=None, status=SourceStatus.READ, records_read=9,
            records_total=9,
        )
        for name in names
    )  # fmt: skip
    share = Share(read=1, total=1)
    return Delivery(key_id="k", sources=sources, coverage=Coverage(sources=share, bytes=share, records=share))


def _rows(names: tuple[str, ...], *dates: dict[str, Any], feed: dict[str, Any] | None = None) -> list[Any]:
    profile = profile_of(agreement={"feeds": [feed or FEED]})
    delivery = _delivery(*names)
    feeds = feeds_of(profile.agreement, delivery, ())
    span = {"oldest": "2025-01-01", "newest": "2026-06-01", "count": 9}
    measures = {"dates": [{**span, **each} for each in dates]}
    return [row.facts for row in date_rows(feeds, profile.retention, delivery, measures, DAY) or ()]


def test_a_source_with_a_period_and_no_date_has_a_row_of_its_own() -> None:
    rows = _rows(("a.csv", "z.csv"), {"source": "a.csv", "field": "created_at"})
    assert [(row["source"], row.get("field"), row["trigger"], row["over_limit"]) for row in rows] == [
        ("a.csv", "created_at", True, None),
        ("z.csv", None, None, None),
    ]


def test_containers_are_told_by_what_is_in_them() -> None:
    names = ("a.zip!x.csv", "a.zip", "b.xlsx", "b.xlsx#one")
    assert {row["source"] for row in _rows(names)} == {"a.zip!x.csv", "b.xlsx#one"}


def test_a_period_that_counts_from_the_delivery_needs_no_date() -> None:
    feed = {**FEED, "retention_trigger": "@delivery"}
    assert _rows(("a.csv",), feed=feed) == []
    (row,) = _rows(("a.csv",), {"source": "a.csv", "field": "created_at"}, feed=feed)
    assert row["trigger"] is False


def test_without_a_period_nothing_is_asked() -> None:
    assert _rows(("a.csv",), feed={"id": "t", "files": ["*.csv"]}) == []


def test_what_was_measured_inside_the_border_counts() -> None:
    (row,) = _rows(("a.csv",), {"source": "a.csv", "field": "f·1", "told": "created", "over_limit": 4})
    assert (row["trigger"], row["over_limit"]) == (True, 4)


def _minimum(records: str, day: date = DAY, **profile: Any) -> int | None:
    feed = Feed.model_validate({"id": "f", "files": ["*"], "records": records})
    found = minimum_of(feed, profile_of(**profile), day)
    return found.days if found else None


@pytest.mark.parametrize(
    ("records", "profile", "days"),
    [
        ("accounting", {"client": {"name": "C", "country": "DE"}}, 2920),
        ("accounting", {"client": {"name": "C", "country": "BR"}}, None),
        ("card_logs", {}, 365),
        ("telemarketing", {"processing": {"countries": ["IN"], "subject_countries": ["US", "IE"]}}, 1825),
    ],
)
def test_the_longest_minimum_that_binds(records: str, profile: dict[str, Any], days: int | None) -> None:
    assert _minimum(records, **profile) == days


def test_a_minimum_that_comes_later() -> None:
    indian = {
        "client": {"name": "C", "country": "IN"},
        "processing": {"countries": ["IN"], "subject_countries": ["IN"]},
    }
    assert _minimum("access_logs", **indian) == 180
    assert _minimum("access_logs", date(2027, 6, 1), **indian) == 365


def test_every_kind_of_record_has_a_minimum() -> None:
    from typing import get_args

    assert {each.records for each in retention_minimums().minimums} == set(get_args(RecordKind))
