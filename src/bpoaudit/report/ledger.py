"""Where the points went: the deductions from 100, for a reader who adds them up by hand."""

from __future__ import annotations

from dataclasses import dataclass

from bpoaudit.model import AuditResult, Score
from bpoaudit.report import words
from bpoaudit.report.printable import prose

CAP_PREFIX = "cap:"
"""Deductions that are not a rule's own but the ceiling a failed severity sets."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One deduction."""

    rule: str
    title: str
    severity: str
    outcome: str
    points: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """All deductions, their sum, and what is left of 100."""

    rows: tuple[LedgerRow, ...]
    total: str
    score: str


def tenths(value: int) -> str:
    """Return tenths of a point as `17.9`."""
    return f"{value / 10:.1f}"


def tenths_lost(score: Score) -> dict[str, int]:
    """Return each deduction in tenths of a point; scoring gives them so that they add up."""
    return {deduction.rule: round(10 * deduction.points) for deduction in score.deductions}


def ledger(result: AuditResult) -> Ledger | None:
    """Return the deductions, largest first and caps last; None when there is no score."""
    score = result.score
    if score.value is None:
        return None
    lost = tenths_lost(score)
    verdicts = {verdict.rule: verdict for verdict in result.verdicts}
    rows = []
    for rule in sorted(lost, key=lambda rule: (rule.startswith(CAP_PREFIX), -lost[rule], rule)):
        verdict = verdicts.get(rule)
        if verdict is not None:
            rows.append(
                LedgerRow(
                    rule=rule,
                    title=prose(verdict.title, 160),
                    severity=verdict.severity.value,
                    outcome=words.STATUS_WORD[verdict.status],
                    points=tenths(lost[rule]),
                )
            )
        else:
            level = rule.removeprefix(CAP_PREFIX)
            title = f"Ceiling of {score.cap} because a {level} rule failed or could not be judged"
            rows.append(LedgerRow(rule, title, level, "cap", tenths(lost[rule])))
    unexplained = 1000 - round(10 * score.value) - sum(lost.values())
    if unexplained:
        rows.append(LedgerRow("", "Not explained by a deduction", "", "", tenths(unexplained)))
    return Ledger(tuple(rows), tenths(sum(lost.values()) + unexplained), tenths(round(10 * score.value)))
