"""A widened pattern tells of a form what the pattern tells of each text of that form."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bpoaudit.detect.recognizers import build
from bpoaudit.detect.stand_ins import FIGURE, HEX, MEMBERS, UPPER_HEX, widened

PATTERNS = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"(?<![^\W_])[1-9]\d{2}(?![^\W_])", 0),
        (r"\b(?:19|20)\d{2}([\-/])\d{1,2}\1\d{1,2}(?!\d)", 0),
        (r"[A-F]\d{3}|\d{2,4}[a-c]", re.IGNORECASE),
        (r"(?<!\d )4\d+(?! 0)", 0),
        (r"(?=.?7)\d{2}(?=[T ]\d)", 0),
        (r"[^\d\s]{2}\d", 0),
        (r"(?>\d+)x|\d++y", 0),
        (r"(?<!x(?!1))\d\d", 0),
        (r"[^a-c\W]{3}", 0),
        (r"[14]\d (?:xac|xa)", 0),
    )
)
TEXT = st.text(" -/aAbcdfxTy0147" + FIGURE * 3 + HEX + UPPER_HEX, max_size=14)


def _filled(form: str, data: st.DataObject) -> str:
    return "".join(data.draw(st.sampled_from(MEMBERS[char])) if char in MEMBERS else char for char in form)


@settings(max_examples=400)
@given(TEXT, st.sampled_from(PATTERNS), st.data())
def test_what_matches_a_text_may_match_its_form(
    form: str, pattern: re.Pattern[str], data: st.DataObject
) -> None:
    spans = [match.span() for match in pattern.finditer(_filled(form, data))]
    if spans:
        assert widened(pattern).may_match(form)


@settings(max_examples=400)
@given(TEXT, st.sampled_from(PATTERNS), st.data())
def test_where_nothing_may_differ_all_texts_match_alike(
    form: str, pattern: re.Pattern[str], data: st.DataObject
) -> None:
    if not widened(pattern).may_differ(form):
        one, other = (
            [(match.span(), match.group()) for match in pattern.finditer(_filled(form, data))] for _ in "ab"
        )
        assert one == other


def test_an_alternative_that_fails_leaves_no_trace() -> None:
    assert widened(re.compile(r"[12]\d (?:xac|xa)")).may_differ(f"{FIGURE * 2} xad")


def test_patterns_that_cannot_match_say_no() -> None:
    assert not widened(re.compile(r"\b\d{4}\b")).may_match(f"took {FIGURE * 3} ms")
    assert not widened(re.compile(r"\d{3}")).may_match("job abc")
    assert not widened(re.compile(r"[G-Z]\d")).may_match(HEX * 12)
    assert widened(re.compile(r"[A-F]\d")).may_match(UPPER_HEX * 12)


def test_what_is_far_from_a_match_makes_no_difference() -> None:
    day = widened(re.compile(r"(?<!\d)2026-\d\d-\d\d(?=T\d\d:)"))
    form = f"2026-05-11T{FIGURE * 2}:{FIGURE * 2} took {FIGURE}"
    assert day.may_match(form)
    assert not day.may_differ(form)
    assert day.may_differ(f"{FIGURE * 4}-05-11T10:00")


def test_every_pattern_of_a_recognizer_can_be_widened() -> None:
    for recognizer in build("en"):
        for one in recognizer.traces("customer phone born card key example.com 1"):
            for pattern in getattr(one, "patterns", (one,)):
                widened(pattern).may_match("")
                widened(pattern).may_differ("")


def test_a_pattern_with_a_part_that_is_not_known_here_may_match_and_differ_anywhere() -> None:
    pattern = widened(re.compile(r"(a)?(?(1)b|c)"))
    assert pattern.may_match("no such letters")
    assert pattern.may_differ("no such letters")
