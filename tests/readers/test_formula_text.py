from __future__ import annotations

import struct

import pytest

from bpoaudit.readers.workbooks.formula_text import UnknownToken, formula_texts, token_texts


@pytest.mark.parametrize(
    ("formula", "texts"),
    [
        ("SUM(A1:A1048576)+$1:$1048576", []),
        ('IF(B2="ann@example.org",1,0)', ["ann@example.org"]),
        ('"ann" & "@" &"example.org"', ["ann@example.org"]),
        ('"ann"&A1&"bob"', ["ann", "bob"]),
        ('"say ""hi"""&"&"', ['say "hi"&']),
        ("'C:\\Users\\Ann Lee\\[x.xls]Q3'!A1", ["C:\\Users\\Ann Lee\\[x.xls]Q3"]),
        ("'it''s'!A1&\"x\"", ["it's", "x"]),
        ("4111111111111111+RC123456+A1234567", ["4111111111111111"]),
        ('"open', []),
        ("", []),
    ],
)
def test_texts_of_a_written_formula(formula: str, texts: list[str]) -> None:
    assert list(formula_texts(formula)) == texts


def narrow(text: str, *, wide: bool) -> bytes:
    return bytes([0x17, len(text), wide]) + text.encode("utf-16-le" if wide else "latin-1")


@pytest.mark.parametrize(
    "before",
    [
        b"\x1e\x07\x00",  # a whole number
        b"\x1f" + bytes(8),
        b"\x44" + bytes(4),  # a reference, by value
        b"\x65" + bytes(8),  # an area, as an array
        b"\x19\x02" + bytes(2),  # a jump of IF
        b"\x19\x04" + struct.pack("<H", 2) + bytes(6),  # the jumps of CHOOSE
        b"\x42\x01\x67\x01",  # a function
        b"\x3a" + bytes(6),
    ],
)
@pytest.mark.parametrize("wide", [False, True])
def test_texts_of_a_formula_in_tokens(before: bytes, wide: bool) -> None:
    assert list(token_texts(before + narrow("ann", wide=wide) + b"\x08", wide=False)) == ["ann"]


@pytest.mark.parametrize("tokens", [b"\x1a", b"\x17", b"\x17\x05", b"\x17\x05\x00abc", b"\x19", b"\x7f\x00"])
@pytest.mark.parametrize("wide", [False, True])
def test_a_token_that_is_unknown_or_cut_is_said(tokens: bytes, wide: bool) -> None:
    with pytest.raises(UnknownToken):
        list(token_texts(tokens, wide=wide))
