"""Count what a computation does, where seconds would depend on the machine."""

from __future__ import annotations

import sys
from collections.abc import Callable


def steps(compute: Callable[[], object]) -> int:
    """Return how many lines of Python ran and functions were called."""
    count = 0

    def line(*_: object) -> Callable[..., object]:
        nonlocal count
        count += 1
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        compute()
    finally:
        sys.settrace(before)
    return count
