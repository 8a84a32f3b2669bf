"""Conversations by what was heard in them: counted for the delivery, with the first places of each kind."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from bpoaudit.measures.conduct.events import Outcome, Place
from bpoaudit.measures.measure import Row

FIRST = 20
"""Places that are kept of each kind."""


class Kind(NamedTuple):
    """What conversations share that are counted together."""

    event: str
    feed: str
    """Empty: no feed of the agreement covers it."""
    channel: str
    from_start: bool
    heard: str
    """`yes`, `no`, or empty where it cannot be told."""
    turn: int
    """0: not heard, or not of the beginning."""


_HEARD = {True: "yes", False: "no", None: ""}
_TOLD = {word: heard for heard, word in _HEARD.items()}


@dataclass(slots=True)
class Conduct:
    """How many conversations are of each kind, and where the first of them are."""

    counts: Counter[Kind] = field(default_factory=Counter)
    first: dict[Kind, list[tuple[str, str, Place]]] = field(default_factory=dict)
    """Source, field and place, at most `FIRST`, sorted."""

    def add(
        self, where: tuple[str, str], feed: str | None, channel: str, from_start: bool, outcome: Outcome
    ) -> None:
        """Count what one conversation says of one event; `where` is its source and field."""
        kind = Kind(outcome.event, feed or "", channel, from_start, _HEARD[outcome.heard], outcome.turn or 0)
        self.counts[kind] += 1
        if outcome.place is not None:
            self._keep(kind, (*where, outcome.place))

    def _keep(self, kind: Kind, where: tuple[str, str, Place]) -> None:
        places = self.first.setdefault(kind, [])
        insort(places, where)
        del places[FIRST:]

    def merge(self, other: Conduct) -> None:
        """Take in another tally."""
        self.counts.update(other.counts)
        for kind, places in other.first.items():
            for where in places:
                self._keep(kind, where)

    def rows(self) -> list[Row]:
        """Return a row for each of the first conversations of a kind, and one for all others of it."""
        return [row for kind in sorted(self.counts) for row in self._of(kind)]

    def _of(self, kind: Kind) -> Iterator[Row]:
        about: Row = {
            "event": kind.event, "feed": kind.feed or None, "channel": kind.channel,
            "from_start": kind.from_start, "heard": _TOLD[kind.heard], "turn": kind.turn or None,
        }  # fmt: skip
        places = self.first.get(kind, ())
        for source, name, (record, start, end) in places:
            yield {
                **about, "conversations": 1, "source": source, "field": name, "record": record,
                "start": start, "end": end,
            }  # fmt: skip
        if more := self.counts[kind] - len(places):
            yield {**about, "conversations": more, "source": None}
