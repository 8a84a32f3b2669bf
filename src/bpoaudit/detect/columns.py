"""Judge a column of short values as a whole, from its header and all its values.

NER and weak patterns on isolated cells are where most false alarms come from. Each value is
therefore only a witness: the verdict is given once per column, after every row was counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bpoaudit.detect.matches import THRESHOLD, Candidate, Match, covers
from bpoaudit.distinct import DistinctCount

CANDIDATE_THRESHOLD = 0.25
"""In a column even a guess is a witness; below this a match is noise."""

HEADER = "HeaderRecognizer"
"""Recogniser name of a value that fits what its column's header promises."""

PROMISED_SHARE = 0.5
"""Share of non-empty values that must fit before a header's promise is believed."""

UNPROMISED_SHARE = 0.7
"""Share that must match where the header says nothing."""

COINCIDENCE_SHARE = 0.4
"""About one in ten random numbers passes a check digit; a column of identifiers passes nearly always."""

MIN_DISTINCT = 2
"""The same guess about the same value, repeated, does not confirm itself."""

_OUTLINE_OF = {
    "CREDIT_CARD": range(12, 20),
}  # fmt: skip


@dataclass(slots=True)
class EntityEvidence:
    """How often the values of a column could be one entity. Mergeable."""

    whole: int = 0
    """Occurrences where a match takes up the whole value."""
    proven: int = 0
    """Of these, with a checksum or an unmistakable pattern."""
    hidden: int = 0
    """Of these, masked by the vendor."""
    best: float = 0.0
    """The highest score of a recogniser (not of the header)."""
    distinct: DistinctCount = field(default_factory=DistinctCount)

    def merge(self, other: EntityEvidence) -> None:
        """Take in more evidence for the same entity and column."""
        self.whole += other.whole
        self.proven += other.proven
        self.hidden += other.hidden
        self.best = max(self.best, other.best)
        self.distinct.merge(other.distinct)


@dataclass(slots=True)
class ColumnEvidence:
    """Everything a column's verdict rests on. Mergeable; holds no value."""

    records: int = 0
    non_empty: int = 0
    nothing: int = 0
    """Cells that say there is no value: `n/a`, `-`, `0`."""
    distinct: DistinctCount = field(default_factory=DistinctCount)
    digit_lengths: Counter[int] = field(default_factory=Counter)
    """Of values made of digits and separators only: how many digits they have."""
    dates: Counter[str] = field(default_factory=Counter)
    """ISO dates, and `dd/mm/yyyy`-like dates as written where day and month are open."""
    timestamps: int = 0
    entities: dict[str, EntityEvidence] = field(default_factory=dict)

    def merge(self, other: ColumnEvidence) -> None:
        """Take in more evidence for the same column; order does not matter."""
        self.records += other.records
        self.non_empty += other.non_empty
        self.nothing += other.nothing
        self.distinct.merge(other.distinct)
        self.digit_lengths.update(other.digit_lengths)
        self.dates.update(other.dates)
        self.timestamps += other.timestamps
        for entity, evidence in other.entities.items():
            self.entities.setdefault(entity, EntityEvidence()).merge(evidence)

    def witness(self, value: str, count: int, sketch: int, matches: Sequence[Match]) -> None:
        """Count one distinct value that occurs `count` times and what it could be."""
        seen: set[str] = set()
        for match in matches:
            if not covers(match, value):
                continue
            evidence = self.entities.setdefault(match.entity, EntityEvidence())
            if match.recognizer != HEADER:
                evidence.best = max(evidence.best, match.score)
            if match.entity in seen:
                continue
            seen.add(match.entity)
            evidence.whole += count
            evidence.distinct.add(sketch)
            if any(m.proven and m.entity == match.entity and m.recognizer != HEADER for m in matches):
                evidence.proven += count
            if match.masking != "clear":
                evidence.hidden += count


