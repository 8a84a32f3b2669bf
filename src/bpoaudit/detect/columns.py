"""Judge a column of short values as a whole, from its header and all its values.

NER and weak patterns on isolated cells are where most false alarms come from. Each value is
therefore only a witness: the verdict is given once per column, after every row was counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bpoaudit.catalog import CATALOG
from bpoaudit.detect.chance import is_chance, is_no_chance
from bpoaudit.detect.confidence import Place, threshold
from bpoaudit.detect.matches import DENY_LIST, THRESHOLD, Candidate, Match, covers, overlap, rescored
from bpoaudit.detect.routing import UNPROMISED_SHARE, FieldPlan
from bpoaudit.detect.shapes import is_timestamp, parse_date
from bpoaudit.distinct import DistinctCount
from bpoaudit.model import MaskingState

CANDIDATE_THRESHOLD = threshold(Place.CELL)
"""In a column even a guess is a witness; below this a match is noise."""

HEADER = "HeaderRecognizer"
"""Recogniser name of a value that fits what its column's header promises."""
VALUES = "ColumnValuesRecognizer"
"""Recogniser name of a value that fits what the column's other values suggest."""

PROMISED_SHARE = 0.5
"""Share of non-empty values that must fit before a header's promise is believed."""

PARTLY_SHARE = 0.2
"""Share that is enough where a recogniser agrees with the header: phones beside "call the office"."""

CLEAR_SHARE = 0.1
"""Share of the matching values that a recogniser must be sure of where the header says nothing."""

MIN_DISTINCT = 2
"""The same guess about the same value, repeated, does not confirm itself."""

DATE_CONFIDENCE = 0.6
"""A date by itself says little about anybody."""

CARD_CONFIDENCE = 0.6
"""A valid card number whose column says nothing of cards."""
LETTERED_CARDS = 5
"""Numbers beside letters that must be valid before their column is one of cards."""
LOW = 0.6
"""Confidence that rules ask for by default."""

_ANY_ID = "NATIONAL_ID"
_ACCOUNT = "BANK_ACCOUNT"
_OF_ONE_COUNTRY = frozenset(
    name for name, entity in CATALOG.items() if (entity.category or "").endswith("#OfficialID")
) - {_ANY_ID}
_MAX_DATE = 30
_MIN_DIGITS = 5
_SEPARATORS = str.maketrans("", "", " -.")


@dataclass(slots=True)
class EntityEvidence:
    """How often the values of a column could be one entity. Mergeable."""

    whole: int = 0
    """Occurrences where a match takes up the whole value."""
    part: int = 0
    """Occurrences where matches take up a part of it only."""
    clear: int = 0
    """Of these, with a score that is reported outside columns too."""
    proven: int = 0
    """Of these, with a checksum or an unmistakable pattern."""
    best: float = 0.0
    """The highest score of a recogniser (not of the header)."""
    distinct: DistinctCount = field(default_factory=DistinctCount)
    digit_lengths: Counter[int] = field(default_factory=Counter)
    """Of those values that are plain numbers: how many digits they have."""

    def merge(self, other: EntityEvidence) -> None:
        """Take in more evidence for the same entity and column."""
        self.whole += other.whole
        self.part += other.part
        self.clear += other.clear
        self.proven += other.proven
        self.best = max(self.best, other.best)
        self.distinct.merge(other.distinct)
        self.digit_lengths.update(other.digit_lengths)


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
    languages: Counter[str] = field(default_factory=Counter)
    """Texts by the language that they are in, as ISO 639-1 codes; empty where a text does not tell."""
    unread: int = 0
    """Values that a recogniser of the user's ran out of time for."""
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
        self.languages.update(other.languages)
        self.unread += other.unread
        for entity, evidence in other.entities.items():
            self.entities.setdefault(entity, EntityEvidence()).merge(evidence)

    def observe(self, value: str, count: int) -> None:
        """Note the outline of a value without white space around it, which occurs `count` times."""
        if not value[:1].isdigit() and value[:1] not in "+(-":
            return
        if len(value) <= _MAX_DATE and (parsed := parse_date(value)):
            year, first, second, ambiguous = parsed
            written = f"{first:02}/{second:02}/{year}" if ambiguous else f"{year}-{first:02}-{second:02}"
            self.dates[written] += count
            self.timestamps += count * is_timestamp(value)
        if digits := _digits(value):
            self.digit_lengths[digits] += count

    def witness(self, value: str, count: int, sketch: int, matches: Sequence[Match]) -> None:
        """Count one distinct value that occurs `count` times and what it could be."""
        if not matches:
            return
        digits = _digits(value.strip())
        whole: dict[str, list[Match]] = {}
        for match in matches:
            if covers(match, value):
                whole.setdefault(match.entity, []).append(match)
        for entity in {match.entity for match in matches} - whole.keys():
            self.entities.setdefault(entity, EntityEvidence()).part += count
        for entity, agreeing in whole.items():
            evidence = self.entities.get(entity) or self.entities.setdefault(entity, EntityEvidence())
            recognised = [m for m in agreeing if m.recognizer not in (HEADER, VALUES)]
            evidence.best = max([evidence.best, *(m.score for m in recognised)])
            evidence.whole += count
            evidence.clear += count * any(m.score >= THRESHOLD for m in recognised)
            evidence.proven += count * any(m.proven for m in recognised)
            evidence.distinct.add(sketch)
            if digits:
                evidence.digit_lengths[digits] += count


