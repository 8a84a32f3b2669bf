"""What a recogniser says about one text, and how overlapping answers are settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from bpoaudit.detect.confidence import Place, threshold
from bpoaudit.detect.explanation import Explanation
from bpoaudit.model import MaskingState

THRESHOLD = threshold(Place.TEXT)
"""Matches below are not reported: a weak shape without its context. An entity can ask for more: `counts`."""

RAMPART, SPACY, GIVEN_NAMES = "RampartRecognizer", "SpacyRecognizer", "GivenNameRecognizer"
NER_RECOGNIZERS = frozenset({RAMPART, SPACY, GIVEN_NAMES})
"""The language models and the list of given names, as they are called in findings."""
DENY_LIST = "DenyListRecognizer"
"""Values that the profile says are always findings."""
RESERVED = NER_RECOGNIZERS | {DENY_LIST}
"""Names that mean something here and that no recogniser of a user can bear."""


class Match(Struct, frozen=True, eq=False, array_like=True):
    """One entity in one text, by offsets; holds no text."""

    start: int
    end: int
    entity: str
    score: float
    recognizer: str
    masking: MaskingState = MaskingState.CLEAR
    region: str = ""
    also: tuple[str, ...] = ()
    """Recognisers of names that say the same."""
    why: Explanation | None = None
    """How it came about, where that was asked or only the question before told it."""

    @property
    def proven(self) -> bool:
        """Whether a checksum or an unmistakable pattern stands behind it."""
        return self.score >= 0.9 and self.recognizer not in NER_RECOGNIZERS

    def _said(self) -> tuple[object, ...]:
        return (
            self.start, self.end, self.entity, self.score, self.recognizer, self.masking, self.region
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        """Compare what is said; who else says so, and why, makes no difference."""
        return isinstance(other, Match) and self._said() == other._said()

    def __ne__(self, other: object) -> bool:
        return not self == other  # a struct's own would tell objects apart

    def __hash__(self) -> int:
        return hash(self._said())


class Candidate(Struct, frozen=True, array_like=True):
    """A match and its masked form: what may leave the detector."""

    match: Match
    masked: str
    fingerprint: str
    spans: tuple[tuple[int, int, int], ...] = ()
    """(record, start, end) of each piece, where a value was told over several turns."""


def _strength(match: Match) -> tuple[bool, bool, float, int, int, str]:
    # A proven pattern beats everything; any pattern beats the language model (spaCy's 0.85 is a
    # constant, not a probability); then the score, the longer match, the earlier one.
    return (
        not match.proven,
        match.recognizer in NER_RECOGNIZERS,
        -match.score,
        match.start - match.end,
        match.start,
        match.entity,
    )


def counts(match: Match) -> bool:
    """Whether a match is reported, by its score and entity; what recognisers of the user's find always is."""
    return match.score >= threshold(Place.TEXT, match.entity)


def overlap(one: Match, other: Match) -> bool:
    """Whether two matches share a character."""
    return one.start < other.end and other.start < one.end


def rescored(match: Match, score: float) -> Match:
    """Return the match with another score."""
    return replace(match, score=score)


def clusters(matches: Iterable[Match]) -> Iterator[list[Match]]:
    """Yield the matches that overlap, directly or by way of others, together; in order of their start."""
    cluster: list[Match] = []
    end = 0
    for match in sorted(matches, key=lambda m: (m.start, m.end, m.entity, m.recognizer)):
        if cluster and match.start >= end:
            yield cluster
            cluster = []
        cluster.append(match)
        end = max(end, match.end) if len(cluster) > 1 else match.end
    if cluster:
        yield cluster


def resolve(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Return the matches that stand when no two may overlap, in order of their start."""
    standing: list[Match] = []
    for cluster in clusters(matches):
        chosen: list[Match] = []
        for match in sorted(cluster, key=_strength):
            if not any(overlap(match, other) for other in chosen):
                chosen.append(match)
        standing += sorted(chosen, key=lambda m: m.start)
    return tuple(standing)


def covers(match: Match, value: str, share: float = 0.8) -> bool:
    """Whether a match takes up at least `share` of the letters and digits of `value`."""
    if match.end - match.start == len(value):
        return True
    total = sum(map(str.isalnum, value))
    if total == 0:
        return match.end - match.start >= share * len(value)
    return sum(map(str.isalnum, value[match.start : match.end])) >= share * total


def clip(matches: Iterable[Match], start: int, end: int) -> tuple[Match, ...]:
    """Return the matches that lie inside [start, end), with offsets counted from `start`."""
    return tuple(
        replace(m, start=m.start - start, end=m.end - start)
        for m in matches
        if m.start >= start and m.end <= end
    )
