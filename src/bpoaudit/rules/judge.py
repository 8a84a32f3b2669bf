"""Hold facts against rules: one verdict a rule, however many packs name it.

A rule asks of every row that `where` selects whether `expect` holds. Three values run through it:
a row that does not know a fact that it is asked for is neither right nor wrong. Failing rows make
the rule fail; without them, unknown rows make it unknown; only without both it passes. What could
not be read of the delivery cannot take a failure away, but it takes away a pass.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from bpoaudit.model import Reference, Severity, Status, Verdict
from bpoaudit.rules import masks
from bpoaudit.rules.answers import answered_in
from bpoaudit.rules.facts import Facts, RuleError
from bpoaudit.rules.failed_at import failed_at
from bpoaudit.rules.packs import Pack, in_force
from bpoaudit.rules.parameters import changes_of
from bpoaudit.rules.rule_file import Bound, Rule
from bpoaudit.rules.subjects import People, people_of, subjects_of
from bpoaudit.rules.telling import Telling, evidence_of, message_of, without_hidden

_ROUNDING = 1e-6
"""Shares are floats, and weights are whole numbers: less than this is no excess."""

_ORDER = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found, before it is put into words."""

    status: Status
    checked: int = 0
    failed: int = 0
    failing: pd.DataFrame | None = None
    """The rows to show; None: there are none."""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and all that failed, where the verdict shows only the first of it."""

    rule: Rule
    verdict: Verdict
    failing: pd.DataFrame | None


def judge(packs: Sequence[Pack], facts: Facts) -> tuple[Verdict, ...]:
    """Judge every rule of `packs` once; sorted by severity, worst first, then by id."""
    return tuple(each.verdict for each in judge_all(packs, facts))


def judge_all(packs: Sequence[Pack], facts: Facts) -> tuple[Judged, ...]:
    """Judge every rule as `judge` does, and keep what failed."""
    rules: dict[str, Rule] = {}
    holders: dict[str, list[Pack]] = {}
    for pack in packs:
        for rule in pack.rules:
            rules.setdefault(rule.id, rule)
            holders.setdefault(rule.id, []).append(pack)
    people = people_of(facts)
    judged = [_judged(rule, holders[rule.id], facts, people) for rule in rules.values()]
    return tuple(sorted(judged, key=lambda each: (_ORDER[each.verdict.severity], each.verdict.rule)))


def _judged(rule: Rule, packs: Sequence[Pack], facts: Facts, people: People | None) -> Judged:
    start = in_force(rule, packs, facts.as_of)
    # A law that asks for the rule only from a later day is neither cited nor scored today.
    asking = [pack for pack in packs if pack.starts(rule) <= facts.as_of] or packs
    reason = None
    if start is not None:
        outcome, reason = Outcome(Status.UPCOMING), f"Holds from {start.isoformat()}."
    else:
        try:
            outcome = outcome_of(rule, facts)
        except RuleError as fault:
            outcome, reason = Outcome(Status.ERROR), f"Could not be judged: {fault.message}."
    telling = Telling(rule, facts, outcome.status, outcome.checked, outcome.failed, outcome.missing)
    evidence = evidence_of(rule, outcome.failing, facts)
    places, places_total = failed_at(rule, outcome.failing, facts)
    verdict = Verdict(
        rule=rule.id,
        packs=tuple(sorted(pack.id for pack in asking)),
        title=f"{rule.form.title} (judged by other parameters)" if rule.changed else rule.form.title,
        severity=rule.severity,
        domain=rule.form.domain,
        status=outcome.status,
        checked=outcome.checked,
        failed=outcome.failed,
        subjects=subjects_of(rule.table.name, outcome.failing, people),
        references=_clauses(rule, asking, date.max if start else facts.as_of),
        criteria=rule.form.criteria,
        message=_with_changes(rule, reason or message_of(telling, evidence)),
        effect=rule.form.effect,
        remediation=rule.remediation,
        evidence=without_hidden(rule, evidence),
        evidence_total=_items(rule, outcome, len(evidence)),
        places=places,
        places_total=places_total,
        missing=outcome.missing,
        answered_in=answered_in(outcome.missing),
    )
    return Judged(rule, verdict, outcome.failing)


def _with_changes(rule: Rule, message: str) -> str:
    """Say in the message by which parameters of the profile's the rule was judged, whatever came of it."""
    if not rule.changed:
        return message
    return f"{message.rstrip('.')}. The profile sets {', '.join(changes_of(rule))}."


def _clauses(rule: Rule, packs: Sequence[Pack], as_of: date) -> tuple[Reference, ...]:
    """Return the clauses that the rule serves in the laws that were asked for, its own first."""
    found = {reference.control: reference for reference in rule.references}
    for pack in packs:
        for reference in pack.clauses(rule, as_of):
            found.setdefault(reference.control, reference)
    return tuple(found.values())


def outcome_of(rule: Rule, facts: Facts) -> Outcome:
    """Judge one rule; `RuleError` when the facts do not have its table."""
    profile = facts.table("vendor")
    if profile is None:
        raise RuleError("there is no vendor profile")
    applies = masks.truth(rule.applies_when, profile, facts.as_of).iloc[0]
    if applies is pd.NA:
        fields = masks.unknown_fields(rule.applies_when, profile)
        return Outcome(Status.UNKNOWN, missing=tuple(sorted(fields)))
    if not applies:
        return Outcome(Status.NOT_APPLICABLE)
    frame = facts.table(rule.table.name)
    if frame is None:
        return Outcome(Status.UNKNOWN, missing=(rule.table.name,))
    state = str(profile["scan.delivery"].iloc[0])
    if rule.needs_delivery and state == "missing":
        return Outcome(Status.UNKNOWN, missing=("scan.delivery",))
    bound = rule.expect.bound
    outcome = _bound(rule, bound, frame, facts) if bound else _rows(rule, frame, facts)
    if outcome.status is Status.PASS and rule.needs_delivery and state != "complete":
        return Outcome(Status.UNKNOWN, outcome.checked, missing=("scan.delivery",))
    return outcome


