from __future__ import annotations

import pytest

from bpoaudit.delivery.budget import MAX_MEMBERS, MAX_RATIO, MIN_BYTES, Budget
from bpoaudit.errors import LimitReached


def test_even_an_empty_file_may_unpack_to_something() -> None:
    budget = Budget(0)
    budget.spend(MIN_BYTES)
    with pytest.raises(LimitReached, match=f"more than {MIN_BYTES:,} bytes"):
        budget.spend(1)


def test_a_large_file_may_unpack_to_more() -> None:
    size = MIN_BYTES
    budget = Budget(size)
    budget.spend(MAX_RATIO * size)
    with pytest.raises(LimitReached, match=f"{MAX_RATIO} times its size"):
        budget.spend(1)


def test_what_was_too_much_stays_too_much() -> None:
    budget = Budget(0)
    for _ in range(2):
        with pytest.raises(LimitReached):
            budget.spend(MIN_BYTES + 1)
    with pytest.raises(LimitReached):
        budget.spend(1)


def test_members_are_counted_over_all_archives_of_a_file() -> None:
    budget = Budget(0)
    for _ in range(MAX_MEMBERS):
        budget.member()
    for _ in range(2):
        with pytest.raises(LimitReached, match="members"):
            budget.member()
