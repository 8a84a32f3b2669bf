"""Write the drafted feeds as commented YAML: what is agreed as lines, what is to be decided as comments."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bpoaudit.catalog import CATALOG
from bpoaudit.learning.grouping import FeedSeen, Grouped
from bpoaudit.learning.names import holds_personal_data, literal
from bpoaudit.learning.terms import Drafted, FieldSeen, drafted, regions_of
from bpoaudit.learning.yaml_text import comment, quoted
from bpoaudit.vendor import VendorProfile

_MAX_FIELDS = 1_000
_MAX_LISTED = 20
_HEADROOM = 1.25
"""Next month may be a quarter larger before somebody is asked."""


@dataclass(slots=True)
class Draft:
    """Lines of feeds, without the key that they stand under."""

    lines: list[str] = field(default_factory=list)
    feeds: int = 0
    undecided: int = 0
    """Lines that begin with what a person has to decide."""


def draft_of(
    found: Grouped,
    dates: Sequence[dict[str, Any]],
    profile: VendorProfile | None,
    taken: Collection[str] = (),
) -> Draft:
    """Draft the feeds; `dates` is the measure of that name, `taken` are ids of feeds that there are."""
    draft = Draft()
    for feed in found.feeds:
        _feed(draft, feed, dates, profile, _id(feed.id, taken))
    for name in found.nameless:
        _decide(draft, f"{comment(name)}: its name is personal data: rename it, then agree on it")
    for source in found.unread[:_MAX_LISTED]:
        reason = f", {comment(source.reason)}" if source.reason else ""
        _decide(draft, f"{comment(source.source)}: {source.status.value}{reason}: its content is not known")
    if len(found.unread) > _MAX_LISTED:
        _decide(draft, f"and {len(found.unread) - _MAX_LISTED:,} more that were not fully read")
    return draft


def _id(wanted: str, taken: Collection[str]) -> str:
    return f"{wanted}-learnt" if wanted in taken else wanted


def _decide(draft: Draft, text: str, indent: str = "") -> None:
    draft.lines.append(f"{indent}# Not agreed, decide: {text}")
    draft.undecided += 1


def _feed(
    draft: Draft,
    feed: FeedSeen,
    dates: Sequence[dict[str, Any]],
    profile: VendorProfile | None,
    feed_id: str,
) -> None:
    draft.feeds += 1
    records = sum(source.records_read for source in feed.sources if "#" not in source.source)
    media = sorted({source.media_type for source in feed.sources})
    draft.lines += [
        f"# Seen: {_plural(len(feed.sources), 'source')}, {_plural(records, 'record')}, "
        f"{', '.join(comment(each) for each in media[:3])}",
        f"- id: {feed_id}",
        f"  files: [{quoted(feed.pattern)}]",
    ]
    _decide(draft, "purpose, what it is delivered for: one of processing.purposes", "  ")
    undecided = list(_fields(draft, feed, profile))
    for text in undecided:
        _decide(draft, text, "  ")
    for entity in feed.named:
        _decide(draft, f"names of files or columns hold {_titled(entity)}: rename them", "  ")
    _regions(draft, feed, profile)
    _records(draft, feed)
    _retention(draft, feed, dates)


def _fields(draft: Draft, feed: FeedSeen, profile: VendorProfile | None) -> Iterator[str]:
    """Write the fields; yield what has to be decided about them."""
    services = profile.vendor.services if profile else ()
    lines: list[str] = []
    undecided: list[str] = []
    doubtful: list[str] = []
    beyond = 0
    for name, told in sorted(feed.fields.items()):
        if holds_personal_data(name):
            undecided.append("a column whose name is personal data: rename it")
            continue
        terms, unsure = drafted(told, services)
        doubtful += [f"{comment(name)}: {each}" for each in unsure]
        left_out = [term for term in terms if term.masking is None]
        undecided += [f"{comment(name)}: {_titled(term.entity)}, {term.decide}" for term in left_out]
        wanted = [term for term in terms if term.masking is not None]
        if not wanted and (not told.column or any(told.is_mostly(term.entity) for term in left_out)):
            continue
        if len(lines) >= _MAX_FIELDS:
            beyond += 1
            continue
        draft.undecided += sum(term.decide is not None for term in wanted)
        lines += _field(told, wanted)
    draft.lines.append("  fields:" if lines else "  fields: []")
    draft.lines += lines
    if beyond:
        undecided.append(f"{_plural(beyond, 'more field')}: agree on the layout with a pattern")
    if doubtful:
        more = f" and {len(doubtful) - _MAX_LISTED:,} more" if len(doubtful) > _MAX_LISTED else ""
        draft.lines.append(f"  # Too doubtful to count, left out: {'; '.join(doubtful[:_MAX_LISTED])}{more}")
    yield from undecided


def _field(told: FieldSeen, terms: Sequence[Drafted]) -> Iterator[str]:
    """Write a field: one line for each masking that was seen in it."""
    name = quoted(literal(told.name))
    if not terms:
        yield f"    - {{name: {name}}}"
    for masking in ("none", "partial", "masked"):
        same = [term for term in terms if term.masking == masking]
        for term in same:
            if term.decide is not None:
                yield f"    # Decide, {term.entity}: {term.decide}"
        if same:
            entities = ", ".join(term.entity for term in same)
            yield f"    - {{name: {name}, entities: [{entities}], masking: {masking}}}"


def _regions(draft: Draft, feed: FeedSeen, profile: VendorProfile | None) -> None:
    seen = regions_of(feed.fields.values())
    if not seen:
        draft.lines.append("  # regions: []   # no phone, bank account or identifier told a country")
        return
    told = sorted(seen.items(), key=lambda item: (-item[1], item[0]))
    counted = ", ".join(f"{country} {count:,}" for country, count in told[:_MAX_LISTED])
    declared = set(profile.processing.subject_countries) if profile else set(seen)
    agreed = sorted(set(seen) & declared) or sorted(declared)
    draft.lines.append(f"  regions: [{', '.join(agreed)}]   # decide; seen: {counted}")
    draft.undecided += 1
    others = [country for country, _ in told if country not in declared]
    if others:
        text = (
            f"people in {', '.join(others[:_MAX_LISTED])}, which processing.subject_countries does not list"
        )
        _decide(draft, text, "  ")


def _records(draft: Draft, feed: FeedSeen) -> None:
    if feed.columns and feed.most_records:
        bound = _round_up(feed.most_records * _HEADROOM)
        seen = f"{feed.most_records:,} in the largest so far, and a quarter more"
        draft.lines.append(f"  max_records: {bound}   # of one file; {seen}")


def _round_up(number: float) -> int:
    """Round up to two digits: 6,231 to 6,300."""
    unit = 10 ** max(len(str(int(number))) - 2, 0)
    return int(-(-number // unit) * unit)


def _retention(draft: Draft, feed: FeedSeen, dates: Sequence[dict[str, Any]]) -> None:
    names = {source.source for source in feed.sources}
    rows = [row for row in dates if row["source"] in names and not holds_personal_data(row["field"])]
    triggers = sorted({row["field"] for row in rows if row["trigger"]})
    oldest = min((row["oldest"] for row in rows if row["trigger"]), default=None)
    told = f"; the oldest date in {', '.join(map(comment, triggers[:3]))} is {oldest}" if oldest else ""
    _decide(draft, f"how long it may be kept{told}", "  ")
    draft.lines.append("  # retention_days: 365")
    if triggers:
        draft.lines.append(f"  # retention_trigger: {quoted(literal(triggers[0]))}")


def _titled(entity: str) -> str:
    known = CATALOG.get(entity)
    return f"{entity} ({known.title})" if known else entity


def _plural(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
