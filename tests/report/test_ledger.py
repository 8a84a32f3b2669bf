from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.model import Deduction, Score
from bpoaudit.report.ledger import ledger, tenths_lost

from .sample import SCORE, audit_result, clean_result, unassessed_result


def _score(points: list[float]) -> Score:
    deductions = tuple(Deduction(rule=f"r{i:02}", points=p) for i, p in enumerate(points))
    value = 100 - sum(points)
    return SCORE.model_copy(update={"value": value, "low": value, "high": value, "deductions": deductions})


@given(st.lists(st.floats(0.001, 4), max_size=25))
def test_the_printed_deductions_add_up_to_the_printed_score(points: list[float]) -> None:
    shown = ledger(audit_result(score=_score(points)))
    assert shown is not None
    printed = sum(round(10 * float(row.points)) for row in shown.rows)
    assert printed == round(10 * float(shown.total)) == 1000 - round(10 * float(shown.score))


@given(st.lists(st.floats(0.001, 4), max_size=25))
def test_no_deduction_is_off_by_a_tenth_or_more(points: list[float]) -> None:
    lost = tenths_lost(_score(points))
    assert all(abs(lost[f"r{i:02}"] - 10 * p) < 1 for i, p in enumerate(points))


def test_the_sample_adds_up_largest_first_and_the_cap_last() -> None:
    shown = ledger(audit_result())
    assert shown is not None
    assert [row.points for row in shown.rows] == [
        "31.9",
        "12.4",
        "9.4",
        "3.2",
        "2.0",
        "1.0",
        "0.6",
        "0.3",
        "0.2",
    ]
    assert (shown.total, shown.score) == ("61.0", "39.0")
    assert [row.outcome for row in shown.rows[3:6]] == ["needs a person", "failed", "not tested"]
    assert shown.rows[-1].title.startswith("Ceiling of 39")


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
