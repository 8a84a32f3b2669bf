"""Values that look real in sources that are declared to be test data, or are called so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from bpoaudit.detect import BatchCandidates, ColumnVerdict
from bpoaudit.detect.columns import HEADER, VALUES
from bpoaudit.detect.headers import words
from bpoaudit.detect.matches import Candidate
from bpoaudit.measures.measure import Row, Sight, Watch
from bpoaudit.measures.reserved import JUDGED, looks_real
from bpoaudit.model import MaskingState
from bpoaudit.readers.batch import RecordBatch

_CALLED = frozenset(
    {"test", "tests", "testing", "testdata", "testdaten", "uat", "sample", "samples", "dummy", "staging",
     "sandbox", "mock", "synthetic", "prueba", "pruebas", "teste", "testowe", "muster"}
)  # fmt: skip

_Place = tuple[str, str, str]
"""Source, field and entity."""
_Outcome = frozenset[tuple[str, bool]]
"""Entities that a value is in the right form of, and whether it looks real as such."""


@dataclass(slots=True)
class TestData:
    """Values of test data, and those of them that look real."""

    __test__ = False  # the name is no test's

    values: Counter[_Place] = field(default_factory=Counter)
    real: Counter[_Place] = field(default_factory=Counter)
    feeds: dict[str, tuple[str | None, bool | None]] = field(default_factory=dict)
    """By source: its feed, and whether that is declared to be test data; None: its name says so."""

    def merge(self, other: TestData) -> None:
        """Take in another tally."""
        self.values.update(other.values)
        self.real.update(other.real)
        self.feeds.update(other.feeds)

    def rows(self) -> list[Row]:
        """Return a row for each field and entity."""
        return [
            {
                "source": source,
                "field": name,
                "entity": entity,
                "feed": self.feeds[source][0],
                "declared": self.feeds[source][1],
                "values": values,
                "real": self.real[source, name, entity],
                "real_share": round(self.real[source, name, entity] / values, 6),
            }
            for (source, name, entity), values in sorted(self.values.items())
        ]


class LookingForRealPeople(Watch):
    """Counts the values of one source, where it is test data."""

    tally: TestData

    def __init__(self, sight: Sight) -> None:
        self.tally = TestData()
        self._sight = sight
        declared = sight.feed.classification if sight.feed else None
        self._counts = declared == "test" or (declared is None and is_called_test(sight.true))
        if self._counts:
            feed = sight.feed.id if sight.feed else None
            self.tally.feeds[sight.source] = (feed, True if declared == "test" else None)
        self._seen: defaultdict[str, Counter[_Outcome]] = defaultdict(Counter)

    def observe(self, batch: RecordBatch, found: BatchCandidates) -> None:
        """Tell the values of one batch."""
        if not self._counts:
            return
        texts = {
            (self._sight.public[values.name], record): value
            for values in batch.fields
            for record, value in zip(values.records, values.values, strict=True)
        }
        for value in found.values:
            text = texts.get((value.field, value.records[0]))
            if text is None:
                continue  # a name, which stands in no record
            told = [(c.match.entity, _is_real(c, text)) for c in value.candidates if _is_right(c)]
            if value.final:
                for entity, real in told:
                    self._add(value.field, entity, real, len(value.records))
            elif told:
                self._seen[value.field][frozenset(told)] += len(value.records)

    def merge(self, other: LookingForRealPeople) -> None:
        """Take in what another one has told."""
        super().merge(other)
        for name, outcomes in other._seen.items():
            self._seen[name].update(outcomes)

    def judged(self, verdicts: Mapping[str, ColumnVerdict]) -> None:
        """Count the cells of each column as what it holds above all."""
        for name, verdict in verdicts.items():
            held = next(iter(verdict.confidence), None)
            for outcome, count in self._seen[name].items() if held in JUDGED else ():
                for entity, real in outcome:
                    if entity == held:
                        self._add(name, entity, real, count)

    def _add(self, name: str, entity: str, real: bool, count: int) -> None:
        place = (self._sight.source, name, entity)
        self.tally.values[place] += count
        self.tally.real[place] += count * real


def is_called_test(source: str) -> bool:
    """Tell whether a folder or the name of a source says that it is test data."""
    return any(_CALLED & {*words(part)} for part in source.replace("!", "/").replace("#", "/").split("/"))


def _is_right(candidate: Candidate) -> bool:
    match = candidate.match
    told = match.entity in JUDGED and match.recognizer not in (HEADER, VALUES)
    return told and match.masking is MaskingState.CLEAR and len(candidate.spans) < 2


def _is_real(candidate: Candidate, text: str) -> bool:
    match = candidate.match
    return looks_real(match.entity, text[match.start : match.end])
