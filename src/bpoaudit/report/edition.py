"""For whom a report is made, and what it tells beside the result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bpoaudit.history.past import PastAudit
from bpoaudit.report.responses import Responses


class Audience(StrEnum):
    """Who reads a report."""

    INTERNAL = "internal"
    """The client and its auditors: everything."""
    VENDOR = "vendor"
    """Who is audited: see `vendor_edition`."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Nothing of this changes a verdict or the score."""

    audience: Audience = Audience.INTERNAL
    responses: Responses | None = None
    past: tuple[PastAudit, ...] = ()
    """What the history remembers; audits of others in it are left out."""


INTERNAL = Edition()
"""What `audit.json` alone gives."""
