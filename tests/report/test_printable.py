from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.report.printable import printable, prose, shorten

from .hostile import HOSTILE_NAMES


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("exports/Überweisungen März.csv", "exports/Überweisungen März.csv"),
        ("名簿.xlsx", "名簿.xlsx"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\nb\tc\x00", r"a\x0ab\x09c\x00"),
        ("invoice\u202efdp.exe", r"invoice\u202efdp.exe"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("lone\udcff", r"lone\udcff"),
    ],
)
def test_invisible_characters_are_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text() | st.sampled_from(HOSTILE_NAMES))
def test_nothing_that_acts_on_a_terminal_is_left(text: str) -> None:
    shown = printable(text)
    categories = {unicodedata.category(char) for char in shown}
    assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown


@given(st.text(), st.integers(min_value=3, max_value=40))
def test_shorten_keeps_both_ends(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    if len(text) <= limit:
        assert short == text
    else:
        head, tail = short.split("…")[0], short[short.rindex("…") + 1 :]
        assert text.startswith(head)
        assert text.endswith(tail)


def test_prose_is_one_line_and_bounded() -> None:
    assert prose("  Mask  before\n\n export. ") == "Mask before export."
    assert prose("word " * 1_000, 20) == "word word word word…"
