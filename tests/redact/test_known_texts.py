"""Known texts, replaced wherever they stand as whole words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.redact.markup_texts import Replacements
from bpoaudit.redact.wherever import _TOKEN

TEXTS = st.text("ab _.-é1", max_size=9)


def known(*texts: str) -> Replacements:
    made = Replacements()
    made.add((text, f"<{number}>") for number, text in enumerate(texts))
    return made


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Ann Smith", "<0>"),
        (" Ann Smith ", " <0> "),
        ("to Ann Smith, Ann Smith-Jones", "to <0>, <1>"),
        ("Joann Smithson", "Joann Smithson"),
        ("34 and 34", "34 and 34"),
        ("34", "<2>"),
    ],
)
def test_the_longest_one_goes_as_a_whole_word(text: str, new: str) -> None:
    assert known("Ann Smith", "Ann Smith-Jones", "34").text(text) == new


@given(st.lists(TEXTS, max_size=8, unique=True), st.lists(TEXTS, max_size=8))
def test_as_one_pattern_of_all_of_them_would(texts: list[str], parts: list[str]) -> None:
    long = [text for text in texts if sum(map(str.isalnum, text)) >= 4]
    pattern = "|".join(rf"(?<!\w){re.escape(t)}(?!\w)" for t in sorted(long, key=len, reverse=True))
    text = f"x {' '.join(parts)} {texts[0] if texts else ''} x"
    wanted = re.sub(pattern or "(?!)", lambda found: f"<{texts.index(found[0])}>", text)
    assert known(*texts).text(text) == wanted


def test_many_texts_in_a_long_one() -> None:
    names = [f"Name{at} Surname{at}" for at in range(20_000)]
    assert "Surname" not in (known(*names).text("; ".join(names)) or "")


@pytest.mark.parametrize("opening", ["<!--", "<![CDATA["])
def test_an_aside_that_is_never_closed_is_one_up_to_the_end(opening: str) -> None:
    token = _TOKEN.match(opening * 50_000)
    assert token is not None
    assert (token.lastgroup, token.end()) == ("aside", 50_000 * len(opening))
