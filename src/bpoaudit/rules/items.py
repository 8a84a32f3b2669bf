"""What failed a rule, item by item: all of it, where a verdict shows only the beginning.

A group of findings is one item that stands for many occurrences. Which values they are is told by
their fingerprints: by all of them where the single findings were kept, else by the group's first
pointers alone, and then what is beyond those is not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bpoaudit.inventory import Kind
from bpoaudit.model import Evidence, Finding, Status
from bpoaudit.rules.delivered import Occurrences
from bpoaudit.rules.facts import EVIDENCE, Facts
from bpoaudit.rules.judge import Judged
from bpoaudit.rules.telling import failing_facts

WHOLE = "whole"
"""What is named where nothing finer can be: the field, the source, or a rule that found too little."""

Place = tuple[str, str, Kind]
"""Source, field and kind: what the findings of one group share."""

Seen = Mapping[Place, Mapping[str, int]]
"""How often each fingerprint occurs at a place."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that failed, or one group of findings."""

    source: str | None
    field: str | None
    label: str
    """Names what is no finding: as the evidence does, or `WHOLE`."""
    count: int
    group: Occurrences | None = None

    def values(self, seen: Seen) -> Mapping[str, int]:
        """Return the count of each fingerprint, or of the label; together no more than `count`."""
        return {self.label: self.count} if self.group is None else seen.get(place_of(self.group), {})


def items_of(judged: Judged, facts: Facts) -> tuple[Item, ...]:
    """Return all that failed; nothing for a rule that did not fail."""
    if judged.verdict.status is not Status.FAIL:
        return ()
    return tuple(_items(judged, facts)) or (Item(None, None, WHOLE, max(1, judged.verdict.failed)),)


def _items(judged: Judged, facts: Facts) -> Iterator[Item]:
    if judged.failing is None:
        return
    if judged.rule.table.name == "vendor":
        rows: Iterable[Evidence | Occurrences] = failing_facts(judged.rule, judged.failing, facts)
    else:
        rows = judged.failing[EVIDENCE]
    for row in rows:
        if isinstance(row, Occurrences):
            yield Item(row.source, row.field, WHOLE, row.group.count, row)
        else:
            yield Item(row.source, row.field, row.fingerprint or row.label or WHOLE, row.count)


def place_of(group: Occurrences) -> Place:
    """Return what all findings of a group share."""
    told = group.group
    kind = Kind(group.entity, told.recognizer, told.confidence, told.masking, told.region or "")
    return group.source, group.field, kind


def seen_in(
    findings: Iterable[Finding], items: Iterable[Item], wanted: Collection[str] | None = None
) -> Seen:
    """Count the fingerprints of the findings that failed, or of them only the `wanted` ones.

    Holds one number for each distinct value that failed in a field, as a baseline does.
    """
    seen: dict[Place, Counter[str]] = {place_of(each.group): Counter() for each in items if each.group}
    for found in findings:
        kind = Kind(found.entity, found.recognizer, found.confidence, found.masking, found.region or "")
        counts = seen.get((found.source, found.field, kind))
        if counts is not None and (wanted is None or found.fingerprint in wanted):
            counts[found.fingerprint] += 1
    return seen


def seen_at_pointers(items: Iterable[Item]) -> Seen:
    """Count the fingerprints of the pointers that groups keep of their findings."""
    return {
        place_of(each.group): Counter(pointer.fingerprint for pointer in each.group.group.pointers)
        for each in items
        if each.group
    }
