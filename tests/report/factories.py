"""Builders of the model's nouns with plausible defaults."""

from __future__ import annotations

from typing import Any

from bpoaudit.model import (
    EntityCounts,
    Evidence,
    FieldInventory,
    FieldKind,
    Finding,
    Group,
    MaskingCounts,
    MaskingState,
    Pointer,
    Reference,
    Remediation,
    Severity,
    Source,
    SourceStatus,
    Status,
    Verdict,
    Waived,
)

FINGERPRINT = "hmac-sha256:" + "0123456789abcdef" * 2
DIGEST = "sha256:" + "ab12" * 16


def finding(**changes: Any) -> Finding:
    values: dict[str, Any] = {
        "source": "exports/tickets.csv",
        "record": 12,
        "field": "notes",
        "start": 10,
        "end": 25,
        "entity": "PHONE_NUMBER",
        "confidence": 0.85,
        "recognizer": "PhoneRecognizer",
        "category": "https://w3id.org/dpv/pd#TelephoneNumber",
        "masked": "+•• ••• ••• ••32",
        "fingerprint": FINGERPRINT,
        "masking": MaskingState.CLEAR,
    }
    return Finding(**(values | changes))


def evidence(source: str, field: str, entity: str, record: int, masked: str, count: int = 1) -> Evidence:
    return Evidence(
        source=source,
        field=field,
        record=record,
        start=0,
        end=19,
        entity=entity,
        confidence=0.92,
        masked=masked,
        fingerprint=FINGERPRINT,
        count=count,
    )


def verdict(rule: str, status: Status, **changes: Any) -> Verdict:
    values: dict[str, Any] = {
        "rule": rule,
        "packs": ("gdpr",),
        "title": "A rule",
        "severity": Severity.MEDIUM,
        "domain": "masking",
        "status": status,
        "checked": 40,
        "failed": 0,
        "references": (Reference(control="gdpr-art-32.1.a", title="GDPR Art. 32(1)(a)"),),
        "criteria": "Personal data are pseudonymised where the task allows it.",
        "message": "",
        "effect": "People can be identified by whoever gets hold of the file.",
        "remediation": Remediation(text="Mask before export.", effort="medium"),
    }
    return Verdict(**(values | changes))


def source(name: str, **changes: Any) -> Source:
    values: dict[str, Any] = {
        "source": name,
        "media_type": "text/csv",
        "bytes": 48_230_112,
        "sha256": "9f86d081" * 8,
        "status": SourceStatus.READ,
        "records_read": 98_230,
        "records_total": 98_230,
    }
    return Source(**(values | changes))


def entity(name: str, count: int, masked: str, **changes: Any) -> EntityCounts:
    pointer = Pointer(record=12, start=0, end=15, masked=masked, fingerprint=FINGERPRINT)
    values: dict[str, Any] = {
        "entity": name,
        "category": "https://w3id.org/dpv/pd#Name",
        "count": count,
        "records": count,
        "distinct": max(1, count * 2 // 3),
        "confidence": 0.95,
        "masking": MaskingCounts(clear=count),
        "samples": (masked,),
        "agreed": True,
        "agreed_masking": "none",
        "groups": (
            Group(
                masking=MaskingState.CLEAR,
                confidence=0.95,
                recognizer="PatternRecognizer",
                region=None,
                count=count,
                pointers=(pointer,),
            ),
        ),
    }
    return EntityCounts(**(values | changes))


def field(
    source_name: str, name: str, records: int, *entities: EntityCounts, **changes: Any
) -> FieldInventory:
    values: dict[str, Any] = {
        "source": source_name,
        "field": name,
        "kind": FieldKind.COLUMN,
        "records": records,
        "non_empty": records,
        "distinct": records // 2,
        "agreed": True,
        "entities": entities,
    }
    return FieldInventory(**(values | changes))


def reference(article: str, control: str) -> Reference:
    return Reference(
        control=control,
        title=f"GDPR Art. {article}",
        eli="http://data.europa.eu/eli/reg/2016/679/art_32/oj",
        dpv="https://w3id.org/dpv/legal/eu/gdpr#A6",
    )


def waived(**changes: Any) -> Waived:
    values: dict[str, Any] = {
        "id": "W-2026-014",
        "category": "risk_accepted",
        "reason": "Purge job ships in release 4.2.",
        "requested_by": "operations@northwind.example",
        "approved_by": "dpo@northwind.example",
        "approved_on": "2026-06-01",
        "expires_on": "2026-08-31",
        "ticket": "RISK-311",
        "covered": 1,
        "of": 1,
    }
    return Waived(**(values | changes))
