"""Names told by the language model: what is asked, and when nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from bpoaudit.detect.engine import Analysis, Engine
from bpoaudit.detect.matches import Match
from bpoaudit.detect.named import SAMPLE, name_shares


class Oracle:
    """An engine that takes every value with an `a` for a person, and remembers what it was asked."""

    knows_names = True

    def __init__(self) -> None:
        self.asked: list[str] = []

    def text(self, texts: Sequence[str], threshold: float) -> Iterator[Analysis]:
        self.asked += texts
        for text in texts:
            person = Match(0, len(text), "PERSON", 0.85, "SpacyRecognizer")
            yield Analysis((person,) if "a" in text else (), frozenset(), complete=True)


def shares(values: Sequence[str], oracle: Oracle) -> object:
    return name_shares(oracle, values)  # type: ignore[arg-type]


def test_the_share_of_names() -> None:
    assert shares(["Ana", "Bob", "Cara", "Dido", "Ana"], Oracle()) == {"PERSON": 0.5, "LOCATION": 0}


def test_names_are_asked_about_as_they_would_be_written() -> None:
    oracle = Oracle()
    shares(["SMITH, JOHN", "jo reyes", "CA", "Li Wei"], oracle)
    assert oracle.asked == ["John Smith", "Jo Reyes", "CA", "Li Wei"]


def test_no_more_than_a_sample_is_asked_about() -> None:
    oracle = Oracle()
    letters = "abcdefghijklmnopqrstuvwxyz"
    shares([f"N{a}{b}" for a in letters for b in letters], oracle)
    assert len(oracle.asked) == SAMPLE


@pytest.mark.parametrize(
    "values",
    [
        ["Ana"],
        ["A-1", "B-2", "C-3", "D-4", "Ana Cruz"],
        ["राजेश", "प्रिया", "अरुण", "दीपा"],
        ["1", "2", "3", "4"],
        [],
    ],
)
def test_nobody_can_tell(values: list[str]) -> None:
    assert shares(values, Oracle()) is None


def test_a_language_without_a_model_cannot_tell() -> None:
    oracle = Oracle()
    oracle.knows_names = False
    assert shares(["Ana", "Bob", "Cara", "Dido"], oracle) is None


@pytest.mark.slow
def test_the_model_tells_people_from_labels() -> None:
    engine = Engine()
    people = name_shares(
        engine, ["Hazel Robinson", "Rajesh Kumar", "Maria Santos", "Peter Novak", "Emma Brown"]
    )
    labels = name_shares(
        engine, ["Billing", "Technical Support", "Software Engineer", "Wireless Mouse", "Escalated"]
    )
    assert people is not None
    assert labels is not None
    assert people["PERSON"] >= 0.8
    assert labels["PERSON"] <= 0.2
