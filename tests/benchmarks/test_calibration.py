from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st
from measuring.calibration import FEWEST, MOST, PRIOR, Sample, fitted, written

from bpoaudit.detect.confidence import Origin

ORIGIN = Origin("ARecognizer", "PERSON", False, False)


def samples(score: float, right: int, wrong: int, name: str = "one") -> list[Sample]:
    return [Sample(name, ORIGIN, score, is_right) for is_right in [True] * right + [False] * wrong]


def test_a_share_is_drawn_to_the_score() -> None:
    [step] = fitted(samples(0.8, 10, 10))[ORIGIN]
    assert step.confidence == round((10 + PRIOR * 0.8) / (20 + PRIOR), 2) == 0.65
    assert (step.right, step.of) == (10, 20)


def test_too_few_findings_tell_nothing() -> None:
    assert fitted(samples(0.8, 0, FEWEST - 1)) == {}
    assert fitted(samples(0.8, 0, FEWEST)) != {}


def test_no_set_decides_alone() -> None:
    [step] = fitted(samples(0.8, 0, 50 * MOST, "large") + samples(0.8, MOST, 0, "small"))[ORIGIN]
    assert (step.right, step.of) == (MOST, 2 * MOST)


def test_a_higher_score_is_never_worth_less() -> None:
    low, high = fitted(samples(0.5, 90, 10) + samples(0.8, 50, 50))[ORIGIN]
    assert low.confidence == high.confidence == 0.69
    assert (low.right, high.right) == (90, 50)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.4, 0.55, 0.6, 0.85, 0.95, 1.0]), st.integers(0, 150), st.integers(0, 150)
        )
    )
)
def test_confidence_is_a_share_that_rises_with_the_score(counts: list[tuple[float, int, int]]) -> None:
    every = [sample for score, right, wrong in counts for sample in samples(score, right, wrong)]
    for steps in fitted(every).values():
        confidences = [step.confidence for step in steps]
        assert confidences == sorted(confidences)
        assert all(0 <= confidence <= 1 for confidence in confidences)
        assert [step.score for step in steps] == sorted({step.score for step in steps})


def test_the_order_of_the_samples_changes_nothing() -> None:
    every = samples(0.5, 30, 10) + samples(0.8, 20, 15, "two") + samples(0.8, 0, 12)
    assert fitted(every) == fitted(reversed(every))


def test_what_is_written_reads_as_yaml() -> None:
    [row] = yaml.safe_load(written(fitted(samples(0.8, 20, 0))))
    assert row == {
        "recognizer": "ARecognizer", "entity": "PERSON", "column": False, "agreed": False,
        "score": 0.8, "confidence": 0.9, "right": 20, "of": 20,
    }  # fmt: skip
