"""Where the personal data is: a heat table source by entity, then field by field."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, islice
from typing import Any

from bpoaudit.model import AuditResult, EntityCounts, FieldInventory, ScanResult
from bpoaudit.report import words
from bpoaudit.report.cards import MAX_NAME, MAX_ROWS, Capped, capped
from bpoaudit.report.fair_share import fair_share
from bpoaudit.report.printable import shorten

MAX_HEAT_ROWS = 40
MAX_HEAT_COLUMNS = 25

SHADES = (0.01, 0.10, 0.50, 0.90)
"""Shares of records at which a heat cell gets darker; five shades, and an empty cell for none."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Occurrences of one entity in one source."""

    count: str
    shade: int
    """0 for none, 1 to 5 by the share of records in the source's most affected field."""
    rate: str
    """That share."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One source."""

    source: str
    cells: tuple[HeatCell, ...]
    total: str


@dataclass(frozen=True, slots=True)
class HeatTable:
    """The sources and entities with most occurrences."""

    entities: Capped[str]
    rows: Capped[HeatRow]
    totals: tuple[str, ...]
    """Over all sources, also those not shown."""
    grand_total: str


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One entity in one field."""

    source: str
    field: str
    kind: str
    first_of_source: bool
    first_of_field: bool
    entity: str
    code: str
    count: str
    records: str
    distinct: str
    clear: str
    partial: str
    masked: str
    agreed: str
    agreed_state: str
    """A class for the cell: yes, no or open."""
    sample: str
    left_out: int = 0
    """Rows of the same source that are not shown, told after the last one that is."""


@dataclass(frozen=True, slots=True)
class DateRow:
    """How old the records of one date field are."""

    place: str
    count: str
    oldest: str
    newest: str
    over_limit: str


def heat_table(result: AuditResult | ScanResult) -> HeatTable:
    """Count occurrences by source and entity; the largest sources and entities come first."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    shares: defaultdict[str, dict[str, float]] = defaultdict(dict)
    totals: Counter[str] = Counter()
    for field in result.inventory:
        for found in field.entities:
            counts[field.source][found.entity] += found.count
            totals[found.entity] += found.count
            share = found.records / field.records if field.records else 0.0
            shares[field.source][found.entity] = max(share, shares[field.source].get(found.entity, 0.0))
    entities = sorted(totals, key=lambda entity: (-totals[entity], entity))
    shown = entities[:MAX_HEAT_COLUMNS]
    sources = sorted(counts, key=lambda source: (-counts[source].total(), source))
    rows = tuple(
        HeatRow(
            source=shorten(source, MAX_NAME),
            cells=tuple(_cell(counts[source][entity], shares[source].get(entity, 0.0)) for entity in shown),
            total=words.number(counts[source].total()),
        )
        for source in sources[:MAX_HEAT_ROWS]
    )
    return HeatTable(
        entities=Capped(tuple(words.plain(entity) for entity in shown), len(entities)),
        rows=Capped(rows, len(sources)),
        totals=tuple(words.short_number(totals[entity]) for entity in shown),
        grand_total=words.number(totals.total()),
    )


def _cell(count: int, share: float) -> HeatCell:
    if not count:
        return HeatCell("", 0, "")
    shade = 1 + sum(share >= limit for limit in SHADES)
    return HeatCell(words.short_number(count), shade, words.short_percent(share, 1.0))


def field_rows(result: AuditResult | ScanResult, most: int = MAX_ROWS) -> Capped[FieldRow]:
    """Return a row per field and entity, sources with most occurrences first, then by name.

    A source has `most` rows, or fewer where others would have no room; the last of them says what is left.
    """
    weight: Counter[str] = Counter()
    for field in result.inventory:
        weight[field.source] += sum(found.count for found in field.entities)
    ordered = sorted(result.inventory, key=lambda field: (-weight[field.source], field.source, field.field))
    sources = [list(_rows(fields)) for _, fields in groupby(ordered, key=lambda field: field.source)]
    share = fair_share([len(rows) for rows in sources], MAX_ROWS, most)
    shown = chain.from_iterable(_largest(rows, share) for rows in sources if rows)
    return Capped(tuple(islice(shown, MAX_ROWS)), sum(map(len, sources)))


def _rows(fields: Iterable[FieldInventory]) -> Iterator[tuple[int, FieldRow]]:
    """Yield the rows of one source, each with its count."""
    for field in fields:
        found = sorted(field.entities, key=lambda entity: (-entity.count, entity.entity))
        for position, entity in enumerate(found):
            yield entity.count, _row(field, entity, position == 0)


def _largest(rows: Sequence[tuple[int, FieldRow]], share: int) -> Iterator[FieldRow]:
    """Yield the rows of a source with most occurrences, in the order of its fields."""
    largest = sorted(sorted(range(len(rows)), key=lambda at: (-rows[at][0], at))[:share])
    for number, at in enumerate(largest, start=1):
        left = len(rows) - share if number == share else 0
        yield replace(rows[at][1], first_of_source=number == 1, left_out=max(0, left))


def _row(field: FieldInventory, found: EntityCounts, first_of_field: bool) -> FieldRow:
    agreed, state = _agreed(found)
    rate = words.percent(found.records, field.records)
    return FieldRow(
        source=shorten(field.source, MAX_NAME),
        field=shorten(field.field, MAX_NAME),
        kind=field.kind.value,
        first_of_source=False,
        first_of_field=first_of_field,
        entity=words.plain(found.entity),
        code=found.entity,
        count=words.number(found.count),
        records=f"{words.share(found.records, field.records)} ({rate})",
        distinct=("≈ " if found.distinct_estimated else "") + words.number(found.distinct),
        clear=words.number(found.masking.clear),
        partial=words.number(found.masking.partial),
        masked=words.number(found.masking.masked),
        agreed=agreed,
        agreed_state=state,
        sample=found.samples[0] if found.samples else "",
    )


def _agreed(found: EntityCounts) -> tuple[str, str]:
    if found.agreed is None:
        return "no agreement", "open"
    if not found.agreed:
        return "not agreed", "no"
    asked = found.agreed_masking or "none"
    if asked == "none":
        return "agreed", "yes"
    unmet = found.masking.clear + (found.masking.partial if asked == "masked" else 0)
    kept = "partly masked" if asked == "partial" else "masked"
    return (f"agreed only {kept}", "no") if unmet else (f"agreed, {kept}", "yes")


def date_rows(measures: dict[str, Any]) -> Capped[DateRow]:
    """Return the oldest and newest date of each date field, fields over their limit first."""
    rows = sorted(
        measures.get("dates", ()),
        key=lambda row: (-(row.get("over_limit") or 0), str(row.get("source")), str(row.get("field"))),
    )
    return capped((_date_row(row) for row in rows), MAX_ROWS)


def _date_row(row: dict[str, Any]) -> DateRow:
    count, over = row.get("count") or 0, row.get("over_limit")
    return DateRow(
        place=shorten(f"{row.get('source')} · {row.get('field')}", MAX_NAME),
        count=words.number(count),
        oldest=str(row.get("oldest") or "–"),
        newest=str(row.get("newest") or "–"),
        over_limit="no limit agreed" if over is None else words.share(over, count),
    )
