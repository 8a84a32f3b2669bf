"""What past audits came to, kept in SQLite or PostgreSQL: scores, verdicts, counts; never values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpoaudit.history.past import PastAudit, Purged, remembered, series

if TYPE_CHECKING:
    from bpoaudit.history.store import History, open_history

__all__ = ["History", "PastAudit", "Purged", "open_history", "remembered", "series"]


def __getattr__(name: str) -> Any:
    # Reports know past audits; only who opens a history waits for SQLAlchemy.
    if name not in ("History", "open_history"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bpoaudit.history import store

    return getattr(store, name)
