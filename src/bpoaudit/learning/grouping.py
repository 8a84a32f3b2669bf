"""Group the sources of a delivery into feeds: those whose names differ in dates and numbers alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bpoaudit.learning.names import pattern_of, place_of, slug, whole_folder
from bpoaudit.learning.terms import FieldSeen
from bpoaudit.model import Delivery, FieldInventory, FieldKind, Source, SourceStatus
from bpoaudit.vendor import Feed

_ALIKE = 4
"""So many files of one folder, ending and layout are one feed, whatever they are called."""
_OF_NAMES = "@"
"""Begins the fields that hold what the names of files and columns give away."""


@dataclass(slots=True)
class FeedSeen:
    """What was seen of one feed."""

    pattern: str
    id: str = ""
    sources: list[Source] = field(default_factory=list)
    fields: dict[str, FieldSeen] = field(default_factory=dict)
    named: list[str] = field(default_factory=list)
    """Entities that names of its files or columns give away."""

    @property
    def columns(self) -> frozenset[str]:
        """Return the names of its columns."""
        return frozenset(name for name, told in self.fields.items() if told.column)

    @property
    def most_records(self) -> int:
        """Return the records of its largest source."""
        return max((source.records_read for source in self.sources), default=0)

    def merge(self, other: FeedSeen) -> None:
        """Take in another feed, field by field."""
        self.sources += other.sources
        self.named = sorted({*self.named, *other.named})
        for name, told in other.fields.items():
            self.fields.setdefault(name, FieldSeen(name)).merge(told)


@dataclass(frozen=True, slots=True)
class Grouped:
    """The feeds of a delivery, and what none could be made of."""

    feeds: tuple[FeedSeen, ...]
    nameless: tuple[str, ...]
    """Sources whose name is nothing but personal data."""
    unread: tuple[Source, ...]
    """Sources that were not fully read."""


def grouped(
    delivery: Delivery, inventory: Sequence[FieldInventory], covered: Collection[str] = ()
) -> Grouped:
    """Group what was read; sources in `covered` have a feed already."""
    by_source: defaultdict[str, list[FieldInventory]] = defaultdict(list)
    for told in inventory:
        by_source[told.source].append(told)
    feeds: dict[str, FeedSeen] = {}
    nameless = []
    for source in delivery.sources:
        if source.source in covered or source.status is SourceStatus.SKIPPED:
            continue
        fields = by_source.get(source.source, [])
        pattern = pattern_of(source.source)
        if pattern is None and fields:
            nameless.append(source.source)
        elif pattern is not None and (fields or pattern in feeds):
            _add(feeds.setdefault(pattern, FeedSeen(pattern)), source, fields)
    unread = tuple(s for s in delivery.sources if s.status not in (SourceStatus.READ, SourceStatus.SKIPPED))
    return Grouped(_named(_ordered(_folders(feeds))), tuple(nameless), unread)


def _add(feed: FeedSeen, source: Source, fields: Sequence[FieldInventory]) -> None:
    feed.sources.append(source)
    for told in fields:
        if told.field.startswith(_OF_NAMES) and told.kind is FieldKind.METADATA:
            feed.named = sorted({*feed.named, *(found.entity for found in told.entities)})
        else:
            feed.fields.setdefault(told.field, FieldSeen(told.field)).add(told)


def _folders(feeds: dict[str, FeedSeen]) -> list[FeedSeen]:
    """Make one feed of many files that share folder, ending and columns, as recordings of calls do."""
    alike: defaultdict[tuple[tuple[str, str], frozenset[str]], list[FeedSeen]] = defaultdict(list)
    for feed in feeds.values():
        alike[place_of(feed.pattern), feed.columns].append(feed)
    made = []
    for members in alike.values():
        pattern = whole_folder([feed.pattern for feed in members])
        if len(members) < _ALIKE or pattern is None:
            made += members
            continue
        whole = FeedSeen(pattern)
        for feed in members:
            whole.merge(feed)
        made.append(whole)
    return made


def _ordered(feeds: list[FeedSeen]) -> list[FeedSeen]:
    """Sort by pattern; where one pattern fits the sources of another, the narrower ones first."""
    by_name = sorted(feeds, key=lambda feed: feed.pattern)
    if all(_first(by_name, source) is feed for feed in by_name for source in feed.sources):
        return by_name
    return sorted(by_name, key=lambda feed: -sum(char not in "*?" for char in feed.pattern))


def _first(feeds: Sequence[FeedSeen], source: Source) -> FeedSeen | None:
    covers = (feed for feed in feeds if Feed(id="x", files=(feed.pattern,)).covers(source.source))
    return next(covers, None)


def _named(feeds: Sequence[FeedSeen]) -> tuple[FeedSeen, ...]:
    taken: set[str] = set()
    for feed in feeds:
        wanted, number = slug(feed.pattern), 1
        feed.id = wanted
        while feed.id in taken:
            number += 1
            feed.id = f"{wanted}-{number}"
        taken.add(feed.id)
    return tuple(feeds)
