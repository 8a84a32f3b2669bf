"""Whether plain numbers pass a check digit more often than about one in ten would by chance."""

from __future__ import annotations

from collections import Counter

COINCIDENCE_SHARE = 0.4
"""About one in ten random numbers passes a check digit; a column of identifiers passes nearly always."""
COINCIDENCE_NUMBERS = 20
"""Fewer numbers than this show nothing about chance."""
LONG_CARD = 14
"""Digits from which on card numbers are told from other numbers of the same length."""


def is_chance(matching: Counter[int], whole: int, numbers: Counter[int]) -> bool:
    """Tell whether numbers of the same lengths match no more often than they would by chance.

    `matching` and `numbers` count plain numbers by their digits, those that match and all of a column;
    `whole` are all values that match.
    """
    if 2 * matching.total() < whole:
        return False
    alike = sum(numbers[length] for length in matching)
    return alike >= COINCIDENCE_NUMBERS and matching.total() < COINCIDENCE_SHARE * alike


def is_no_chance(matching: Counter[int], numbers: Counter[int]) -> bool:
    """Tell whether half of the long numbers or more match."""
    long = [length for length in matching if length >= LONG_CARD]
    alike = sum(numbers[length] for length in long)
    return alike > 0 and 2 * sum(matching[length] for length in long) >= alike
