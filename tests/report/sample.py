"""One plausible audit: failures of each severity, open questions, sources that could not be read."""

from __future__ import annotations

from typing import Any

from bpoaudit.model import (
    Assurance,
    Audit,
    AuditResult,
    BaselineUsed,
    Coverage,
    Deduction,
    Delivery,
    DomainScore,
    Evidence,
    FailedAt,
    FieldKind,
    Gate,
    LeftOut,
    MaskingCounts,
    ModelUsed,
    PackChoice,
    PackScore,
    PackUsed,
    Reference,
    Remediation,
    ScanResult,
    Score,
    Severity,
    Share,
    SourceStatus,
    Status,
    Tool,
    WaiversUsed,
)

from .factories import DIGEST, entity, evidence, field, reference, source, verdict, waived

PROFILE: dict[str, Any] = {
    "vendor": {
        "name": "Meridian Contact Services",
        "id": "meridian",
        "country": "PH",
        "role": "processor",
        "services": ["support", "technical_support", "collections"],
        "headcount": 2400,
    },
    "client": {"name": "Northwind Energy", "country": "IE", "sector": "retail"},
    "processing": {"countries": ["PH", "PL"], "subject_countries": ["IE", "DE", "FR"]},
}


TICKETS, CALLS, MAIL = "exports/tickets.csv", "calls/calls_2026-05.vtt", "mail/q2.mbox!message-0412/scan.pdf"

INVENTORY = (
    field(
        TICKETS,
        "customer_email",
        98_230,
        entity("EMAIL_ADDRESS", 97_811, "j•••@•••.com"),
    ),
    field(
        TICKETS,
        "notes",
        98_230,
        entity("EMAIL_ADDRESS", 12_181, "m•••@•••.org", agreed=False, agreed_masking=None),
        entity("PERSON", 8_402, "A•••• ••••••", distinct_estimated=True),
        entity("PHONE_NUMBER", 6_090, "+•• ••• ••• ••32", agreed=False, agreed_masking=None),
        entity("CREDIT_CARD", 3, "•••• •••• •••• ••11", agreed=True, agreed_masking="masked"),
    ),
    field(TICKETS, "ticket_id", 98_230),
    field(
        CALLS,
        "text",
        18_402,
        entity("HEALTH", 214, "<HEALTH>", agreed=False, agreed_masking=None),
        entity("PERSON", 4_310, "S•••"),
        entity("DATE_OF_BIRTH", 1_902, "••/••/••••"),
        entity("POSTAL_CODE", 1_420, "••• •••"),
        kind=FieldKind.TRANSCRIPT,
        language="en",
    ),
    field("crm/contacts.xlsx#Q2", "name", 4_120, entity("PERSON", 4_120, "K•••• ••••")),
    field("crm/contacts.xlsx#Q2", "iban", 4_120, entity("IBAN_CODE", 3_995, "IE•• •••• •••• ••78")),
    field(
        "crm/contacts.xlsx#old",
        "passport",
        310,
        entity("IN_PASSPORT", 290, "•••••••", agreed=None, agreed_masking=None),
        agreed=None,
    ),
    field(
        MAIL,
        "text",
        4,
        entity("STREET_ADDRESS", 2, "1• •••••• ••••", masking=MaskingCounts(partial=2)),
        kind=FieldKind.TEXT,
    ),
)

