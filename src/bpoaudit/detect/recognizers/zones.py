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
import numpy.typing as npt

MARGIN = 8
"""Characters after a zone that a pattern may look ahead to."""

_DIGIT = re.compile(r"\d")
_UNBOUNDED = 2_000
_SHORT = 250
"""Characters of a text that is not worth more than one zone."""
_MOST_DIGITS = 24
_FEW = 60
"""Digits of a text with which numpy takes longer than a list does."""
_NEVER = 1 << 30

Positions = npt.NDArray[np.int64]


@cache
def longest_match(pattern: str) -> int | None:
    """Return how many characters the longest match of `pattern` has; None where there is no bound."""
    longest = int(_parser.parse(pattern).getwidth()[1])
    return longest if longest <= _UNBOUNDED else None


@lru_cache(maxsize=1)  # all patterns look at the same text one after the other
def _digits(text: str) -> Positions:
    return np.fromiter((match.start() for match in _DIGIT.finditer(text)), dtype=np.int64)


@lru_cache(maxsize=1)
def crowding(text: str) -> tuple[int, ...]:
    """Return for each number of digits, from none, the fewest characters of `text` that hold so many."""
    at = _digits(text)
    count = min(len(at), _MOST_DIGITS)
    if len(at) <= _FEW:
        places = at.tolist()
        widths = [1 + min(map(sub, places[digits:], places)) for digits in range(count)]
    else:
        widths = [int((at[digits:] - at[: len(at) - digits]).min()) + 1 for digits in range(count)]
    return (0, *widths, *[_NEVER] * (_MOST_DIGITS - count))


@lru_cache(maxsize=256)
def zones(text: str, digits: int, width: int) -> tuple[tuple[int, int], ...]:
    """Return the parts of `text`, apart by more than `MARGIN`, that hold every match.

    `digits` (one or more) are the digits of the shortest match, `width` the characters of the longest.
    """
    at = _digits(text)
    if len(at) < digits:
        return ()
    if len(text) <= _SHORT:
        # From the first to the last digit: to look closer would take longer than the pattern itself.
        return ((max(0, int(at[0]) - width + 1), int(at[-1]) + width),)
    first, last = at[: len(at) - digits + 1], at[digits - 1 :]
    crowded = last - first < width
    starts, ends = np.maximum(last[crowded] - width + 1, 0), first[crowded] + width
    apart = np.flatnonzero(starts[1:] > ends[:-1] + MARGIN)
    return tuple(
        zip(
            starts[np.concatenate(([0], apart + 1))].tolist() if len(starts) else (),
            ends[np.append(apart, -1)].tolist() if len(ends) else (),
            strict=True,
        )
    )
