"""The texts in formulas: what a person wrote into them, not what they compute."""

from __future__ import annotations

import re
from collections.abc import Iterator
from struct import error as StructError
from struct import unpack_from

_QUOTED = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'")
# Constants, not the rows of a reference ($1:$1048576) nor part of a name.
_NUMBER = re.compile(r"(?<![\w.$:])\d{6,}(?![\w.(!:])")


def formula_texts(formula: str) -> Iterator[str]:
    """Yield the texts of a formula as it is written, joined where `&` joins them, and long numbers.

    Names of sheets and files in single quotes are texts too.
    """
    open_text, end = "", 0
    for match in _QUOTED.finditer(formula):
        between, mark = formula[end : match.start()], match[0][0]
        if open_text and (mark == "'" or between.strip() != "&"):
            yield open_text
            open_text = ""
        yield from _NUMBER.findall(between)
        text = match[0][1:-1].replace(mark * 2, mark)
        if mark == '"':
            open_text += text
        else:
            yield text
        end = match.end()
    if open_text:
        yield open_text
    yield from _NUMBER.findall(formula[end:])


# Bytes that follow a token of a formula in binary form, by token (MS-XLS 2.5.198, MS-XLSB 2.5.97); the
# class of an operand (bits 5 and 6) is taken off.
_COMMON = {
    **dict.fromkeys((*range(0x03, 0x17),), 0), 0x01: 4, 0x02: 4, 0x1C: 1, 0x1D: 1, 0x1E: 2, 0x1F: 8,
    0x21: 2, 0x22: 3, 0x23: 4, 0x26: 6, 0x27: 6, 0x28: 6, 0x29: 2, 0x39: 6,
}  # fmt: skip
_XLS = _COMMON | {
    0x18: 5, 0x20: 7, 0x24: 4, 0x25: 8, 0x2A: 4, 0x2B: 8, 0x2C: 4, 0x2D: 8, 0x3A: 6, 0x3B: 10, 0x3C: 6,
    0x3D: 10,
}  # fmt: skip
_XLSB = _COMMON | {
    0x20: 14, 0x24: 6, 0x25: 12, 0x2A: 6, 0x2B: 12, 0x2C: 6, 0x2D: 12, 0x3A: 8, 0x3B: 14, 0x3C: 8, 0x3D: 14,
}  # fmt: skip
_STRING, _EXTENDED, _ATTRIBUTE, _CHOOSE = 0x17, 0x18, 0x19, 0x04
_TABLE_REFERENCE = 0x19


class UnknownToken(ValueError):
    """A token of a formula that cannot be told, nor what comes after it."""


def token_texts(tokens: bytes, *, wide: bool) -> Iterator[str]:
    """Yield the texts of a formula in binary form: XLS, or XLSB where `wide`. Raises `UnknownToken`."""
    sizes, at = (_XLSB if wide else _XLS), 0
    try:
        while at < len(tokens):
            token = tokens[at]
            token = token if token < 0x20 else token & 0x1F | 0x20
            at += 1
            if token == _STRING:
                text, at = _wide(tokens, at) if wide else _short(tokens, at)
                yield text
            elif token == _ATTRIBUTE:
                flags, count = unpack_from("<BH", tokens, at)
                at += 3 + (2 * (count + 1) if flags & _CHOOSE else 0)
            elif wide and token == _EXTENDED:
                at += 13 if tokens[at] == _TABLE_REFERENCE else 5
            elif token in sizes:
                at += sizes[token]
            else:
                raise UnknownToken
    except (StructError, IndexError):
        raise UnknownToken from None


def _short(tokens: bytes, at: int) -> tuple[str, int]:
    count, flags = unpack_from("<BB", tokens, at)
    end = at + 2 + count * (1 + (flags & 1))
    if end > len(tokens):
        raise UnknownToken
    return tokens[at + 2 : end].decode("utf-16-le" if flags & 1 else "latin-1", "replace"), end


def _wide(tokens: bytes, at: int) -> tuple[str, int]:
    (count,) = unpack_from("<H", tokens, at)
    end = at + 2 + 2 * count
    if end > len(tokens):
        raise UnknownToken
    return tokens[at + 2 : end].decode("utf-16-le", "replace"), end
