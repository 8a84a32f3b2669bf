"""Where in a text a pattern can match at all, told by its digits: most of a text is never looked at.

A pattern of which every match has `digits` digits in at most `width` characters can only match where so
many digits stand so close together. Prose has few such places: years and times of day are short.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from re import _parser  # type: ignore[attr-defined]  # nothing else tells how long a match can be

MARGIN = 8
"""Characters after a zone that a pattern may look ahead to."""

_DIGIT = re.compile(r"\d")
_UNBOUNDED = 2_000


@cache
def longest_match(pattern: str) -> int | None:
    """Return how many characters the longest match of `pattern` has; None where there is no bound."""
    longest = int(_parser.parse(pattern).getwidth()[1])
    return longest if longest <= _UNBOUNDED else None


@lru_cache(maxsize=1)  # all patterns look at the same text one after the other
def _digits(text: str) -> tuple[int, ...]:
    return tuple(match.start() for match in _DIGIT.finditer(text))


@lru_cache(maxsize=256)
def zones(text: str, digits: int, width: int) -> tuple[tuple[int, int], ...]:
    """Return the parts of `text`, apart by more than `MARGIN`, that hold every match.

    `digits` (one or more) are the digits of the shortest match, `width` the characters of the longest.
    """
    positions = _digits(text)
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
