"""The plain form of a text that patterns run on, with a way back to the original offsets.

Digits of any script become ASCII digits, full-width letters and signs their ASCII twins, every dash
`-` and every space ` `; invisible characters (zero width, bidirectional marks, soft hyphens) are
dropped, so that none of them can hide a number.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple


class Plain(NamedTuple):
    """A text as patterns see it."""

    text: str
    digits: int
    """ASCII digits in `text`."""
    offsets: tuple[int, ...] | None
    """Original offset of each character; None where nothing was dropped."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original offsets of a non-empty span of `text`."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


class _Folding(dict[int, str]):
    """Character code to plain character (or `""`), filled as codes are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        if category == "Nd":
            folded = str(unicodedata.decimal(char))
        elif 0xFF01 <= code <= 0xFF5E:
            folded = chr(code - 0xFEE0)
        elif category == "Zs":
            folded = " "
        elif category == "Pd" or code == 0x2212:
            folded = "-"
        elif category == "Cf":
            folded = ""
        else:
            folded = char
        self[code] = folded
        return folded


_FOLDING = _Folding()


@lru_cache(maxsize=1)  # some hundred recognisers look at the same text one after the other
def plain(text: str) -> Plain:
    """Return the plain form of `text`."""
    if text.isascii():
        return Plain(text, _digits(text), None)
    folded = text.translate(_FOLDING)
    if len(folded) == len(text):
        return Plain(folded, _digits(folded), None)
    offsets = tuple(at for at, char in enumerate(text) if _FOLDING[ord(char)])
    return Plain(folded, _digits(folded), offsets)


def _digits(text: str) -> int:
    return sum(map(text.count, "0123456789"))
