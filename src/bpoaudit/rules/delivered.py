"""Rows of the tables that reading a delivery fills: findings, fields, sources, dates and other measures."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bpoaudit.catalog import CATALOG, fold, is_personal, is_special
from bpoaudit.facts import FACTS
from bpoaudit.model import (
    Delivery,
    EntityCounts,
    Evidence,
    FieldInventory,
    FieldKind,
    Group,
    MaskingState,
)
from bpoaudit.rules.measured import LISTED, MEASURED_TABLES
from bpoaudit.rules.table import Table
from bpoaudit.vendor import Agreement, Feed
from bpoaudit.vendor.countries import COUNTRIES

_MASKING_THAT_MEETS = {
    "none": frozenset(MaskingState),
    "partial": frozenset({MaskingState.PARTIAL, MaskingState.MASKED}),
    "masked": frozenset({MaskingState.MASKED}),
}

_SEPARATOR = re.compile(r"[!#]")


_PREFIXES = {"UK": "GB"}
"""Of entities that are not called by their country's code."""

_SHOWN = frozenset(Evidence.model_fields) - {"label"}
"""Particulars of a measure's row that can be shown."""

Feeds = Mapping[str, Feed | None]
"""The feed of each source; None: no feed covers it."""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """A group of findings, to be turned into evidence only if it is shown."""

    source: str
    field: str
    entity: str
    group: Group


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table and what a report may show of it."""

    facts: Mapping[str, Any]
    evidence: Evidence | Occurrences | None = None


def feeds_of(
    agreement: Agreement | None, delivery: Delivery, inventory: Sequence[FieldInventory]
) -> Feeds | None:
    """Match every source against the agreement once; None where there is no agreement."""
    if agreement is None:
        return None
    names = {each.source for each in delivery.sources} | {each.source for each in inventory}
    return {name: agreement.feed_of(name) for name in sorted(names)}


def finding_rows(
    feeds: Feeds | None, inventory: Sequence[FieldInventory], declared: Collection[str] = ()
) -> list[Row]:
    """One row a group of findings; its evidence are the group's pointers.

    `declared` are the countries that the profile says people come from.
    """
    return [
        _finding(feeds, field, entity, group, declared)
        for field in inventory
        for entity in field.entities
        for group in entity.groups
    ]


def _finding(
    feeds: Feeds | None, field: FieldInventory, entity: EntityCounts, group: Group, declared: Collection[str]
) -> Row:
    feed = feeds[field.source] if feeds is not None else None
    region = country_of(entity.entity, group.region)
    agreed, masking = entity.agreed, entity.agreed_masking
    if agreed is None and feeds is not None:
        term = feed.term(field.field, entity.entity) if feed else None
        agreed, masking = term is not None, term.masking if term else None
    facts = {
        "source": field.source,
        "field": field.field,
        "kind": field.kind.value,
        "feed": feed.id if feed else None,
        "classification": feed.classification if feed else None,
        "entity": entity.entity,
        "category": entity.category,
        "masking": group.masking.value,
        "confidence": group.confidence,
        "recognizer": group.recognizer,
        "region": region,
        "region_agreed": region in feed.regions if feed and feed.regions and region else None,
        "region_declared": region in declared if region else None,
        "agreed": agreed,
        "agreed_masking": masking,
        "masking_met": group.masking in _MASKING_THAT_MEETS[masking] if masking else None,
        "special": is_special(entity.entity),
        "count": group.count,
    }
    return Row(facts, Occurrences(field.source, field.field, entity.entity, group))


def country_of(entity: str, region: str | None) -> str | None:
    """Return the country that a finding tells: that of the value, else that whose identifier it is."""
    if region is not None:
        return region if region in COUNTRIES else None
    prefix, _, rest = entity.partition("_")
    country = _PREFIXES.get(prefix, prefix)
    return country if rest and country in COUNTRIES and fold(entity) in CATALOG else None


def field_rows(feeds: Feeds | None, inventory: Sequence[FieldInventory]) -> list[Row]:
    """One row a field of a source."""
    rows = []
    for field in inventory:
        feed = feeds[field.source] if feeds is not None else None
        agreed = field.agreed
        if agreed is None and feeds is not None:
            # Only columns can be listed; a text is agreed with its feed.
            agreed = feed is not None and (field.kind is not FieldKind.COLUMN or feed.lists(field.field))
        facts = {
            "source": field.source,
            "field": field.field,
            "kind": field.kind.value,
            "feed": feed.id if feed else None,
            "records": field.records,
            "non_empty": field.non_empty,
            "distinct": field.distinct,
            "agreed": agreed,
            "entity_types": len(field.entities),
            "personal": any(is_personal(found.entity) for found in field.entities),
        }
        rows.append(Row(facts, Evidence(source=field.source, field=field.field)))
    return rows


def source_rows(feeds: Feeds | None, delivery: Delivery) -> list[Row]:
    """One row a source. A container is agreed: what is inside it has rows of its own."""
    containers = {
        each.source[: mark.start()] for each in delivery.sources for mark in _SEPARATOR.finditer(each.source)
    }
    rows = []
    for each in delivery.sources:
        feed = feeds[each.source] if feeds is not None else None
        limit = feed.max_records if feed else None
        facts = {
            "source": each.source,
            "media_type": each.media_type,
            "status": each.status.value,
            "bytes": each.bytes,
            "records_read": each.records_read,
            "feed": feed.id if feed else None,
            "agreed": None if feeds is None else feed is not None or each.source in containers,
            "over_max_records": each.records_read > limit if limit is not None else None,
            # What a reader did not meet, it counts as none.
            **{name: each.facts.get(name, None if kind.words else 0) for name, kind in FACTS.items()},
        }
        rows.append(Row(facts, Evidence(source=each.source)))
    return rows


def not_covered(feeds: Feeds | None, sources: Sequence[Row]) -> int | None:
    """Count the sources with records that no feed covers, by their rows; None where there is no agreement."""
    if feeds is None:
        return None
    return len([row for row in sources if row.facts["agreed"] is False and row.facts["records_read"] > 0])


def measured_rows(measures: Mapping[str, Any]) -> dict[str, list[Row] | None]:
    """Return the rows of every measured table; None for a measure that did not run."""
    told = dict(measures)
    if "lists" in told:
        told[LISTED.name] = [
            {**place, "list": each["list"], "kind": each["kind"]}
            for each in told["lists"]
            for place in each.get("places") or ()
        ]
    return {
        table.name: [_measured(table, each) for each in told[table.name]] if table.name in told else None
        for table in (*MEASURED_TABLES, LISTED)
    }


def _measured(table: Table, measured: Mapping[str, Any]) -> Row:
    shown = {name: value for name, value in measured.items() if name in _SHOWN}
    for weight in (table.weight, table.failing_weight):
        if weight is not None:
            shown["count"] = measured.get(weight) or shown.get("count", 1)
    if "list" in measured and "source" not in shown:
        shown["label"] = measured["list"]
    elif measured.get("source", "") is None:
        shown["label"] = "all others"
    return Row({name: measured.get(name) for name in table.columns}, Evidence(**shown))
