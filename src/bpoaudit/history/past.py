"""One audit as the history remembers it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bpoaudit.history.rows import audit_row
from bpoaudit.model import (
    Assurance,
    AuditResult,
    DomainScore,
    PackScore,
    PackUsed,
    Severity,
    Share,
    Status,
)


@dataclass(frozen=True, slots=True)
class PastAudit:
    """The result of one audit, without anything of the delivery but how much of it was read."""

    id: str
    vendor_id: str
    """The `id` of the profile; the vendor's name where it has none."""
    vendor: str
    client: str
    country: str
    services: tuple[str, ...]
    as_of: str
    finished_at: str
    exit_code: int
    judged_again: str | None
    """Id of the audit whose reading this one judged again."""
    value: float | None
    low: float | None
    high: float | None
    coverage: float
    """Of the rules' weight, as in `Score`."""
    grade: str | None
    assurance: Assurance
    model: int
    sources: Share
    records: Share
    packs: tuple[PackUsed, ...]
    pack_scores: tuple[PackScore, ...]
    domain_scores: tuple[DomainScore, ...]
    failed: tuple[tuple[Severity, int], ...]
    """Failed rules by severity, worst first; those that waivers cover in full are left out."""
    accepted: int
    open: int
    """Rules that could not be judged."""


def remembered(result: AuditResult) -> PastAudit:
    """Return what the history would give back of `result`, without writing it down."""
    row = audit_row(result)
    own = {name: row[name] for name in _AS_RECORDED}
    failed = [v.severity for v in result.verdicts if v.status is Status.FAIL and not v.accepted]
    return PastAudit(
        **own,
        services=tuple(row["services"]),
        assurance=result.score.assurance,
        model=result.score.model,
        sources=result.delivery.coverage.sources,
        records=result.delivery.coverage.records,
        packs=tuple(sorted(result.audit.packs, key=lambda pack: pack.id)),
        pack_scores=tuple(sorted(result.score.packs, key=lambda score: score.pack)),
        domain_scores=tuple(sorted(result.score.domains, key=lambda score: score.domain)),
        failed=tuple((level, failed.count(level)) for level in Severity if level in failed),
        accepted=sum(verdict.accepted for verdict in result.verdicts),
        open=sum(verdict.status in (Status.UNKNOWN, Status.ERROR) for verdict in result.verdicts),
    )


_AS_RECORDED = (
    "id", "vendor_id", "vendor", "client", "country", "as_of", "finished_at", "exit_code", "judged_again",
    "value", "low", "high", "coverage", "grade",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Purged:
    """An audit that was taken out of the history."""

    id: str
    vendor_id: str
    as_of: str


def series(audits: Iterable[PastAudit]) -> tuple[tuple[PastAudit, ...], ...]:
    """Return the audits of each vendor for each client, oldest first; sorted by vendor and client."""
    groups: dict[tuple[str, str], list[PastAudit]] = {}
    for audit in audits:
        groups.setdefault((audit.vendor_id, audit.client), []).append(audit)
    return tuple(
        tuple(sorted(groups[key], key=lambda a: (a.as_of, a.finished_at, a.id))) for key in sorted(groups)
    )
