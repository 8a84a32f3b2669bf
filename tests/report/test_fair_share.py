"""A cut that leaves something of everyone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.report.fair_share import FEWEST, fair_share


@given(st.lists(st.integers(1, 400), max_size=60), st.integers(1, 300), st.integers(FEWEST, 300))
def test_all_fit_or_have_as_few_as_may_be(sizes: list[int], room: int, most: int) -> None:
    share = fair_share(sizes, room, most)
    assert FEWEST <= share <= most
    assert share == FEWEST or sum(min(size, share) for size in sizes) <= room
    assert share == most or sum(min(size, share + 1) for size in sizes) > room


def test_one_that_is_large_takes_what_the_others_leave() -> None:
    assert fair_share([300, 9, 1], 200, 200) == 190
    assert fair_share([300, 9, 1], 200, 40) == 40
    assert fair_share([300] * 100, 200, 40) == FEWEST
