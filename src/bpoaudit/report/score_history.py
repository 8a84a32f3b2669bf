"""How the score came to be where it is: this audit after those that the history remembers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bpoaudit.history.past import PastAudit, remembered
from bpoaudit.model import AuditResult
from bpoaudit.report import words
from bpoaudit.report.cards import Capped
from bpoaudit.report.past_audits import failed_line, moved, steps
from bpoaudit.report.printable import prose
from bpoaudit.report.scorecard import level_of, score_range
from bpoaudit.report.trend import MAX_POINTS, Scale, Trend, trend

MAX_AUDITS = 12
SIZE = (600.0, 120.0)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One audit of the vendor."""

    as_of: str
    this: bool
    range: str
    change: str
    assurance: str
    level: str
    failed: str
    open: int
    read: str
    why_not: str


@dataclass(frozen=True, slots=True)
class ScoreHistory:
    """The section on past audits."""

    size: tuple[float, float]
    trend: Trend
    points: tuple[tuple[float, float], ...]
    """Where each audit with a score stands."""
    level: str
    since: str
    until: str
    told: str
    """The line in words."""
    change: str
    """Since the audit before, for the headline."""
    audits: Capped[AuditRow]
    """Newest first."""


def score_history(result: AuditResult, past: Sequence[PastAudit]) -> ScoreHistory | None:
    """Return the vendor's audits for this client up to this one; None where it is the first.

    Audits of other vendors and for other clients are left out, and so is one that this audit replaces.
    """
    now = remembered(result)
    whose = (now.vendor_id, now.client)
    when = (now.as_of, now.finished_at)
    before = [
        audit
        for audit in past
        if (audit.vendor_id, audit.client) == whose
        and audit.id != now.id
        and (audit.as_of, audit.finished_at) <= when
    ]
    if not before:
        return None
    audits = [*sorted(before, key=lambda a: (a.as_of, a.finished_at, a.id)), now]
    drawn = audits[-MAX_POINTS:]
    scale = Scale(date.fromisoformat(drawn[0].as_of), date.fromisoformat(now.as_of), *SIZE, margin=6.0)
    line = trend(audits, scale)
    told = steps(audits)
    rows = [
        AuditRow(
            as_of=step.audit.as_of,
            this=step.audit is now,
            range=score_range(step.audit.low, step.audit.high),
            change="not comparable" if step.why_not else "–" if step.delta is None else moved(step.delta),
            assurance=step.audit.assurance.value,
            level=level_of(step.audit.assurance),
            failed=failed_line(step.audit),
            open=step.audit.open,
            read=words.share(step.audit.sources.read, step.audit.sources.total),
            why_not=prose("; ".join(step.why_not)),
        )
        for step in reversed(told[-MAX_AUDITS:])
    ]
    return ScoreHistory(
        size=SIZE,
        trend=line,
        points=tuple(scale.place(a.as_of, a.value) for a in drawn if a.value is not None),
        level=level_of(now.assurance),
        since=drawn[0].as_of,
        until=now.as_of,
        told=_told(drawn, line),
        change=_change(told[-1].delta, told[-1].why_not, audits[-2]),
        audits=Capped(tuple(rows), len(audits)),
    )


def _told(audits: Sequence[PastAudit], line: Trend) -> str:
    scored = ", ".join(f"{a.as_of}: {score_range(a.low, a.high)}" for a in audits[-MAX_AUDITS:])
    broken = f"; the rules changed {words.plural(line.breaks, 'time')}" if line.breaks else ""
    return f"Score of {words.plural(len(audits), 'audit')}{broken}. {scored}"


def _change(delta: float | None, why_not: Sequence[str], before: PastAudit) -> str:
    was = f"the audit of {before.as_of} ({score_range(before.low, before.high)})"
    if why_not:
        return f"Not comparable with {was}: the rules changed"
    if delta is None:
        return f"No change can be told since {was}: one of the two has no score"
    return f"Unchanged since {was}" if delta == 0 else f"{moved(delta)} since {was}"
