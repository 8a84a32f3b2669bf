"""Scores of spans: strict and by overlap, per entity, after what contradicts itself was resolved.

The rules are those of the public sets' scorer, so that figures can be laid side by side: touching
findings of one group become one; across groups, what lies inside a better or longer finding is
dropped. Strict: same start, end and group. Overlap: one shared character and the same group.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Gold = tuple[int, int, str]
Group = Callable[[str], str]

# Breaks ties between equally confident findings of equal length, so that runs repeat exactly.
_FIRST = ("EMAIL", "URL", "CREDIT_CARD", "IBAN", "US_SSN", "IP", "PHONE", "PERSON", "LOCATION")
_RANK = {group: rank for rank, group in enumerate(_FIRST)}


class Found(NamedTuple):
    """One finding of an engine in one text; offsets in code points."""

    start: int
    end: int
    entity: str
    confidence: float
    recognizer: str = ""
    score: float = 0.0
    """Before it was calibrated."""
    agreed: bool = False
    """Another recogniser of names said the same."""


@dataclass
class Score:
    """Counts of one group, and the figures they give."""

    gold: int = 0
    predicted: int = 0
    strict: int = 0
    """Gold spans found with the same start and end."""
    gold_hit: int = 0
    predicted_hit: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.gold + other.gold,
            self.predicted + other.predicted,
            self.strict + other.strict,
            self.gold_hit + other.gold_hit,
            self.predicted_hit + other.predicted_hit,
        )

    def overlap_figures(self) -> tuple[float, float, float, float]:
        """Return precision, recall, F1 and F2 by overlap."""
        return figures(self.predicted_hit, self.predicted, self.gold_hit, self.gold)

    def strict_figures(self) -> tuple[float, float, float, float]:
        """Return precision, recall, F1 and F2 of exact spans."""
        return figures(self.strict, self.predicted, self.strict, self.gold)


def figures(right: int, predicted: int, hit: int, gold: int) -> tuple[float, float, float, float]:
    """Return precision, recall, F1 and F2; nothing of nothing is 0."""
    precision = right / predicted if predicted else 0.0
    recall = hit / gold if gold else 0.0

    def f(beta: int) -> float:
        below = beta * beta * precision + recall
        return (1 + beta * beta) * precision * recall / below if below else 0.0

    return precision, recall, f(1), f(2)


def score(
    gold: Sequence[Sequence[Gold]], found: Sequence[Sequence[Found]], group: Group, labels: Collection[str]
) -> dict[str, Score]:
    """Score the findings of each text against its gold; groups outside `labels` do not count."""
    scores: dict[str, Score] = {}
    for truth, told in zip(gold, found, strict=True):
        wanted = {(start, end, group(label)) for start, end, label in truth}
        given = resolve(told, group)
        for span in wanted:
            if span[2] in labels:
                counted = scores.setdefault(span[2], Score())
                counted.gold += 1
                counted.strict += span in given
                counted.gold_hit += _hits(span, given)
        for span in given:
            if span[2] in labels:
                counted = scores.setdefault(span[2], Score())
                counted.predicted += 1
                counted.predicted_hit += _hits(span, wanted)
    return scores


def resolve(found: Sequence[Found], group: Group) -> set[Gold]:
    """Merge what touches within a group, and drop what lies inside something better."""
    merged: list[tuple[int, int, str, float]] = []
    grouped = [(f.start, f.end, group(f.entity), f.confidence) for f in found]
    for label in sorted({span[2] for span in grouped}):
        first = len(merged)
        for start, end, _, confidence in sorted(span for span in grouped if span[2] == label):
            if len(merged) > first and start < merged[-1][1]:
                before = merged.pop()
                start, end = before[0], max(before[1], end)
                confidence = max(before[3], confidence)
            merged.append((start, end, label, confidence))
    merged.sort(key=lambda s: (-s[3], s[0] - s[1], _RANK.get(s[2], len(_RANK)), s[0]))
    kept: list[Gold] = []
    for start, end, label, _ in merged:
        if not any(a <= start and end <= b for a, b, _ in kept):
            kept.append((start, end, label))
    return set(kept)


def _hits(span: Gold, others: Collection[Gold]) -> bool:
    start, end, label = span
    return any(a < end and start < b and label == other for a, b, other in others)
