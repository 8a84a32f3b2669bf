"""bpoaudit: audit what an outsourcing vendor delivers."""

from __future__ import annotations

__version__ = "0.1.0"
