"""Decide what a pipeline sees: passed, failed, or could not be fully read or judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bpoaudit.errors import ExitCode
from bpoaudit.model import Delivery, Gate, Score, Severity, SourceStatus, Status, Verdict

_COMPLETE = frozenset({SourceStatus.READ, SourceStatus.SKIPPED})
_SEVERITIES = list(Severity)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What must not be crossed. The defaults are the command line's."""

    fail_on: Severity | None = Severity.HIGH
    """The mildest severity whose failure fails the gate; None for never."""
    min_score: float | None = None
    min_coverage: float | None = None
    """Percent of the delivery's sources that must have been read."""
    new_only: bool = False
    """Whether failures that a baseline knows are let through."""
    project: Mapping[str, Any] | None = None
    """The project file that set options of this run: its name, its digest, which options."""

    def as_options(self) -> dict[str, Any]:
        """Return the thresholds as they are recorded in the result."""
        return {
            "fail_on": self.fail_on.value if self.fail_on else "never",
            "min_score": self.min_score,
            "min_coverage": self.min_coverage,
            "new_only": self.new_only,
            **({"project": dict(self.project)} if self.project else {}),
        }

    def gates(self, severity: Severity) -> bool:
        """Whether a rule of this severity can fail the gate."""
        return self.fail_on is not None and _SEVERITIES.index(severity) <= _SEVERITIES.index(self.fail_on)

    def crossed_by(self, verdict: Verdict) -> bool:
        """Whether a verdict is a failure that fails the gate."""
        if verdict.status is not Status.FAIL or verdict.accepted or not self.gates(verdict.severity):
            return False
        return not (self.new_only and verdict.baseline == "unchanged")


def gate_of(verdicts: Sequence[Verdict], score: Score, delivery: Delivery, thresholds: Thresholds) -> Gate:
    """Return the gate of an audit: a crossed threshold is 1, an incomplete audit 3, else 0."""
    crossed = [
        f"{v.rule} failed ({v.severity}): {v.failed} of {v.checked}"
        for v in verdicts
        if thresholds.crossed_by(v)
    ]
    if thresholds.min_score is not None and (score.value is None or score.value < thresholds.min_score):
        shown = "not assessed" if score.value is None else f"{score.value:g}"
        crossed.append(f"score {shown} is below the minimum of {thresholds.min_score:g}")
    share = delivery.coverage.sources
    percent = 100.0 * share.read / share.total if share.total else 0.0
    if thresholds.min_coverage is not None and percent < thresholds.min_coverage:
        crossed.append(
            f"coverage {percent:.1f} % ({share.read} of {share.total} sources) is below the minimum of "
            f"{thresholds.min_coverage:g} %"
        )
    open_ends = _unread(delivery)
    open_ends += [
        f"{v.rule} could not be judged ({v.severity}): {v.status}"
        for v in verdicts
        if v.status in (Status.UNKNOWN, Status.ERROR) and thresholds.gates(v.severity)
    ]
    code = ExitCode.FAILED if crossed else ExitCode.INCOMPLETE if open_ends else ExitCode.OK
    return Gate(passed=code is ExitCode.OK, exit_code=int(code), reasons=(*crossed, *open_ends))


def scan_gate(delivery: Delivery) -> Gate:
    """Return the gate of a scan: 3 when something was not fully read, else 0."""
    reasons = _unread(delivery)
    code = ExitCode.INCOMPLETE if reasons else ExitCode.OK
    return Gate(passed=not reasons, exit_code=int(code), reasons=tuple(reasons))


def _unread(delivery: Delivery) -> list[str]:
    return [
        f"{s.source} was not fully read: {s.status}" for s in delivery.sources if s.status not in _COMPLETE
    ]
