"""Where a rule failed: the listed evidence of a verdict by source and field, and the file that each is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Place:
    """The listed evidence of one rule in one field of one source."""

    source: str | None
    """None where the evidence is no part of the delivery: a clause, a certificate, a sub-processor."""
    field: str | None
    label: str | None
    items: tuple[Evidence, ...]

    @property
    def count(self) -> int:
        """Occurrences that the listed items stand for."""
        return sum(item.count for item in self.items)

    @property
    def name(self) -> str:
        """The place as a reader is told it; empty where there is no evidence at all."""
        parts = (shorten(part, MAX_NAME) for part in (self.source, self.field) if part)
        return " · ".join(parts) or shorten(self.label or "", MAX_NAME)

    @property
    def told(self) -> str:
        """What was found there: each entity with its number and a masked example, never a value."""
        found: dict[str, list[Evidence]] = {}
        for item in self.items:
            found.setdefault(item.entity or (item.label if item.source else "") or "", []).append(item)
        return ", ".join(_told(kind, items) for kind, items in found.items() if kind)


def _told(kind: str, items: Sequence[Evidence]) -> str:
    count = sum(item.count for item in items)
    example = next((item.masked for item in items if item.masked), None)
    return f"{shorten(kind, MAX_NAME)} ({words.number(count)})" + (f" such as {example}" if example else "")


def places_of(verdict: Verdict) -> tuple[Place, ...]:
    """Return the places of a verdict in the order of its evidence; one without a name if it has none."""
    groups: dict[tuple[str | None, str | None, str | None], list[Evidence]] = {}
    for item in verdict.evidence:
        key = (item.source, item.field, None if item.source else item.label)
        groups.setdefault(key, []).append(item)
    return tuple(Place(*key, tuple(items)) for key, items in groups.items()) or (Place(None, None, None, ()),)


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
    return "; ".join(names[:MAX_EVIDENCE]) + (f"; and {words.number(more)} more" if more > 0 else "")


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