SOURCES = (
    source(
        "calls/calls_2026-05.vtt",
        media_type="text/vtt",
        bytes=2_190_004,
        records_read=18_402,
        records_total=18_402,
    ),
    source(
        "crm/contacts.xlsx",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        bytes=911_240,
        records_read=4_430,
        records_total=4_430,
    ),
    source(
        "crm/contacts.xlsx#Q2",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        bytes=None,
        sha256=None,
        records_read=4_120,
        records_total=4_120,
    ),
    source(
        "crm/contacts.xlsx#old",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        bytes=None,
        sha256=None,
        records_read=310,
        records_total=310,
        notes=("hidden sheet",),
    ),
    source(TICKETS, notes=("encoding windows-1252", "delimiter ;")),
    source(
        "exports/archive_2025.zip",
        media_type="application/zip",
        bytes=71_204_991,
        status=SourceStatus.ENCRYPTED,
        records_read=0,
        records_total=None,
        reason="needs a password",
    ),
    source(
        "exports/broken.xlsx",
        media_type="application/octet-stream",
        bytes=20_480,
        status=SourceStatus.UNREADABLE,
        records_read=0,
        records_total=None,
        reason="not a valid workbook",
    ),
    source(
        "exports/long.jsonl",
        media_type="application/x-ndjson",
        bytes=1_048_576,
        status=SourceStatus.PARTIAL,
        records_read=880,
        records_total=1_002,
        reason="122 lines are not JSON",
    ),
    source(
        "recordings/hold.mp3",
        media_type="audio/mpeg",
        bytes=3_100_000,
        status=SourceStatus.SKIPPED,
        records_read=0,
        records_total=None,
        reason="hold music, agreed in annex C",
    ),
    *(
        source(
            f"chats/{i:03}.json",
            media_type="application/json",
            bytes=20_480,
            records_read=200,
            records_total=200,
        )
        for i in range(60)
    ),
)

