"""What a score is worth, and from which score on something counts: one table, `confidence.yaml`.

Recognisers give scores that rank: a proven number before a shape, a shape before a guess. What is
published is a confidence: the share of findings like this one that were right on labelled data, as
`benchmarks/calibrate.py` has measured it. Where it has seen too little, the score itself stands.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from operator import attrgetter
from typing import Any, NamedTuple

import yaml

_DEFAULT = "default"


class Place(StrEnum):
    """Where a match must reach its threshold."""

    TEXT = "text"
    """To be reported at all, outside columns."""
    CELL = "cell"
    """To be a witness in the judgement of its column."""
    SURPRISE = "surprise"
    """To stand in a column of something else."""
    NAME = "name"
    """To be replaced in the name of a file, sheet or column."""


class Step(NamedTuple):
    """One score of one recogniser and entity, and how often it was right on labelled data."""

    score: float
    confidence: float
    right: int
    of: int


class Origin(NamedTuple):
    """What findings have in common that are calibrated together."""

    recognizer: str
    entity: str
    column: bool
    """Settled by the verdict of a column, not by itself."""
    agreed: bool
    """Another recogniser of names says the same."""


class Calibrated(NamedTuple):
    """A confidence with two decimals, and the step that it was measured on, if it was."""

    confidence: float
    step: Step | None


@cache
def threshold(place: Place, entity: str = _DEFAULT) -> float:
    """Return the score from which on a match of the entity counts at a place."""
    scores: Mapping[str, float] = _page()["thresholds"][place]
    return scores.get(entity, scores[_DEFAULT])


@cache
def calibrated(origin: Origin, score: float) -> Calibrated:
    """Return the confidence of a score by the table; see `read`."""
    return read(_steps().get(origin, ()), round(score, 2))


def read(steps: Sequence[Step], score: float) -> Calibrated:
    """Return the confidence of a score by its steps; it never falls where the score rises.

    A score that was not measured stands for itself, kept between the measured ones around it.
    """
    at = bisect_left(steps, score, key=attrgetter("score"))
    if at < len(steps) and steps[at].score == score:
        return Calibrated(steps[at].confidence, steps[at])
    lowest = steps[at - 1].confidence if at else 0.0
    highest = steps[at].confidence if at < len(steps) else 1.0
    return Calibrated(min(max(score, lowest), highest), None)


@cache
def _page() -> Mapping[str, Any]:
    file = resources.files("bpoaudit.detect") / "confidence.yaml"
    page: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return page


@cache
def _steps() -> Mapping[Origin, Sequence[Step]]:
    steps: dict[Origin, list[Step]] = {}
    for row in _page()["steps"]:
        origin = Origin(row["recognizer"], row["entity"], row["column"], row["agreed"])
        steps.setdefault(origin, []).append(Step(row["score"], row["confidence"], row["right"], row["of"]))
    return {origin: sorted(found) for origin, found in steps.items()}
