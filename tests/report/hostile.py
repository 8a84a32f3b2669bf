"""Results that attack the reader: by their names, and by their size."""

from __future__ import annotations

from collections.abc import Sequence

from bpoaudit.model import (
    AuditResult,
    Delivery,
    Evidence,
    Reference,
    Remediation,
    Severity,
    SourceStatus,
    Status,
)

from .factories import entity, evidence, field, source, verdict, waived
from .sample import DELIVERY, audit_result

HOSTILE_NAMES = (
    "<script>alert(1)</script>.csv",
    "[red]bold[/red].csv",
    "::error title=x::y.csv",
    "##[error]y.csv",
    "=cmd|' /C calc'!A0.csv",
    "esc\x1b[31m\x1b]0;owned\x07.csv",
    "line\nbreak\r.csv",
    "invoice\u202efdp.exe",
    '"><img src=x onerror=alert(1)>.csv',
    "{{ 7*7 }}{% raw %}.csv",
    "javascript:alert(1)",
    "%0A::set-output name=verdict::passed.csv",
    "##vso[task.setvariable variable=x]y.csv",
    "##teamcity[buildStatus status='SUCCESS'].csv",
    "\t=1+1;=cmd|' /C calc'!A0.csv",
    "a\u2066\u2067b\u2069.csv",
    "zero\u200bwidth\u2028sep\x00nul.csv",
)

LONG = '"<&' * 200
"""Longer than any text a report prints, and all of it escaped."""


def hostile_result(names: Sequence[str] = HOSTILE_NAMES) -> AuditResult:
    """Return a result whose every vendor-controlled name attacks the reader."""
    return audit_result(
        vendor={"vendor": {"name": names[0], "country": names[1]}, "client": {"name": names[7]}},
        inventory=tuple(field(n, n, 10, entity("PERSON", 3, "A•••", agreed=False)) for n in names),
        delivery=Delivery(
            key_id=DELIVERY.key_id,
            coverage=DELIVERY.coverage,
            sources=tuple(source(n, status=SourceStatus.PARTIAL, reason=n, notes=(n,)) for n in names),
        ),
        verdicts=tuple(
            verdict(
                f"gdpr/rule-{i}",
                status,
                message=f"first in {n}",
                checked=9,
                failed=3,
                missing=(n,),
                domain=n,
                evidence=(evidence(n, n, "PERSON", 4, "A•••"), Evidence(label=n)),
                evidence_total=2,
                remediation=Remediation(text=f"Look at {n}", url=n),
                references=(Reference(control=n, eli=n),),
                waiver=waived(id=n, category=n, reason=n, approved_by=n, expires_on=n) if i % 2 else None,
            )
            for i, n in enumerate(names)
            for status in (Status.FAIL, Status.UNKNOWN, Status.PASS)
        ),
        measures={
            "dates": [
                {
                    "source": n,
                    "field": n,
                    "oldest": "2022-11-02",
                    "newest": "2026-06-29",
                    "count": 3,
                    "over_limit": 1,
                }
                for n in names
            ]
        },
    )


def huge_result(failed: int = 320, sources: int = 300) -> AuditResult:
    """Return a result far above every cap, with names as long as a file system allows."""
    names = [f"{i:05}-" + '"<&' * 80 for i in range(sources)]
    entities = [f"XX_ENTITY_{i:02}" for i in range(60)]
    return audit_result(
        inventory=tuple(
            field(
                n,
                "f" + n,
                1_000,
                *(entity(e, 900 + i, "••••", agreed=False) for i, e in enumerate(entities[:4])),
            )
            for n in names
        )
        + tuple(field(names[0], e, 10, entity(e, 5, "••••")) for e in entities),
        delivery=Delivery(
            key_id=DELIVERY.key_id,
            coverage=DELIVERY.coverage,
            sources=tuple(
                source(n, status=SourceStatus.PARTIAL, reason=n * 3, notes=(n, n, n, n)) for n in names
            ),
        ),
        verdicts=tuple(
            verdict(
                f"gdpr/rule-{i:05}",
                status,
                title=f"Rule {i} " + LONG,
                message=LONG,
                checked=99,
                failed=9,
                criteria=LONG,
                effect=LONG,
                missing=(names[0],) * 8,
                evidence=tuple(evidence(n, n, "PERSON", 4, "A•••") for n in names[:6]),
                evidence_total=5_000,
                remediation=Remediation(text=f"{i} " + LONG),
                severity=list(Severity)[i % 4],
                waiver=waived(reason=LONG, others=(waived(reason=LONG),) * 30) if i % 3 == 0 else None,
            )
            for i in range(failed)
            for status in (Status.FAIL, Status.UNKNOWN, Status.PASS, Status.NOT_APPLICABLE, Status.ERROR)
        ),
    )
