"""The result in a minute: level, score, one sentence, tallies, and assurance by area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from bpoaudit.model import (
    Assurance,
    AuditResult,
    Coverage,
    DomainScore,
    PackScore,
    Severity,
    SourceStatus,
    Status,
    Verdict,
)
from bpoaudit.report import words
from bpoaudit.report.cards import Capped, Card
from bpoaudit.report.charts import Ring, Segment, score_ring, stacked_bar
from bpoaudit.report.follow_up import Action
from bpoaudit.report.printable import prose

TOP_ACTIONS = 3

UNCONCERNED = "with nothing to check"
NOT_ASSESSED = "Not assessed"

WEAKEST_FIRST = (
    Assurance.VERY_LIMITED,
    Assurance.LIMITED,
    Assurance.INCONCLUSIVE,
    Assurance.REASONABLE,
    Assurance.HIGH,
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rules came out how. `applicable` is the denominator of the verdict bar."""

    failed: int
    waived: int
    unknown: int
    error: int
    passed: int
    """Of those that had something to check."""
    unconcerned: int
    """Rules that passed because nothing in the delivery or the profile was theirs to check."""
    not_applicable: int
    upcoming: int

    @property
    def applicable(self) -> int:
        """Rules that apply on the date of the audit."""
        return self.judged + self.open + self.unconcerned

    @property
    def judged(self) -> int:
        """Rules that held something against their condition."""
        return self.failed + self.waived + self.passed

    @property
    def open(self) -> int:
        """Rules that apply and could not be judged."""
        return self.unknown + self.error

    @property
    def told(self) -> tuple[str, ...]:
        """Every number with its word, the worst first; what there is none of is left out."""
        counts = (
            (self.failed, "failed"),
            (self.waived, "accepted by waiver"),
            (self.unknown, "need a person" if self.unknown != 1 else "needs a person"),
            (self.error, "not tested"),
            (self.passed, "passed"),
            (self.unconcerned, UNCONCERNED),
            (self.not_applicable, "not applicable"),
            (self.upcoming, "not yet in force"),
        )
        return tuple(f"{words.number(count)} {word}" for count, word in counts if count)

    @property
    def bar(self) -> tuple[Segment, ...]:
        """The verdict bar."""
        return stacked_bar(
            (
                ("fail", "failed", self.failed),
                ("waived", "accepted by waiver", self.waived),
                ("open", "need a person" if self.unknown != 1 else "needs a person", self.unknown),
                ("error", "not tested", self.error),
                ("pass", "passed", self.passed),
                ("none", UNCONCERNED, self.unconcerned),
            )
        )

    @property
    def outside(self) -> str:
        """The rules that the bar leaves out."""
        parts = []
        if self.not_applicable:
            parts.append(f"{words.number(self.not_applicable)} more not applicable")
        if self.upcoming:
            parts.append(f"{words.number(self.upcoming)} not yet in force")
        return words.listed(parts)


@dataclass(frozen=True, slots=True)
class Headline:
    """Section one of the report."""

    assurance: str
    level: str
    """The assurance as a class: high, reasonable, limited, very-limited, inconclusive."""
    score: str | None
    """What stands large beside the level; a range when inconclusive, None when nothing was assessed."""
    grade: str | None
    range: str
    if_waived: str | None
    """The score if accepted failures counted as passed."""
    assessed: str
    ring: Ring | None
    sentence: str
    tally: Tally
    coverage: str
    sampling: str | None
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """One row of assurance by area."""

    name: str
    assurance: str
    level: str
    range: str
    tally: Tally
    biggest: Card | None


@dataclass(frozen=True, slots=True)
class Law:
    """One row of assurance by law."""

    title: str
    assurance: str
    level: str
    range: str
    assessed: str
    tally: Tally


