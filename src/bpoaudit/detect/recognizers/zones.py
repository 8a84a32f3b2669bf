"""Whether and where a pattern can match at all, told by its digits: most of a text is never looked at.

A pattern of which every match has `digits` digits in at most `width` characters can only match where so
many digits stand so close together. Prose has few such places: years and times of day are short.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from operator import sub
from re import _parser  # type: ignore[attr-defined]  # nothing else tells how long a match can be

import numpy as np

MARGIN = 8
"""Characters after a zone that a pattern may look ahead to."""

_DIGIT = re.compile(r"\d")
_UNBOUNDED = 2_000
_SHORT = 250
"""Characters of a text that is not worth more than one zone."""
_MOST_DIGITS = 24
_NEVER = 1 << 30
_MANY = 64
"""Digits in a text from which on numpy is faster."""


@cache
def longest_match(pattern: str) -> int | None:
    """Return how many characters the longest match of `pattern` has; None where there is no bound."""
    longest = int(_parser.parse(pattern).getwidth()[1])
    return longest if longest <= _UNBOUNDED else None


@lru_cache(maxsize=1)  # all patterns look at the same text one after the other
def _digits(text: str) -> tuple[int, ...]:
    return tuple(match.start() for match in _DIGIT.finditer(text))


@lru_cache(maxsize=1)
def crowding(text: str) -> tuple[int, ...]:
    """Return for each number of digits, from none, the fewest characters of `text` that hold so many."""
    positions = _digits(text)
    widths = [0] + [_NEVER] * _MOST_DIGITS
    array = np.array(positions) if len(positions) > _MANY else None
    for digits in range(1, min(len(positions), _MOST_DIGITS) + 1):
        if array is not None:
            distance = int((array[digits - 1 :] - array[: len(array) - digits + 1]).min())
        else:
            distance = min(map(sub, positions[digits - 1 :], positions))
        widths[digits] = distance + 1
    return tuple(widths)


@lru_cache(maxsize=256)
def zones(text: str, digits: int, width: int) -> tuple[tuple[int, int], ...]:
    """Return the parts of `text`, apart by more than `MARGIN`, that hold every match.

    `digits` (one or more) are the digits of the shortest match, `width` the characters of the longest.
    """
    positions = _digits(text)
    if len(text) <= _SHORT:
        # From the first to the last digit: to look closer would take longer than the pattern itself.
        return ((max(0, positions[0] - width + 1), positions[-1] + width),) if positions else ()
    found: list[tuple[int, int]] = []
    for first, last in zip(positions, positions[digits - 1 :], strict=False):
        if last - first >= width:
            continue
        start, end = max(0, last - width + 1), first + width
        if found and start <= found[-1][1] + MARGIN:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return tuple(found)
