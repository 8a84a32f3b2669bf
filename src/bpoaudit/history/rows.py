"""From a result to the rows that are kept of it: counts and verdicts, nothing that was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from bpoaudit.model import AuditResult, DomainScore, FieldInventory, PackScore
from bpoaudit.vendor import VendorProfile

if TYPE_CHECKING:
    from sqlalchemy import Table

PACK: Final = "pack"
DOMAIN: Final = "domain"

UNNAMED = "not named"
"""For a vendor or client that the profile does not name."""

Entry = dict[str, Any]


def audit_row(result: AuditResult) -> Entry:
    """Return the row of the audit itself."""
    audit, score, coverage = result.audit, result.score, result.delivery.coverage
    vendor = result.vendor.get("vendor") or {}
    vendor_id, client = _named(result.vendor)
    return {
        "id": audit.id,
        "vendor_id": vendor_id,
        "vendor": str(vendor.get("name") or UNNAMED),
        "client": client,
        "country": str(vendor.get("country") or ""),
        "services": [str(service) for service in vendor.get("services") or ()],
        "as_of": audit.as_of,
        "started_at": audit.started_at,
        "finished_at": audit.finished_at,
        "tool_version": result.tool.version,
        "key_id": result.delivery.key_id,
        "judged_again": audit.options.get("judged_again"),
        "exit_code": result.gate.exit_code,
        "score_model": score.model,
        "value": score.value,
        "low": score.low,
        "high": score.high,
        "coverage": score.coverage,
        "grade": score.grade,
        "assurance": score.assurance.value,
        "sources_read": coverage.sources.read,
        "sources_total": coverage.sources.total,
        "records_read": coverage.records.read,
        "records_total": coverage.records.total,
        "bytes_read": coverage.bytes.read,
        "bytes_total": coverage.bytes.total,
    }


def named_in(profile: VendorProfile) -> tuple[str, str]:
    """Return the id of the vendor and the name of the client, as audits of them are kept."""
    return _named(profile.public())


def _named(profile: Mapping[str, Any]) -> tuple[str, str]:
    vendor, client = (profile.get(part) or {} for part in ("vendor", "client"))
    return str(vendor.get("id") or vendor.get("name") or UNNAMED), str(client.get("name") or UNNAMED)


def part_rows(result: AuditResult) -> list[tuple[Table, list[Entry]]]:
    """Return the rows of all other tables."""
    from bpoaudit.history import schema  # only who keeps a history waits for SQLAlchemy

    parts: list[tuple[Table, Iterable[Entry]]] = [
        (
            schema.packs,
            (
                {"pack": p.id, "version": p.version, "title": p.title, "digest": p.digest}
                for p in result.audit.packs
            ),
        ),
        (schema.scores, (_score_row(DOMAIN, d.domain, d) for d in result.score.domains)),
        (schema.scores, (_score_row(PACK, p.pack, p) for p in result.score.packs)),
        (
            schema.verdicts,
            (
                {
                    "rule": v.rule,
                    "severity": v.severity.value,
                    "domain": v.domain,
                    "status": v.status.value,
                    "checked": v.checked,
                    "failed": v.failed,
                    "accepted": v.accepted,
                }
                for v in result.verdicts
            ),
        ),
        (
            schema.sources,
            (
                {
                    "source": s.source,
                    "media_type": s.media_type,
                    "bytes": s.bytes,
                    "sha256": s.sha256,
                    "status": s.status.value,
                    "records_read": s.records_read,
                    "records_total": s.records_total,
                }
                for s in result.delivery.sources
            ),
        ),
        (schema.inventory, (row for field in result.inventory for row in _inventory_rows(field))),
    ]
    return [(table, [{"audit": result.audit.id, **row} for row in found]) for table, found in parts]


def _score_row(kind: str, name: str, score: DomainScore | PackScore) -> Entry:
    return {
        "kind": kind,
        "name": name,
        "low": score.low,
        "high": score.high,
        "coverage": score.coverage,
        "assurance": score.assurance.value,
    }


def _inventory_rows(field: FieldInventory) -> Iterable[Entry]:
    place = {
        "source": field.source,
        "field": field.field,
        "kind": field.kind.value,
        "non_empty": field.non_empty,
    }
    nothing = {"found": 0, "records": 0, "distinct": 0, "clear": 0, "partial": 0, "masked": 0}
    if not field.entities:
        yield {**place, "entity": None, **nothing}
    for each in field.entities:
        yield {
            **place,
            "entity": each.entity,
            "found": each.count,
            "records": each.records,
            "distinct": each.distinct,
            "clear": each.masking.clear,
            "partial": each.masking.partial,
            "masked": each.masking.masked,
        }
