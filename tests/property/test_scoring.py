"""The score: a worked example, and the laws that no set of verdicts may break."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.model import (
    Assurance,
    Coverage,
    Remediation,
    Score,
    Severity,
    Share,
    Status,
    Verdict,
)
from bpoaudit.scoring import LOSS, delivery_coverage, factor, score
from tests.report.factories import waived

C, H, M, L = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW
PASS, FAIL, UNKNOWN, NA = Status.PASS, Status.FAIL, Status.UNKNOWN, Status.NOT_APPLICABLE


def _share(read: int, total: int) -> Share:
    return Share(read=read, total=total)


def _coverage(sources: tuple[int, int] = (1, 1), records: tuple[int, int] = (1, 1)) -> Coverage:
    return Coverage(sources=_share(*sources), bytes=_share(1, 1), records=_share(*records))


ALL = _coverage()


def _verdict(
    rule: str,
    severity: Severity,
    status: Status,
    failed: int = 0,
    checked: int = 1,
    domain: str = "masking",
    **more: Any,
) -> Verdict:
    return Verdict(
        rule=rule, packs=("p",), title="t", severity=severity, domain=domain, status=status, checked=checked,
        failed=failed, references=(), criteria="c", message="m", effect="e",
        remediation=Remediation(text="r"), **more,
    )  # fmt: skip


EXAMPLE = [
    _verdict("art32-card-clear", C, PASS, 0, 5000),
    _verdict("art5-1c-minimisation", H, FAIL, 250, 5000),
    _verdict("art5-1e-retention", M, FAIL, 4, 40, "retention"),
    _verdict("art32-email-mask", H, PASS),
    _verdict("art28-dpa", H, PASS, domain="contract"),
    _verdict("art30-ropa", M, UNKNOWN, domain="governance"),
    _verdict("art44-transfer", H, NA, domain="transfers"),
    _verdict("art9-special", L, PASS, 0, 10),
]


def test_a_worked_example() -> None:
    result = score(EXAMPLE, ALL)

    assert (result.value, result.low, result.high, result.grade, result.cap) == (66.3, 66.3, 73.7, "C", None)
    assert result.coverage == 0.9
    assert {line.rule: line.points for line in result.deductions} == {
        "art5-1c-minimisation": 17.9, "art30-ropa": 8.6, "art5-1e-retention": 7.2,
    }  # fmt: skip
    assert result.assurance is Assurance.LIMITED


def test_three_clear_cards_cap_the_example() -> None:
    result = score([_verdict("art32-card-clear", C, FAIL, 3, 5000), *EXAMPLE[1:]], ALL)

    assert (result.value, result.grade, result.cap) == (39.0, "F", 39)
    assert {line.rule: line.points for line in result.deductions}["cap:critical"] == 6.1
    assert result.assurance is Assurance.VERY_LIMITED


def test_a_domain_is_scored_by_its_own_rules() -> None:
    domains = {domain.domain: domain for domain in score(EXAMPLE, ALL).domains}

    assert sorted(domains) == ["contract", "governance", "masking", "retention", "transfers"]
    assert (domains["masking"].low, domains["masking"].assurance) == (79.0, Assurance.LIMITED)
    assert (domains["retention"].low, domains["retention"].assurance) == (91.7, Assurance.REASONABLE)
    assert (domains["governance"].low, domains["governance"].assurance) == (None, Assurance.INCONCLUSIVE)
    assert (domains["transfers"].low, domains["transfers"].coverage) == (None, 0.0)
    assert domains["contract"].assurance is Assurance.HIGH


@pytest.mark.parametrize(
    ("verdicts", "value", "assurance", "grade"),
    [
        ([_verdict("a", C, PASS)], 100.0, Assurance.HIGH, "A"),
        ([_verdict("a", L, FAIL, 1)], 97.0, Assurance.HIGH, "A"),
        ([_verdict("a", M, FAIL, 1)], 90.0, Assurance.REASONABLE, "A"),
        ([_verdict("a", H, FAIL, 1)], 75.0, Assurance.LIMITED, "C"),
        ([_verdict("a", C, FAIL, 1)], 39.0, Assurance.VERY_LIMITED, "F"),
        ([_verdict(f"m{n}", M, FAIL, 1) for n in range(4)], 65.6, Assurance.LIMITED, "C"),
        ([_verdict("a", C, UNKNOWN), *(_verdict(f"p{n}", C, PASS) for n in range(9))], 39.0, Assurance.LIMITED, "F"),
        ([_verdict("a", M, Status.ERROR), *(_verdict(f"p{n}", C, PASS) for n in range(9))], 90.0,
         Assurance.HIGH, "A"),
        ([_verdict("a", H, UNKNOWN), _verdict("b", H, PASS)], 75.0, Assurance.INCONCLUSIVE, None),
    ],
)  # fmt: skip
def test_levels_of_assurance(
    verdicts: list[Verdict], value: float, assurance: Assurance, grade: str | None
) -> None:
    result = score(verdicts, ALL)

    assert (result.value, result.assurance, result.grade) == (value, assurance, grade)


@pytest.mark.parametrize("statuses", [[], [NA, NA], [UNKNOWN], [Status.ERROR, NA], [Status.UPCOMING]])
def test_nothing_assessed_is_no_score(statuses: list[Status]) -> None:
    result = score([_verdict(f"r{n}", H, status) for n, status in enumerate(statuses)], ALL)

    assert (result.value, result.low, result.high, result.grade, result.cap) == (None, None, None, None, None)
    assert result.assurance is Assurance.INCONCLUSIVE
    assert result.deductions == ()
    assert result.coverage == 0.0


@pytest.mark.parametrize(
    ("coverage", "share", "conclusive"),
    [
        (_coverage((95, 100), (1, 1)), 0.95, True),
        (_coverage((94, 100), (1, 1)), 0.94, False),
        (_coverage((1, 1), (949, 1000)), 0.949, False),
        (_coverage((1, 1), (0, 0)), 1.0, True),
        (_coverage((0, 0), (0, 0)), 0.0, False),
    ],
)
def test_what_was_not_read_makes_it_inconclusive(coverage: Coverage, share: float, conclusive: bool) -> None:
    result = score([_verdict("a", H, PASS)], coverage)

    assert delivery_coverage(coverage) == share
    assert (result.assurance is not Assurance.INCONCLUSIVE) is conclusive
    assert (result.grade is not None) is conclusive
    assert result.value == 100.0


def test_an_area_of_which_nothing_was_checked_has_no_score() -> None:
    nothing = _verdict("pause", C, PASS, checked=0, domain="recording")
    result = score([*EXAMPLE, nothing], ALL)
    area = next(each for each in result.domains if each.domain == "recording")
    assert (area.low, area.high, area.assurance) == (None, None, Assurance.INCONCLUSIVE)
    assert result.value == score(EXAMPLE, ALL).value
    too_few = _verdict("too-few", L, FAIL, failed=1, checked=0, domain="recording")
    area = next(each for each in score([nothing, too_few], ALL).domains if each.domain == "recording")
    assert area.low is not None


def test_a_waiver_or_a_baseline_does_not_raise_the_score() -> None:
    plain = score([_verdict("a", H, FAIL, 1), _verdict("b", M, FAIL, 1)], ALL)
    accepted = _verdict("a", H, FAIL, 1, waiver=waived(), baseline="unchanged")
    partly = _verdict("b", M, FAIL, 1, partly_waived=waived(of=2))
    result = score([accepted, partly], ALL)

    assert plain.if_waived is None
    assert result.if_waived == score([_verdict("a", H, PASS), _verdict("b", M, FAIL, 1)], ALL).value
    assert result.model_copy(update={"if_waived": None}) == plain


# --- laws ----------------------------------------------------------------------------------------

OUTCOMES = st.sampled_from([PASS, FAIL, UNKNOWN, NA, Status.ERROR, Status.UPCOMING])


@st.composite
def _portfolios(draw: st.DrawFn) -> list[Verdict]:
    verdicts = []
    for number in range(draw(st.integers(0, 14))):
        status = draw(OUTCOMES)
        checked = draw(st.integers(1, 10**6))
        failed = draw(st.integers(1, checked)) if status is FAIL else 0
        severity, domain = draw(st.sampled_from(list(Severity))), draw(st.sampled_from("ab"))
        verdicts.append(_verdict(f"r{number}", severity, status, failed, checked, domain))
    return verdicts


PORTFOLIOS = _portfolios()


def _changed(verdicts: list[Verdict], index: int, **changes: Any) -> list[Verdict]:
    return [verdict.model_copy(update=changes) if number == index else verdict
            for number, verdict in enumerate(verdicts)]  # fmt: skip


def _with(status: Status) -> st.SearchStrategy[tuple[list[Verdict], int]]:
    """Portfolios with one rule of the given status, and its index."""
    return PORTFOLIOS.filter(bool).flatmap(
        lambda verdicts: st.integers(0, len(verdicts) - 1).map(
            lambda index: (
                _changed(
                    verdicts, index, status=status, failed=verdicts[index].failed or int(status is FAIL)
                ),
                index,
            )
        )
    )


def _not_above(after: Score, before: Score) -> bool:
    """Tell whether nothing rose. No score at all stands below every score: its gate fails."""
    if after.low is None or after.high is None:
        return True
    return (
        before.low is not None
        and before.high is not None
        and after.low <= before.low
        and after.high <= before.high
    )


@given(PORTFOLIOS)
def test_bounded_and_ordered(verdicts: list[Verdict]) -> None:
    result = score(verdicts, ALL)

    assert 0.0 <= result.coverage <= 1.0
    if result.value is not None and result.low is not None and result.high is not None:
        assert 0.0 <= result.low <= result.high <= 100.0
        assert result.value == result.low
    assert all(0.0 < factor(verdict) <= 1.0 for verdict in verdicts)


@given(PORTFOLIOS)
def test_deductions_add_up_to_what_is_missing(verdicts: list[Verdict]) -> None:
    result = score(verdicts, ALL)
    lost = round(sum(line.points for line in result.deductions), 1)

    assert lost == (0.0 if result.value is None else round(100 - result.value, 1))
    assert all(line.points >= 0 for line in result.deductions)
    capped = [line for line in result.deductions if line.rule.startswith("cap:")]
    assert len(capped) == (result.cap is not None)


@given(PORTFOLIOS, st.randoms())
def test_the_order_of_the_verdicts_does_not_matter(verdicts: list[Verdict], rng: random.Random) -> None:
    shuffled = list(verdicts)
    rng.shuffle(shuffled)

    assert score(shuffled, ALL) == score(verdicts, ALL)


@given(_with(PASS), st.integers(1, 10**6))
def test_a_pass_that_becomes_a_failure_never_raises(case: tuple[list[Verdict], int], failed: int) -> None:
    verdicts, index = case
    worse = _changed(verdicts, index, status=FAIL, failed=min(failed, verdicts[index].checked))

    assert _not_above(score(worse, ALL), score(verdicts, ALL))


@given(_with(FAIL), st.integers(1, 10**6))
def test_more_failing_items_never_raise(case: tuple[list[Verdict], int], more: int) -> None:
    verdicts, index = case
    worse = _changed(verdicts, index, failed=min(verdicts[index].failed + more, verdicts[index].checked))

    assert _not_above(score(worse, ALL), score(verdicts, ALL))


@given(_with(FAIL))
def test_hiding_a_failure_never_raises_the_published_score(case: tuple[list[Verdict], int]) -> None:
    verdicts, index = case
    before, after = score(verdicts, ALL), score(_changed(verdicts, index, status=UNKNOWN, failed=0), ALL)

    assert after.low is None or (before.low is not None and after.low <= before.low)


@given(_with(PASS))
def test_hiding_a_pass_never_raises(case: tuple[list[Verdict], int]) -> None:
    verdicts, index = case

    assert _not_above(score(_changed(verdicts, index, status=UNKNOWN), ALL), score(verdicts, ALL))


@given(st.sampled_from([FAIL, UNKNOWN]).flatmap(_with))
def test_a_higher_severity_never_raises(case: tuple[list[Verdict], int]) -> None:
    verdicts, index = case
    severities = list(Severity)
    worse = severities[max(0, severities.index(verdicts[index].severity) - 1)]

    assert _not_above(score(_changed(verdicts, index, severity=worse), ALL), score(verdicts, ALL))


@given(PORTFOLIOS, st.sampled_from(list(Severity)))
def test_a_passing_rule_changes_no_number(verdicts: list[Verdict], severity: Severity) -> None:
    before = score(verdicts, ALL)
    after = score([*verdicts, _verdict("new", severity, PASS)], ALL)

    if before.value is not None:
        assert (after.low, after.high, after.deductions) == (before.low, before.high, before.deductions)
        assert after.coverage >= before.coverage


@given(PORTFOLIOS)
def test_five_packs_with_nothing_wrong_cost_nothing(verdicts: list[Verdict]) -> None:
    clean = [_verdict(f"{pack}{n}", H, PASS, 0, 100) for pack in "abcde" for n in range(20)]
    before, after = score(verdicts, ALL), score([*verdicts, *clean], ALL)

    if before.value is not None:
        assert after.value == before.value
        assert not (before.grade and before.grade != after.grade)


@given(PORTFOLIOS)
def test_an_unread_delivery_never_gets_a_grade(verdicts: list[Verdict]) -> None:
    result = score(verdicts, _coverage((9, 10)))

    assert result.grade is None
    assert result.assurance is Assurance.INCONCLUSIVE


def test_any_failure_costs_at_least_half_of_its_severity() -> None:
    for severity, loss in LOSS.items():
        one = factor(_verdict("a", severity, FAIL, 1, 10**9))
        every = factor(_verdict("a", severity, FAIL, 10**9, 10**9))
        assert one == pytest.approx(1 - loss / 2, abs=1e-6)
        assert every == pytest.approx(1 - loss)


def test_each_pack_is_scored_by_itself() -> None:
    def verdict(rule: str, packs: tuple[str, ...], status: Status) -> Verdict:
        made = _verdict(rule, Severity.HIGH, status)
        return made.model_copy(update={"packs": packs})

    result = score([verdict("a", ("gdpr", "pci"), Status.PASS), verdict("b", ("pci",), Status.FAIL)], ALL)
    low = {each.pack: each.low for each in result.packs}
    assert low["gdpr"] == 100.0
    assert low["pci"] == result.value


@given(PORTFOLIOS, PORTFOLIOS, st.randoms())
def test_the_score_of_a_law_hangs_on_its_own_rules(
    own: list[Verdict], others: list[Verdict], rng: random.Random
) -> None:
    mine = [each.model_copy(update={"rule": f"a/{n}", "packs": ("a",)}) for n, each in enumerate(own)]
    shared = [each.model_copy(update={"packs": ("a", "b")}) if rng.random() < 0.5 else each for each in mine]
    rest = [each.model_copy(update={"rule": f"c/{n}", "packs": ("c",)}) for n, each in enumerate(others)]

    alone = {each.pack: each for each in score(mine, ALL).packs}
    together = {each.pack: each for each in score([*shared, *rest], ALL).packs}

    assert alone.get("a") == together.get("a")


@given(PORTFOLIOS)
def test_a_rule_counts_once_however_many_laws_ask_for_it(verdicts: list[Verdict]) -> None:
    several = [each.model_copy(update={"packs": ("a", "b", "c", "d", "e")}) for each in verdicts]

    once, often = score(verdicts, ALL), score(several, ALL)

    assert (once.low, once.high, once.deductions) == (often.low, often.high, often.deductions)
    assert len({(each.low, each.high, each.coverage) for each in often.packs}) <= 1
