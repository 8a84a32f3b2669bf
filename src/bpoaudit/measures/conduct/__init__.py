"""What agents and customers say to each other, as events: announced, asked for, promised."""

from __future__ import annotations

from bpoaudit.measures.conduct.tally import Conduct
from bpoaudit.measures.conduct.watch import Listening

__all__ = ["Conduct", "Listening"]
