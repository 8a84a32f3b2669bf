from __future__ import annotations

import pytest

from bpoaudit.model import Assurance, AuditResult, Severity, Status
from bpoaudit.report.cards import finding_cards
from bpoaudit.report.follow_up import action_plan
from bpoaudit.report.scorecard import (
    areas,
    coverage_line,
    headline,
    laws,
    sampling_note,
    score_range,
    sentence,
    tally,
)
from bpoaudit.scoring import score as scored

from .factories import verdict
from .sample import AUDIT, DELIVERY, SCORE, VERDICTS, audit_result, clean_result, unassessed_result


def _headline(result):  # type: ignore[no-untyped-def]
    return headline(result, action_plan(finding_cards(result)))


def test_the_sentence_says_what_failed_what_is_open_and_what_was_not_read() -> None:
    assert sentence(audit_result()) == (
        "4 rules failed: 1 critical, 2 high and 1 low; 1 failure is accepted by waiver; "
        "3 rules could not be judged; 3 sources could not be fully read."
    )
    assert sentence(clean_result()) == "No rule failed."
    assert sentence(unassessed_result()) == (
        "No rule failed; 1 rule could not be judged; 1 source could not be fully read."
    )


def test_tally_keeps_waived_failures_apart_and_its_bar_adds_up() -> None:
    counts = tally(VERDICTS)
    assert (counts.failed, counts.waived, counts.unknown, counts.error, counts.passed) == (4, 1, 2, 1, 12)
    assert counts.applicable == 20 == sum(segment.count for segment in counts.bar)
    assert counts.outside == "1 more not applicable and 1 not yet in force"


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (66.3, 73.7, "66–74"),
        (39.0, 39.0, "39"),
        (89.95, 89.95, "89"),
        (99.2, 100.0, "99–100"),
        (None, None, "not assessed"),
    ],
)
def test_a_range_never_promises_more_than_was_computed(
    low: float | None, high: float | None, shown: str
) -> None:
    assert score_range(low, high) == shown


def test_the_score_is_not_rounded_up_into_the_next_grade() -> None:
    score = SCORE.model_copy(update={"value": 89.96, "low": 89.96, "high": 95.0, "grade": "B"})
    assert _headline(audit_result(score=score)).score == "89"


def test_inconclusive_shows_the_range_and_no_grade() -> None:
    score = SCORE.model_copy(
        update={"assurance": Assurance.INCONCLUSIVE, "value": 41.0, "low": 41.0, "high": 88.5, "grade": "D"}
    )
    head = _headline(audit_result(score=score))
    assert (head.score, head.grade, head.level) == ("41–89", None, "inconclusive")


def test_nothing_assessed_is_no_score_and_no_ring() -> None:
    head = _headline(unassessed_result())
    assert (head.score, head.ring, head.grade) == (None, None, None)


def test_top_actions_are_three_and_said_once() -> None:
    same = tuple(verdict(f"r{i}", Status.FAIL) for i in range(3))
    texts = [action.text for action in _headline(audit_result(verdicts=VERDICTS + same)).actions]
    assert len(texts) == len(set(texts)) == 3
    assert texts[0].startswith("Redact health terms")
    (only,) = _headline(audit_result(verdicts=same)).actions
    assert only.ref == "F1"


def test_coverage_has_its_denominators() -> None:
    line = coverage_line(DELIVERY.coverage, [source.status for source in DELIVERY.sources])
    assert line == (
        "Read 64 of 67 sources, 133,942 of 134,064 records, 50.1 MiB of 119 MiB; "
        "3 not fully read and 1 excluded by the profile (3.0 MiB)."
    )


def test_a_sample_is_announced() -> None:
    assert sampling_note(AUDIT.options) is None
    assert "at most 500 records" in (sampling_note({"sample": 500}) or "")


def test_areas_stand_weakest_first_with_their_biggest_finding() -> None:
    result = audit_result()
    rows = areas(result, finding_cards(result))
    assert [row.assurance for row in rows] == [
        "Very limited", "Limited", "Limited", "Inconclusive", "Inconclusive", "Inconclusive", "Reasonable",
        "High", "High", "High", "Not assessed",
    ]  # fmt: skip
    assert rows[0].biggest is not None
    assert rows[0].biggest.ref == "F1"
    assert sum(row.tally.applicable for row in rows) == 20


def _with_nothing_to_check() -> AuditResult:
    """One rule passed on what it checked; another area's only rule met nothing to check."""
    verdicts = (
        verdict("gdpr/checked", Status.PASS, domain="masking"),
        verdict("gdpr/nothing", Status.PASS, domain="masking", checked=0),
        verdict("pci/nothing", Status.PASS, domain="recording", packs=("pci-dss-4",), checked=0),
    )
    return audit_result(verdicts=verdicts, score=scored(verdicts, DELIVERY.coverage))


def test_a_pass_that_checked_nothing_is_counted_apart() -> None:
    counts = tally(_with_nothing_to_check().verdicts)
    assert (counts.passed, counts.unconcerned, counts.applicable) == (1, 2, 3)
    assert counts.told == ("1 passed", "2 with nothing to check")
    assert [(segment.label, segment.count) for segment in counts.bar] == [
        ("passed", 1),
        ("with nothing to check", 2),
    ]


@pytest.mark.parametrize("by_an_earlier_version", [False, True])
def test_an_area_or_law_of_which_nothing_was_checked_is_not_assessed(by_an_earlier_version: bool) -> None:
    result = _with_nothing_to_check()
    if by_an_earlier_version:
        full = {"low": 100.0, "high": 100.0, "assurance": Assurance.HIGH}
        domains = tuple(each.model_copy(update=full) for each in result.score.domains)
        packs = tuple(each.model_copy(update=full) for each in result.score.packs)
        result = result.model_copy(
            update={"score": result.score.model_copy(update={"domains": domains, "packs": packs})}
        )
    masking, recording = areas(result, finding_cards(result))
    assert (masking.name, masking.tally.passed) == ("Masking", 1)
    assert (recording.name, recording.assurance, recording.level) == ("Recording", "Not assessed", "none")
    assert (recording.range, recording.tally.passed, recording.tally.unconcerned) == ("–", 0, 1)
    assert [law.assurance for law in laws(result) if law.title.startswith("pci")] == ["Not assessed"]


def test_what_is_open_beside_nothing_checked_gives_no_score() -> None:
    verdicts = (
        verdict("gdpr/nothing", Status.PASS, checked=0, severity=Severity.CRITICAL),
        verdict("gdpr/open", Status.UNKNOWN, checked=0, severity=Severity.LOW),
    )
    result = audit_result(verdicts=verdicts, score=scored(verdicts, DELIVERY.coverage))
    (area,) = areas(result, finding_cards(result))
    assert (area.assurance, area.range) == ("Inconclusive", "not assessed")
