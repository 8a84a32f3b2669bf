from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.catalog import CATALOG
from bpoaudit.detect import confidence, matches
from bpoaudit.detect.confidence import Origin, Place, Step, calibrated, read, threshold
from bpoaudit.detect.matches import GIVEN_NAMES, RAMPART, SPACY, Match

STEPS = (Step(0.5, 0.7, 30, 40), Step(0.8, 0.75, 70, 90))


def test_a_measured_score_has_its_confidence() -> None:
    assert read(STEPS, 0.8) == (0.75, STEPS[1])


@pytest.mark.parametrize(("score", "worth"), [(0.4, 0.4), (0.6, 0.7), (0.72, 0.72), (0.78, 0.75), (0.9, 0.9)])
def test_another_score_stands_between_the_measured_ones(score: float, worth: float) -> None:
    assert read(STEPS, score) == (worth, None)


@given(st.lists(st.floats(0, 1).map(lambda score: round(score, 2)), min_size=2))
def test_a_higher_score_is_never_worth_less(scores: list[float]) -> None:
    for low, high in pairwise(sorted(scores)):
        assert read(STEPS, low).confidence <= read(STEPS, high).confidence


def test_an_origin_that_was_not_measured_keeps_its_score() -> None:
    assert calibrated(Origin("Employee number", "EMPLOYEE_ID", False, False), 0.65) == (0.65, None)


def test_the_table_holds_known_entities_and_rises() -> None:
    for origin, steps in confidence._steps().items():
        assert origin.entity in CATALOG
        assert [s.score for s in steps] == sorted({s.score for s in steps})
        assert [s.confidence for s in steps] == sorted(s.confidence for s in steps)
        assert all(0 <= s.right <= s.of and 0 < s.confidence <= 1 for s in steps)


def test_what_a_check_digit_proves_stays_sure() -> None:
    for origin, steps in confidence._steps().items():
        if origin.recognizer in ("IbanRecognizer", "CreditCardRecognizer", "PlPeselRecognizer"):
            assert all(step.confidence >= 0.9 for step in steps if step.score >= 0.95 and not origin.column)


def test_rules_still_act_on_what_they_acted_on() -> None:
    """Their least confidence is 0.6: what recognisers of identifiers, cards and special categories score so."""
    models = {RAMPART, SPACY, GIVEN_NAMES}
    for origin, steps in confidence._steps().items():
        for step in steps if origin.recognizer not in models else ():
            assert step.confidence >= 0.6 or step.score < 0.6


def test_thresholds_go_by_place_and_entity() -> None:
    assert threshold(Place.CELL) < threshold(Place.TEXT) < threshold(Place.SURPRISE) < threshold(Place.NAME)
    assert threshold(Place.NAME, "PHONE_NUMBER") > threshold(Place.NAME, "EMAIL_ADDRESS")
    assert threshold(Place.NAME, "EMAIL_ADDRESS") == threshold(Place.NAME)
    assert set(confidence._page()["thresholds"]) == {*Place}


def test_an_entity_can_ask_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = {"text": {"default": 0.4, "PERSON": 0.7}}
    monkeypatch.setattr(confidence, "_page", lambda: {"thresholds": scores})
    monkeypatch.setattr(matches, "threshold", threshold.__wrapped__)
    assert matches.counts(Match(0, 3, "PERSON", 0.7, SPACY))
    assert not matches.counts(Match(0, 3, "PERSON", 0.6, SPACY))
    assert matches.counts(Match(0, 3, "LOCATION", 0.6, SPACY))
