"""Fit what a score is worth: the share of findings like it that were right, where there are enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bpoaudit.detect.confidence import Origin, Step

PRIOR = 20
"""Findings that the score itself counts for: a few measured ones move it little."""
FEWEST = 15
"""Findings of an origin and score below which the score stands for itself."""
MOST = 100
"""Findings of one set that count for an origin and score, so that no set decides alone."""


class Sample(NamedTuple):
    """One judged finding, or one judged column, whose cells are right or wrong together."""

    set: str
    origin: Origin
    score: float
    right: bool


def fitted(samples: Iterable[Sample]) -> dict[Origin, list[Step]]:
    """Return the steps of each origin, in order of their score; confidence never falls along them."""
    counts: defaultdict[tuple[Origin, float], defaultdict[str, list[int]]]
    counts = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for sample in samples:
        count = counts[sample.origin, round(sample.score, 2)][sample.set]
        count[0] += sample.right
        count[1] += 1
    steps: defaultdict[Origin, list[Step]] = defaultdict(list)
    for (origin, score), by_set in sorted(counts.items()):
        shares = [(right * min(1, MOST / of), min(of, MOST)) for right, of in by_set.values()]
        right, of = round(sum(part for part, _ in shares)), sum(part for _, part in shares)
        if of >= FEWEST:
            steps[origin].append(Step(score, (right + PRIOR * score) / (of + PRIOR), right, of))
    return {origin: _rising(found) for origin, found in steps.items()}


def _rising(steps: Sequence[Step]) -> list[Step]:
    """Join neighbours that fall (isotonic regression); a confidence has two decimals."""
    blocks: list[list[Step]] = []
    for step in steps:
        blocks.append([step])
        while len(blocks) > 1 and _mean(blocks[-2]) > _mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    return [step._replace(confidence=round(_mean(block), 2)) for block in blocks for step in block]


def _mean(block: Sequence[Step]) -> float:
    return sum(s.confidence * (s.of + PRIOR) for s in block) / sum(s.of + PRIOR for s in block)


def written(steps: Mapping[Origin, Sequence[Step]]) -> str:
    """Return the steps as the lines of `confidence.yaml`, sorted."""
    lines = []
    for origin, found in sorted(steps.items()):
        for step in found:
            told = {
                "recognizer": origin.recognizer,
                "entity": origin.entity,
                "column": str(origin.column).lower(),
                "agreed": str(origin.agreed).lower(),
                "score": step.score,
                "confidence": f"{step.confidence:.2f}",
                "right": step.right,
                "of": step.of,
            }
            lines.append(f"  - {{{', '.join(f'{name}: {value}' for name, value in told.items())}}}\n")
    return "".join(lines)
