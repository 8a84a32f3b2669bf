"""What the vendor may see of a result: taken out of the result itself, so that no renderer can show more."""

from __future__ import annotations

from typing import Any

from bpoaudit.masking import DOT
from bpoaudit.model import (
    AuditResult,
    EntityCounts,
    Evidence,
    FieldInventory,
    Gate,
    Source,
    SourceStatus,
    Verdict,
    Waived,
)

OPTIONS_TOLD = ("language", "model", "sample")
"""Options that say how the delivery was read; the others are the client's thresholds and lists."""

PROFILE_TOLD = {
    "vendor": ("name", "country", "services", "role"),
    "client": ("name", "country"),
    "processing": ("countries", "subject_countries"),
}
"""What a report prints of the profile; the rest is the client's own record."""

_UNTOLD = "not told"


def for_vendor(result: AuditResult) -> AuditResult:
    """Return `result` without what is the client's own business.

    That is: fingerprints and the name of their key, the last characters of masked extracts, waivers but for
    their last day, why sources are excluded, the baseline, notices (they name waivers for other vendors), the
    gate of the client's pipeline and its thresholds, the words of the profile, and measures other than the
    age of records.
    Verdicts, counts and the score are the same.
    """
    audit, score, gate = result.audit, result.score, result.gate
    options = {name: value for name, value in audit.options.items() if name in OPTIONS_TOLD}
    return result.model_copy(
        update={
            "audit": audit.model_copy(
                update={"options": options, "waivers": None, "baseline": None, "notices": ()}
            ),
            "vendor": {part: _told(result.vendor.get(part), names) for part, names in PROFILE_TOLD.items()},
            "delivery": result.delivery.model_copy(
                update={"key_id": "", "sources": tuple(map(_source, result.delivery.sources))}
            ),
            "inventory": tuple(map(_field, result.inventory)),
            "verdicts": tuple(map(_verdict, result.verdicts)),
            "measures": {"dates": result.measures.get("dates", [])},
            "score": score.model_copy(update={"if_waived": None}),
            "gate": Gate(passed=gate.passed, exit_code=gate.exit_code, reasons=()),
        }
    )


def without_tail(shape: str) -> str:
    """Return a masked shape whose clear characters are at most its first ones and the end of an address.

    The last digits of a number are what people are asked for to prove who they are.
    """
    if shape.startswith("<"):
        return shape
    end = shape.rfind(".") if "@" in shape and shape[shape.rfind(".") + 1 :].isalpha() else len(shape)
    start = next((at for at, char in enumerate(shape) if not char.isalpha()), len(shape))
    middle = "".join(DOT if char.isalnum() else char for char in shape[start:end])
    return shape[:start] + middle + shape[end:]


def _told(section: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: section[name] for name in names if name in (section or {})}


def _source(source: Source) -> Source:
    """Drop why the client leaves a source out; why one could not be read is the vendor's to know."""
    return source.model_copy(update={"reason": None}) if source.status is SourceStatus.SKIPPED else source


def _field(field: FieldInventory) -> FieldInventory:
    return field.model_copy(update={"entities": tuple(map(_entity, field.entities))})


def _entity(found: EntityCounts) -> EntityCounts:
    samples = tuple(dict.fromkeys(map(without_tail, found.samples)))
    return found.model_copy(update={"samples": samples, "groups": ()})


def _verdict(verdict: Verdict) -> Verdict:
    return verdict.model_copy(
        update={
            "evidence": tuple(map(_evidence, verdict.evidence)),
            "waiver": _waived(verdict.waiver),
            "partly_waived": _waived(verdict.partly_waived),
            "baseline": None,
        }
    )


def _evidence(item: Evidence) -> Evidence:
    masked = None if item.masked is None else without_tail(item.masked)
    return item.model_copy(update={"masked": masked, "fingerprint": None})


def _waived(waived: Waived | None) -> Waived | None:
    """Keep that a failure is accepted and until when; the reason and who gave it are the client's."""
    if waived is None:
        return None
    days = [each.expires_on for each in (waived, *waived.others)]
    return Waived(
        id=_UNTOLD, category=_UNTOLD, reason=_UNTOLD, requested_by=_UNTOLD, approved_by=_UNTOLD,
        approved_on=_UNTOLD, expires_on=min(days), covered=waived.covered, of=waived.of,
    )  # fmt: skip
