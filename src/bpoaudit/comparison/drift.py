"""What of a delivery is not as it was in the last one: rows of a measure, which rules judge.

Feeds are brought together by their names without dates. What stayed the same is only counted, so that a
verdict has its denominator.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bpoaudit.comparison.feeds import Feed, feeds
from bpoaudit.model import Delivery, FieldInventory, SourceStatus

Row = dict[str, Any]

SAME, ADDED, REMOVED, UNMASKED = "same", "added", "removed", "unmasked"
FEED, FIELD, ENTITY = "feed", "field", "entity"


@dataclass(slots=True)
class Found:
    """How often an entity occurs in a field, and how often in clear."""

    count: int = 0
    clear: int = 0


Fields = dict[str, dict[str, Found]]
"""The entities of each field."""


@dataclass(slots=True)
class Shape:
    """What a delivery consists of: names and numbers."""

    records: dict[str, int] = field(default_factory=dict)
    """Records read of each source."""
    fields: dict[str, Fields] = field(default_factory=dict)
    """Fields by source; those of texts, metadata and names are left out, which no schema settles."""

    def add(self, source: str, name: str, entity: str | None, count: int, clear: int) -> None:
        """Add a column, and an entity in it."""
        entities = self.fields.setdefault(source, {}).setdefault(name, {})
        if entity is not None:
            found = entities.setdefault(entity, Found())
            found.count += count
            found.clear += clear


def shape_of(delivery: Delivery, inventory: Iterable[FieldInventory]) -> Shape:
    """Return the shape of a delivery that was read."""
    shape = Shape({s.source: s.records_read for s in delivery.sources if s.status is SourceStatus.READ})
    for each in inventory:
        if each.kind.value == "column":
            shape.add(each.source, each.field, None, 0, 0)
            for entity in each.entities:
                shape.add(each.source, each.field, entity.entity, entity.count, entity.masking.clear)
    return shape


def drift(old: Shape, new: Shape) -> list[Row]:
    """Return a row for each change from `old` to `new`, and one for what stayed the same in each feed."""
    rows: list[Row] = []
    for each in feeds(old.records, new.records):
        was, now = (sum(shape.records[name] for name in names) for shape, names in _sides(each, old, new))
        change = SAME if each.old and each.new else ADDED if each.new else REMOVED
        factor = round(max(was, now, 1) / max(1, min(was, now)), 2) if change == SAME else None
        rows.append(_row(each.name, FEED, change, old_records=was, new_records=now, factor=factor))
        if change == SAME:
            rows += _columns(each.name, _merged(old, each.old), _merged(new, each.new))
    return rows


def _sides(each: Feed, old: Shape, new: Shape) -> tuple[tuple[Shape, Sequence[str]], ...]:
    return (old, each.old), (new, each.new)


def _merged(shape: Shape, names: Iterable[str]) -> Fields:
    merged = Shape()
    for name in names:
        for column, entities in shape.fields.get(name, {}).items():
            merged.add("", column, None, 0, 0)
            for entity, found in entities.items():
                merged.add("", column, entity, found.count, found.clear)
    return merged.fields.get("", {})


def _columns(feed: str, old: Fields, new: Fields) -> list[Row]:
    rows: list[Row] = []
    same: Counter[str] = Counter()
    for name in sorted(old.keys() | new.keys()):
        if name in old and name in new:
            same[FIELD] += 1
            rows += _entities(feed, name, old[name], new[name], same)
        else:
            rows.append(_row(feed, FIELD, ADDED if name in new else REMOVED, field=name))
            rows += _entities(feed, name, old.get(name, {}), new.get(name, {}), same)
    rows += [_row(feed, what, SAME, count=count) for what, count in sorted(same.items())]
    return rows


def _entities(
    feed: str, name: str, old: Mapping[str, Found], new: Mapping[str, Found], same: Counter[str]
) -> Iterable[Row]:
    for entity in sorted(old.keys() | new.keys()):
        was, now = old.get(entity, Found()), new.get(entity, Found())
        change = SAME
        if not was.count or not now.count:
            change = ADDED if now.count else REMOVED
        elif now.clear and not was.clear:
            change = UNMASKED
        if change == SAME:
            same[ENTITY] += 1
        else:
            yield _row(
                feed, ENTITY, change, field=name, entity=entity, old_found=was.count, new_found=now.count
            )


def _row(feed: str, what: str, change: str, *, count: int = 1, **told: Any) -> Row:
    return {"source": feed, "what": what, "change": change, "count": count, **told}
