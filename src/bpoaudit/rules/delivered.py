"""Rows of the tables that reading a delivery fills: findings, fields, sources, dates and other measures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bpoaudit.catalog import is_personal
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
from bpoaudit.rules.measured import MEASURED_TABLES
from bpoaudit.rules.registry import SPECIAL_CATEGORIES
from bpoaudit.rules.table import Table
from bpoaudit.vendor import Agreement, Feed

_MASKING_THAT_MEETS = {
    "none": frozenset(MaskingState),
    "partial": frozenset({MaskingState.PARTIAL, MaskingState.MASKED}),
    "masked": frozenset({MaskingState.MASKED}),
}

# Where no retention trigger is agreed, the age of a record counts from when it came to be.
_CREATION = re.compile(r"(^|_)(created?|creation|opened|received|registered|recorded)(_|$)")
_SEPARATOR = re.compile(r"[!#]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


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


def finding_rows(feeds: Feeds | None, inventory: Sequence[FieldInventory]) -> list[Row]:
    """One row a group of findings; its evidence are the group's pointers."""
    return [
        _finding(feeds, field, entity, group)
        for field in inventory
        for entity in field.entities
        for group in entity.groups
    ]


def _finding(feeds: Feeds | None, field: FieldInventory, entity: EntityCounts, group: Group) -> Row:
    feed = feeds[field.source] if feeds is not None else None
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
        "region": group.region,
        "region_agreed": group.region in feed.regions if feed and feed.regions and group.region else None,
        "agreed": agreed,
        "agreed_masking": masking,
        "masking_met": group.masking in _MASKING_THAT_MEETS[masking] if masking else None,
        "special": entity.entity in SPECIAL_CATEGORIES,
        "count": group.count,
    }
    return Row(facts, Occurrences(field.source, field.field, entity.entity, group))


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


def date_rows(feeds: Feeds | None, measures: Mapping[str, Any], as_of: date) -> list[Row] | None:
    """One row a date field, from the measure `dates`; None when it did not run.

    The measure was taken where true names are known, so what it says of feed, trigger and limit
    counts; what it leaves out is taken from the agreement.
    """
    if "dates" not in measures:
        return None
    rows = []
    for each in sorted(measures["dates"], key=lambda item: (item["source"], item["field"])):
        feed = feeds.get(each["source"]) if feeds is not None else None
        agreed = {
            "feed": feed.id if feed else None,
            "trigger": _is_trigger(each["field"], feed.retention_trigger if feed else None),
            "limit_days": feed.retention_days if feed else None,
            "over_limit": None,
        }
        facts = {**agreed, **{key: value for key, value in each.items() if value is not None}}
        facts["oldest"], facts["newest"] = (date.fromisoformat(each[key]) for key in ("oldest", "newest"))
        limit = facts["limit_days"]
        if limit is None:
            facts["over_limit"] = None
        elif facts["over_limit"] is None and (as_of - facts["oldest"]).days <= limit:
            facts["over_limit"] = 0
        count = facts["over_limit"] or facts["count"]
        rows.append(Row(facts, Evidence(source=each["source"], field=each["field"], count=count)))
    return rows


def measured_rows(measures: Mapping[str, Any]) -> dict[str, list[Row] | None]:
    """Return the rows of every measured table; None for a measure that did not run."""
    return {
        table.name: [_measured(table, each) for each in measures[table.name]]
        if table.name in measures
        else None
        for table in MEASURED_TABLES
    }


def _measured(table: Table, measured: Mapping[str, Any]) -> Row:
    shown = {name: value for name, value in measured.items() if name in _SHOWN}
    for weight in (table.weight, table.failing_weight):
        if weight is not None:
            shown["count"] = measured[weight] or shown.get("count", 1)
    return Row({name: measured.get(name) for name in table.columns}, Evidence(**shown))


def _is_trigger(field: str, agreed: str | None) -> bool:
    if agreed is not None:
        return field.casefold() == agreed.casefold()
    words = _CAMEL.sub("_", field).casefold()
    return bool(_CREATION.search(re.sub(r"[^a-z0-9]+", "_", words)))
