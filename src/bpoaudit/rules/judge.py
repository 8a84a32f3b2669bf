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

import pandas as pd

from bpoaudit.model import Severity, Status, Verdict
from bpoaudit.rules import masks
from bpoaudit.rules.facts import Facts, RuleError
from bpoaudit.rules.packs import Bound, Pack, Rule, in_force
from bpoaudit.rules.telling import MAX_EVIDENCE, Telling, evidence_of, message_of

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


def judge(packs: Sequence[Pack], facts: Facts) -> tuple[Verdict, ...]:
    """Judge every rule of `packs` once; sorted by severity, worst first, then by id."""
    rules: dict[str, Rule] = {}
    holders: dict[str, list[Pack]] = {}
    for pack in packs:
        for rule in pack.rules:
            rules.setdefault(rule.id, rule)
            holders.setdefault(rule.id, []).append(pack)
    verdicts = [_verdict(rule, holders[rule.id], facts) for rule in rules.values()]
    return tuple(sorted(verdicts, key=lambda verdict: (_ORDER[verdict.severity], verdict.rule)))


def _verdict(rule: Rule, packs: Sequence[Pack], facts: Facts) -> Verdict:
    start = in_force(rule, packs, facts.as_of)
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
    return Verdict(
        rule=rule.id,
        packs=tuple(sorted(pack.id for pack in packs)),
        title=rule.form.title,
        severity=rule.severity,
        domain=rule.form.domain,
        status=outcome.status,
        checked=outcome.checked,
        failed=outcome.failed,
        references=rule.references,
        criteria=rule.form.criteria,
        message=reason or message_of(telling, evidence),
        effect=rule.form.effect,
        remediation=rule.remediation,
        evidence=evidence[:MAX_EVIDENCE],
        evidence_total=max(len(evidence), outcome.failed if evidence else 0),
        missing=outcome.missing,
    )


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
    outcome = _bound(rule, rule.expect.bound, frame, facts) if rule.expect.bound else _rows(rule, frame, facts)
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
    counted = Outcome(
        Status.PASS, _weight(rule, frame, checked), _weight(rule, frame, failing, failing=True)
    )
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
    """Hold a number or share of rows against its bound, in the best and in the worst case."""
    where = masks.truth(rule.where, frame, facts.as_of)
    fits = where & masks.truth(bound.of, frame, facts.as_of)
    certain, possible = fits.fillna(False), fits.fillna(True)
    low, high = _weight(rule, frame, certain), _weight(rule, frame, possible)
    limit = bound.limit
    total = _weight(rule, frame, where.fillna(True))
    if bound.kind == "ratio":
        limit = bound.limit * total
    best, worst = (low, high) if bound.at_most else (high, low)
    if _within(best, limit, bound.at_most):
        if _within(worst, limit, bound.at_most):
            return Outcome(Status.PASS, total)
        fields = masks.unknown_fields(rule.where, frame) | masks.unknown_fields(bound.of, frame)
        return Outcome(
            Status.UNKNOWN, total, missing=tuple(sorted(f"{rule.table.name}.{name}" for name in fields))
        )
    if bound.at_most:
        shown = frame[certain]
        failed = low if bound.kind == "ratio" else low - math.floor(limit)
        return Outcome(Status.FAIL, total, failed, shown)
    if bound.kind == "ratio":
        return Outcome(Status.FAIL, total, total - high, frame[where.fillna(True) & ~possible])
    # Too few: what is checked is the number that there should be.
    needed = math.ceil(limit)
    return Outcome(Status.FAIL, needed, needed - high)


def _within(number: float, limit: float, at_most: bool) -> bool:
    # A share times a whole number can miss it by a rounding error.
    if math.isclose(number, limit, rel_tol=1e-9, abs_tol=1e-9):
        return True
    return number < limit if at_most else number > limit


def _weight(rule: Rule, frame: pd.DataFrame, rows: masks.Mask, *, failing: bool = False) -> int:
    """Add up how many items the rows stand for."""
    column = rule.table.failing_weight if failing and rule.table.failing_weight else rule.table.weight
    if column is None:
        return int(rows.sum())
    return int(frame.loc[rows, column].fillna(1).sum())
