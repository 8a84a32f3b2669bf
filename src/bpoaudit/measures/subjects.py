"""How many people the findings of a field are about, told by the column that names them best.

The number is an upper bound: a record that names nobody counts as one more person, and whoever goes by
two names counts twice. Where no column names people, nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpoaudit.catalog import CATALOG
from bpoaudit.detect import ColumnVerdict
from bpoaudit.distinct import DistinctCount
from bpoaudit.measures.measure import Row, Sight, Watch
from bpoaudit.model import FieldKind, Finding, MaskingState

RECORDS_OF_ONE = 10
"""So many records a person has at most, on average: a column with fewer names says who worked on them."""

_FIRST = frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER"})
_OFFICIAL = ("#OfficialID", "#Passport", "#HealthRecord")
_ALL = ("", "")
"""Stands for all findings of a source together."""

_Place = tuple[str, str, str]
"""Source, field and entity."""


@dataclass(slots=True)
class People:
    """Those that some findings are about."""

    named: DistinctCount = field(default_factory=DistinctCount)
    unnamed: int = 0
    """Records that name nobody."""

    def merge(self, other: People) -> None:
        """Take in others; order does not matter."""
        self.named.merge(other.named)
        self.unnamed += other.unnamed


@dataclass(slots=True)
class Subjects:
    """People by source, field and entity."""

    people: dict[_Place, People] = field(default_factory=dict)

    def merge(self, other: Subjects) -> None:
        """Take in another tally."""
        for place, people in other.people.items():
            self.people.setdefault(place, People()).merge(people)

    def rows(self) -> list[Row]:
        """Return a row for each field and entity of a source, and before them one for all together."""
        return [
            {
                "source": source,
                "field": name or None,
                "entity": entity or None,
                "subjects": people.named.count + people.unnamed,
                "estimated": people.named.estimated,
            }
            for (source, name, entity), people in sorted(self.people.items())
        ]


class CountingSubjects(Watch):
    """Counts, record by record, whom its findings are about."""

    tally: Subjects

    def __init__(self, sight: Sight) -> None:
        self.tally = Subjects()
        self._source = sight.source
        self._table = sight.plan.kind is FieldKind.COLUMN
        self._by: tuple[str, str] | None = None
        self._record = 0
        self._named: set[int] = set()
        self._touched: set[tuple[str, str]] = set()

    def judged(self, verdicts: Mapping[str, ColumnVerdict]) -> None:
        """Choose the column that names people: of its kind, the one with the most different values."""
        if not self._table:
            return
        ranked = []
        for name, verdict in verdicts.items():
            entity = next(iter(verdict.confidence), None)
            rank = _rank(entity)
            if entity is None or rank is None:
                continue
            seen = verdict.support[entity]
            if seen.distinct * RECORDS_OF_ONE >= seen.fit:
                ranked.append((rank, -seen.distinct, name, entity))
        self._by = min(ranked)[2:] if ranked else None

    def find(self, finding: Finding) -> None:
        """Count the findings of one record together."""
        if self._by is None:
            return
        if finding.record != self._record:
            self.close()
            self._record = finding.record
        place = (finding.field, finding.entity)
        self._touched.add(place)
        if place == self._by and finding.masking is MaskingState.CLEAR:
            self._named.add(int(finding.fingerprint.rpartition(":")[2][:16], 16))

    def close(self) -> None:
        """Count the record that was last seen."""
        for name, entity in (*self._touched, _ALL) if self._touched else ():
            people = self.tally.people.setdefault((self._source, name, entity), People())
            people.unnamed += not self._named
            for sketch in self._named:
                people.named.add(sketch)
        self._touched.clear()
        self._named.clear()


def _rank(entity: str | None) -> int | None:
    """Return how well an entity names people, best first; None where it does not."""
    known = CATALOG.get(entity or "")
    if entity in _FIRST or (known and (known.category or "").endswith(_OFFICIAL)):
        return 0
    return 1 if entity == "ACCOUNT_ID" else None
