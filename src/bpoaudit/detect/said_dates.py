"""Dates said in numbers alone: `oh three oh five eighty two`, `1305 1990`, some with a figure too many."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

_LAST_YEAR = 2040
_YEAR = re.compile(r"(?:19|20)\d\d")
_MISHEARD = re.compile(r"(?:19\d\d|20[0-3]\d)\d?")
"""A year, or one with a figure said twice."""


def bare_date_score(numbers: Sequence[str]) -> float:
    """Return how surely an answer of these numbers alone is a date, where no question was heard."""
    digits = "".join(numbers)
    if is_full_date(numbers):
        return 0.75 if len(digits) == 8 else 0.6
    if [len(number) for number in numbers] in ([4], [2, 2]):
        return 0.45 if _YEAR.fullmatch(digits) and int(digits) < _LAST_YEAR else 0
    # Day and month, of which a figure was lost or doubled, and then the year: `070 2010`, `0604 19888`.
    if len(numbers) == 2 and 2 <= len(numbers[0]) <= 5 and _MISHEARD.fullmatch(numbers[1]):
        return 0.45
    return 0.45 if numeric_date(numbers) and (len(numbers) == 3 or _in_figures(numbers)) else 0


def numeric_date(numbers: Sequence[str]) -> str:
    """Return three numbers said one after the other (`3`, `5`, `19` `82`) as `3/5/1982`, or nothing."""
    if len(numbers) < 3 or not 1 <= len(numbers[0]) <= 2 or not 1 <= len(numbers[1]) <= 2:
        return _in_figures(numbers)
    year = "".join(numbers[2:])
    if not (len(year) == 4 and year[:2] in ("19", "20")) and not (len(numbers) == 3 and len(year) == 2):
        return _in_figures(numbers)
    full = int(year) if len(year) == 4 else 1900 + int(year)
    return f"{numbers[0]}/{numbers[1]}/{year}" if _is_day(full, int(numbers[0]), int(numbers[1])) else ""


def _in_figures(numbers: Sequence[str]) -> str:
    """Return a date whose zeros are said too (`0` `1` `0` `3` `80`), or nothing."""
    digits = "".join(numbers)
    if len(numbers) < 4 or len(digits) not in (6, 8) or digits[0] not in "0123":
        return ""
    first, second, year = digits[:2], digits[2:4], digits[4:]
    if len(year) == 4 and year[:2] not in ("19", "20"):
        return ""
    full = int(year) if len(year) == 4 else 1900 + int(year)
    return f"{first}/{second}/{year}" if _is_day(full, int(first), int(second)) else ""


def expiry_date(numbers: Sequence[str]) -> str:
    """Return month and year of a card said without a slash (`oh four twenty six`) as `04/26`, or nothing."""
    digits = "".join(numbers)
    return f"{digits[:2]}/{digits[2:]}" if len(digits) == 4 and 1 <= int(digits[:2]) <= 12 else ""


def is_full_date(numbers: Sequence[str]) -> bool:
    """Whether all digits together are a day of the last hundred years, whatever the pauses between them."""
    digits = "".join(numbers)
    if len(digits) == 8:
        first, second, year = int(digits[:2]), int(digits[2:4]), digits[4:]
        return _is_recent(year, first, second) or _is_recent(digits[:4], int(digits[4:6]), int(digits[6:]))
    if len(numbers) < 2 or not 6 <= len(digits) <= 7:
        return False
    day_month, year = digits[:-4], digits[-4:]
    return any(_is_recent(year, int(day_month[:at]), int(day_month[at:])) for at in range(1, len(day_month)))


def _is_recent(year: str, first: int, second: int) -> bool:
    return year[:2] in ("19", "20") and int(year) < _LAST_YEAR and _is_day(int(year), first, second)


def _is_day(year: int, first: int, second: int) -> bool:
    """Whether day and month, in either order, exist in that year."""
    return any(_exists(year, month, day) for day, month in ((first, second), (second, first)))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True