def _rows(rule: Rule, frame: pd.DataFrame, facts: Facts) -> Outcome:
    """Ask every row: `every` wants the condition true, `none` wants it false."""
    condition = rule.expect.condition
    assert condition is not None
    where = masks.truth(rule.where, frame, facts.as_of)
    demand = masks.demand(condition, frame, facts.as_of)
    good = demand.value if rule.expect.kind == "every" else ~demand.value
    checked = where.fillna(False) & ~demand.out
    # A row whose selection is unknown matters only if it would not hold anyway.
    verdict = (~where | good).mask(demand.out, True)
    failing, unknown = (~verdict).fillna(False), verdict.isna()
    counted = Outcome(Status.PASS, _weight(rule, frame, checked), _weight(rule, frame, failing, failing=True))
    if bool(failing.any()):
        return Outcome(Status.FAIL, counted.checked, counted.failed, frame[failing])
    if bool(unknown.any()):
        rows = frame[unknown]
        fields = masks.unknown_fields(rule.where, rows) | masks.unknown_fields(condition, rows)
        prefix = "" if rule.table.name == "vendor" else f"{rule.table.name}."
        return Outcome(
            Status.UNKNOWN, counted.checked, missing=tuple(sorted(prefix + name for name in fields))
        )
    if len(frame) and bool((demand.out & where.fillna(False)).any()) and not bool(checked.any()):
        return Outcome(Status.NOT_APPLICABLE)
    return counted


def _bound(rule: Rule, bound: Bound, frame: pd.DataFrame, facts: Facts) -> Outcome:
    """Hold a number or a share of rows against its bound, in the best and in the worst case."""
    where = masks.truth(rule.where, frame, facts.as_of)
    fits = masks.truth(bound.of, frame, facts.as_of)
    total = _weight(rule, frame, where.fillna(True))
    lowest, highest = _excess(rule, bound, frame, where, fits)
    best, worst = (lowest, highest) if bound.at_most else (-highest, -lowest)
    if best <= _ROUNDING:
        if worst <= _ROUNDING:
            return Outcome(Status.PASS, total)
        fields = masks.unknown_fields(rule.where, frame) | masks.unknown_fields(bound.of, frame)
        named = tuple(sorted(f"{rule.table.name}.{name}" for name in fields))
        return Outcome(Status.UNKNOWN, total, missing=named)
    certain = (where & fits).fillna(False)
    if bound.at_most:
        number = _weight(rule, frame, certain)
        failed = number if bound.kind == "ratio" else number - math.floor(bound.limit)
        return Outcome(Status.FAIL, total, failed, frame[certain])
    if bound.kind == "ratio":
        misses = where.fillna(True) & ~fits.fillna(True)
        return Outcome(Status.FAIL, total, _weight(rule, frame, misses), frame[misses])
    # Too few: what is checked is the number that there should be.
    needed = math.ceil(bound.limit)
    return Outcome(Status.FAIL, needed, needed - _weight(rule, frame, (where & fits).fillna(True)))


def _excess(
    rule: Rule, bound: Bound, frame: pd.DataFrame, where: masks.Mask, fits: masks.Mask
) -> tuple[float, float]:
    """Return the least and the greatest amount by which the rows can exceed the bound.

    A share of at most x means that the sum over all rows of (1 - x) for a hit and -x for a miss is
    not above 0. An unknown row takes whichever of hit, miss and not selected it can be.
    """
    share = bound.limit if bound.kind == "ratio" else 0.0
    column = rule.table.weight
    weights = frame[column].astype("float64") if column else pd.Series(1.0, index=frame.index)
    hit, miss = weights * (1 - share), weights * -share
    may_hit = (where & fits).fillna(True).astype(bool)
    may_miss = (where & ~fits).fillna(True).astype(bool)
    may_be_left_out = (~where).fillna(True).astype(bool)
    greatest = hit.where(may_hit, (weights * 0).where(may_be_left_out, miss)).sum()
    least = miss.where(may_miss, (weights * 0).where(may_be_left_out, hit)).sum()
    offset = bound.limit if bound.kind == "count" else 0.0
    return float(least) - offset, float(greatest) - offset


def _items(rule: Rule, outcome: Outcome, shown: int) -> int:
    """Count what the evidence is the beginning of: findings, or rows."""
    if outcome.failing is None or rule.table.name == "vendor":
        return shown
    if rule.table.name == "findings":
        return _weight(rule, outcome.failing, masks.constant(outcome.failing, True))
    return len(outcome.failing)


def _weight(rule: Rule, frame: pd.DataFrame, rows: masks.Mask, *, failing: bool = False) -> int:
    """Add up how many items the rows stand for."""
    column = rule.table.failing_weight if failing and rule.table.failing_weight else rule.table.weight
    if column is None:
        return int(rows.sum())
    return int(frame.loc[rows, column].fillna(1).sum())
