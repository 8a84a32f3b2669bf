"""Geometry of the charts. Numbers only: the templates draw them, and each has its table or list beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from bpoaudit.scoring import GRADES

RADIUS = 50.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark across the ring, from (x1, y1) to (x2, y2), with its label at (x, y)."""

    x1: float
    y1: float
    x2: float
    y2: float
    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Ring:
    """A half ring on a path of length 100: the score, and the part that is still open."""

    score: float
    open_from: float
    open_length: float
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar that is 100 wide."""

    kind: str
    """A class: fail, waived, open, error, pass."""
    label: str
    count: int
    x: float
    width: float


def score_ring(low: float, high: float) -> Ring:
    """Return the ring for a score of `low` that could still turn out as `high`, both 0 to 100.

    Its ticks stand where the grades begin.
    """
    return Ring(
        score=round(low, 2),
        open_from=round(low, 2),
        open_length=round(high - low, 2),
        ticks=tuple(_tick(start, f"{start:g}") for start, _ in GRADES if start),
    )


def _tick(value: float, label: str) -> Tick:
    angle = pi * (1 - value / 100)
    (x1, y1), (x2, y2), (x, y) = (_point(angle, RADIUS + away) for away in (-7, 7, 14))
    return Tick(x1, y1, x2, y2, x, y, label)


def _point(angle: float, radius: float) -> tuple[float, float]:
    return round(70 + radius * cos(angle), 2), round(70 - radius * sin(angle), 2)


def stacked_bar(parts: Sequence[tuple[str, str, int]]) -> tuple[Segment, ...]:
    """Lay (kind, label, count) side by side over a width of 100; empty parts are left out."""
    total = sum(count for _, _, count in parts)
    segments, done = [], 0
    for kind, label, count in parts:
        if count:
            x = 100 * done / total
            segments.append(Segment(kind, label, count, round(x, 3), round(100 * count / total, 3)))
            done += count
    return tuple(segments)
