"""What is told by the outline of a text holds of every text that has it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bpoaudit.detect.recognizers import build
from bpoaudit.detect.recognizers.literals import guarded
from bpoaudit.detect.recognizers.outline import Outlined, on_outlines, outline_of
from bpoaudit.detect.recognizers.plain import plain
from bpoaudit.detect.recognizers.recognizer import Recognizer

CASES = Path(__file__).parents[2] / "cases" / "recognizers"
RECOGNIZERS = build("en")
CODES = st.lists(
    st.from_regex(r"[A-Z]{0,4}[0-9]{0,12}[ ./:@(-]?", fullmatch=True), min_size=1, max_size=5
).map("".join)
HEADERS = st.sampled_from(["zip: ", "phone: ", "policy no: ", "date of birth: ", "sort code: ", ""])


def _strings(page: Any) -> Iterable[str]:
    if isinstance(page, dict):
        page = list(page.values())
    if isinstance(page, list):
        for value in page:
            yield from _strings(value)
    elif isinstance(page, str):
        yield page


def _told(recognizer: Recognizer, text: str) -> list[tuple[Any, ...]]:
    view = plain(text)
    results = recognizer.results(view) if recognizer.prefilter.admits(view) else []
    return sorted((r.start, r.end, r.entity_type, r.score, str(r.recognition_metadata)) for r in results)


def _check(text: str) -> None:
    view = plain(text)
    outline = outline_of(view.text)
    for recognizer in RECOGNIZERS:
        found = _told(recognizer, view.text)
        if found:
            assert recognizer.may_find(outline), (recognizer.name, text)
        if recognizer.may_find(outline) and recognizer.is_blind(outline):
            assert found == _told(recognizer, outline), (recognizer.name, text)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_nothing_that_a_case_holds_is_missed(path: Path) -> None:
    rng = Random(path.stem)
    for text in sorted(set(_strings(yaml.safe_load(path.read_text("utf-8")))))[::2]:
        _check(text)
        _check(re.sub(r"[0-9]", lambda _: rng.choice("0123456789"), text))


@settings(max_examples=30)
@given(HEADERS, CODES)
def test_nothing_that_a_code_holds_is_missed(header: str, code: str) -> None:
    _check(header + code)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"[1-9]\d{2}", "x 407"),
        (r"[^0-4]a", "7a"),
        (r"(?<!7)\d", "17 8"),
        (r"(\d)\1", "373 44"),
        (r"(?=\d{2}7)\d+", "127"),
        (r"19\d\d|20\d\d", "in 1987"),
        (r"(?!0{4})\d{4}", "0001"),
    ],
)
def test_a_pattern_on_outlines_matches_where_the_pattern_does(pattern: str, text: str) -> None:
    compiled = re.compile(pattern)
    match = compiled.search(text)
    assert match is not None
    assert on_outlines(compiled).match(outline_of(text), match.start()) is not None


def test_most_texts_are_told_apart() -> None:
    assert not on_outlines(re.compile(r"\b\d{5}\b")).search(outline_of("T-204"))
    assert not on_outlines(re.compile(r"\d(?![^\W_])")).search(outline_of("7a"))


def test_a_pattern_with_an_unknown_part_may_match_anything() -> None:
    assert on_outlines(re.compile(r"(?>\d+)a")).search("")


def test_a_word_with_a_figure_is_not_asked_of_an_outline() -> None:
    outlined = Outlined(guarded(r"cvv2 \d{3}"))
    assert outlined.admits(outline_of("cvv2 123"))
    assert not outlined.is_blind


def test_prefilters_need_no_digits() -> None:
    assert not any(char.isdigit() for recognizer in RECOGNIZERS for char in recognizer.prefilter.needs)