VERDICTS = (
    verdict(
        "gdpr/art9-special-category-free-text",
        Status.FAIL,
        title="No special category data in free text",
        severity=Severity.CRITICAL,
        domain="special_categories",
        checked=18_402,
        failed=214,
        subjects=173,
        references=(reference("9(1)", "gdpr-art-9.1"), reference("5(1)(c)", "gdpr-art-5.1.c")),
        criteria="Health data are not processed unless a condition of Art. 9(2) is agreed.",
        message="214 of 18,402 turns name a health condition; no condition is declared.",
        effect="Callers' health can be inferred by every agent and sub-processor who opens the transcript.",
        remediation=Remediation(
            text="Redact health terms at capture, and agree a condition of Art. 9(2) for what must stay.",
            effort="high",
            url="https://example.org/redaction",
        ),
        evidence=tuple(evidence(CALLS, "text", "HEALTH", 7 + 31 * i, "<HEALTH>") for i in range(20)),
        evidence_total=214,
        places=(
            FailedAt(source=CALLS, field="text", entity="HEALTH", count=190),
            FailedAt(source="calls/calls_2026-04.vtt", field="text", entity="HEALTH", count=24),
        ),
        places_total=2,
        baseline="new",
    ),
    verdict(
        "gdpr/art5-1c-direct-identifiers-outside-agreed-fields",
        Status.FAIL,
        title="Direct identifiers stay in the agreed fields",
        severity=Severity.HIGH,
        domain="minimisation",
        packs=("gdpr", "bpo-baseline"),
        checked=98_230,
        failed=18_271,
        subjects=3,
        references=(reference("5(1)(c)", "gdpr-art-5.1.c"),),
        criteria="Only the fields and data categories that the agreement lists are delivered.",
        message="Email addresses and phone numbers stand in the notes of tickets.",
        effect="People can be contacted and profiled beyond the agreed purpose.",
        remediation=Remediation(text="Strip contact details from notes before export.", effort="medium"),
        evidence=(
            evidence(TICKETS, "notes", "EMAIL_ADDRESS", 31, "m•••@•••.org", 12_181),
            evidence(TICKETS, "notes", "PHONE_NUMBER", 44, "+•• ••• ••• ••32", 6_090),
        ),
        evidence_total=2,
        partly_waived=waived(
            id="W-2026-015",
            category="compensating_control",
            reason="The notes are read in a closed room.",
            covered=6_090,
            of=18_271,
        ),
        baseline="unchanged",
    ),
    verdict(
        "gdpr/art32-payment-card-clear",
        Status.FAIL,
        title="Payment card numbers are masked",
        severity=Severity.HIGH,
        domain="masking",
        checked=3,
        failed=3,
        criteria="Payment card numbers are masked to the last four digits before export.",
        message="3 of 3 card numbers are in clear, first in exports/tickets.csv, field notes.",
        remediation=Remediation(text="Mask to the last four digits before export.", effort="low"),
        evidence=(evidence(TICKETS, "notes", "CREDIT_CARD", 4_411, "•••• •••• •••• ••11", 3),),
        evidence_total=1,
    ),
    verdict(
        "gdpr/art5-1e-retention",
        Status.FAIL,
        title="No records past their retention period",
        severity=Severity.MEDIUM,
        domain="retention",
        checked=98_230,
        failed=4_902,
        references=(reference("5(1)(e)", "gdpr-art-5.1.e"),),
        criteria="Records are kept no longer than the retention period of their feed.",
        message="4,902 tickets are older than 730 days on 2026-06-30.",
        effect="Old records add to the harm of a breach and have no purpose any more.",
        remediation=Remediation(text="Delete tickets 730 days after they were closed, backups included."),
        evidence=(Evidence(source=TICKETS, field="closed_at", count=4_902, label="older than 730 days"),),
        evidence_total=1,
        waiver=waived(covered=4_902, of=4_902),
    ),
    verdict(
        "bpo-baseline/certificate-expired",
        Status.FAIL,
        title="Security certificates are in date",
        severity=Severity.LOW,
        domain="security",
        checked=3,
        failed=1,
        packs=("bpo-baseline",),
        references=(Reference(control="iso-27001", title="ISO/IEC 27001:2022"),),
        criteria="Certificates are valid on the date of the audit.",
        message="ISO 27001 expired on 2026-04-30.",
        effect="The security measures rest on the vendor's word.",
        remediation=Remediation(text="Ask for the renewed certificate and its statement of applicability."),
        evidence=(Evidence(label="ISO 27001:2022, issued by Example Cert"),),
        evidence_total=1,
    ),
    verdict(
        "gdpr/art28-breach-notice",
        Status.UNKNOWN,
        title="Breach notice within 48 hours",
        severity=Severity.HIGH,
        domain="incidents",
        checked=0,
        references=(reference("33(2)", "gdpr-art-33.2"),),
        criteria="The vendor reports a personal data breach within 48 hours.",
        message="contract.breach_notice_hours is not stated.",
        missing=("contract.breach_notice_hours",),
        answered_in=("contract.breach_notice_hours",),
    ),
    verdict(
        "gdpr/art32-archive-encryption",
        Status.UNKNOWN,
        title="Archives are encrypted with AES",
        severity=Severity.MEDIUM,
        domain="security",
        checked=0,
        missing=("scan.delivery",),
        criteria="Delivery files are encrypted in transit.",
        message="The delivery was read in part.",
    ),
    verdict(
        "gdpr/art44-transfer-map",
        Status.ERROR,
        title="Transfers have a mechanism",
        severity=Severity.HIGH,
        domain="transfers",
        checked=0,
        message="The rule could not be evaluated: country code ZZ is not known.",
    ),
    verdict(
        "hipaa/baa-signed",
        Status.NOT_APPLICABLE,
        title="Business associate agreement",
        severity=Severity.CRITICAL,
        domain="contract",
        packs=("hipaa",),
        checked=0,
        message="client.sector is retail.",
    ),
    verdict(
        "ai-act/agent-monitoring",
        Status.UPCOMING,
        title="No emotion inference on staff",
        severity=Severity.HIGH,
        domain="workforce",
        packs=("ai-act",),
        checked=0,
        message="In force from 2026-12-02.",
    ),
    *(
        verdict(
            f"gdpr/passed-{i:02}",
            Status.PASS,
            title=f"Passed check number {i}",
            domain=domain,
            severity=list(Severity)[i % 4],
            message="",
        )
        for i, domain in enumerate(
            (
                "contract",
                "contract",
                "security",
                "masking",
                "minimisation",
                "transfers",
                "rights",
                "rights",
                "incidents",
                "security",
                "governance",
                "governance",
            )
        )
    ),
)

