"""What a reader is told besides the bytes."""

from __future__ import annotations

from dataclasses import dataclass, field

from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.layout import Layout


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How one file of the delivery, and everything inside it, is opened."""

    batch_records: int = 2000
    """The most records a batch may have."""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """Tried in turn on whatever is under a password."""
    budget: Budget = field(default_factory=lambda: Budget(0))
    """What it may unpack to."""
    layout: Layout | None = None
    """Where the columns stand, if the vendor profile says that the file is one of fixed width."""
