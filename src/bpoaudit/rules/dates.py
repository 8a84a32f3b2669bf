"""Rows of the table `dates`: how old the records of a delivery are, and what the agreement says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bpoaudit.model import Delivery, Evidence
from bpoaudit.rules.delivered import Feeds, Row
from bpoaudit.vendor.practices import Retention
from bpoaudit.vendor.triggers import DELIVERY, Period, period_of, told_by, triggers


def date_rows(
    feeds: Feeds | None, retention: Retention, delivery: Delivery, measures: Mapping[str, Any], as_of: date
) -> list[Row] | None:
    """One row a date field, from the measure `dates`; None when it did not run.

    The measure was taken where true names are known, so what it says of feed, trigger and limit counts; what
    it leaves out is taken from the agreement. A source with a period and without a date that it could count
    from has a row too, of which nothing is known.
    """
    if "dates" not in measures:
        return None
    measured: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for each in sorted(measures["dates"], key=lambda item: (item["source"], item["field"])):
        measured[each["source"]].append(each)
    rows: list[Row] = []
    for source, columns in measured.items():
        feed = feeds.get(source) if feeds is not None else None
        period = period_of(feed, retention)
        named = [(each["field"], each.get("told") or told_by(each["field"])) for each in columns]
        for each, trigger in zip(columns, triggers(named, period), strict=True):
            agreed = {
                "feed": feed.id if feed else None,
                "trigger": trigger,
                "limit_days": period.days,
                "over_limit": None,
            }
            rows.append(_row({**agreed, **{k: v for k, v in each.items() if v is not None}}, as_of))
    dated = {row.facts["source"] for row in rows if row.facts["trigger"] is not False}
    rows += [
        Row(
            {
                "source": source,
                "feed": feed,
                "limit_days": period.days,
                "count": records,
                "over_limit": None,
                "trigger": None,
            },
            Evidence(source=source, count=records),
        )
        for source, feed, records, period in _with_period(feeds, retention, delivery)
        if source not in dated
    ]
    return rows


def _row(facts: dict[str, Any], as_of: date) -> Row:
    facts["oldest"], facts["newest"] = (date.fromisoformat(facts[key]) for key in ("oldest", "newest"))
    limit = facts["limit_days"]
    if limit is None:
        facts["over_limit"] = None
    elif facts["over_limit"] is None and (as_of - facts["oldest"]).days <= limit:
        facts["over_limit"] = 0
    count = facts["over_limit"] or facts["count"]
    return Row(facts, Evidence(source=facts["source"], field=facts["field"], count=count))


def _with_period(
    feeds: Feeds | None, retention: Retention, delivery: Delivery
) -> Iterator[tuple[str, str, int, Period]]:
    """Yield the sources with records for which a period was agreed, without mere containers."""
    names = {each.source for each in delivery.sources}
    containers = {name[:at] for name in names for at, char in enumerate(name) if char in "!#"}
    for each in delivery.sources:
        feed = (feeds or {}).get(each.source)
        period = period_of(feed, retention)
        asked = period.days is not None and period.column != DELIVERY
        if feed and asked and each.records_read and each.source not in containers:
            yield each.source, feed.id, each.records_read, period
