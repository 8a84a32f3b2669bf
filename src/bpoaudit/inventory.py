"""The mergeable aggregate of what was found: tallies per (source, field), folded by one law.

`Inventory.merge` is associative and commutative and has the empty inventory as identity, so the
result does not depend on how a delivery was cut into batches or who counted them. Everything here
is masked already; true names of sources and fields are replaced by the caller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import merge as merge_sorted
from itertools import islice

from bpoaudit.distinct import DistinctCount
from bpoaudit.model import FieldKind, MaskingState

POINTERS = 20
SAMPLES = 3


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What findings have in common when rules need not tell them apart."""

    entity: str
    recognizer: str
    confidence: float
    masking: MaskingState
    region: str = ""
    """Empty where the value does not tell."""


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """Where one occurrence is, and its masked form."""

    record: int
    start: int
    end: int
    masked: str
    fingerprint: str


@dataclass(slots=True)
class GroupTally:
    """Occurrences of one kind in one field."""

    count: int = 0
    pointers: tuple[Occurrence, ...] = ()
    """The first `POINTERS`, sorted."""

    def add(self, count: int, pointers: Iterable[Occurrence]) -> None:
        """Count `count` more, the first of them at `pointers` (sorted)."""
        self.count += count
        first = tuple(islice(pointers, POINTERS))
        if len(self.pointers) < POINTERS or (first and first[0] < self.pointers[-1]):
            self.pointers = tuple(islice(merge_sorted(self.pointers, first), POINTERS))


@dataclass(slots=True)
class EntityTally:
    """One entity in one field."""

    records: int = 0
    distinct: DistinctCount = field(default_factory=DistinctCount)
    samples: tuple[str, ...] = ()
    """The smallest masked shapes, sorted."""
    groups: dict[Kind, GroupTally] = field(default_factory=dict)

    def add(self, kind: Kind, count: int, pointers: Iterable[Occurrence], sketch: int, masked: str) -> None:
        """Count one distinct value that occurs `count` times."""
        self.groups.setdefault(kind, GroupTally()).add(count, pointers)
        self.distinct.add(sketch)
        self._sample((masked,))

    def _sample(self, shapes: Iterable[str]) -> None:
        new = {*shapes}.difference(self.samples)
        if new and (len(self.samples) < SAMPLES or min(new) < self.samples[-1]):
            self.samples = tuple(sorted({*self.samples, *new})[:SAMPLES])

    def merge(self, other: EntityTally) -> None:
        """Take in another tally of the same entity and field."""
        self.records += other.records
        self.distinct.merge(other.distinct)
        self._sample(other.samples)
        for kind, group in other.groups.items():
            self.groups.setdefault(kind, GroupTally()).add(group.count, group.pointers)


@dataclass(slots=True)
class FieldTally:
    """One field of one source."""

    kind: FieldKind
    records: int = 0
    non_empty: int = 0
    distinct: DistinctCount = field(default_factory=DistinctCount)
    entities: dict[str, EntityTally] = field(default_factory=dict)
    dates: Counter[str] = field(default_factory=Counter)
    """ISO dates of a date column, for the retention measure; a date is not a person."""
    languages: Counter[str] = field(default_factory=Counter)
    """Texts by the language that they are in (ISO 639-1); empty where a text is too short to tell."""

    def merge(self, other: FieldTally) -> None:
        """Take in another tally of the same field."""
        self.records += other.records
        self.non_empty += other.non_empty
        self.distinct.merge(other.distinct)
        self.dates.update(other.dates)
        self.languages.update(other.languages)
        for entity, tally in other.entities.items():
            self.entities.setdefault(entity, EntityTally()).merge(tally)


@dataclass(slots=True)
class Inventory:
    """All fields of all sources, by (source, field)."""

    fields: dict[tuple[str, str], FieldTally] = field(default_factory=dict)

    def merge(self, other: Inventory) -> None:
        """Take in another inventory; order does not matter."""
        for key, tally in other.fields.items():
            mine = self.fields.get(key)
            if mine is None:
                self.fields[key] = mine = FieldTally(tally.kind)
            mine.merge(tally)