def laws(result: AuditResult) -> tuple[Law, ...]:
    """Return a row a pack, weakest first."""
    titles = {pack.id: pack.title for pack in result.audit.packs}
    rows = []
    for score in result.score.packs:
        counts = tally([v for v in result.verdicts if score.pack in v.packs])
        told = _standing(score, counts)
        law = Law(
            title=prose(titles.get(score.pack, score.pack), 160),
            assurance=told.assurance,
            level=told.level,
            range=told.range,
            assessed=words.percent(score.coverage, 1.0) if counts.judged or counts.open else "–",
            tally=counts,
        )
        rows.append(((told.rank, score.low or 0.0, law.title), law))
    return tuple(law for _, law in sorted(rows, key=lambda row: row[0]))


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a row of assurance says of an area or a law."""

    assurance: str
    level: str
    range: str
    rank: int
    """The weakest first, then what was not assessed."""


def _standing(score: DomainScore | PackScore | None, counts: Tally) -> _Standing:
    """Say how an area or a law stands; one whose rules had nothing to check says nothing of the vendor."""
    if score is None or not (counts.judged or counts.open):
        return _Standing(NOT_ASSESSED, "none", "–", len(WEAKEST_FIRST))
    level, bounds = score.assurance, score_range(score.low, score.high)
    if not counts.judged:  # as the score of an earlier version does not yet say
        level, bounds = Assurance.INCONCLUSIVE, score_range(None, None)
    return _Standing(level.value, level_of(level), bounds, WEAKEST_FIRST.index(level))


def tally(verdicts: Sequence[Verdict]) -> Tally:
    """Count `verdicts` by outcome; a waived failure counts apart, and so does a pass that checked nothing."""
    count = dict.fromkeys(Status, 0)
    for verdict in verdicts:
        count[verdict.status] += 1
    waived = sum(v.accepted for v in verdicts)
    unconcerned = sum(v.unconcerned for v in verdicts)
    return Tally(
        failed=count[Status.FAIL] - waived,
        waived=waived,
        unknown=count[Status.UNKNOWN],
        error=count[Status.ERROR],
        passed=count[Status.PASS] - unconcerned,
        unconcerned=unconcerned,
        not_applicable=count[Status.NOT_APPLICABLE],
        upcoming=count[Status.UPCOMING],
    )


def headline(result: AuditResult, actions: Capped[Action]) -> Headline:
    """Say how the audit came out."""
    score = result.score
    inconclusive = score.assurance is Assurance.INCONCLUSIVE
    bounds = score_range(score.low, score.high)
    large = None
    if score.value is not None:
        large = bounds if inconclusive else str(floor(score.value))
    return Headline(
        assurance=score.assurance.value,
        level=level_of(score.assurance),
        score=large,
        grade=None if inconclusive else score.grade,
        range=bounds,
        if_waived=None if score.if_waived is None else str(floor(score.if_waived)),
        assessed=words.percent(score.coverage, 1.0),
        ring=None if score.low is None or score.high is None else score_ring(score.low, score.high),
        sentence=sentence(result),
        tally=tally(result.verdicts),
        coverage=coverage_line(result.delivery.coverage, [s.status for s in result.delivery.sources]),
        sampling=sampling_note(result.audit.options),
        actions=_distinct(actions.rows)[:TOP_ACTIONS],
    )


def score_range(low: float | None, high: float | None) -> str:
    """Return `66–74`, rounded outwards so that it never promises more than was computed."""
    if low is None or high is None:
        return "not assessed"
    return str(floor(low)) if floor(low) == ceil(high) or low == high else f"{floor(low)}–{ceil(high)}"


def sentence(result: AuditResult) -> str:
    """Return the result in one sentence: what failed, what is open, what was not read."""
    failed = [v.severity for v in result.verdicts if v.status is Status.FAIL and not v.accepted]
    parts = ["no rule failed"]
    if failed:
        by_severity = [
            f"{words.number(failed.count(level))} {level.value}" for level in Severity if level in failed
        ]
        parts = [f"{words.plural(len(failed), 'rule')} failed: {words.listed(by_severity)}"]
    counts = tally(result.verdicts)
    if counts.waived:
        parts.append(f"{words.plural(counts.waived, 'failure is', 'failures are')} accepted by waiver")
    if counts.unknown or counts.error:
        parts.append(f"{words.plural(counts.unknown + counts.error, 'rule')} could not be judged")
    unread = unread_count([source.status for source in result.delivery.sources])
    if unread:
        parts.append(f"{words.plural(unread, 'source')} could not be fully read")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def unread_count(statuses: Sequence[SourceStatus]) -> int:
    """Count the sources that were meant to be read and were not, or not to their end."""
    return sum(status not in (SourceStatus.READ, SourceStatus.SKIPPED) for status in statuses)


def coverage_line(coverage: Coverage, statuses: Sequence[SourceStatus]) -> str:
    """Return what was read, each number with its denominator."""
    parts = [
        f"{words.share(coverage.sources.read, coverage.sources.total)} sources",
        f"{words.share(coverage.records.read, coverage.records.total)} records",
        f"{words.size(coverage.bytes.read)} of {words.size(coverage.bytes.total)}",
    ]
    unread = unread_count(statuses)
    excluded = coverage.excluded.sources or statuses.count(SourceStatus.SKIPPED)
    notes = [f"{words.number(unread)} not fully read"] if unread else []
    if excluded:
        size = f" ({words.size(coverage.excluded.bytes)})" if coverage.excluded.bytes else ""
        notes.append(f"{words.number(excluded)} excluded by the profile{size}")
    return f"Read {', '.join(parts)}" + (f"; {words.listed(notes)}" if notes else "") + "."


def sampling_note(options: dict[str, object]) -> str | None:
    """Say so when only a part of each source was read."""
    sample = options.get("sample")
    if sample is None:
        return None
    return f"A sample: at most {sample} records of each source were read; nothing is known of the rest."


def areas(result: AuditResult, cards: Capped[Card]) -> tuple[Area, ...]:
    """Return the areas, weakest first."""
    scores = {score.domain: score for score in result.score.domains}
    rows = []
    for domain in sorted({verdict.domain for verdict in result.verdicts}):
        name, counts = words.plain(domain), tally([v for v in result.verdicts if v.domain == domain])
        told = _standing(scores.get(domain), counts)
        area = Area(
            name=name,
            assurance=told.assurance,
            level=told.level,
            range=told.range,
            tally=counts,
            biggest=next((card for card in cards.rows if card.area == name), None),
        )
        rows.append((told.rank, area))
    return tuple(area for _, area in sorted(rows, key=lambda row: (row[0], row[1].name)))


def level_of(assurance: Assurance) -> str:
    """Return an assurance as a class of the style sheet: `very-limited`."""
    return assurance.value.lower().replace(" ", "-")


def _distinct(actions: Sequence[Action]) -> tuple[Action, ...]:
    first: dict[str, Action] = {}
    for action in actions:
        first.setdefault(action.text, action)
    return tuple(first.values())
