"""An audit of ten thousand rules, with the names that real deliveries have."""

from __future__ import annotations

from functools import cache

from bpoaudit.model import AuditResult, Severity, Status

from .factories import evidence, source, verdict
from .sample import DELIVERY, audit_result

RULES = 10_000


@cache
def ten_thousand() -> AuditResult:
    """Return a result in which ten thousand rules failed in three places each."""
    names = [
        f"exports/2026-{i % 12 + 1:02}/region-{i:04}/tickets_{i * 7919 % 99991:05}.csv" for i in range(RULES)
    ]
    return audit_result(
        delivery=DELIVERY.model_copy(update={"sources": tuple(source(name) for name in names)}),
        verdicts=tuple(
            verdict(
                f"ours/rule-{i:05}",
                Status.FAIL,
                title=f"Rule number {i} holds",
                severity=list(Severity)[i % 4],
                checked=9_000 + i,
                failed=i + 1,
                evidence=tuple(
                    evidence(names[(i + j * 37) % RULES], f"note_{j}", "PERSON", i + at, "A•••", at + 1)
                    for j in range(3)
                    for at in range(4)
                ),
                evidence_total=400,
            )
            for i in range(RULES)
        ),
    )
