"""Past audits for the tests of trend, history and portfolio."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bpoaudit.history import PastAudit
from bpoaudit.model import Assurance, PackScore, PackUsed, Severity, Share

GDPR = PackUsed(id="gdpr", version="1.0.0", title="EU General Data Protection Regulation", digest="sha256:aa")
BASELINE = PackUsed(id="bpo-baseline", version="1.0.0", title="BPO baseline", digest="sha256:bb")


def past(value: float | None = 50.0, as_of: str = "2026-06-30", **changes: Any) -> PastAudit:
    low = value if value is not None else None
    values: dict[str, Any] = {
        "id": f"run-{as_of}",
        "vendor_id": "meridian",
        "vendor": "Meridian Contact Services",
        "client": "Northwind Energy",
        "country": "PH",
        "services": ("support",),
        "as_of": as_of,
        "finished_at": f"{as_of}T10:00:00Z",
        "exit_code": 1,
        "judged_again": None,
        "value": value,
        "low": low,
        "high": low,
        "coverage": 0.9,
        "grade": None,
        "assurance": Assurance.LIMITED if value is not None else Assurance.INCONCLUSIVE,
        "model": 1,
        "sources": Share(read=10, total=12),
        "records": Share(read=900, total=1000),
        "packs": (BASELINE, GDPR),
        "pack_scores": (
            PackScore(pack="gdpr", low=low, high=low, coverage=0.9, assurance=Assurance.LIMITED),
        ),
        "domain_scores": (),
        "failed": ((Severity.HIGH, 2), (Severity.LOW, 1)),
        "accepted": 0,
        "open": 3,
    }
    return PastAudit(**(values | changes))


def many(vendors: int, audits: int, name: str = "Vendor {}") -> list[PastAudit]:
    """A large history, the same every time."""
    levels, services = list(Assurance), ("support", "data_entry", "payroll", "claims", "legal", "hr")
    return [
        past(
            value=(vendor * 37 + at * 11) % 101 * 1.0,
            as_of=(date(2024, 12, 1) + timedelta(days=30 * at)).isoformat(),
            id=f"{vendor}-{at}",
            vendor_id=f"v{vendor:04}",
            vendor=name.format(vendor),
            country=f"{chr(65 + vendor % 26)}{chr(65 + vendor % 7)}",
            services=services[vendor % 4 : vendor % 4 + 2],
            assurance=levels[vendor % len(levels)],
        )
        for vendor in range(vendors)
        for at in range(audits)
    ]
