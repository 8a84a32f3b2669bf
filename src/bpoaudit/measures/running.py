"""Run the measures beside detection: watch a source, fold what was counted, tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bpoaudit.detect import BatchCandidates, ColumnVerdict
from bpoaudit.measures.anonymity import Anonymity, CountingClasses
from bpoaudit.measures.conduct import Conduct, Listening
from bpoaudit.measures.identity_quality import CheckingIdentities, Quality
from bpoaudit.measures.keys_beside import KeysBeside, LookingForKeys
from bpoaudit.measures.listed import Listed, LookingForListed, PeopleList
from bpoaudit.measures.masked_values import Leaks, LookingBesideMasked
from bpoaudit.measures.measure import Measure, Row, Sight, Tally, Watch
from bpoaudit.measures.named_files import LookingAtNames, NamedFiles
from bpoaudit.measures.subjects import CountingSubjects, Subjects
from bpoaudit.measures.suppression import Suppressing, Suppression
from bpoaudit.measures.suppression_list import SuppressionList
from bpoaudit.measures.test_data import LookingForRealPeople, TestData
from bpoaudit.measures.weak_pseudonyms import Hashes, LookingForHashes
from bpoaudit.model import Finding
from bpoaudit.readers.batch import RecordBatch

MEASURES: tuple[Measure, ...] = (
    Measure("suppressed", Suppression, Suppressing, needs="suppressed"),
    Measure("subjects", Subjects, CountingSubjects),
    Measure("equivalence_classes", Anonymity, CountingClasses, needs="agreement"),
    Measure("identifiers", Quality, CheckingIdentities),
    Measure("hashes", Hashes, LookingForHashes),
    Measure("conduct", Conduct, Listening),
    Measure("masked_values", Leaks, LookingBesideMasked),
    Measure("masked_files", NamedFiles, LookingAtNames),
    Measure("keys_beside", KeysBeside, LookingForKeys),
    Measure("lists", Listed, LookingForListed, needs="lists"),
    Measure("test_data", TestData, LookingForRealPeople),
)
"""All measures but that of dates, which the evidence of columns gives."""


@dataclass(slots=True)
class Measured:
    """What the measures have counted, by their names. Merges like the inventory."""

    tallies: dict[str, Tally] = field(default_factory=dict)

    def merge(self, other: Measured) -> None:
        """Take in what others have counted; order does not matter."""
        for name, tally in other.tallies.items():
            if name not in self.tallies:
                self.tallies[name] = type(tally)()
            self.tallies[name].merge(tally)

    def told(self) -> dict[str, list[Row]]:
        """Return the rows of every measure that ran."""
        return {name: list(tally.rows()) for name, tally in sorted(self.tallies.items())}


class Watching:
    """The measures that watch one source."""

    def __init__(self, watches: Mapping[str, Watch]) -> None:
        self._watches = watches

    def observe(self, batch: RecordBatch, found: BatchCandidates) -> None:
        """Show them the next records."""
        for watch in self._watches.values():
            watch.observe(batch, found)

    def pass_over(self, batch: RecordBatch) -> None:
        """Tell them of the next records, which others observe."""
        for watch in self._watches.values():
            watch.pass_over(batch)

    def merge(self, other: Watching) -> None:
        """Take in what others have seen of the same source; order does not matter."""
        for name, watch in self._watches.items():
            watch.merge(other._watches[name])

    def judged(self, verdicts: Mapping[str, ColumnVerdict]) -> None:
        """Tell them what the columns hold."""
        for watch in self._watches.values():
            watch.judged(verdicts)

    def passing(self, findings: Iterator[Finding]) -> Iterator[Finding]:
        """Show them the findings as they pass by."""
        interested = [w.find for w in self._watches.values() if type(w).find is not Watch.find]
        for finding in findings:
            for find in interested:
                find(finding)
            yield finding

    def done(self) -> Measured:
        """Return what they have counted, after the last finding."""
        for watch in self._watches.values():
            watch.close()
        return Measured({name: watch.tally for name, watch in self._watches.items()})


@dataclass(frozen=True, slots=True)
class Measuring:
    """Which measures run, by what was given for them."""

    suppressed: SuppressionList | None = field(default=None, repr=False)
    agreed: bool = False
    """Whether there is an agreement."""
    lists: tuple[PeopleList, ...] | None = field(default=None, repr=False)

    def nothing(self) -> Measured:
        """Return the measures that run, with nothing counted yet."""
        return Measured({measure.name: measure.tally() for measure in self._running()})

    def watch(self, sight: Sight, findings_only: bool = False) -> Watching:
        """Begin to watch one source; with `findings_only` by those measures that look at findings alone."""
        return Watching(
            {
                measure.name: measure.watch(sight)
                for measure in self._running()
                if not findings_only or measure.watch.find is not Watch.find
            }
        )

    def _running(self) -> Iterator[Measure]:
        given = {
            None: True,
            "suppressed": self.suppressed is not None,
            "agreement": self.agreed,
            "lists": self.lists is not None,
        }
        return (measure for measure in MEASURES if given[measure.needs])
