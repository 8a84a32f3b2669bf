"""Special categories: sentences that tell of somebody and sentences that do not, and what holds for the lists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.detect.recognizers.special import SpecialCategoryRecognizer, _Reading, build
from bpoaudit.detect.recognizers.special_lexicon import Phrase, lexicon, normal
from bpoaudit.documents import load_yaml

THRESHOLD = 0.4
CASES = Path(__file__).parents[2] / "cases" / "special"
RECOGNIZERS: list[Any] = list(build("en"))
DEVELOPED, REPORTING = (load_yaml(CASES / f"{half}.yaml").data for half in ("developed", "reporting"))
WANTED = 0.85
"""Recall and precision of sentences that the lists were not written for."""


def told(text: str) -> set[str]:
    """Return the categories that a text tells."""
    results = [result for recognizer in RECOGNIZERS for result in recognizer.analyze(text)]
    return {result.entity_type for result in results if result.score >= THRESHOLD}


def scores(text: str) -> list[tuple[str, float]]:
    """Return what the term lists find in a text, with its score."""
    [terms, *_] = RECOGNIZERS
    return [(text[r.start : r.end], r.score) for r in terms.analyze(text)]


def typed(phrase: Phrase) -> str:
    """Return one of the texts that a phrase stands for; letters are set as in `h/o`."""
    words = [min(e.words) if e.words else e.stems[0] if e.stems else str(e.under - 1) for e in phrase]
    return re.sub(r"(?<!\w)(\w) (?=\w(?!\w))", r"\1/", " ".join(words))


@pytest.mark.parametrize(
    ("entity", "text"), [(entity, text) for entity, texts in DEVELOPED["said"].items() for text in texts]
)
def test_what_is_said_of_somebody_is_found(entity: str, text: str) -> None:
    assert entity in told(text)


@pytest.mark.parametrize("text", DEVELOPED["silent"])
def test_what_says_nothing_of_anybody_is_left_alone(text: str) -> None:
    assert told(text) == set()


def test_sentences_that_the_lists_were_not_written_for() -> None:
    said = [(entity, text) for entity, texts in REPORTING["said"].items() for text in texts]
    right = sum(entity in told(text) for entity, text in said)
    wrong = sum(told(text) != set() for text in REPORTING["silent"])
    assert right / len(said) >= WANTED
    assert right / (right + wrong) >= WANTED


def test_an_unmistakable_term_is_found_by_itself() -> None:
    strong = [term for term in lexicon().terms if term.kind == "strong"]
    assert [text for term in strong if term.entity not in told(text := typed(term.phrase))] == []


def test_a_guard_tells_nothing() -> None:
    assert {text: told(text) for guard in lexicon().guards if told(text := typed(guard))} == {}


@pytest.mark.parametrize(
    "name", ["people", "negations", "negations_after", "breaks", "topics_before", "topics_after"]
)
def test_words_of_a_list_are_single_words(name: str) -> None:
    voices = {id(term.voice): term.voice for term in lexicon().terms}.values()
    assert [word for voice in voices for word in getattr(voice, name) if len(word.split()) != 1] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("she has asthma", [("asthma", 0.85)]),
        ("asthma", [("asthma", 0.75)]),
        ("he is on medication", [("medication", 0.6)]),
        ("a medication", []),
        # Not to have an illness or a record is told of somebody, and is no proof of a breach by itself.
        ("patient denies asthma, diabetes or epilepsy", [("asthma", 0.5), ("diabetes", 0.5), ("epilepsy", 0.5)]),
        ("she is not pregnant", [("pregnant", 0.5)]),
        ("pan nie ma cukrzycy", [("cukrzycy", 0.5)]),
        ("applicant has no criminal record", [("criminal record", 0.5)]),
        ("no history of diabetes", []),
        ("pregnant: no", []),
        ("he is not a union member", []),
        ("she is not homeless", []),
        ("my son is not gay", []),
        # A negation ends where a new thought begins.
        ("I can not come because my son has asthma", [("asthma", 0.85)]),
        ("No. He has asthma", [("asthma", 0.85)]),
        ("if you have asthma tell us", []),
        ("I do not know if my son has asthma", [("asthma", 0.85)]),
        ("children with ESA claims, on ESA", [("on ESA", 0.75)]),
        ("she gets ESA", [("ESA", 0.6)]),
        ("she read esa news", []),
        # Pieces of codes and addresses are no words.
        ("my VIN is 1FT3CA2", []),
        ("session 5f3a-1ca-99bd of trace 4ca:1ca", []),
        ("type 2 diabetes", [("type 2 diabetes", 0.75)]),
        # Letters that are spelled are no short form.
        ("H O M 4 4 is my code", []),
        ("h/o falls", [("h/o", 0.75)]),
        # A program cannot read a file; a person who cannot read is told of in other words.
        ("Cannot read properties of undefined", []),
        ("I can't read the letter you sent", []),
        ("she cannot read or write", [("cannot read or write", 0.85)]),
        ("see www.example.com/hiv for me", []),
        ("mail diabetes@example.org", []),
    ],
)  # fmt: skip
def test_people_and_negations(text: str, found: list[tuple[str, float]]) -> None:
    assert scores(text) == found


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("Diagnosis: J45.909", True), ("dx F32.1", True), ("CID F41", True), ("rozpoznanie: I10", True),
        ("part number J45.909", False), ("gate B12 at noon", False),
        ("blood group AB+", True), ("Blutgruppe 0 neg", True), ("grade A+", False), ("tipo sanguíneo O+", True),
    ],
)  # fmt: skip
def test_codes_need_their_word(text: str, tells: bool) -> None:
    assert ("HEALTH" in told(text)) == tells


@given(
    st.lists(st.sampled_from([typed(t.phrase) for t in lexicon().terms] + ["my", "no", "if you", ".", "is"]))
)
def test_the_first_look_loses_nothing(parts: list[str]) -> None:
    text = " ".join(parts)
    assert list(SpecialCategoryRecognizer("en").find(text)) == list(_Reading(text).hits())


@pytest.mark.parametrize(("token", "word"), [("Crohn’s", "crohn"), ("She's", "she's"), ("Cáncer", "cancer")])
def test_words_are_compared_folded(token: str, word: str) -> None:
    assert normal(token) == word
