"""Spoken values: the case tables of `tests/cases/spoken`, and what must hold for any text."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bpoaudit import catalog
from bpoaudit.detect.lexicon import lexicon, words_of
from bpoaudit.detect.matches import Match, resolve
from bpoaudit.detect.pattern_set import PatternSet
from bpoaudit.detect.recognizers import build
from bpoaudit.detect.sounds import sounds_of
from bpoaudit.detect.spoken import read_closely, spoken_matches, value_of
from bpoaudit.detect.traces import may_hold_speech
from tests.steps import steps

CASES = Path(__file__).parents[1] / "cases" / "spoken" / "spoken.yaml"
GROUPS: list[dict[str, Any]] = yaml.safe_load(CASES.read_text("utf-8"))
FOUND = [case for group in GROUPS for case in group.get("found", []) if case["entity"]]
ABSENT = [case["text"] for group in GROUPS for case in group.get("found", []) if not case["entity"]] + [
    text for group in GROUPS for text in group.get("absent", [])
]
_PATTERNS = PatternSet(build("en"), "en")


def patterns(text: str, threshold: float) -> list[Match]:
    return [
        Match(r.start, r.end, catalog.fold(r.entity_type), round(r.score, 2), "pattern")
        for r in _PATTERNS.analyze(text)
        if r.score >= threshold
    ]


def found_in(text: str) -> tuple[Match, ...]:
    return resolve(spoken_matches(text, patterns))


@pytest.mark.parametrize("case", FOUND, ids=[case["text"][:40] for case in FOUND])
def test_is_found(case: dict[str, str]) -> None:
    text, start = case["text"], case["text"].rindex(case["said"])
    matches = [m for m in found_in(text) if m.entity == case["entity"]]
    assert [(m.start, m.end) for m in matches] == [(start, start + len(case["said"]))]
    assert 0.4 <= matches[0].score <= 1
    if "reads" in case:
        assert value_of(text[matches[0].start : matches[0].end]) == case["reads"]


@pytest.mark.parametrize("text", ABSENT)
def test_is_not_found(text: str) -> None:
    assert [(m.entity, text[m.start : m.end]) for m in found_in(text)] == []


def test_the_question_replaces_the_guess() -> None:
    assert [m.entity for m in spoken_matches("s m i t h", patterns)] == ["PERSON"]
    assert spoken_matches("s m i t h", patterns, asked=True) == ()


@pytest.mark.parametrize("text", ["double u", "x ray", "a double you", "x-ray"])
def test_a_letter_of_two_words_may_end_the_text(text: str) -> None:
    assert sounds_of(words_of(text))[-1].text in ("w", "x")


_SPOKEN_WORDS = sorted({*lexicon().numbers, *lexicon().letters, *lexicon().months, *lexicon().fillers})
_SPARSE = st.lists(
    st.sampled_from(
        [
            *lexicon().ordinals, *lexicon().weak, *lexicon().months, *lexicon().signs, *lexicon().repeats,
            "x", "ray", "b", "for", "boy", "a", "capital", "ewa", "one", "1", "2nd", "th", "w1a", "1aa", "52",
            "04-980", "@", "order", "please", "it's", "the", "mother's", "sorry", "EX8", "é", "b's", "x-ray",
            "½", "e\u0301",
        ]
    ),
    max_size=9,
).map(" ".join)  # fmt: skip


@given(_SPARSE)
@settings(max_examples=600, deadline=None)
def test_what_is_passed_over_holds_nothing(text: str) -> None:
    if not may_hold_speech(text):
        assert read_closely(text, patterns) == ()


_ANY = st.lists(
    st.one_of(
        st.sampled_from(_SPOKEN_WORDS),
        st.sampled_from(["at", "dot", "no sorry", "double", "the", "of", ",", "is", "pin", "4111", "EX8"]),
        st.text(max_size=6),
    ),
    max_size=25,
).map(" ".join)


@given(_ANY)
@settings(max_examples=200, deadline=None)
def test_every_word_is_part_of_one_sound(text: str) -> None:
    words = words_of(text)
    sounds = sounds_of(words)
    covered = [
        word for sound in sounds for word in words if sound.start <= word.start and word.end <= sound.end
    ]
    assert covered == words
    assert all(left.end <= right.start for left, right in pairwise(sounds))


@given(_ANY)
@settings(max_examples=200, deadline=None)
def test_matches_lie_inside_the_text_and_have_a_value(text: str) -> None:
    for match in spoken_matches(text, patterns):
        assert 0 <= match.start < match.end <= len(text)
        said = text[match.start : match.end]
        assert said == said.strip()
        assert value_of(said)


@given(_ANY)
@settings(max_examples=200, deadline=None)
def test_words_around_do_not_move_a_match(text: str) -> None:
    def spans(whole: str, shift: int) -> set[tuple[int, int, str]]:
        return {
            (m.start - shift, m.end - shift, m.entity) for m in spoken_matches(whole, patterns, asked=True)
        }

    prefix = (
        "the weather is nice and i like it here very much indeed because the sun shines on all of us every day. "
        * 2
    )
    assert spans(text, 0) <= spans(prefix + "! " + text, len(prefix) + 2)


@pytest.mark.parametrize(
    "text",
    [
        "The customer asked why the delivery was late; nobody could tell him anything about it.",
        "I called at 10:30 about order 4471 and was told to wait until the third week of the month.",
        "Parcel 55213 was left at the door on Monday.",
    ],
)
def test_written_prose_is_passed_over(text: str) -> None:
    assert not may_hold_speech(text)


def test_speech_is_read() -> None:
    assert may_hold_speech("The code is four two.")


def test_scripts_whose_vowel_signs_are_no_letters_are_read() -> None:
    words = words_of("क्या कोड nine four है")
    assert all(word.word for word in words), "a virama folds to nothing"
    assert spoken_matches("क्या", lambda *_: []) == spoken_matches("क्या कोड", lambda *_: []) == ()
    assert [sound.text for sound in sounds_of(words) if sound.spoken] == ["9", "4"]


def test_work_grows_with_the_text() -> None:
    text = "four one one double two oh a b c may third at j dot doe and then my name is s m i t h "
    few, many = (steps(lambda n=n: spoken_matches(text * n, lambda *_: [])) for n in (10, 100))
    assert many < 12 * few


def test_no_repr_shows_what_was_said() -> None:
    words = words_of("zulu nine four")
    assert "zulu" not in repr(words)
    assert "nine" not in repr(sounds_of(words))
    assert "94" not in repr(sounds_of(words))
