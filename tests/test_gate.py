"""The exit code table, one test a row."""

from __future__ import annotations

from typing import Literal

import pytest

from bpoaudit.gate import Thresholds, gate_of, scan_gate
from bpoaudit.model import (
    Assurance,
    Coverage,
    Delivery,
    Remediation,
    Score,
    Severity,
    Share,
    Source,
    SourceStatus,
    Status,
    Verdict,
    Waived,
)
from tests.report.factories import waived


def verdict(
    status: Status,
    severity: Severity = Severity.HIGH,
    waiver: Waived | None = None,
    baseline: Literal["new", "unchanged"] | None = None,
) -> Verdict:
    return Verdict(
        rule="gdpr/x", packs=("gdpr",), title="t", severity=severity, domain="security", status=status, checked=3,
        failed=2 if status is Status.FAIL else 0, references=(), criteria="c", message="m", effect="e",
        remediation=Remediation(text="r"), waiver=waiver, baseline=baseline,
    )  # fmt: skip


def points(value: float | None) -> Score:
    return Score(
        value=value, low=value, high=value, coverage=1.0, grade=None, assurance=Assurance.REASONABLE, cap=None,
        deductions=(), domains=(),
    )  # fmt: skip


def delivery(*statuses: SourceStatus) -> Delivery:
    sources = tuple(
        Source(
            source=f"{i}.csv",
            media_type="text/csv",
            bytes=10,
            sha256="0" * 64,
            status=s,
            records_read=1,
            records_total=1,
        )
        for i, s in enumerate(statuses)
    )
    read = sum(s is SourceStatus.READ for s in statuses)
    share = Share(read=read, total=len([s for s in statuses if s is not SourceStatus.SKIPPED]))
    return Delivery(key_id="k", sources=sources, coverage=Coverage(sources=share, bytes=share, records=share))


READ = delivery(SourceStatus.READ, SourceStatus.READ)
BROKEN = delivery(SourceStatus.READ, SourceStatus.UNREADABLE)


@pytest.mark.parametrize(
    ("verdicts", "score", "sources", "thresholds", "code"),
    [
        ([verdict(Status.PASS)], 90, READ, Thresholds(), 0),
        ([verdict(Status.FAIL, Severity.MEDIUM)], 90, READ, Thresholds(), 0),
        ([verdict(Status.FAIL)], 90, READ, Thresholds(), 1),
        ([verdict(Status.FAIL, Severity.CRITICAL)], 90, READ, Thresholds(fail_on=Severity.HIGH), 1),
        ([verdict(Status.FAIL, Severity.LOW)], 90, READ, Thresholds(fail_on=Severity.LOW), 1),
        ([verdict(Status.FAIL)], 90, READ, Thresholds(fail_on=None), 0),
        ([verdict(Status.FAIL, waiver=waived())], 90, READ, Thresholds(), 0),
        ([verdict(Status.FAIL, baseline="unchanged")], 90, READ, Thresholds(), 1),
        ([verdict(Status.FAIL, baseline="unchanged")], 90, READ, Thresholds(new_only=True), 0),
        ([verdict(Status.FAIL, baseline="new")], 90, READ, Thresholds(new_only=True), 1),
        ([verdict(Status.FAIL, waiver=waived(), baseline="new")], 90, READ, Thresholds(new_only=True), 0),
        ([verdict(Status.FAIL)], 90, READ, Thresholds(new_only=True), 1),
        ([verdict(Status.FAIL, baseline="unchanged")], 60, READ, Thresholds(new_only=True, min_score=70), 1),
        ([verdict(Status.UNKNOWN)], 90, READ, Thresholds(new_only=True), 3),
        ([verdict(Status.PASS)], 69.9, READ, Thresholds(min_score=70), 1),
        ([verdict(Status.PASS)], None, READ, Thresholds(min_score=0), 1),
        ([verdict(Status.PASS)], 90, BROKEN, Thresholds(), 3),
        ([verdict(Status.FAIL)], 90, BROKEN, Thresholds(), 1),
        ([verdict(Status.PASS)], 90, BROKEN, Thresholds(min_coverage=95), 1),
        ([verdict(Status.PASS)], 90, delivery(SourceStatus.READ, SourceStatus.SKIPPED), Thresholds(min_coverage=100), 0),
        ([verdict(Status.UNKNOWN)], 90, READ, Thresholds(), 3),
        ([verdict(Status.ERROR)], 90, READ, Thresholds(), 3),
        ([verdict(Status.UNKNOWN, Severity.MEDIUM)], 90, READ, Thresholds(), 0),
        ([verdict(Status.UNKNOWN)], 90, READ, Thresholds(fail_on=None), 0),
        ([verdict(Status.UPCOMING)], 90, READ, Thresholds(), 0),
    ],
)  # fmt: skip
def test_exit_codes(
    verdicts: list[Verdict], score: float | None, sources: Delivery, thresholds: Thresholds, code: int
) -> None:
    gate = gate_of(verdicts, points(score), sources, thresholds)
    assert gate.exit_code == code
    assert gate.passed is (code == 0)
    assert bool(gate.reasons) is (code != 0)


def test_a_crossed_threshold_still_says_what_is_incomplete() -> None:
    gate = gate_of([verdict(Status.FAIL)], points(50), BROKEN, Thresholds())
    assert any("1.csv was not fully read" in reason for reason in gate.reasons)


@pytest.mark.parametrize(("sources", "code"), [(READ, 0), (BROKEN, 3), (delivery(SourceStatus.PARTIAL), 3)])
def test_a_scan_knows_no_thresholds(sources: Delivery, code: int) -> None:
    assert scan_gate(sources).exit_code == code
