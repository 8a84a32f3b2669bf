"""What a measure is: it watches one source after another and gives a tally that merges.

A `Watch` sees what a source holds while it is read, a `Tally` is what leaves the border: numbers,
masked shapes and keyed hashes. Merging tallies is associative and commutative and an empty tally
changes nothing, so the result depends neither on the batches nor on who counted what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from bpoaudit.detect import BatchCandidates, ColumnVerdict, SourcePlan
from bpoaudit.facts import Fact
from bpoaudit.masking import Key
from bpoaudit.measures.suppression_list import SuppressionList
from bpoaudit.model import Finding
from bpoaudit.readers.batch import RecordBatch
from bpoaudit.vendor import Feed

if TYPE_CHECKING:
    from bpoaudit.measures.listed import PeopleList

Row = dict[str, Any]
"""A row of the rules' table of the same name, as it stands in `audit.json`."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of a source before its first record."""

    source: str
    """Public name."""
    plan: SourcePlan
    public: Mapping[str, str]
    """Public names of fields by their true ones."""
    key: Key
    feed: Feed | None = None
    media_type: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """What its reader says of it; all of it only after the last record."""
    suppressed: SuppressionList | None = field(default=None, repr=False)
    lists: tuple[PeopleList, ...] | None = field(default=None, repr=False)
    true: str = field(default="", repr=False)
    """True name of the source."""


class Tally(Protocol):
    """What a measure has counted, of one source or of many."""

    def merge(self, other: Any) -> None:
        """Take in another tally of the same measure; order does not matter."""

    def rows(self) -> Sequence[Row]:
        """Return what was counted, sorted."""


_GIVEN = frozenset({"_sight", "_listed"})


class Watch:
    """Watches one source. Whatever a measure does not need, it leaves as it is here."""

    tally: Tally

    def __getstate__(self) -> dict[str, Any]:
        """Return what goes along to another process: what was seen, and not what it was seen with."""
        return {name: value for name, value in vars(self).items() if name not in _GIVEN}

    def observe(self, batch: RecordBatch, found: BatchCandidates) -> None:
        """See the next records, in their order, and what they could hold."""

    def pass_over(self, batch: RecordBatch) -> None:
        """Know of the next records, which somebody else observes."""

    def merge(self, other: Any) -> None:
        """Take in what another watch saw of other records of the same source, before either is judged."""
        self.tally.merge(other.tally)

    def judged(self, verdicts: Mapping[str, ColumnVerdict]) -> None:
        """Hear, after the last record, what each column holds; by public names."""

    def find(self, finding: Finding) -> None:
        """See the next finding, in the order of the records; afterwards the source is done."""

    def close(self) -> None:
        """Take leave of the source: there is nothing more to come."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of thing that is measured."""

    name: str
    """Of its rows in `audit.json`, and of the table that rules ask."""
    tally: type[Tally]
    """Made without arguments, it is the empty tally."""
    watch: type[Any]
    """Made of a `Sight`, it is the `Watch` over one source."""
    needs: str | None = None
    """What must be given for it to run: `suppressed`, `lists` or `agreement`; None: nothing."""
