"""Lead from a masked finding back to its place, for a person at the machine that holds the delivery."""

from __future__ import annotations

from bpoaudit.locate.finding import Located, locate
from bpoaudit.locate.reference import Named, Reference, named

__all__ = ["Located", "Named", "Reference", "locate", "named"]