@dataclass(frozen=True, slots=True)
class ColumnVerdict:
    """Which entities a column holds, best first, with the confidence of a whole-value match."""

    confidence: Mapping[str, float]
    rejected: frozenset[str] = frozenset()
    """Entities that even a proven match does not show here: a coincidence of check digits."""

    def settle(self, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Return what stands of one value's candidates under this verdict, in order of their start."""
        order = {entity: rank for rank, entity in enumerate(self.confidence)}

        def rank(candidate: Candidate) -> tuple[int, float, int, int, str]:
            m = candidate.match
            return (order.get(m.entity, len(order)), -m.score, m.start - m.end, m.start, m.entity)

        standing: list[Candidate] = []
        for candidate in sorted(candidates, key=rank):
            match = candidate.match
            if any(match.start < c.match.end and c.match.start < match.end for c in standing):
                continue
            confidence = self._confidence_of(match)
            if confidence is not None:
                standing.append(replace(candidate, match=replace(match, score=confidence)))
        return tuple(sorted(standing, key=lambda c: c.match.start))

    def _confidence_of(self, match: Match) -> float | None:
        settled = self.confidence.get(match.entity)
        if settled is not None:
            return max(settled, match.score) if match.recognizer != HEADER else settled
        if match.recognizer == HEADER or match.entity in self.rejected:
            return None
        # The surprise in a column of something else: one card among codes. It must stand by itself.
        return match.score if match.score >= SURPRISE else None


SURPRISE = 0.7
"""Score a match needs to stand in a column whose verdict does not expect it."""

_WEAK_ALONE = frozenset({"DATE_TIME", "POSTAL_CODE", "AGE", "URL", "PERSON", "LOCATION", "STREET_ADDRESS"})


def judge_column(hints: Sequence[str], evidence: ColumnEvidence) -> ColumnVerdict:
    """Return what a column holds.

    An entity that the header promises is believed when half of the values fit it; one that nothing
    promises when seven in ten match it and two different values do. Identifiers that rest on a
    check digit must pass clearly more often than numbers of that length pass by chance.
    """
    total = evidence.non_empty - evidence.nothing
    if total <= 0:
        return ColumnVerdict({})
    scored: list[tuple[float, float, str, float]] = []
    rejected: set[str] = set()
    for entity, found in evidence.entities.items():
        share = found.whole / total
        promised = entity in hints
        if promised and share >= PROMISED_SHARE:
            confidence = 0.95 if share >= 0.8 else 0.85
        elif promised and found.best >= THRESHOLD and found.distinct.count >= 1:
            confidence = 0.75
        elif _coincidence(entity, found, evidence):
            rejected.add(entity)
            continue
        elif _stands_alone(entity, found, share, evidence):
            confidence = min(0.95, max(found.best, 0.6) + 0.1 * (share >= 0.9))
        else:
            continue
        # What the header names comes first, then what is proven, then what most values match.
        rank = hints.index(entity) if promised else len(hints)
        scored.append((float(rank), -found.proven / total, entity, confidence))
    scored.sort(key=lambda item: (item[0], item[1], -item[3], item[2]))
    return ColumnVerdict(
        {entity: round(confidence, 2) for _, _, entity, confidence in scored}, frozenset(rejected)
    )


def _stands_alone(entity: str, found: EntityEvidence, share: float, evidence: ColumnEvidence) -> bool:
    if share < UNPROMISED_SHARE or found.distinct.count < min(MIN_DISTINCT, evidence.distinct.count):
        return False
    if entity == "DATE_TIME":
        return evidence.timestamps * 2 < evidence.non_empty
    if entity in _WEAK_ALONE:
        return found.best >= THRESHOLD
    return found.best >= THRESHOLD or found.proven > 0


def _coincidence(entity: str, found: EntityEvidence, evidence: ColumnEvidence) -> bool:
    """Whether check digits fit no more often than they would by chance, over enough numbers."""
    lengths = _OUTLINE_OF.get(entity)
    if lengths is None:
        numbers = sum(evidence.digit_lengths.values())
    else:
        numbers = sum(count for length, count in evidence.digit_lengths.items() if length in lengths)
    return numbers >= 20 and found.whole < COINCIDENCE_SHARE * numbers
