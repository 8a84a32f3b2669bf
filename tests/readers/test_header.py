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
        ([["CLM01", "NM103", "HI01"], ["C-1001", "Alder", "J45.909"], ["C-1002", "Birch", "I10"]], 0),
        ([["PID.3", "PID.5", "PID.7"], ["7001", "ALDER^JUNE", "19800102"]], 0),
        ([["V1", "V2", "V3"], ["ann", "oslo", "blue"], ["bob", "bergen", "red"]], 0),
        ([["V1", "V2", "Class"], ["0.1", "-2.3", "0"], ["0.4", "2.1", "1"]], 0),
        ([["A1", "B2", "C3"], ["A2", "B10", "C5"], ["A3", "B5", "C5"]], None),
        ([["C1001", "Alder", "June"], ["C1002", "Birch", "Tom"], ["C1003", "Cole", "Ann"]], None),
        ([["AB12"], ["seat"]], None),
        ([["country", "2019", "2020", "2021"], ["Norway", "4", "3", "2"], ["Poland", "5", "5", "5"]], 0),
        ([["2019", "2020", "2021"], ["4", "3", "2"]], None),
        ([["0", "1", "2"], ["12", "seat", "x"], ["15", "10", "y"]], 0),
        ([["no", "phone"], ["1", "+44 20 7946 0000"]], 0),
    ],
)
def test_headers(rows: list[list[str]], header: int | None) -> None:
    assert find_header(rows) == header
