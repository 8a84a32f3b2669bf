from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.model import AuditResult, Deduction, Score
from bpoaudit.report.ledger import ledger
from bpoaudit.scoring import score

from .sample import SCORE, audit_result, clean_result, unassessed_result


def _score(points: list[float]) -> Score:
    deductions = tuple(Deduction(rule=f"r{i:02}", points=p) for i, p in enumerate(points))
    value = 100 - sum(points)
    return SCORE.model_copy(update={"value": value, "low": value, "high": value, "deductions": deductions})


@given(st.lists(st.integers(1, 40), max_size=25))
def test_the_printed_deductions_add_up_to_the_printed_score(tenths: list[int]) -> None:
    shown = ledger(audit_result(score=_score([tenth / 10 for tenth in tenths])))
    assert shown is not None
    assert [round(10 * float(row.points)) for row in shown.rows] == sorted(tenths, reverse=True)
    assert sum(tenths) == round(10 * float(shown.total)) == 1000 - round(10 * float(shown.score))


@pytest.mark.parametrize("result", [audit_result(), clean_result()])
def test_deductions_as_scoring_gives_them_leave_nothing_unexplained(result: AuditResult) -> None:
    scored = audit_result(verdicts=result.verdicts, score=score(result.verdicts, result.delivery.coverage))
    shown = ledger(scored)
    assert shown is not None
    assert all(row.rule for row in shown.rows)


def test_the_sample_adds_up_largest_first() -> None:
    shown = ledger(audit_result())
    assert shown is not None
    assert [row.points for row in shown.rows] == ["24.0", "13.1", "13.1", "13.1", "11.3", "4.8", "3.7", "1.2"]
    assert (shown.total, shown.score) == ("84.3", "15.7")
    assert [row.outcome for row in shown.rows[:4]] == ["failed", "needs a person", "failed", "not tested"]


def test_the_cap_is_the_last_line() -> None:
    capped = SCORE.model_copy(
        update={
            "value": 39.0,
            "cap": 39,
            "deductions": (
                Deduction(rule="cap:critical", points=40.0),
                Deduction(rule="gdpr/art9-special-category-free-text", points=21.0),
            ),
        }
    )
    shown = ledger(audit_result(score=capped))
    assert shown is not None
    assert [row.points for row in shown.rows] == ["21.0", "40.0"]
    assert shown.rows[-1].title == "Ceiling of 39 because a critical rule failed or could not be judged"


def test_points_that_no_deduction_explains_are_a_line_of_their_own() -> None:
    shown = ledger(audit_result(score=_score([10.0]).model_copy(update={"value": 70.0})))
    assert shown is not None
    assert [(row.title, row.points) for row in shown.rows][-1] == ("Not explained by a deduction", "20.0")
    assert (shown.total, shown.score) == ("30.0", "70.0")


def test_without_a_score_there_is_no_ledger() -> None:
    assert ledger(unassessed_result()) is None
    perfect = ledger(clean_result())
    assert perfect is not None
    assert perfect.rows == ()
    assert perfect.score == "100.0"
