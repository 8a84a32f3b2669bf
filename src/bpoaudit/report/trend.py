"""Scores over time as lines: geometry only, on one time scale for a whole page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bpoaudit.comparison import incomparable
from bpoaudit.history.past import PastAudit

MAX_POINTS = 60
"""Audits that one line shows: the newest."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From a day and a score to a place on a drawing of `width` by `height`, inside a margin for dots."""

    first: date
    last: date
    width: float
    height: float
    margin: float = 3.0

    def place(self, day: str, score: float) -> tuple[float, float]:
        """Return x and y to a tenth; a time without length stands at its end."""
        days = (self.last - self.first).days
        along = (date.fromisoformat(day) - self.first).days / days if days else 1.0
        wide, high = self.width - 2 * self.margin, self.height - 2 * self.margin
        return round(self.margin + wide * along, 1), round(self.margin + high * (1 - score / 100), 1)


@dataclass(frozen=True, slots=True)
class Trend:
    """The scores of one vendor. A line ends where the next score was reached by other rules."""

    lines: tuple[str, ...]
    """Points of polylines: `x,y x,y`."""
    dots: tuple[tuple[float, float], ...]
    """Scores that no line reaches."""
    end: tuple[float, float] | None
    """Where the newest audit stands; None where it has no score."""
    breaks: int
    audits: int
    """Drawn, of `total`."""
    total: int


def trend(
    audits: Sequence[PastAudit],
    scale: Scale,
    score: Callable[[PastAudit], float | None] = lambda audit: audit.value,
    pack: str | None = None,
) -> Trend:
    """Return the line through the newest audits, oldest first.

    With `pack` only a change of that pack breaks the line, as `score` is then of that pack alone.
    """
    shown = audits[-MAX_POINTS:]
    pieces: list[list[tuple[float, float]]] = [[]]
    breaks = 0
    for at, audit in enumerate(shown):
        if at and _breaks(shown[at - 1], audit, pack):
            breaks += 1
            pieces.append([])
        value = score(audit)
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(scale.place(audit.as_of, value))
    return Trend(
        lines=tuple(" ".join(f"{x:g},{y:g}" for x, y in piece) for piece in pieces if len(piece) > 1),
        dots=tuple(piece[0] for piece in pieces if len(piece) == 1),
        end=pieces[-1][-1] if pieces[-1] else None,
        breaks=breaks,
        audits=len(shown),
        total=len(audits),
    )


def _breaks(old: PastAudit, new: PastAudit, pack: str | None) -> bool:
    was, now = ([p for p in audit.packs if pack in (None, p.id)] for audit in (old, new))
    return bool(incomparable(was, now, old.model, new.model))
