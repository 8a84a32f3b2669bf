"""Past audits in the terminal and as JSON, and how the score moved from each to the next."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from bpoaudit.comparison import incomparable
from bpoaudit.history.past import PastAudit
from bpoaudit.model import Severity
from bpoaudit.report import words
from bpoaudit.report.columns import laid_out, terminal_width
from bpoaudit.report.printable import inert, shorten
from bpoaudit.report.scorecard import score_range
from bpoaudit.report.terminal import console_for, say

MAX_CELL = 40


@dataclass(frozen=True, slots=True)
class Step:
    """An audit, and how its score moved since the one before."""

    audit: PastAudit
    delta: float | None
    """None for the first, where a score is missing, and where the two are not comparable."""
    why_not: tuple[str, ...]
    """Why the two scores are not comparable; empty for the first."""


Series = Sequence[Sequence[PastAudit]]
"""The audits of each vendor and client, oldest first."""


def steps(audits: Sequence[PastAudit]) -> tuple[Step, ...]:
    """Return the audits of one vendor with the movement of the score from each to the next."""
    found = []
    for at, audit in enumerate(audits):
        before = audits[at - 1] if at else None
        why = () if before is None else incomparable(before.packs, audit.packs, before.model, audit.model)
        delta = None
        if before is not None and not why and before.value is not None and audit.value is not None:
            delta = round(audit.value - before.value, 1) + 0.0
        found.append(Step(audit, delta, why))
    return tuple(found)


def moved(delta: float) -> str:
    """Return `▲ 4.5`, `▼ 4.5` or `=`."""
    return "=" if delta == 0 else f"{'▲' if delta > 0 else '▼'} {abs(delta):.1f}"


def failed_line(audit: PastAudit) -> str:
    """Return `1 critical, 2 high`; a dash where nothing failed."""
    return ", ".join(f"{count} {severity.value}" for severity, count in audit.failed) or "–"


def render_audits(past: Series) -> str:
    """Return the audits as JSON, oldest first."""
    rows = [_entry(step) for audits in past for step in steps(audits)]
    return json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True)


def _entry(step: Step) -> dict[str, Any]:
    audit, failed = step.audit, dict(step.audit.failed)
    return {
        "id": audit.id,
        "vendor_id": audit.vendor_id,
        "vendor": audit.vendor,
        "client": audit.client,
        "country": audit.country,
        "services": list(audit.services),
        "as_of": audit.as_of,
        "finished_at": audit.finished_at,
        "exit_code": audit.exit_code,
        "judged_again": audit.judged_again,
        "score": {
            "value": audit.value,
            "low": audit.low,
            "high": audit.high,
            "coverage": audit.coverage,
            "grade": audit.grade,
            "assurance": audit.assurance.value,
            "model": audit.model,
            "packs": [score.model_dump(mode="json") for score in audit.pack_scores],
            "domains": [score.model_dump(mode="json") for score in audit.domain_scores],
        },
        "change": {"delta": step.delta, "why_not": list(step.why_not)},
        "failed": {severity.value: failed.get(severity, 0) for severity in Severity},
        "accepted": audit.accepted,
        "open": audit.open,
        "sources": audit.sources.model_dump(),
        "records": audit.records.model_dump(),
        "packs": [pack.model_dump() for pack in audit.packs],
    }


_COLUMNS = ("as of", "score", "change", "assurance", "failed", "open", "sources read", "audit", "")


def print_audits(past: Series) -> None:
    """Print a table a vendor, oldest audit first. What the change cannot be told of is said below it."""
    console, width = console_for(sys.stdout), terminal_width(sys.stdout)
    for audits in past:
        last = audits[-1]
        who = f"{shorten(last.vendor, MAX_CELL)} ({shorten(last.vendor_id, MAX_CELL)})"
        say(console, Text(f"vendor  {inert(who)} for {inert(shorten(last.client, MAX_CELL))}"))
        told = steps(audits)
        rows = [[inert(cell) for cell in _row(step)] for step in told]
        for line in laid_out(rows, width and width - 2, _COLUMNS):
            console.print(Text(f"  {line}"))
        for step in told:
            if step.why_not:
                why = inert("; ".join(step.why_not))
                say(console, Text(f"  {step.audit.as_of}: not comparable with the one before: {why}"))
        console.print()
    count = sum(len(audits) for audits in past)
    console.print(Text(f"{words.plural(count, 'audit')} of {words.plural(len(past), 'vendor')}"))


def _row(step: Step) -> tuple[str, ...]:
    audit = step.audit
    change = "packs changed" if step.why_not else "–" if step.delta is None else moved(step.delta)
    return (
        audit.as_of,
        "–" if audit.value is None else score_range(audit.low, audit.high),
        change,
        audit.assurance.value,
        failed_line(audit),
        str(audit.open),
        words.share(audit.sources.read, audit.sources.total),
        shorten(audit.id, MAX_CELL),
        "judged again" if audit.judged_again else "",
    )
