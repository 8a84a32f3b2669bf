from __future__ import annotations

from datetime import date

from bpoaudit.report.trend import MAX_POINTS, Scale, trend

from .past import GDPR, past

SCALE = Scale(date(2026, 1, 1), date(2026, 1, 11), width=106.0, height=26.0)


def test_days_and_scores_have_their_place() -> None:
    assert SCALE.place("2026-01-01", 100.0) == (3.0, 3.0)
    assert SCALE.place("2026-01-11", 0.0) == (103.0, 23.0)
    assert SCALE.place("2026-01-06", 50.0) == (53.0, 13.0)


def test_a_time_without_length_stands_at_its_end() -> None:
    assert Scale(date(2026, 1, 1), date(2026, 1, 1), 106.0, 26.0).place("2026-01-01", 0.0)[0] == 103.0


def test_a_line_goes_through_the_scores() -> None:
    drawn = trend([past(100.0, "2026-01-01"), past(0.0, "2026-01-11")], SCALE)
    assert drawn.lines == ("3,3 103,23",)
    assert (drawn.dots, drawn.end, drawn.breaks) == ((), (103.0, 23.0), 0)


def test_a_line_ends_where_the_rules_changed() -> None:
    other = GDPR.model_copy(update={"digest": "sha256:cc"})
    audits = [
        past(10.0, "2026-01-01"),
        past(20.0, "2026-01-02"),
        past(90.0, "2026-01-03", packs=(other,)),
        past(95.0, "2026-01-04", packs=(other,)),
        past(96.0, "2026-01-05", packs=(other,), model=2),
    ]
    drawn = trend(audits, SCALE)
    assert (len(drawn.lines), len(drawn.dots), drawn.breaks) == (2, 1, 2)


def test_the_line_of_a_pack_ends_only_where_that_pack_changed() -> None:
    other = GDPR.model_copy(update={"digest": "sha256:cc"})
    audits = [
        past(10.0, "2026-01-01"),
        past(20.0, "2026-01-02", packs=(GDPR,)),
        past(30.0, "2026-01-03", packs=(other,)),
    ]
    assert trend(audits, SCALE, lambda audit: audit.low, "gdpr").breaks == 1
    assert trend(audits, SCALE).breaks == 2


def test_a_missing_score_leaves_a_gap() -> None:
    audits = [past(10.0, "2026-01-01"), past(20.0, "2026-01-02"), past(None, "2026-01-03")]
    drawn = trend(audits, SCALE)
    assert len(drawn.lines) == 1
    assert drawn.end is None
    assert trend([past(None)], SCALE).lines == ()


def test_the_newest_are_drawn_and_the_rest_is_counted() -> None:
    audits = [past(50.0, "2026-01-02")] * (MAX_POINTS + 5)
    drawn = trend(audits, SCALE)
    assert (drawn.audits, drawn.total) == (MAX_POINTS, MAX_POINTS + 5)
    assert drawn.lines[0].count(",") == MAX_POINTS
