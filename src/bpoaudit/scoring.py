"""Turn verdicts into a score: a product of factors, one a rule, with a range for what is unknown.

    factor of a failed rule   1 - d * g
    d    weight of the severity: critical 0.60, high 0.25, medium 0.10, low 0.03
    g    0.5 + 0.5 * log10(1 + 999 * failed / checked) / 3, in (0.5, 1]: any failure costs at least
         half of what failing everywhere would
    high 100 * product over failed rules                        what is unknown counts as passed
    low  high * product over unknown rules of (1 - d)           … as failed everywhere
    cap  39 where a critical rule fails, 79 where a high one does; for `low` also where it is unknown

The published value is `low`. A product, because every average can be raised by hiding evidence or
by adding rules that pass; here neither can: each factor lies in (0, 1] and depends on its own rule
alone. Waived failures count; a baseline does not matter. Not applicable and upcoming rules have no
factor. Numbers are rounded to one decimal at the end only.

An area or a law whose rules had nothing to check has no score of its own: 100 would assure of what nobody
looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from bpoaudit.model import (
    Assurance,
    Coverage,
    Deduction,
    DomainScore,
    PackScore,
    Score,
    Severity,
    Status,
    Verdict,
)

MODEL: Final = 1
"""Version of the formula; scores are comparable only within one."""

LOSS: Final = {Severity.CRITICAL: 0.60, Severity.HIGH: 0.25, Severity.MEDIUM: 0.10, Severity.LOW: 0.03}
WEIGHT: Final = {Severity.CRITICAL: 10, Severity.HIGH: 7, Severity.MEDIUM: 4, Severity.LOW: 1}
"""What a rule counts in the coverage."""
CAPS: Final = ((Severity.CRITICAL, 39.0), (Severity.HIGH, 79.0))
GRADES: Final = ((90.0, "A"), (80.0, "B"), (65.0, "C"), (40.0, "D"), (0.0, "F"))

MIN_RULE_COVERAGE: Final = 0.80
"""Below it more than a fifth of the weight rests on nothing but the lack of an answer: the lower
bound then measures the questionnaire and not the vendor."""
MIN_DELIVERY_COVERAGE: Final = 0.95
"""Of the sources and of the known records. What is not read is not a random sample (it is what is
encrypted, broken or unusual), so a twentieth is as much as a level of assurance can bear."""

_OPEN = frozenset({Status.UNKNOWN, Status.ERROR})
_ASSESSED = frozenset({Status.PASS, Status.FAIL})


def score(verdicts: Sequence[Verdict], coverage: Coverage) -> Score:
    """Score an audit; pure and independent of the order of `verdicts`.

    `value`, `low` and `high` are None when no rule could be assessed. Where the rules or the
    delivery are covered less than the floors, the assurance is inconclusive and there is no grade.
    """
    read = delivery_coverage(coverage)
    low, high = _range(verdicts)
    assurance = _assurance(verdicts, low, read)
    value = None if low is None else _rounded(low)
    conclusive = value is not None and assurance is not Assurance.INCONCLUSIVE
    cap, deductions = _deductions(verdicts, value)
    return Score(
        value=value,
        low=value,
        high=None if high is None else _rounded(high),
        coverage=round(rule_coverage(verdicts), 4),
        grade=_grade(value) if value is not None and conclusive else None,
        assurance=assurance,
        model=MODEL,
        cap=cap,
        deductions=deductions,
        domains=tuple(_domains(verdicts, read)),
        packs=tuple(_packs(verdicts, read)),
        if_waived=_if_waived(verdicts),
    )


def rule_coverage(verdicts: Iterable[Verdict]) -> float:
    """Return the share of the applicable rules' weight that could be assessed; 0 without any."""
    assessed = applicable = 0
    for verdict in verdicts:
        if verdict.status in _ASSESSED | _OPEN:
            applicable += WEIGHT[verdict.severity]
            assessed += WEIGHT[verdict.severity] * (verdict.status in _ASSESSED)
    return assessed / applicable if applicable else 0.0


def delivery_coverage(coverage: Coverage) -> float:
    """Return the lower of the shares of sources and of records that were read; 0 of nothing.

    A delivery of empty files has no records to miss, so without known records only sources count.
    """
    sources, records = coverage.sources, coverage.records
    if not sources.total:
        return 0.0
    share = sources.read / sources.total
    return min(share, records.read / records.total) if records.total else share


def factor(verdict: Verdict) -> float:
    """Return what a verdict leaves of the lower bound, in (0, 1]."""
    loss = LOSS[verdict.severity]
    if verdict.status is Status.FAIL:
        return 1 - loss * _spread(verdict)
    return 1 - loss if verdict.status in _OPEN else 1.0


def _spread(verdict: Verdict) -> float:
    """Grade a failure by how widespread it is, on a logarithmic scale."""
    share = min(1.0, verdict.failed / verdict.checked) if verdict.checked else 1.0
    return 0.5 + 0.5 * math.log10(1 + 999 * share) / 3


