"""Whether confidence means something: of what was found at 0.9, how much is right."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from measuring.sets import LabelledSet
from measuring.spans import Found

BINS = ((0.0, 0.4), (0.4, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.0))
"""From, up to; the last holds 1.0 itself."""


class Judged(NamedTuple):
    """One finding, and whether it is right."""

    entity: str
    recognizer: str
    confidence: float
    right: bool
    score: float = 0.0
    """Before it was calibrated."""
    agreed: bool = False
    """Another recogniser of names said the same."""


def judged(findings: Sequence[Sequence[Found]], gold: LabelledSet) -> list[Judged]:
    """Judge each finding by overlap with a label of its group; groups that are not annotated are left out."""
    told = []
    for found, row in zip(findings, gold.rows, strict=True):
        labels = [(start, end, gold.group(label)) for start, end, label in row.spans]
        for f in found:
            group = gold.group(f.entity)
            if group in gold.labels:
                right = any(a < f.end and f.start < b and label == group for a, b, label in labels)
                told.append(Judged(f.entity, f.recognizer, f.confidence, right, f.score, f.agreed))
    return told


def shares(findings: Iterable[Judged]) -> list[tuple[int, int]]:
    """Return (right, all) of each bin."""
    counts = [[0, 0] for _ in BINS]
    for finding in findings:
        at = max(i for i, (low, _) in enumerate(BINS) if finding.confidence >= low)
        counts[at][0] += finding.right
        counts[at][1] += 1
    return [(right, total) for right, total in counts]


def dump(path: Path, told: Iterable[tuple[str, Judged]]) -> None:
    """Write one JSON object a finding: set, entity, recognizer, confidence, right, score. No text."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for name, finding in told:
            file.write(json.dumps({"set": name} | finding._asdict()) + "\n")
