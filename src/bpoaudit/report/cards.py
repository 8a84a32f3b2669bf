"""Verdicts as a reader meets them: a card for each rule that failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, TypeVar

from bpoaudit.model import AuditResult, Evidence, Reference, Severity, Status, Verdict
from bpoaudit.report import ledger, words
from bpoaudit.report.printable import prose, shorten

MAX_CARDS = 100
MAX_ACCEPTED = 40
MAX_WAIVERS = 5
MAX_EVIDENCE = 5
MAX_PLACES = 3
MAX_ROWS = 200
MAX_NAME = 100
"""Characters of a source or field name; longer ones lose their middle."""
MAX_TITLE = 160
MAX_NOTE = 240

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Capped(Generic[T]):
    """The rows that are shown, and how many there are."""

    rows: tuple[T, ...]
    total: int

    @property
    def cut(self) -> bool:
        """Whether rows were left out, which the report then has to say."""
        return len(self.rows) < self.total


def capped(rows: Iterable[T], limit: int) -> Capped[T]:
    """Keep the first `limit` rows and the count of all."""
    everything = tuple(rows)
    return Capped(everything[:limit], len(everything))


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause of law; `url` only where it may become a link."""

    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One masked example of what failed."""

    place: str
    record: str
    entity: str
    masked: str
    confidence: str
    count: str


@dataclass(frozen=True, slots=True)
class Waived:
    """Who accepted a failure, why and until when."""

    id: str
    category: str
    reason: str
    approved_by: str
    expires_on: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the vendor answered to a rule."""

    kind: str
    """A class: accept, dispute or fix."""
    word: str
    reason: str
    action: str
    owner: str
    by: str


@dataclass(frozen=True, slots=True)
class Card:
    """One failed rule, in the order an internal auditor writes it."""

    ref: str
    """`F1`, `F2`: how people speak of it in a meeting."""
    anchor: str
    rule: str
    title: str
    severity: Severity
    area: str
    criteria: str
    citations: tuple[Citation, ...]
    condition: str
    message: str
    people: str | None
    effect: str
    recommendation: str
    effort: str | None
    url: str | None
    evidence: tuple[EvidenceRow, ...]
    evidence_total: int
    has_extracts: bool
    """Whether the evidence is occurrences of data, rather than named facts."""
    points: str | None
    standing: str | None
    """`New` or `Known`, where there is a baseline."""
    accepted: bool
    waivers: Capped[Waived]
    """What is accepted of it: all, or only `accepted_part`."""
    accepted_part: str | None
    """`3 of 10`, where waivers cover only some of the failing items."""
    answer: Answer | None


def failures(result: AuditResult, *, waived: bool) -> list[Verdict]:
    """Return the failed rules, worst first: severity, then points lost, then items, then name."""
    lost = ledger.tenths_lost(result.score)
    failed = [v for v in result.verdicts if v.status is Status.FAIL and v.accepted == waived]
    return sorted(failed, key=lambda v: (rank(v.severity), -lost.get(v.rule, 0), -v.failed, v.rule))


Answers = Mapping[str, Answer]
"""What the vendor answered, by rule."""

UNANSWERED: Answers = MappingProxyType({})


def finding_cards(result: AuditResult, answers: Answers = UNANSWERED) -> Capped[Card]:
    """Return the cards of the failed rules nobody has accepted."""
    lost = ledger.tenths_lost(result.score)
    return _cards(failures(result, waived=False), "F", lost, MAX_CARDS, answers)


def accepted_cards(result: AuditResult, answers: Answers = UNANSWERED) -> Capped[Card]:
    """Return the cards of failures under a waiver; they stay visible and still cost points."""
    lost = ledger.tenths_lost(result.score)
    return _cards(failures(result, waived=True), "W", lost, MAX_ACCEPTED, answers)


def _cards(
    verdicts: list[Verdict], letter: str, lost: Mapping[str, int], limit: int, answers: Answers
) -> Capped[Card]:
    numbered = enumerate(verdicts[:limit], start=1)
    rows = (_card(v, f"{letter}{i}", lost.get(v.rule), answers.get(v.rule)) for i, v in numbered)
    return Capped(tuple(rows), len(verdicts))


