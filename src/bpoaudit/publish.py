"""Turn the folded inventory into the published one, and mark what the agreement allows.

True names are needed here one last time: the agreement's patterns match them, not the public ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bpoaudit import catalog
from bpoaudit.detect import headers
from bpoaudit.inventory import EntityTally, FieldTally, Inventory
from bpoaudit.measures import DateSpan, date_span
from bpoaudit.model import (
    Coverage,
    EntityCounts,
    FieldInventory,
    FieldKind,
    Group,
    LanguageRead,
    LeftOut,
    MaskingCounts,
    MaskingState,
    ModelUsed,
    Pointer,
    Share,
    Source,
    SourceStatus,
)
from bpoaudit.vendor import Agreement, Feed
from bpoaudit.vendor.practices import Retention
from bpoaudit.vendor.triggers import DATE, period_of, told_by, triggers


@dataclass(frozen=True, slots=True)
class TrueNames:
    """True names by public ones."""

    sources: Mapping[str, str]
    fields: Mapping[tuple[str, str], str]

    def source(self, public: str) -> str:
        """Return the true name of a source."""
        return self.sources.get(public, public)

    def field(self, source: str, public: str) -> str:
        """Return the true name of a field."""
        return self.fields.get((source, public), public)


def published(
    inventory: Inventory, names: TrueNames, agreement: Agreement | None
) -> tuple[FieldInventory, ...]:
    """Return the inventory as documents, sorted by source and field."""
    documents = []
    for (source, field), tally in sorted(inventory.fields.items()):
        feed = agreement.feed_of(names.source(source)) if agreement else None
        true_field = names.field(source, field)
        documents.append(
            FieldInventory(
                source=source,
                field=field,
                kind=tally.kind,
                records=tally.records,
                non_empty=tally.non_empty,
                distinct=tally.distinct.count,
                distinct_estimated=tally.distinct.estimated,
                agreed=_field_agreed(agreement, feed, true_field, tally),
                language=_language(tally),
                entities=tuple(
                    _entity(entity, found, agreement, feed, true_field)
                    for entity, found in sorted(tally.entities.items())
                ),
            )
        )
    return tuple(documents)


def languages(inventory: Inventory, models: Callable[[str], Sequence[ModelUsed]]) -> tuple[LanguageRead, ...]:
    """Return the languages of free text, the most frequent first; `models` gives those made for one."""
    texts: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    for tally in inventory.fields.values():
        texts.update(tally.languages)
        fields.update(tally.languages.keys())
    return tuple(
        LanguageRead(
            language=code, fields=fields[code], texts=count, models=tuple(m.name for m in models(code))
        )
        for code, count in sorted(texts.items(), key=lambda item: (-item[1], item[0]))
        if code
    )


def _language(tally: FieldTally) -> str | None:
    told = sorted((-count, code) for code, count in tally.languages.items() if code)
    return told[0][1] if told else None


def _field_agreed(
    agreement: Agreement | None, feed: Feed | None, field: str, tally: FieldTally
) -> bool | None:
    if agreement is None or tally.kind is not FieldKind.COLUMN:
        return None
    return feed is not None and feed.lists(field)


def _entity(
    entity: str, tally: EntityTally, agreement: Agreement | None, feed: Feed | None, field: str
) -> EntityCounts:
    term = feed.term(field, entity) if feed else None
    by_state = dict.fromkeys(MaskingState, 0)
    for kind, group in tally.groups.items():
        by_state[kind.masking] += group.count
    return EntityCounts(
        entity=entity,
        category=catalog.category_of(entity),
        count=sum(by_state.values()),
        records=tally.records,
        distinct=tally.distinct.count,
        distinct_estimated=tally.distinct.estimated,
        confidence=max(kind.confidence for kind in tally.groups),
        masking=MaskingCounts(**{state.value: count for state, count in by_state.items()}),
        samples=tally.samples,
        agreed=None if agreement is None else term is not None,
        agreed_masking=term.masking if term else None,
        groups=tuple(
            Group(
                masking=kind.masking,
                confidence=kind.confidence,
                recognizer=kind.recognizer,
                region=kind.region or None,
                count=group.count,
                pointers=tuple(
                    Pointer(
                        record=p.record, start=p.start, end=p.end, masked=p.masked, fingerprint=p.fingerprint
                    )
                    for p in group.pointers
                ),
            )
            for kind, group in sorted(tally.groups.items())
        ),
    )


# --- measures ------------------------------------------------------------------------------------


def date_measures(
    inventory: Inventory, names: TrueNames, agreement: Agreement | None, retention: Retention, as_of: date
) -> list[dict[str, Any]]:
    """Return one row for each date column: its span, and how much of it is past the agreed retention.

    Which column retention counts from is told by `triggers`, from the true names of a source's columns.
    """
    sources: defaultdict[str, list[tuple[str, DateSpan]]] = defaultdict(list)
    for (source, field), tally in sorted(inventory.fields.items()):
        span = date_span(tally.dates, tally.non_empty)
        if span is not None and "DATE_OF_BIRTH" not in tally.entities:
            sources[source].append((field, span))
    rows = []
    for source, columns in sources.items():
        feed = agreement.feed_of(names.source(source)) if agreement else None
        period = period_of(feed, retention)
        named = [(true, _told(true)) for true in (names.field(source, field) for field, _ in columns)]
        for (field, span), (_, told), trigger in zip(columns, named, triggers(named, period), strict=True):
            days = period.days
            rows.append(
                {
                    "source": source,
                    "field": field,
                    "feed": feed.id if feed else None,
                    "oldest": span.oldest.isoformat(),
                    "newest": span.newest.isoformat(),
                    "count": span.count,
                    "told": told,
                    "trigger": trigger,
                    "limit_days": days,
                    "over_limit": None if days is None else span.before(as_of - timedelta(days=days)),
                }
            )
    return rows


def _told(field: str) -> str | None:
    return told_by(field) or (DATE if headers.is_date(field) else None)


# --- coverage ------------------------------------------------------------------------------------


def coverage(sources: Iterable[Source]) -> Coverage:
    """Return how much was read: sources without mere containers, bytes and records of whole files.

    A mail counts beside its attachments, an archive only by its members. Bytes are those of what was
    read to its end; of a container that was read in part the share of its members. What the profile
    excludes counts neither as read nor as missing.
    """
    skipped: list[Source] = []
    listed: list[Source] = []
    for each in sources:
        (skipped if each.status is SourceStatus.SKIPPED else listed).append(each)
    children: defaultdict[str, list[Source]] = defaultdict(list)
    for source in listed:
        children[_container(source.source)].append(source)
    single = [
        s for s in listed
        if s.source not in children or s.records_read > sum(c.records_read for c in children[s.source])
    ]  # fmt: skip
    files = children[""]
    known = sum(max(s.records_read, s.records_total or 0) for s in files)
    return Coverage(
        sources=Share(read=sum(s.status is SourceStatus.READ for s in single), total=len(single)),
        bytes=Share(
            read=sum(_bytes_read(s, children) for s in files), total=sum(s.bytes or 0 for s in files)
        ),
        records=Share(read=sum(s.records_read for s in files), total=known),
        excluded=_left_out(skipped),
    )


def _left_out(skipped: Sequence[Source]) -> LeftOut:
    names = {source.source for source in skipped}
    outermost = [source for source in skipped if _container(source.source) not in names]
    return LeftOut(sources=len(outermost), bytes=sum(source.bytes or 0 for source in outermost))


def _container(name: str) -> str:
    """Return the name of what a source lies in; of a file, nothing."""
    return name[: max(name.rfind("!"), name.rfind("#"), 0)]


def _bytes_read(source: Source, children: Mapping[str, Sequence[Source]]) -> int:
    if source.status is SourceStatus.READ:
        return source.bytes or 0
    members = [child for child in children.get(source.source, ()) if child.bytes]
    total = sum(member.bytes or 0 for member in members)
    return (source.bytes or 0) * sum(_bytes_read(m, children) for m in members) // total if total else 0
