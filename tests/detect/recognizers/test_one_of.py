"""A pattern for any of many words matches what the words one after the other match, the longest first."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.detect.recognizers.one_of import one_of

WORDS = st.lists(st.text("abé.(?", min_size=1, max_size=4), min_size=1, max_size=12)


@given(WORDS, st.text("abAé.(? ", max_size=30), st.sampled_from((0, re.IGNORECASE)))
def test_it_matches_as_the_words_do(words: list[str], text: str, flags: int) -> None:
    longest_first = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    for after in ("", r"(?!\w)", "b"):
        one = re.compile(rf"(?:{longest_first}){after}", flags)
        other = re.compile(f"{one_of(words)}{after}", flags)
        assert [m.span() for m in other.finditer(text)] == [m.span() for m in one.finditer(text)]


def test_words_are_parted_where_they_differ() -> None:
    assert one_of(["june", "july", "jun"]) == "ju(?:n(?:e)?|ly)"
