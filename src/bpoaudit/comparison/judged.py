"""How verdicts and score changed, and whether two scores can be compared at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from bpoaudit.model import AuditResult, PackUsed, Severity, Status, Verdict

_OPEN = frozenset({Status.UNKNOWN, Status.ERROR})
_SEVERITIES = list(Severity)


class Kind(StrEnum):
    """How one rule's outcome changed. Declared in the order in which it is told."""

    NEW = "new"
    """Fails, and did not fail before."""
    WORSE = "worse"
    """Fails more widely, more severely or no longer accepted; or passed and can no longer be judged."""
    UNJUDGED = "unjudged"
    """Failed before, and nobody can tell now: it is not fixed."""
    FIXED = "fixed"
    """Failed before, and passes."""
    BETTER = "better"
    """Still fails, but less; or passes and could not be judged before."""
    OTHER = "other"
    """Another outcome, neither better nor worse: begins to apply, is no longer asked."""
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a rule came out in one audit."""

    status: Status
    severity: Severity
    checked: int
    failed: int
    accepted: bool
    """A failure that waivers cover in full."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule in both audits; None where an audit did not have it."""

    rule: str
    title: str
    kind: Kind
    old: Outcome | None
    new: Outcome | None

    @property
    def severity(self) -> Severity:
        """The severity in the newer audit that has the rule."""
        outcome = self.new or self.old
        assert outcome is not None
        return outcome.severity

    @property
    def newly_fails(self) -> bool:
        """Whether it fails now, did not before, and no waiver covers it."""
        return self.kind is Kind.NEW and self.new is not None and not self.new.accepted


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """Two scores. `delta` is None where one is missing or where they measure different things."""

    old: float | None
    new: float | None
    old_assurance: str
    new_assurance: str
    delta: float | None
    why_not: tuple[str, ...]
    """Why there is no `delta`; empty where there is one."""


def rule_changes(old: Sequence[Verdict], new: Sequence[Verdict]) -> tuple[RuleChange, ...]:
    """Return every rule of either audit, what is new first, the worst of each kind first."""
    before, after = {v.rule: v for v in old}, {v.rule: v for v in new}
    changes = [_change(before.get(rule), after.get(rule)) for rule in before.keys() | after.keys()]
    kinds = list(Kind)
    return tuple(sorted(changes, key=lambda c: (kinds.index(c.kind), _SEVERITIES.index(c.severity), c.rule)))


def _change(old: Verdict | None, new: Verdict | None) -> RuleChange:
    known = new or old
    assert known is not None
    was, now = _outcome(old), _outcome(new)
    return RuleChange(known.rule, known.title, kind_of(was, now), was, now)


def _outcome(verdict: Verdict | None) -> Outcome | None:
    if verdict is None:
        return None
    return Outcome(verdict.status, verdict.severity, verdict.checked, verdict.failed, verdict.accepted)


def kind_of(old: Outcome | None, new: Outcome | None) -> Kind:
    """Name the change from `old` to `new`; None is a rule that was not asked."""
    was, now = old and old.status, new and new.status
    if old is not None and new is not None and was is now is Status.FAIL:
        worse, better = _weight(new) > _weight(old), _weight(new) < _weight(old)
        return Kind.WORSE if worse else Kind.BETTER if better else Kind.UNCHANGED
    if now is Status.FAIL:
        return Kind.NEW
    if was is Status.FAIL:
        return Kind.FIXED if now is Status.PASS else Kind.UNJUDGED
    if was is Status.PASS and now in _OPEN:
        return Kind.WORSE
    if was in _OPEN and now is Status.PASS:
        return Kind.BETTER
    return Kind.UNCHANGED if was is now else Kind.OTHER


def _weight(failure: Outcome) -> tuple[bool, int, Fraction, int]:
    """Order failures: not accepted, severe, widespread, many. Exact, so that equal shares are equal."""
    share = Fraction(failure.failed, failure.checked) if failure.checked else Fraction(1)
    return not failure.accepted, -_SEVERITIES.index(failure.severity), share, failure.failed


def score_change(old: AuditResult, new: AuditResult) -> ScoreChange:
    """Return both scores, and their difference where they were reached by the same rules and formula."""
    why = list(incomparable(old.audit.packs, new.audit.packs, old.score.model, new.score.model))
    if old.score.value is None or new.score.value is None:
        why.append("not both audits have a score")
    delta = None
    if not why and old.score.value is not None and new.score.value is not None:
        delta = round(new.score.value - old.score.value, 1) + 0.0
    return ScoreChange(
        old.score.value,
        new.score.value,
        old.score.assurance.value,
        new.score.assurance.value,
        delta,
        tuple(why),
    )


def incomparable(
    old: Sequence[PackUsed], new: Sequence[PackUsed], old_model: int, new_model: int
) -> tuple[str, ...]:
    """Say why two scores measure different things; empty where they do not."""
    before, after = {p.id: p.digest for p in old}, {p.id: p.digest for p in new}
    told = [
        ("rule packs only in the newer audit", sorted(after.keys() - before.keys())),
        ("rule packs only in the older audit", sorted(before.keys() - after.keys())),
        ("rule packs that changed", sorted(p for p in before.keys() & after.keys() if before[p] != after[p])),
    ]
    reasons = [f"{what}: {', '.join(packs)}" for what, packs in told if packs]
    if old_model != new_model:
        reasons.append(f"the score is computed by model {new_model}, before by model {old_model}")
    return tuple(reasons)