def _card(verdict: Verdict, ref: str, lost: int | None, answer: Answer | None) -> Card:
    return Card(
        ref=ref,
        anchor=f"finding-{ref.lower()}",
        rule=shorten(verdict.rule, MAX_NAME),
        title=prose(verdict.title, MAX_TITLE),
        severity=verdict.severity,
        area=words.plain(verdict.domain),
        criteria=prose(verdict.criteria),
        citations=citations(verdict.references),
        condition=f"{words.share(verdict.failed, verdict.checked)} checked "
        f"({words.percent(verdict.failed, verdict.checked)})",
        message=_message(verdict),
        people=None if verdict.subjects is None else words.people(verdict.subjects),
        effect=prose(verdict.effect),
        recommendation=prose(verdict.remediation.text),
        effort=verdict.remediation.effort,
        url=_https(verdict.remediation.url),
        evidence=tuple(_evidence_row(item) for item in verdict.evidence[:MAX_EVIDENCE]),
        evidence_total=verdict.evidence_total,
        has_extracts=any(item.entity for item in verdict.evidence[:MAX_EVIDENCE]),
        points=None if lost is None else ledger.tenths(lost),
        standing=standing(verdict),
        accepted=verdict.accepted,
        waivers=_waivers(verdict),
        accepted_part=accepted_part(verdict),
        answer=answer,
    )


def standing(verdict: Verdict) -> str | None:
    """Return whether a failure is new or known; None without a baseline."""
    return {"new": "New", "unchanged": "Known"}.get(verdict.baseline or "")


def accepted_part(verdict: Verdict) -> str | None:
    """Return how many of the failing items waivers cover, where that is not all of them."""
    part = verdict.partly_waived
    return None if part is None else words.share(part.covered, part.of)


def _waivers(verdict: Verdict) -> Capped[Waived]:
    told = verdict.waiver or verdict.partly_waived
    approvals = () if told is None else (told, *told.others)
    return capped(
        (
            Waived(
                id=shorten(each.id, MAX_NAME),
                category=shorten(words.plain(each.category), MAX_NAME),
                reason=prose(each.reason),
                approved_by=prose(each.approved_by, MAX_NAME),
                expires_on=prose(each.expires_on, MAX_NAME),
            )
            for each in approvals
        ),
        MAX_WAIVERS,
    )


def _message(verdict: Verdict) -> str:
    """Return the rule's own sentence, or where the evidence lies if the rule has none."""
    text = prose(verdict.message)
    if not text:
        places = dict.fromkeys(place for item in verdict.evidence if (place := place_of(item)))
        text = words.listed([shorten(place, MAX_NAME) for place in list(places)[:MAX_PLACES]])
        more = len(places) > MAX_PLACES or verdict.evidence_total > len(verdict.evidence)
        text = text and f"{'First in' if more else 'In'} {text}"
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def place_of(item: Evidence) -> str:
    """Return `source · field`, or the label of what is not a finding."""
    return " · ".join(part for part in (item.source, item.field) if part) or item.label or ""


def _evidence_row(item: Evidence) -> EvidenceRow:
    return EvidenceRow(
        place=shorten(place_of(item), MAX_NAME),
        record="" if item.record is None else words.number(item.record) if item.record else "metadata",
        entity=words.plain(item.entity) if item.entity else "",
        masked=item.masked or (shorten(item.label, MAX_NAME) if item.label and item.source else ""),
        confidence="" if item.confidence is None else f"{item.confidence:.2f}",
        count=words.number(item.count),
    )


def citations(references: tuple[Reference, ...]) -> tuple[Citation, ...]:
    """Return the clauses as a person cites them, once each."""
    unique = dict.fromkeys((prose(r.title or r.control, 120), _https(r.eli)) for r in references)
    return tuple(Citation(text, url) for text, url in unique)


def _https(url: str | None) -> str | None:
    return url if url and url.startswith("https://") else None


def rank(severity: Severity) -> int:
    """Return the place of a severity, the worst first."""
    return list(Severity).index(severity)
