"""Where a rule failed: by source and field, how often, with what evidence, and the file that each is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bpoaudit.model import AuditResult, Evidence, Source, SourceStatus, Verdict
from bpoaudit.report import words
from bpoaudit.report.cards import MAX_EVIDENCE, MAX_NAME, citations
from bpoaudit.report.printable import printable, prose, shorten

PROFILE = "vendor.yaml"
"""What stands for the file of a failure that lies in the vendor profile and in no file of the delivery."""

_LINES = frozenset({"text/plain", "application/jsonl"})
"""Media types whose records are the lines of the file."""


_Key = tuple[str | None, str | None, str | None]
_Kind = tuple[str | None, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Spot:
    """What failed of one kind in one field of one source."""

    source: str | None
    """None where it is no part of the delivery: a clause, a certificate, a sub-processor."""
    field: str | None
    entity: str | None
    label: str | None
    count: int
    masked: str | None
    """An example, where the result lists one."""

    @property
    def place(self) -> _Key:
        """What spots of one place share."""
        return self.source, self.field, None if self.source else self.label


@dataclass(frozen=True, slots=True)
class Place:
    """Where one rule failed: a field of a source, or a thing that is no part of the delivery."""

    source: str | None
    field: str | None
    label: str | None
    spots: tuple[Spot, ...]
    items: tuple[Evidence, ...]
    """What the result lists of it as evidence."""

    @property
    def count(self) -> int:
        """What failed there."""
        return sum(spot.count for spot in self.spots)

    @property
    def name(self) -> str:
        """The place as a reader is told it; empty where there is no evidence at all."""
        parts = (shorten(part, MAX_NAME) for part in (self.source, self.field) if part)
        return " · ".join(parts) or shorten(self.label or "", MAX_NAME)

    @property
    def told(self) -> str:
        """What was found there: each entity with its number and a masked example, never a value."""
        kinds = ((spot.entity or (spot.label if spot.source else None), spot) for spot in self.spots)
        return ", ".join(_told(kind, spot) for kind, spot in kinds if kind)


def _told(kind: str, spot: Spot) -> str:
    example = f" such as {spot.masked}" if spot.masked else ""
    return f"{shorten(kind, MAX_NAME)} ({words.number(spot.count)}){example}"


def spots_of(verdict: Verdict) -> tuple[Spot, ...]:
    """Return where a verdict failed and how often, largest first.

    Results of earlier versions tell no more than their evidence: then the counts are of what is listed.
    """
    examples: dict[_Kind, str] = {}
    counts: Counter[_Kind] = Counter()
    for item in verdict.evidence:
        key = (item.source, item.field, item.entity, item.label)
        counts[key] += item.count
        if item.masked:
            examples.setdefault(key, item.masked)
    if verdict.places:
        counts = Counter({(p.source, p.field, p.entity, p.label): p.count for p in verdict.places})
    return tuple(Spot(*kind, count, examples.get(kind)) for kind, count in counts.items())


def counts_are_listed(verdict: Verdict) -> bool:
    """Tell whether only what is listed was counted, and more failed: in a result of an earlier version."""
    return not verdict.places and verdict.evidence_total > len(verdict.evidence)


def spots_left_out(verdict: Verdict) -> int:
    """Return how many more spots there are than the result names."""
    return max(0, verdict.places_total - len(verdict.places))


def places_of(verdict: Verdict) -> tuple[Place, ...]:
    """Return the places of a verdict as its spots come; one without a name if it has none."""
    items: dict[_Key, list[Evidence]] = {}
    for item in verdict.evidence:
        items.setdefault((item.source, item.field, None if item.source else item.label), []).append(item)
    places: dict[_Key, list[Spot]] = {}
    for spot in spots_of(verdict):
        places.setdefault(spot.place, []).append(spot)
    named = (Place(*key, tuple(spots), tuple(items.get(key, ()))) for key, spots in places.items())
    return tuple(named) or (Place(None, None, None, (), ()),)


def cut_note(verdict: Verdict) -> str | None:
    """Return a sentence where the result lists only the first failing items of a rule."""
    shown = len(verdict.evidence)
    if not 0 < shown < verdict.evidence_total:
        return None
    return f"Showing the first {words.share(shown, verdict.evidence_total)} failing items."


def condition(verdict: Verdict) -> str:
    """Return `214 of 18,402 checked (1.2%)`."""
    rate = words.percent(verdict.failed, verdict.checked)
    return f"{words.share(verdict.failed, verdict.checked)} checked ({rate})"


def facts_of_rule(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """Return what a rule asks for, why and what to do, each under its word; empty ones left out."""
    facts = (
        ("Criteria", prose(verdict.criteria)),
        ("Reference", "; ".join(citation.text for citation in citations(verdict.references))),
        ("Effect", prose(verdict.effect)),
        ("Recommendation", prose(verdict.remediation.text)),
    )
    return tuple((word, text) for word, text in facts if text)


def listed_places(verdict: Verdict) -> str:
    """Return the first places of a verdict, and how many more there are."""
    names = [place.name for place in places_of(verdict) if place.name]
    more = len(names) - MAX_EVIDENCE
    least = "at least " if counts_are_listed(verdict) or spots_left_out(verdict) else ""
    return "; ".join(names[:MAX_EVIDENCE]) + (f"; and {least}{words.number(more)} more" if more > 0 else "")


def file_of(source: str) -> str:
    """Return the path of the file that `source` is or lies in, as it is called on disk, all of it visible.

    Members stand after `!`, sheets after `#`; in names these and `%` are percent-encoded. No step of the
    path is empty, `.` or `..`: it always leads into the delivery.
    """
    path = source.partition("!")[0].partition("#")[0]
    for code, char in (("%21", "!"), ("%23", "#"), ("%25", "%")):
        path = path.replace(code, char)
    steps = [printable(step) for step in path.split("/") if step not in ("", ".", "..")]
    return "/".join(steps) or "delivery"


def uri_of(source: str | None) -> str:
    """Return the relative URI reference (RFC 3986) of the file of a place."""
    return quote(PROFILE if source is None else file_of(source), safe="/")


def inside_of(source: str) -> str:
    """Return what stands after the name of the file: `!inner.csv`, `#Q2`, or nothing."""
    at = min((i for i in (source.find("!"), source.find("#")) if i >= 0), default=len(source))
    return source[at:]


def media_types(result: AuditResult) -> dict[str, str]:
    """Return the media type of each source."""
    return {source.source: source.media_type for source in result.delivery.sources}


def line_of(item: Evidence, types: Mapping[str, str]) -> int | None:
    """Return the line of the file that `item` is on, where its records are the lines of the file."""
    if item.source is None or not item.record or inside_of(item.source):
        return None
    return item.record if types.get(item.source) in _LINES else None


def unread(result: AuditResult) -> list[Source]:
    """Return what was meant to be read and was not, or not to its end."""
    complete = (SourceStatus.READ, SourceStatus.SKIPPED)
    return [source for source in result.delivery.sources if source.status not in complete]


def why_unread(source: Source) -> str:
    """Return `encrypted: needs a password`."""
    status = words.SOURCE_STATUS_WORD[source.status]
    return f"{status}: {prose(source.reason)}" if source.reason else status
