"""Editions of a report for the tests: with responses, for the vendor, after earlier audits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bpoaudit.history import PastAudit, remembered
from bpoaudit.model import Assurance, Severity
from bpoaudit.report.edition import Audience, Edition
from bpoaudit.report.responses import ResponseForm, Responses

from .factories import DIGEST
from .sample import audit_result

GIVEN = (
    ResponseForm(
        rule="gdpr/art9-special-category-free-text",
        answer="fix",
        reason="Notes are typed by agents.",
        action="Drop the field from the export.",
        owner="Head of operations",
        by=date(2026, 8, 15),
    ),
    ResponseForm(
        rule="gdpr/art32-payment-card-clear", answer="dispute", reason="These are test cards of the client."
    ),
    ResponseForm(rule="bpo-baseline/certificate-expired", answer="accept"),
    ResponseForm(rule="gdpr/art28-breach-notice", answer="accept", reason="Annex 3 says 24 hours."),
)


def responses() -> Responses:
    return Responses(
        digest=DIGEST,
        answered_by="Vendor compliance",
        answered_on=date(2026, 7, 10),
        given={each.rule: each for each in GIVEN},
    )


def answered(past: tuple[PastAudit, ...] = ()) -> Edition:
    return Edition(responses=responses(), past=past)


def vendor_edition(past: tuple[PastAudit, ...] = ()) -> Edition:
    return Edition(Audience.VENDOR, past=past)


def remembered_past(audits: int = 4) -> tuple[PastAudit, ...]:
    """Return earlier audits of the vendor of the sample, and one of another vendor and one for another client."""
    now = remembered(audit_result())
    before = tuple(
        replace(
            now,
            id=f"earlier-{at}",
            as_of=f"20{24 + at // 12}-{at % 12 + 1:02}-15",
            finished_at=f"20{24 + at // 12}-{at % 12 + 1:02}-15T08:00:00Z",
            value=10.0 + at,
            low=10.0 + at,
            high=20.0 + at,
            assurance=Assurance.VERY_LIMITED,
            failed=((Severity.CRITICAL, 2),),
        )
        for at in range(audits)
    )
    other = replace(before[0], id="other", vendor_id="other", vendor="Other Vendor Ltd", as_of="2025-11-11")
    elsewhere = replace(before[0], id="elsewhere", client="Another Client plc", as_of="2025-12-12")
    later = replace(before[0], id="later", as_of="2027-01-01", finished_at="2027-01-01T08:00:00Z")
    return (*before, other, elsewhere, later)