def _product(verdicts: Iterable[Verdict]) -> float:
    # Sorted, so that the last bit does not depend on the order of the verdicts.
    return 100 * math.prod(sorted(factor(verdict) for verdict in verdicts))


def _cap(verdicts: Iterable[Verdict], statuses: frozenset[Status]) -> float:
    hit = {verdict.severity for verdict in verdicts if verdict.status in statuses}
    return next((cap for severity, cap in CAPS if severity in hit), 100.0)


def _range(verdicts: Sequence[Verdict]) -> tuple[float | None, float | None]:
    if not any(verdict.status in _ASSESSED for verdict in verdicts):
        return None, None
    failed = frozenset({Status.FAIL})
    high = _product(verdict for verdict in verdicts if verdict.status in failed)
    low = _product(verdicts)
    return min(low, _cap(verdicts, failed | _OPEN)), min(high, _cap(verdicts, failed))


def _range_of_part(verdicts: Sequence[Verdict]) -> tuple[float | None, float | None]:
    if all(verdict.unconcerned for verdict in verdicts if verdict.status in _ASSESSED):
        return None, None
    return _range(verdicts)


def _if_waived(verdicts: Sequence[Verdict]) -> float | None:
    """Return what the value would be if accepted failures had passed."""
    if not any(verdict.accepted for verdict in verdicts):
        return None
    low, _ = _range([v.model_copy(update={"status": Status.PASS}) if v.accepted else v for v in verdicts])
    return None if low is None else _rounded(low)


def _assurance(verdicts: Sequence[Verdict], low: float | None, read: float) -> Assurance:
    if low is None or rule_coverage(verdicts) < MIN_RULE_COVERAGE or read < MIN_DELIVERY_COVERAGE:
        return Assurance.INCONCLUSIVE
    failed = {verdict.severity for verdict in verdicts if verdict.status is Status.FAIL}
    shown = _rounded(low)
    if Severity.CRITICAL in failed:
        return Assurance.VERY_LIMITED
    if Severity.HIGH in failed or shown < 70:
        return Assurance.LIMITED
    return Assurance.HIGH if shown >= 90 and failed <= {Severity.LOW} else Assurance.REASONABLE


def _grade(value: float) -> str:
    return next(letter for floor, letter in GRADES if value >= floor)


def _deductions(verdicts: Sequence[Verdict], value: float | None) -> tuple[int | None, tuple[Deduction, ...]]:
    """Share out what is missing from 100, in tenths that add up exactly; worst first.

    The product is turned into a sum by logarithms. What the cap takes on top is a line of its own.
    """
    if value is None:
        return None, ()
    factors = {verdict.rule: factor(verdict) for verdict in verdicts if factor(verdict) < 1}
    uncapped = _product(verdicts)
    limit = _cap(verdicts, frozenset({Status.FAIL}) | _OPEN)
    capped = max(0, _tenths(uncapped) - _tenths(value))
    tenths = 1000 - _tenths(value) - capped
    lines: list[Deduction] = []
    if capped:
        name = next(severity for severity, cap in CAPS if cap == limit)
        lines.append(Deduction(rule=f"cap:{name}", points=capped / 10))
    logs = {rule: -math.log(each) for rule, each in factors.items()}
    total = math.fsum(logs.values())
    exact = {rule: tenths * each / total for rule, each in logs.items()}
    points = {rule: math.floor(each) for rule, each in exact.items()}
    # The largest remainders get the tenths that rounding down left over; ties go by name.
    left = tenths - sum(points.values())
    for rule in sorted(exact, key=lambda rule: (points[rule] - exact[rule], rule))[:left]:
        points[rule] += 1
    lines += [Deduction(rule=rule, points=tenth / 10) for rule, tenth in points.items()]
    return int(limit) if capped else None, tuple(sorted(lines, key=lambda line: (-line.points, line.rule)))


def _domains(verdicts: Sequence[Verdict], read: float) -> Iterable[DomainScore]:
    for domain in sorted({verdict.domain for verdict in verdicts}):
        members = [verdict for verdict in verdicts if verdict.domain == domain]
        low, high = _range_of_part(members)
        yield DomainScore(
            domain=domain,
            low=None if low is None else _rounded(low),
            high=None if high is None else _rounded(high),
            coverage=round(rule_coverage(members), 4),
            assurance=_assurance(members, low, read),
        )


def _packs(verdicts: Sequence[Verdict], read: float) -> Iterable[PackScore]:
    for pack in sorted({pack for verdict in verdicts for pack in verdict.packs}):
        members = [verdict for verdict in verdicts if pack in verdict.packs]
        low, high = _range_of_part(members)
        yield PackScore(
            pack=pack,
            low=None if low is None else _rounded(low),
            high=None if high is None else _rounded(high),
            coverage=round(rule_coverage(members), 4),
            assurance=_assurance(members, low, read),
        )


def _rounded(number: float) -> float:
    return round(number, 1)


def _tenths(number: float) -> int:
    return round(_rounded(number) * 10)
