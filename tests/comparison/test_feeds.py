from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.comparison.feeds import Feed, feeds, undated


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tickets_2026-05.csv", "tickets_<date>.csv"),
        ("tickets_20260531.csv", "tickets_<date>.csv"),
        ("tickets_31.05.2026.csv", "tickets_<date>.csv"),
        ("calls 2026 W21.vtt", "calls <date>.vtt"),
        ("q3-2026.zip!inner.csv", "<date>.zip!inner.csv"),
        ("2026/may-2026/a.csv", "<date>/<date>/a.csv"),
        ("mailbox-june2026.mbox", "mailbox-<date>.mbox"),
        ("tickets.csv", "tickets.csv"),
        ("feed-1.csv", "feed-1.csv"),
        ("id_4820266001.csv", "id_4820266001.csv"),
        ("dismay2026.csv", "dismay<date>.csv"),
    ],
)
def test_dates_in_names(name: str, expected: str) -> None:
    assert undated(name) == expected


def test_the_same_name_is_the_same_feed_before_dates_are_looked_at() -> None:
    assert feeds(["t_2025.csv", "t_2026.csv"], ["t_2026.csv"]) == (
        Feed("t_2025.csv", ("t_2025.csv",), ()),
        Feed("t_2026.csv", ("t_2026.csv",), ("t_2026.csv",)),
    )


def test_daily_files_of_two_months_are_one_feed() -> None:
    may = [f"t_2026-05-{day:02}.csv" for day in range(1, 32)]
    june = [f"t_2026-06-{day:02}.csv" for day in range(1, 31)]
    assert feeds(may, june) == (Feed("t_<date>.csv", tuple(may), tuple(june)),)


def test_what_only_one_side_has_keeps_its_name() -> None:
    assert feeds(["a_2026-05.csv"], ["b_2026-05.csv"]) == (
        Feed("a_2026-05.csv", ("a_2026-05.csv",), ()),
        Feed("b_2026-05.csv", (), ("b_2026-05.csv",)),
    )


NAMES = st.lists(
    st.sampled_from(["a.csv", "b.csv"] + [f"{n}_2026-{m:02}.csv" for n in "ab" for m in range(1, 5)]),
    unique=True,
)


@given(NAMES, NAMES)
def test_every_source_is_in_one_feed_and_swapping_swaps(old: list[str], new: list[str]) -> None:
    found = feeds(old, new)
    assert sorted(name for feed in found for name in feed.old) == sorted(old)
    assert sorted(name for feed in found for name in feed.new) == sorted(new)
    swapped = {Feed(feed.name, feed.new, feed.old) for feed in feeds(new, old)}
    assert swapped == set(found)
