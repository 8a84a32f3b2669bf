"""What changed since the last delivery, feed by feed; what stayed is counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.comparison import Shape, drift

Rows = list[dict[str, object]]


def _shape(records: dict[str, int], *found: tuple[str, str, str | None, int, int]) -> Shape:
    shape = Shape(dict(records))
    for each in found:
        shape.add(*each)
    return shape


def _of(rows: Rows, what: str) -> list[tuple[object, ...]]:
    return [(r["source"], r.get("field"), r.get("entity"), r["change"]) for r in rows if r["what"] == what]


def test_feeds_are_brought_together_without_their_dates() -> None:
    old = _shape({"t_2026-09.csv": 100, "gone.csv": 5})
    new = _shape({"t_2026-10.csv": 250, "new.csv": 7})
    rows = drift(old, new)
    assert _of(rows, "feed") == [
        ("gone.csv", None, None, "removed"),
        ("new.csv", None, None, "added"),
        ("t_<date>.csv", None, None, "same"),
    ]
    assert [row["factor"] for row in rows if row["what"] == "feed"] == [None, None, 2.5]


def test_a_feed_that_ran_dry_jumped() -> None:
    (row,) = drift(_shape({"a.csv": 80}), _shape({"a.csv": 0}))
    assert (row["factor"], row["old_records"], row["new_records"]) == (80, 80, 0)


def test_columns_and_what_is_in_them() -> None:
    old = _shape(
        {"a.csv": 9},
        ("a.csv", "card", "CREDIT_CARD", 9, 0),
        ("a.csv", "gone", None, 0, 0),
        ("a.csv", "mail", "EMAIL_ADDRESS", 9, 9),
        ("a.csv", "note", "PERSON", 3, 3),
    )
    new = _shape(
        {"a.csv": 9},
        ("a.csv", "card", "CREDIT_CARD", 9, 4),
        ("a.csv", "mail", "EMAIL_ADDRESS", 8, 8),
        ("a.csv", "note", "IBAN_CODE", 2, 2),
        ("a.csv", "iban", "IBAN_CODE", 9, 9),
    )
    rows = drift(old, new)
    assert _of(rows, "field") == [
        ("a.csv", "gone", None, "removed"),
        ("a.csv", "iban", None, "added"),
        ("a.csv", None, None, "same"),
    ]
    assert _of(rows, "entity") == [
        ("a.csv", "card", "CREDIT_CARD", "unmasked"),
        ("a.csv", "iban", "IBAN_CODE", "added"),
        ("a.csv", "note", "IBAN_CODE", "added"),
        ("a.csv", "note", "PERSON", "removed"),
        ("a.csv", None, None, "same"),
    ]
    assert [row["count"] for row in rows if row["change"] == "same"] == [1, 1, 3]


_NAMES = st.sampled_from(["a.csv", "b_2026-01.csv", "b_2026-02.csv"])


@given(st.dictionaries(_NAMES, st.integers(0, 99)), st.sets(st.sampled_from(["x", "y"])))
def test_a_delivery_compared_with_itself_is_the_same(records: dict[str, int], columns: set[str]) -> None:
    shape = _shape(records, *((source, name, None, 0, 0) for source in records for name in columns))
    assert {row["change"] for row in drift(shape, shape)} <= {"same"}
