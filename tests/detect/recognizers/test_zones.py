"""Looking only where a pattern can match loses no match: the same ones as in the whole text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.detect.recognizers import build
from bpoaudit.detect.recognizers.recognizer import Shape, ShapeRecognizer
from bpoaudit.detect.recognizers.zones import MARGIN, crowding, longest_match, zones

SHAPES = [
    shape
    for recognizer in build("en")
    if isinstance(recognizer, ShapeRecognizer)
    for shape in recognizer.identifier.shapes
    if shape.digits
]
PROSE = "the caller said that it was late and that nobody had told them anything about it "

numbers = st.from_regex(r"[A-Z]{0,4}[0-9]{1,4}([ ./-]?[0-9A-Z]{1,5}){0,8}", fullmatch=True)
texts = st.lists(st.one_of(numbers, st.just(PROSE), st.just(" "), st.just("-")), max_size=12).map("".join)


def _spans(shape: Shape, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in shape.compiled.finditer(text)]


@given(texts)
def test_a_long_text_is_searched_in_full(text: str) -> None:
    long = PROSE * 4 + text + PROSE
    for shape in SHAPES:
        assert [match.span() for match in shape.matches(long)] == _spans(shape, long)


@given(
    st.sampled_from(SHAPES).flatmap(
        lambda s: st.tuples(st.just(s), st.from_regex(s.compiled, fullmatch=True))
    )
)
def test_what_a_pattern_generates_is_found_wherever_it_stands(drawn: tuple[Shape, str]) -> None:
    shape, value = drawn
    assert sum(map(str.isdigit, value)) >= shape.digits
    for text in (f"{PROSE * 4}{value} {PROSE}", f"{PROSE * 4}in 2004, {value}", f"{value} 12 {PROSE * 4}"):
        assert [match.span() for match in shape.matches(text)] == _spans(shape, text)


def test_zones_are_where_digits_stand_close_together() -> None:
    text = PROSE * 4 + "in 1998 and then 12345678 at last"
    assert zones(text, 8, 8) == ((text.index("12345678"), text.index(" at last")),)
    assert zones(text, 13, 13) == ()
    assert zones(PROSE * 4, 1, 4) == ()
    assert zones(f"1{PROSE * 4}2", 1, 3) == ((0, 3), (len(PROSE) * 4 - 1, len(PROSE) * 4 + 4))


def test_zones_that_a_look_ahead_could_join_are_one() -> None:
    [(start, end)] = zones("1" + " " * (MARGIN + 2) + "2" + PROSE * 4, 1, 2)
    assert (start, end) == (0, MARGIN + 5)


def test_a_short_text_is_one_zone_from_its_first_digit_to_its_last() -> None:
    assert zones("on the 5th of 1998, ok", 1, 3) == ((5, 20),)
    assert zones("no digit", 1, 4) == ()


@given(st.text("0123456789 -a", max_size=400))
def test_crowding_is_the_narrowest_place_of_so_many_digits(text: str) -> None:
    at = [position for position, char in enumerate(text) if char.isdigit()]
    widths = crowding(text)
    for digits in (1, 2, 7, 24):
        places = [last - first + 1 for first, last in zip(at, at[digits - 1 :], strict=False)]
        assert widths[digits] == min(places) if places else widths[digits] > len(text)


@pytest.mark.parametrize("pattern", [r"\d+", r"(?:\d{3})*", r"[a-z]{3000}"])
def test_a_pattern_without_bound_is_searched_everywhere(pattern: str) -> None:
    assert longest_match(pattern) is None
    shape = Shape(pattern, 0.5, 0.5, digits=1)
    text = PROSE * 4 + "123456"
    assert [match.span() for match in shape.matches(text)] == [
        m.span() for m in re.finditer(shape.compiled, text)
    ]
