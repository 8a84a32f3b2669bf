"""Draft the agreement of a vendor profile from a delivery, for a person to decide and edit.

What is critical in the delivery is never drafted as allowed: it stands in comments, to be decided.
"""

from __future__ import annotations

from bpoaudit.learning.learn import Learnt, learn

__all__ = ["Learnt", "learn"]
