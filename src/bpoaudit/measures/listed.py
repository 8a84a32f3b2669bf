"""People of the profile's lists who are in the delivery: planted records, other clients' customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bpoaudit.detect import BatchCandidates
from bpoaudit.masking import Key
from bpoaudit.measures.measure import Row, Sight, Watch
from bpoaudit.measures.suppression import Suppressing, Suppression
from bpoaudit.measures.suppression_list import SuppressionList, load_suppression
from bpoaudit.readers.batch import RecordBatch
from bpoaudit.vendor.lists import KnownList


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A list that was read. Its `repr` shows nobody."""

    about: KnownList
    people: SuppressionList = field(repr=False)


def load_lists(lists: tuple[KnownList, ...] | None, folder: Path, key: Key) -> tuple[PeopleList, ...] | None:
    """Read the lists of a profile that lies in `folder`; None: it names none. Raises `UsageError`."""
    if lists is None:
        return None
    return tuple(
        PeopleList(each, load_suppression(folder / each.file, key, f"list '{each.id}',")) for each in lists
    )


@dataclass(slots=True)
class Met:
    """Whom of one list was met."""

    kind: str
    expected: str | None
    listed: int
    people: Suppression = field(default_factory=Suppression)


@dataclass(slots=True)
class Listed:
    """Whom was met, by list."""

    lists: dict[str, Met] = field(default_factory=dict)

    def merge(self, other: Listed) -> None:
        """Take in another tally."""
        for name, met in other.lists.items():
            mine = self.lists.setdefault(name, Met(met.kind, met.expected, met.listed))
            mine.people.merge(met.people)

    def rows(self) -> list[Row]:
        """Return a row for each list, with its places below it: as those of the suppression list."""
        return [
            {
                "list": name,
                "kind": met.kind,
                "expected": met.expected,
                "listed": met.listed,
                "found": len(met.people.met),
                "deviating": _deviating(met),
                "places": met.people.rows(),
            }
            for name, met in sorted(self.lists.items())
        ]


def _deviating(met: Met) -> int | None:
    found = len(met.people.met)
    if met.kind != "canary" or met.expected == "absent":
        return found
    return None if met.expected is None else met.listed - found


class LookingForListed(Watch):
    """Looks for the people of every list in one source."""

    tally: Listed

    def __init__(self, sight: Sight) -> None:
        self._watches: Mapping[str, Suppressing] = {
            each.about.id: Suppressing(sight, each.people) for each in sight.lists or ()
        }
        self.tally = Listed(
            {
                each.about.id: Met(
                    each.about.kind,
                    each.about.expected,
                    each.people.listed,
                    self._watches[each.about.id].tally,
                )
                for each in sight.lists or ()
            }
        )

    def merge(self, other: LookingForListed) -> None:
        """Take in whom another one has met."""
        for name, watch in self._watches.items():
            watch.merge(other._watches[name])

    def observe(self, batch: RecordBatch, found: BatchCandidates) -> None:
        """Look through one batch."""
        for watch in self._watches.values():
            watch.observe(batch, found)
