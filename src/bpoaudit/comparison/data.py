"""What changed in the deliveries themselves: sources, volume, fields, entities, masking, coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bpoaudit.comparison.feeds import Feed
from bpoaudit.model import Coverage, FieldInventory, Share, Source, SourceStatus

JUMP = (3, 2)
"""A feed jumped when the larger number of records is at least three halves of the smaller: it grew by
half or more, or fell by a third or more. Seen from the other side it is the same jump."""

Change = Literal["added", "removed"]


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A feed that one delivery does not have, or that was read differently well."""

    source: str
    change: Literal["added", "removed", "status"]
    old_status: SourceStatus | None
    new_status: SourceStatus | None


@dataclass(frozen=True, slots=True)
class VolumeJump:
    """A feed with many more or many fewer records."""

    source: str
    old_files: int
    new_files: int
    old_records: int
    new_records: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that appeared or disappeared in a feed that both deliveries have."""

    source: str
    field: str
    change: Change
    entities: tuple[str, ...]
    """Personal data in it."""


@dataclass(frozen=True, slots=True)
class EntityChange:
    """Personal data that appeared or disappeared in a field, or is masked otherwise than before."""

    source: str
    field: str
    entity: str
    change: Literal["added", "removed", "unmasked", "masked"]
    """`unmasked`: values in clear where there were none; `masked`: none in clear any more."""
    old_count: int
    new_count: int
    old_clear: int
    new_clear: int


@dataclass(frozen=True, slots=True)
class CoverageChange:
    """How much was read, of how much."""

    what: Literal["sources", "records", "bytes"]
    old: Share
    new: Share


def source_changes(
    feeds: Iterable[Feed], old: Mapping[str, Source], new: Mapping[str, Source]
) -> tuple[SourceChange, ...]:
    """Return the feeds that came, went, or whose worst source is read better or worse than before."""
    changes = []
    for feed in feeds:
        was, now = _worst(old[name] for name in feed.old), _worst(new[name] for name in feed.new)
        if was is not now:
            change: Literal["added", "removed", "status"] = (
                "added" if was is None else "removed" if now is None else "status"
            )
            changes.append(SourceChange(feed.name, change, was, now))
    return tuple(changes)


def _worst(sources: Iterable[Source]) -> SourceStatus | None:
    order = list(SourceStatus)
    return max((source.status for source in sources), key=order.index, default=None)


def volume_jumps(
    feeds: Iterable[Feed], old: Mapping[str, Source], new: Mapping[str, Source]
) -> tuple[VolumeJump, ...]:
    """Return the feeds of both deliveries whose number of records read jumped."""
    more, less = JUMP
    jumps = []
    for feed in feeds:
        was = sum(old[name].records_read for name in feed.old)
        now = sum(new[name].records_read for name in feed.new)
        if feed.old and feed.new and was != now and less * max(was, now) >= more * min(was, now):
            jumps.append(VolumeJump(feed.name, len(feed.old), len(feed.new), was, now))
    return tuple(jumps)


Fields = Mapping[str, Sequence[FieldInventory]]
"""The fields of each source."""


@dataclass(slots=True)
class _Tally:
    count: int = 0
    clear: int = 0


def field_changes(
    feeds: Iterable[Feed], old: Fields, new: Fields
) -> tuple[tuple[FieldChange, ...], tuple[EntityChange, ...]]:
    """Return how the fields of feeds of both deliveries changed, and what is found in those they share."""
    fields: list[FieldChange] = []
    entities: list[EntityChange] = []
    for feed in feeds:
        if not feed.old or not feed.new:
            continue
        was, now = _tallies(feed.old, old), _tallies(feed.new, new)
        for name in sorted(was.keys() | now.keys()):
            if name not in was:
                fields.append(FieldChange(feed.name, name, "added", tuple(sorted(now[name]))))
            elif name not in now:
                fields.append(FieldChange(feed.name, name, "removed", tuple(sorted(was[name]))))
            else:
                entities += _entity_changes(feed.name, name, was[name], now[name])
    return tuple(fields), tuple(entities)


def _tallies(names: Iterable[str], fields: Fields) -> dict[str, dict[str, _Tally]]:
    found: dict[str, dict[str, _Tally]] = {}
    for each in (field for name in names for field in fields.get(name, ())):
        tallies = found.setdefault(each.field, {})
        for entity in each.entities:
            tally = tallies.setdefault(entity.entity, _Tally())
            tally.count += entity.count
            tally.clear += entity.masking.clear
    return found


def _entity_changes(
    source: str, field: str, old: Mapping[str, _Tally], new: Mapping[str, _Tally]
) -> Iterable[EntityChange]:
    for entity in sorted(old.keys() | new.keys()):
        was, now = old.get(entity, _Tally()), new.get(entity, _Tally())
        change: Literal["added", "removed", "unmasked", "masked"]
        if entity not in old:
            change = "added"
        elif entity not in new:
            change = "removed"
        elif bool(was.clear) != bool(now.clear):
            change = "unmasked" if now.clear else "masked"
        else:
            continue
        yield EntityChange(source, field, entity, change, was.count, now.count, was.clear, now.clear)


def coverage_changes(old: Coverage, new: Coverage) -> tuple[CoverageChange, ...]:
    """Return the three coverages in which either number moved."""
    pairs = (
        CoverageChange("sources", old.sources, new.sources),
        CoverageChange("records", old.records, new.records),
        CoverageChange("bytes", old.bytes, new.bytes),
    )
    return tuple(pair for pair in pairs if pair.old != pair.new)
