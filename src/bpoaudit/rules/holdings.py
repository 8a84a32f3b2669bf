"""How far back each feed reaches, against its own period and against what laws want kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from bpoaudit.documents import load_yaml, validate
from bpoaudit.model import Delivery, Evidence, SourceStatus
from bpoaudit.rules.delivered import Feeds, Row
from bpoaudit.rules.transfers import processing_countries
from bpoaudit.vendor import Feed, VendorProfile
from bpoaudit.vendor.countries import Country
from bpoaudit.vendor.triggers import period_of
from bpoaudit.vendor.words import RecordKind, Section


class Minimum(Section):
    """A law that wants records of one kind kept."""

    records: RecordKind
    days: int
    law: str
    client: tuple[Country, ...] | None = None
    people: tuple[Country, ...] | None = None
    processing: tuple[Country, ...] | None = None
    valid_from: Annotated[date | None, Field(alias="from")] = None
    mark: Literal["V", "G", "U"]


class Minimums(Section):
    """The whole table, as known on one day."""

    as_of: date
    minimums: tuple[Minimum, ...]


@cache
def retention_minimums() -> Minimums:
    """Return the packaged table."""
    return validate(load_yaml(Path(__file__).parent / "retention_minimums.yaml"), Minimums)


def minimum_of(feed: Feed, profile: VendorProfile, as_of: date) -> Minimum | None:
    """Return the longest minimum that binds for the records of a feed; None: none is known."""
    client = {profile.client.country}
    people = client | {*profile.processing.subject_countries}
    work = {*processing_countries(profile)}
    binding = [
        each
        for each in retention_minimums().minimums
        if each.records == feed.records
        and (each.valid_from or date.min) <= as_of
        and all(
            wanted is None or here & {*wanted}
            for wanted, here in ((each.client, client), (each.people, people), (each.processing, work))
        )
    ]
    return max(binding, key=lambda each: each.days, default=None)


def holding_rows(
    profile: VendorProfile, feeds: Feeds | None, delivery: Delivery, dates: Sequence[Row] | None, as_of: date
) -> list[Row] | None:
    """One row a feed, from the `dates` of the delivery; None where there is no agreement.

    Of a feed that was not fully read nobody knows how far back it reaches.
    """
    if profile.agreement is None:
        return None
    spans: dict[str, list[Mapping[str, Any]]] = {}
    for row in dates or ():
        if row.facts["feed"] is not None and row.facts["trigger"]:
            spans.setdefault(row.facts["feed"], []).append(row.facts)
    unread = {
        feed.id
        for each in delivery.sources
        if each.status not in (SourceStatus.READ, SourceStatus.SKIPPED)
        and (feed := (feeds or {}).get(each.source))
    }
    rows = []
    for feed in profile.agreement.feeds:
        known = () if feed.id in unread else spans.get(feed.id, ())
        rows.append(Row(dict(_facts(feed, known, profile, as_of)), Evidence(label=feed.id)))
    return rows


def _facts(
    feed: Feed, spans: Sequence[Mapping[str, Any]], profile: VendorProfile, as_of: date
) -> Iterator[tuple[str, Any]]:
    days = period_of(feed, profile.retention).days
    minimum = minimum_of(feed, profile, as_of)
    oldest = min((span["oldest"] for span in spans), default=None)
    yield "feed", feed.id
    yield "records", feed.records
    yield "retention_days", days
    yield "minimum_days", minimum.days if minimum else None
    yield "law", minimum.law if minimum else None
    yield "meets_minimum", days >= minimum.days if minimum and days is not None else None
    yield "archive_days", feed.archive_days
    yield "oldest", oldest
    yield "newest", max((span["newest"] for span in spans), default=None)
    if feed.archive_days is not None and oldest is not None:
        begun = max(as_of - timedelta(days=feed.archive_days), profile.contract.dpa_date or date.min)
        yield "missing_days", max(0, (oldest - begun).days)
