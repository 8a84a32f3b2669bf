"""What past audits came to, kept in SQLite or PostgreSQL: scores, verdicts, counts; never values."""

from bpoaudit.history.past import PastAudit, Purged, remembered, series
from bpoaudit.history.store import History, open_history

__all__ = ["History", "PastAudit", "Purged", "open_history", "remembered", "series"]
