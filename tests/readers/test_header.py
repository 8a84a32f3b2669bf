"""A header is told from data, also when somebody put data into it."""

from __future__ import annotations

import pytest

from bpoaudit.readers.header import find_header


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["id", "mail"], ["1", "a@example.org"]], 0),
        ([["1", "a@example.org"], ["2", "b@example.org"]], None),
        ([["id", "name", "hans@example.org"], ["1", "Kristoff Bjorgman", "x"]], 0),
        (
            [
                ["Wolfgang Amadeus", "wolf@example.org", "4929000000006"],
                ["Jo Haydn", "jo@example.org", "4929000000006"],
            ],
            None,
        ),
        ([["no", "phone"], ["1", "+44 20 7946 0000"]], 0),
    ],
)
def test_headers(rows: list[list[str]], header: int | None) -> None:
    assert find_header(rows) == header