SCORE = Score(
    value=15.7,
    low=15.7,
    high=30.9,
    coverage=0.8407,
    grade="F",
    assurance=Assurance.VERY_LIMITED,
    cap=None,
    deductions=(
        Deduction(rule="gdpr/art9-special-category-free-text", points=24.0),
        Deduction(rule="gdpr/art28-breach-notice", points=13.1),
        Deduction(rule="gdpr/art32-payment-card-clear", points=13.1),
        Deduction(rule="gdpr/art44-transfer-map", points=13.1),
        Deduction(rule="gdpr/art5-1c-direct-identifiers-outside-agreed-fields", points=11.3),
        Deduction(rule="gdpr/art32-archive-encryption", points=4.8),
        Deduction(rule="gdpr/art5-1e-retention", points=3.7),
        Deduction(rule="bpo-baseline/certificate-expired", points=1.2),
    ),
    domains=tuple(
        DomainScore(domain=domain, low=low, high=high, coverage=coverage, assurance=assurance)
        for domain, low, high, coverage, assurance in (
            ("contract", 100.0, 100.0, 1.0, Assurance.HIGH),
            ("governance", 100.0, 100.0, 1.0, Assurance.HIGH),
            ("incidents", 75.0, 100.0, 0.5882, Assurance.INCONCLUSIVE),
            ("masking", 75.0, 75.0, 1.0, Assurance.LIMITED),
            ("minimisation", 78.0, 78.0, 1.0, Assurance.LIMITED),
            ("retention", 92.2, 92.2, 1.0, Assurance.REASONABLE),
            ("rights", 100.0, 100.0, 1.0, Assurance.HIGH),
            ("security", 87.5, 97.2, 0.75, Assurance.INCONCLUSIVE),
            ("special_categories", 39.0, 39.0, 1.0, Assurance.VERY_LIMITED),
            ("transfers", 75.0, 100.0, 0.5, Assurance.INCONCLUSIVE),
            ("workforce", None, None, 0.0, Assurance.INCONCLUSIVE),
        )
    ),
    packs=(
        PackScore(pack="bpo-baseline", low=88.4, high=88.4, coverage=1.0, assurance=Assurance.REASONABLE),
        PackScore(pack="gdpr", low=16.1, high=34.0, coverage=0.84, assurance=Assurance.VERY_LIMITED),
    ),
    if_waived=17.0,
)

TOOL = Tool(
    name="bpoaudit",
    version="0.1.0",
    presidio="2.2.366",
    python="3.11.7",
    model=ModelUsed(name="en_core_web_md", version="3.7.1", sha256="6a1c" * 16),
)

AUDIT = Audit(
    id="2026-06-30-meridian",
    as_of="2026-06-30",
    started_at="2026-06-30T08:00:00Z",
    finished_at="2026-06-30T08:03:41Z",
    options={"min_confidence": 0.5, "language": "en", "fail_on": "high"},
    waivers=WaiversUsed(digest=DIGEST, listed=3, used=2),
    baseline=BaselineUsed(digest=DIGEST, created="2026-06-01T08:00:00Z", expires_on="2026-07-10"),
    notices=(
        "W-2026-009 expired on 2026-06-20: gdpr/art44-transfer-map counts again",
        "the baseline expires on 2026-07-10; after that every failure counts as new",
    ),
    packs=(
        PackUsed(id="gdpr", version="1.0.0", title="EU General Data Protection Regulation", digest=DIGEST),
        PackUsed(id="bpo-baseline", version="1.0.0", title="BPO baseline", digest=DIGEST),
    ),
    pack_choices=(
        PackChoice(
            pack="bpo-baseline", title="BPO baseline", judged=True, why="judged unless packs are named"
        ),
        PackChoice(
            pack="gdpr",
            title="EU General Data Protection Regulation",
            judged=True,
            why="client, vendor or data subjects are in the EU",
        ),
        PackChoice(
            pack="hipaa", title="HIPAA", judged=False, why="does not bind: not so that health is paid for"
        ),
    ),
    active_entities=(
        "CREDIT_CARD",
        "DATE_OF_BIRTH",
        "EMAIL_ADDRESS",
        "HEALTH",
        "IBAN_CODE",
        "IN_PASSPORT",
        "PERSON",
        "PHONE_NUMBER",
        "POSTAL_CODE",
        "STREET_ADDRESS",
    ),
    not_looked_for=("ETHNICITY", "RELIGION", "UNION_MEMBERSHIP"),
)

