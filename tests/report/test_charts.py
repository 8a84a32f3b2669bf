from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.report.charts import score_ring, stacked_bar


@given(st.lists(st.integers(0, 500), min_size=1, max_size=5))
def test_a_bar_is_filled_without_gaps_and_empty_parts_are_left_out(counts: list[int]) -> None:
    segments = stacked_bar([(f"k{i}", "label", count) for i, count in enumerate(counts)])
    assert [s.count for s in segments] == [c for c in counts if c]
    edge = 0.0
    for segment in segments:
        assert abs(segment.x - edge) < 0.01
        edge = segment.x + segment.width
    assert not segments or abs(edge - 100) < 0.01


@given(st.floats(0, 100), st.floats(0, 100))
def test_the_ring_stays_in_its_view_box(a: float, b: float) -> None:
    low, high = sorted((a, b))
    ring = score_ring(low, high)
    assert abs(ring.open_from + ring.open_length - high) < 0.02
    for tick in ring.ticks:
        assert all(0 <= x <= 140 for x in (tick.x1, tick.x2, tick.x))
        assert all(0 <= y <= 84 for y in (tick.y1, tick.y2, tick.y))


def test_ticks_stand_where_grades_begin_from_left_to_right() -> None:
    ticks = sorted(score_ring(39, 39).ticks, key=lambda tick: tick.x)
    assert [tick.label for tick in ticks] == ["40", "65", "80", "90"]