class Support(NamedTuple):
    """What speaks for an entity in a column, in cells: the evidence without the values."""

    promised: bool
    """By the header."""
    suggested: bool
    """By the values of the head."""
    values: int
    """Cells that hold something."""
    fit: int
    """Of these, cells that are such a value as a whole."""
    clear: int
    """Of these, cells that a recogniser is sure of."""
    proven: int
    """Of these, cells with a verified check digit or an unmistakable pattern."""
    distinct: int
    """Different values among those that fit."""


@dataclass(frozen=True, slots=True)
class ColumnVerdict:
    """Which entities a column holds, best first, with the confidence of a whole-value match."""

    confidence: Mapping[str, float]
    rejected: frozenset[str] = frozenset()
    """Entities that even a good match does not show here: a coincidence, or a date of a record."""
    support: Mapping[str, Support] = field(default_factory=dict)
    """What was found of each entity, believed or not."""

    def settle(self, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Return what stands of one value's candidates under this verdict, in order of their start."""
        standing: list[Candidate] = []
        for candidate in sorted(candidates, key=self._rank) if len(candidates) > 1 else candidates:
            match = candidate.match
            if any(overlap(match, other.match) for other in standing):
                continue
            confidence = self._confidence_of(match)
            if confidence is not None:
                settled = rescored(match, confidence)
                standing.append(Candidate(settled, candidate.masked, candidate.fingerprint, candidate.spans))
        return tuple(sorted(standing, key=lambda c: c.match.start))

    def _rank(self, candidate: Candidate) -> tuple[int, bool, float, int, int, str]:
        m = candidate.match
        order = [*self.confidence]
        # What tells the most about the vendor's masking goes first, then the better match.
        clear = m.masking is MaskingState.CLEAR
        place = order.index(m.entity) if m.entity in self.confidence else len(order)
        place = -1 if m.recognizer == DENY_LIST else place
        return (place, clear, -m.score, m.start - m.end, m.start, m.entity)

    def _confidence_of(self, match: Match) -> float | None:
        if match.recognizer == DENY_LIST:
            return match.score
        if match.entity in self.rejected:
            return None
        settled = self.confidence.get(match.entity)
        if match.entity == "IP_ADDRESS" and match.score < LOW:
            # Inside a network, whatever the header and the other values are.
            return match.score
        if settled is not None:
            recognised = match.recognizer not in (HEADER, VALUES) and match.entity != "DATE_TIME"
            return max(settled, match.score) if recognised else settled
        # The surprise in a column of something else: one card among codes. It must stand by itself.
        return match.score if match.score >= threshold(Place.SURPRISE, match.entity) else None


class _Ranked(NamedTuple):
    """One entity of a verdict; sorts as the verdict lists them."""

    promise: int
    """What the header names comes first, in its order,"""
    proven: float
    """then what is proven for most values,"""
    confidence: float
    """then what is surest (both negative, so that more comes first)."""
    entity: str


def judge_column(plan: FieldPlan, evidence: ColumnEvidence) -> ColumnVerdict:
    """Return what a column holds, from what its header promises and what all its values are."""
    total = evidence.non_empty - evidence.nothing
    if total <= 0:
        return ColumnVerdict({})
    believed: list[_Ranked] = []
    # A date beside other things tells when something happened; it is no surprise that stands alone.
    rejected = {"DATE_TIME"}
    for entity, found in evidence.entities.items():
        confidence = _confidence(plan, entity, found, evidence, total)
        if confidence is not None:
            rank = plan.hints.index(entity) if entity in plan.hints else len(plan.hints)
            believed.append(_Ranked(rank, -found.proven / total, -confidence, entity))
        elif is_chance(found.digit_lengths, found.whole, evidence.digit_lengths) or _is_denied(
            plan, entity, found, total
        ):
            rejected.add(entity)
    if any(item.entity in _OF_ONE_COUNTRY for item in believed):
        # `dni` promises an identifier; values that bear out whose it is say more.
        believed = [i._replace(promise=len(plan.hints) + 1) if i.entity == _ANY_ID else i for i in believed]
    if any(item.entity == "IBAN_CODE" and item.proven <= -0.5 for item in believed):
        # An IBAN is a bank account as well, and says more.
        believed = [i._replace(promise=len(plan.hints) + 1) if i.entity == _ACCOUNT else i for i in believed]
    settled = {item.entity: round(-item.confidence, 2) for item in sorted(believed)}
    support = {
        entity: Support(
            entity in plan.hints,
            entity in plan.suggested,
            total,
            found.whole,
            found.clear,
            found.proven,
            found.distinct.count,
        )
        for entity, found in evidence.entities.items()
    }
    return ColumnVerdict(settled, frozenset(rejected - settled.keys()), support)


def _confidence(
    plan: FieldPlan, entity: str, found: EntityEvidence, evidence: ColumnEvidence, total: int
) -> float | None:
    """Return how sure it is that the column holds `entity`, or None."""
    share = found.whole / total
    recognised = found.best >= THRESHOLD
    if entity in plan.hints and share >= PROMISED_SHARE:
        # Header and values agree. A few strange values (other, deceased, see notes) are normal.
        return 0.95 if share >= 0.8 else 0.85
    if entity in plan.suggested and share >= UNPROMISED_SHARE:
        # The language model took most of the head for names, and the rest of the column looks alike.
        return 0.7
    if is_chance(found.digit_lengths, found.whole, evidence.digit_lengths) or _is_denied(
        plan, entity, found, total
    ):
        # Check digits fit no more often than chance lets them, or the header alone made the matches.
        return None
    if entity == "CREDIT_CARD" and _are_cards(found, evidence, share):
        # Cards among other things, even under a header such as `amount` that speaks against cards.
        return max(found.best, CARD_CONFIDENCE)
    if entity in plan.hints and share >= PARTLY_SHARE and recognised:
        # The column is mixed, but what the header promises is in it.
        return 0.75
    if share < UNPROMISED_SHARE or found.clear < CLEAR_SHARE * found.whole or not recognised:
        # Without a header most values have to speak for it, and some of them clearly.
        return None
    if found.distinct.count < min(MIN_DISTINCT, evidence.distinct.count):
        # One value repeated, with others beside it, is one guess and no confirmation.
        return None
    if entity == "DATE_TIME":
        return _date_confidence(plan, evidence)
    return min(0.95, max(found.best, 0.6) + 0.1 * (share >= 0.9))


def _date_confidence(plan: FieldPlan, evidence: ColumnEvidence) -> float | None:
    """Return how far a column of dates is a finding: those of events in a record are none.

    A time of day, or a header such as `created` or `order date`, says that something happened to a
    record. Retention is judged by all dates of the evidence, findings or not.
    """
    if plan.event_date or evidence.timestamps * 2 >= evidence.non_empty:
        return None
    return DATE_CONFIDENCE


def _are_cards(found: EntityEvidence, evidence: ColumnEvidence, share: float) -> bool:
    """Whether valid numbers are cards by how many of them there are."""
    if found.digit_lengths:
        return is_no_chance(found.digit_lengths, evidence.digit_lengths)
    # `4111…X`: with letters beside them nearly all of the column has to be valid.
    return found.distinct.count >= LETTERED_CARDS and share >= UNPROMISED_SHARE


def _is_denied(plan: FieldPlan, entity: str, found: EntityEvidence, total: int) -> bool:
    """Whether recognisers took a word of the header for the context that it is not.

    They would then match most of the column; a stray match among other values is no such mistake.
    """
    seen = found.whole + found.part
    return entity in plan.denied and 2 * seen >= total and 2 * found.proven < seen


def _digits(value: str) -> int:
    """Return the digits of a value made of digits and separators only, else 0; short numbers do not count."""
    digits = value.translate(_SEPARATORS)
    return len(digits) if len(digits) >= _MIN_DIGITS and digits.isdigit() else 0