DELIVERY = Delivery(
    key_id="4f1d2c3b5a697887",
    sources=SOURCES,
    coverage=Coverage(
        sources=Share(read=64, total=67),
        bytes=Share(read=52_560_156, total=124_834_203),
        records=Share(read=133_942, total=134_064),
        excluded=LeftOut(sources=1, bytes=3_100_000),
    ),
)

MEASURES: dict[str, Any] = {
    "dates": [
        {
            "source": TICKETS,
            "field": "closed_at",
            "oldest": "2022-11-02",
            "newest": "2026-06-29",
            "count": 98_230,
            "over_limit": 4_902,
        },
        {
            "source": "crm/contacts.xlsx#Q2",
            "field": "created",
            "oldest": "2024-01-09",
            "newest": "2026-06-12",
            "count": 4_120,
            "over_limit": None,
        },
    ]
}

GATE = Gate(passed=False, exit_code=1, reasons=("1 critical and 2 high rules failed",))


def audit_result(**changes: Any) -> AuditResult:
    """Return a plausible result: failures of each severity, open questions, sources not read."""
    values: dict[str, Any] = {
        "tool": TOOL,
        "audit": AUDIT,
        "vendor": PROFILE,
        "delivery": DELIVERY,
        "inventory": INVENTORY,
        "verdicts": VERDICTS,
        "measures": MEASURES,
        "score": SCORE,
        "gate": GATE,
    }
    return AuditResult(**(values | changes))


def clean_result() -> AuditResult:
    """Return a result in which everything was read and passed."""
    passed = tuple(v for v in VERDICTS if v.status is Status.PASS)
    read = tuple(s for s in SOURCES if s.status is SourceStatus.READ)
    total = Share(read=6, total=6)
    return audit_result(
        audit=AUDIT.model_copy(update={"waivers": None, "baseline": None, "notices": ()}),
        verdicts=passed,
        delivery=Delivery(
            key_id=DELIVERY.key_id, sources=read, coverage=Coverage(sources=total, bytes=total, records=total)
        ),
        score=Score(
            value=100.0,
            low=100.0,
            high=100.0,
            coverage=1.0,
            grade="A",
            assurance=Assurance.HIGH,
            cap=None,
            deductions=(),
            domains=tuple(
                DomainScore(domain=d, low=100.0, high=100.0, coverage=1.0, assurance=Assurance.HIGH)
                for d in sorted({v.domain for v in passed})
            ),
        ),
        gate=Gate(passed=True, exit_code=0, reasons=()),
    )


def unassessed_result() -> AuditResult:
    """Return a result in which nothing could be read or judged."""
    nothing = Share(read=0, total=1)
    return audit_result(
        inventory=(),
        measures={},
        vendor={},
        verdicts=(verdict("gdpr/open", Status.UNKNOWN, missing=("contract.dpa_signed",), checked=0),),
        delivery=Delivery(
            key_id=DELIVERY.key_id,
            sources=(SOURCES[6],),
            coverage=Coverage(sources=nothing, bytes=nothing, records=Share(read=0, total=0)),
        ),
        score=Score(
            value=None,
            low=None,
            high=None,
            coverage=0.0,
            grade=None,
            assurance=Assurance.INCONCLUSIVE,
            cap=None,
            deductions=(),
            domains=(),
        ),
        gate=Gate(passed=False, exit_code=3, reasons=("1 source was not fully read",)),
    )


def scan_result() -> ScanResult:
    """Return the inventory part of `audit_result`."""
    return ScanResult(
        tool=TOOL,
        audit=AUDIT,
        delivery=DELIVERY,
        inventory=INVENTORY,
        measures=MEASURES,
        gate=Gate(passed=True, exit_code=3, reasons=("3 sources were not fully read",)),
    )
