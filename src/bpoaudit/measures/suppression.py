"""Erased and do-not-contact people who are in the delivery all the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from bpoaudit.detect import BatchCandidates, ValueCandidates
from bpoaudit.detect.matches import Candidate
from bpoaudit.inventory import Occurrence
from bpoaudit.masking import shape
from bpoaudit.measures.measure import Row, Sight, Watch
from bpoaudit.measures.suppression_list import SHORTEST, UNNAMED, SuppressionList, names_somebody
from bpoaudit.readers.batch import FieldValues, RecordBatch

MAX_SHOWN = 1000
"""Listed values that are shown one by one for each field and entity; the others are only counted."""
_LONGEST_CELL = 200

_Place = tuple[str, str, str, str]
"""Source, field, entity (empty where none was recognised) and fingerprint."""


@dataclass(slots=True)
class Suppression:
    """How often each listed value occurs, and where first."""

    counts: dict[_Place, int] = field(default_factory=dict)
    first: dict[_Place, Occurrence] = field(default_factory=dict)
    met: set[int] = field(default_factory=set)
    """Numbers of the listed values that occur."""

    def add(self, place: _Place, count: int, first: Occurrence) -> None:
        """Count one listed value."""
        self.counts[place] = self.counts.get(place, 0) + count
        self.first[place] = min(first, self.first.get(place, first))

    def merge(self, other: Suppression) -> None:
        """Take in another tally."""
        for place, count in other.counts.items():
            self.add(place, count, other.first[place])
        self.met |= other.met

    def rows(self) -> list[Row]:
        """Return a row for each listed value in each field, and one for those beyond `MAX_SHOWN`."""
        fields = groupby(sorted(self.counts), key=lambda place: place[:3])
        return [row for _, places in fields for row in self._of(list(places))]

    def _of(self, places: list[_Place]) -> Iterator[Row]:
        source, name, entity, _ = places[0]
        about = {"source": source, "field": name, "entity": entity or None}
        places.sort(key=self.first.__getitem__)
        for place in places[:MAX_SHOWN]:
            seen = self.first[place]
            yield {
                **about, "count": self.counts[place], "record": seen.record, "start": seen.start,
                "end": seen.end, "masked": seen.masked, "fingerprint": seen.fingerprint,
            }  # fmt: skip
        if more := sum(self.counts[place] for place in places[MAX_SHOWN:]):
            yield {**about, "count": more}


class Suppressing(Watch):
    """Compares candidates and whole cells with the list.

    Every candidate counts, whatever its column is judged to hold: who is listed is listed.
    """

    tally: Suppression

    def __init__(self, sight: Sight, listed: SuppressionList | None = None) -> None:
        """Look for those of `listed`, else for those who must not appear at all."""
        people = listed or sight.suppressed
        assert people is not None
        self.tally = Suppression()
        self._sight, self._listed = sight, people

    def observe(self, batch: RecordBatch, found: BatchCandidates) -> None:
        """Count the listed values of one batch."""
        told: defaultdict[str, set[int]] = defaultdict(set)
        texts = self._texts(batch) if self._listed.digests else {}
        for value in found.values:
            for candidate in self._standing(value, texts.get((value.field, value.records[0]), "")):
                entity = candidate.match.entity
                told[value.field].update(value.records)
                self._count(value.field, entity, value.records, candidate)
        for values in batch.fields:
            name = self._sight.public[values.name]
            self._cells(values, name, told[name])

    def _texts(self, batch: RecordBatch) -> dict[tuple[str, int], str]:
        """Return the values of a batch by public field and record."""
        return {
            (self._sight.public[values.name], record): value
            for values in batch.fields
            for record, value in zip(values.records, values.values, strict=True)
        }

    def _standing(self, value: ValueCandidates, text: str) -> Iterator[Candidate]:
        """Yield the candidates that are listed, of those at one place only the best."""
        listed = [c for c in value.candidates if self._number(c, text) is not None]
        listed.sort(key=lambda c: (-c.match.score, c.match.entity, c.match.start))
        taken: list[Candidate] = []
        for one in listed:
            if not any(one.match.start < c.match.end and c.match.start < one.match.end for c in taken):
                taken.append(one)
                number = self._number(one, text)
                assert number is not None
                self.tally.met.add(number)
                yield one

    def _number(self, candidate: Candidate, text: str) -> int | None:
        """Return which listed value a candidate is; where digests are listed, also by what it may be."""
        match = candidate.match
        number = self._listed.number(match.entity, candidate.fingerprint)
        if number is None and text and names_somebody(match.entity):
            piece = text[match.start : match.end]
            number = self._listed.digests.get(self._sight.key.fingerprint(UNNAMED, piece))
        return number

    def _cells(self, values: FieldValues, name: str, told: set[int]) -> None:
        records: defaultdict[str, list[int]] = defaultdict(list)
        for record, value in zip(values.records, values.values, strict=True):
            if record not in told and SHORTEST <= len(value) <= _LONGEST_CELL:
                records[value].append(record)
        for value, places in records.items():
            number = self._listed.number_of_cell(value)
            if number is not None:
                self.tally.met.add(number)
                fingerprint = self._sight.key.fingerprint(UNNAMED, value)
                first = Occurrence(places[0], 0, len(value), shape(UNNAMED, value), fingerprint)
                self.tally.add((self._sight.source, name, "", fingerprint), len(places), first)

    def _count(self, name: str, entity: str, records: tuple[int, ...], candidate: Candidate) -> None:
        match = candidate.match
        first = Occurrence(records[0], match.start, match.end, candidate.masked, candidate.fingerprint)
        place = (self._sight.source, name, entity, candidate.fingerprint)
        self.tally.add(place, len(records), first)
