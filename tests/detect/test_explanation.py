"""What an explanation says, and that it says nothing of the text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bpoaudit.detect.columns import HEADER, ColumnEvidence, judge_column
from bpoaudit.detect.detector import ValueCandidates
from bpoaudit.detect.explaining import explained
from bpoaudit.detect.explanation import LONGEST_PATTERN, Explanation, of_presidio
from bpoaudit.detect.matches import RAMPART, SPACY, Candidate, Match
from bpoaudit.detect.own_recognizers import OwnRecognizers, deny_lists
from bpoaudit.detect.pattern_set import PatternSet
from bpoaudit.detect.recognizer_file import load_recognizers
from bpoaudit.detect.recognizers import build
from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.routing import FieldPlan, Route
from bpoaudit.detect.spool import Spool
from bpoaudit.detect.transcript import SpokenTurn, conversation_matches
from bpoaudit.model import MaskingState

CASES = Path(__file__).parents[1] / "cases" / "recognizers"

OWN = r"""
recognizers:
  - name: Badge
    supported_language: en
    supported_entity: BADGE
    context: [badge]
    patterns: [{name: letter and digits, regex: '\bQ\d{4}X\b', score: 0.5}]
"""


@cache
def recognizers() -> tuple[Any, ...]:
    found = build("en")
    for recognizer in found:
        recognizer.explains = True
    return found


def explanations(text: str) -> Iterator[tuple[str, Explanation]]:
    for recognizer in recognizers():
        for result in recognizer.analyze(text):
            yield result.entity_type, of_presidio(result.analysis_explanation)


def explanation(text: str, entity: str) -> dict[str, Any]:
    return max((e for found, e in explanations(text) if found == entity), key=lambda e: e.score or 0).told()


def test_a_shape_tells_its_pattern_its_scores_and_the_word_that_counted() -> None:
    told = explanation("her ssn is 212-44-5566", "US_SSN")
    assert told["recognizer"] == "UsSsnRecognizer"
    assert told["pattern_name"] == "shape 1 of 3"
    assert told["pattern"] == r"\d{3}-\d{2}-\d{4}"
    assert told["original_score"] < told["score"]
    assert told["supportive_context_word"] == "ssn"
    assert "validation_result" not in told


def test_a_shape_alone_has_no_word() -> None:
    told = explanation("it says 212-44-5566", "US_SSN")
    assert "supportive_context_word" not in told
    assert told["original_score"] == told["score"]


def test_a_verified_check_digit_is_told() -> None:
    assert explanation("card number 4111 1111 1111 1111", "CREDIT_CARD")["validation_result"] is True
    assert explanation("nip: 526-000-12-46", "PL_NIP")["validation_result"] is True


@pytest.mark.parametrize("entity", ["CREDIT_CARD", "PHONE_NUMBER", "DATE_OF_BIRTH", "EMAIL_ADDRESS"])
def test_a_recogniser_without_shapes_says_what_it_does(entity: str) -> None:
    text = "card 4111 1111 1111 1111, mobile 020 7946 0018, born 03/04/1985, ann@example.org"
    assert explanation(text, entity)["textual_explanation"].startswith("Finds ")


def test_the_word_is_the_one_of_the_list() -> None:
    words = Words("account number", "PhilSys")
    for text, word in (
        ("ACCOUNT_NUMBERS: 7", "account number"),
        ("her Phil Sys is 7", "PhilSys"),
        ("7 is her accountNumber", "account number"),
        ("order number 7", ""),
    ):
        at = text.index("7")
        assert words.word(text, at, at + 1) == word
        assert words.near(text, at, at + 1) == bool(word)


def test_no_explanation_holds_a_value() -> None:
    """All texts of the case files: what was matched stands in no explanation."""
    patterns = PatternSet(recognizers(), "en")
    constant = {(type(each).__doc__ or "").partition("\n")[0] for each in recognizers()}
    seen = 0
    for path in sorted(CASES.glob("*.yaml")):
        for text in _texts(yaml.safe_load(path.read_text("utf-8"))):
            for result in patterns.analyze(text):
                told = of_presidio(result.analysis_explanation).told()
                words, value = told.pop("textual_explanation"), text[result.start : result.end]
                assert words in constant or words.startswith(f"Finds {result.entity_type} by its shape")
                if sum(map(str.isdigit, value)) >= 3 or "@" in value:
                    seen += 1
                    assert value not in str(told)
    assert seen > 500


def _texts(page: Any) -> Iterator[str]:
    if isinstance(page, str):
        yield page
    elif isinstance(page, dict):
        for value in page.values():
            yield from _texts(value)
    elif isinstance(page, list):
        for value in page:
            yield from _texts(value)


def test_a_long_pattern_is_cut() -> None:
    patterns = [
        e.pattern for text in ("DE136695976", "1Z999", "ssn 212-44-5566") for _, e in explanations(text)
    ]
    assert all(len(pattern) <= LONGEST_PATTERN for pattern in patterns if pattern)


def test_of_a_users_recogniser_the_pattern_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    own = OwnRecognizers(load_recognizers(tmp_path / "own.yaml"), explain=True)
    [match] = own.find("his badge Q1234X", 0.4)
    assert match.why is not None
    told = match.why.told()
    assert told["pattern_name"] == "letter and digits"
    assert told["supportive_context_word"] == "badge"
    assert told["original_score"] == 0.5 < told["score"]
    assert "pattern" not in told


def test_of_a_deny_list_no_value_is_told() -> None:
    own = OwnRecognizers(deny_lists([("PERSON", ["Blue Heron"])]), explain=True)
    [match] = own.find("talk to blue heron", 0.4)
    assert "heron" not in str(explained(match).why).lower()


def test_without_being_asked_nothing_is_explained(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    [match] = OwnRecognizers(load_recognizers(tmp_path / "own.yaml")).find("his badge Q1234X", 0.4)
    assert match.why is None
    [fresh] = [r for r in build("en") if r.name == "UsSsnRecognizer"]
    assert [r.analysis_explanation for r in fresh.analyze("ssn 212-44-5566")] == [None]


def test_the_question_gives_an_answer_its_meaning() -> None:
    turns = [
        SpokenTurn(1, "Agent", "what is the three digit code on the back of your card?"),
        SpokenTurn(2, "Customer", "one two three"),
    ]
    [match] = conversation_matches(turns, lambda text, threshold: ())
    assert match.why is not None
    assert match.why.question == "CARD_SECURITY_CODE"


def test_a_model_tells_how_sure_it_is_and_who_agrees() -> None:
    sure = explained(Match(0, 4, "PERSON", 0.85, RAMPART, also=(SPACY,))).why
    unsure = explained(Match(0, 4, "PERSON", 0.6, RAMPART)).why
    assert sure is not None
    assert unsure is not None
    assert sure.agreement == (SPACY,)
    assert unsure.agreement is None
    assert "0.9 and up" in str(sure.textual_explanation)
    assert "below 0.9" in str(unsure.textual_explanation)
    assert (unsure.original_score, unsure.score) == (0.6, 0.6)


def test_the_finder_is_named_where_the_finding_bears_another_name() -> None:
    spoken = Match(0, 4, "CREDIT_CARD", 1.0, "SpokenRecognizer", why=Explanation("CreditCardRecognizer"))
    written = Match(0, 4, "CREDIT_CARD", 1.0, "CreditCardRecognizer", why=Explanation("CreditCardRecognizer"))
    assert getattr(explained(spoken).why, "recognizer") == "CreditCardRecognizer"  # noqa: B009
    assert getattr(explained(written).why, "recognizer") is None  # noqa: B009


def test_what_is_spooled_comes_back_as_it_was() -> None:
    why = Explanation("A", original_score=0.3, score=0.8, question="PIN", agreement=("B", "C"))
    told = Match(0, 4, "PIN", 0.8, "A", MaskingState.PARTIAL, "GB", ("B",), why)
    plain = Match(7, 9, "AGE", 0.1 + 0.2, "A")
    values = [
        ValueCandidates("no\ntes", (1, 2), True, (Candidate(told, "••", "hmac-sha256:0", ((1, 0, 4),)),)),
        ValueCandidates("age", (3,), False, (Candidate(plain, "•", "hmac-sha256:1"),)),
    ]
    with Spool() as spool:
        spool.write(values)
        spool.write([])
        assert [*spool.read()] == [values, []]
        assert (values[0].candidates[0].match != told) is False
        first = next(spool.read())[0].candidates[0].match
    assert (first.also, first.why) == (("B",), why)


def test_a_verdict_tells_what_speaks_for_it() -> None:
    evidence = ColumnEvidence(non_empty=10, nothing=2)
    for sketch, value in enumerate(["Ana Cruz", "Jo Reyes", "Li Wei", "Ed Poe"]):
        evidence.witness(value, 2, sketch, [Match(0, len(value), "PERSON", 0.5, HEADER)])
    verdict = judge_column(FieldPlan("name", Route.COLUMN, ("PERSON",)), evidence)
    support = verdict.support["PERSON"]
    assert (support.promised, support.suggested) == (True, False)
    assert (support.values, support.fit, support.clear, support.proven, support.distinct) == (8, 8, 0, 0, 4)
