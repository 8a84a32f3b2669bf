from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas
import pyreadstat
import pytest

from bpoaudit.errors import UnreadableSource
from bpoaudit.model import FieldKind
from tests.readers.conftest import Read, Seen, read_file

WRITE: dict[str, Callable[..., None]] = {
    "sav": pyreadstat.write_sav,
    "zsav": lambda *args, **how: pyreadstat.write_sav(*args, compress=True, **how),
    "por": pyreadstat.write_por,
    "dta": pyreadstat.write_dta,
    "dta 110": lambda *args, **how: pyreadstat.write_dta(*args, version=10, **how),
    "xpt": pyreadstat.write_xport,
    "xpt 5": lambda *args, **how: pyreadstat.write_xport(*args, file_format_version=5, **how),
}

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def to_file(kind: str, rows: dict[str, list[Any]], **how: Any) -> Path:
        WRITE[kind](pandas.DataFrame(rows), tmp_path / "t", **how)
        return tmp_path / "t"

    return to_file


def rows_of(parts: list[Seen]) -> Seen:
    (seen,) = [each for each in parts if each.part.kind is FieldKind.COLUMN]
    return seen


@pytest.mark.parametrize("kind", WRITE)
def test_the_last_row(save: Save, kind: str) -> None:
    count = 2500
    path = save(
        kind,
        {
            "ID": [float(n) for n in range(count)],
            "PRICE": [0.5] * count,
            "BORN": [date(1980, 5, 1)] * count,
            "SEEN": [datetime(2026, 5, 1, 10, 20, 30)] * count,
            "MAIL": ["x"] + [""] * (count - 2) + ["last@example.org"],
        },
    )
    for batch_records in (100, 2000):
        seen = rows_of(read_file(path, batch_records=batch_records))
        assert seen.error is None
        assert seen.records == count
        assert seen.part.field_names == ("ID", "PRICE", "BORN", "SEEN", "MAIL")
        assert seen.fields["ID"][-1] == (count, "2499")
        assert seen.fields["PRICE"][-1] == (count, "0.5")
        assert seen.fields["BORN"][-1] == (count, "1980-05-01")
        assert seen.fields["SEEN"][-1] == (count, "2026-05-01 10:20:30")
        assert seen.fields["MAIL"] == [(1, "x"), (count, "last@example.org")]


def test_labels(save: Save) -> None:
    path = save(
        "sav",
        {"hiv": [1.0, 0.0, 9.0], "notes": ["a", "b", "c"]},
        file_label="study of Ann Lee",
        column_labels={"hiv": "test of the patient"},
        variable_value_labels={"hiv": {1: "HIV positive", 0: "HIV negative", 9: "refused"}},
        missing_ranges={"hiv": [9]},
        note="ask ann@example.org",
    )
    about, seen = read_file(path)
    assert about.part.kind is FieldKind.METADATA
    assert about.fields == {
        "file label": [(0, "study of Ann Lee")],
        "notes (metadata)": [(0, "ask ann@example.org")],
        "label.hiv": [(0, "test of the patient")],
        "value labels.hiv": [(0, "1 = HIV positive"), (0, "0 = HIV negative"), (0, "9 = refused")],
    }
    assert seen.fields["hiv"] == [(1, "1"), (2, "0"), (3, "9")]
    assert seen.fields["hiv (label)"] == [(1, "HIV positive"), (2, "HIV negative"), (3, "refused")]


def test_every_data_set_of_a_transport_file(save: Save, read: Read) -> None:
    one = save("xpt 5", {"MAIL": ["ann@example.org"]}, table_name="FIRST").read_bytes()
    two = save("xpt 5", {"PHONE": ["555-0101", "555-0102"]}, table_name="SECOND").read_bytes()
    member = b"HEADER RECORD*******MEMBER"
    parts = read(one + two[two.index(member) :])
    tables = {each.part.suffix: each.fields for each in parts if each.part.kind is FieldKind.COLUMN}
    assert tables == {
        "#1 FIRST": {"MAIL": [(1, "ann@example.org")]},
        "#2 SECOND": {"PHONE": [(1, "555-0101"), (2, "555-0102")]},
    }


def test_dates_that_no_calendar_has(save: Save, read: Read) -> None:
    path = save("dta", {"born": [date(1980, 5, 1), date(1980, 5, 2)], "mail": ["x", "last@example.org"]})
    data = path.read_bytes()
    rows = data.index(b"<data>") + len(b"<data>")
    broken = data[:rows] + b"\x00\x00\x00\x00\x00\x00\xe0\x42" + data[rows + 8 :]
    seen = rows_of(read(broken))
    assert seen.values("mail") == ["x", "last@example.org"]
    assert seen.error is None
    assert any("calendar" in note for note in seen.part.notes)


@pytest.mark.parametrize("kind", WRITE)
def test_a_file_that_is_cut_off_is_said(save: Save, read: Read, kind: str) -> None:
    rows = {"ID": [float(n) for n in range(5000)], "MAIL": [f"user{n}@example.org" for n in range(5000)]}
    data = save(kind, rows).read_bytes()
    said: list[object] = []
    try:
        seen = rows_of(read(data[: len(data) // 2]))
        assert seen.records < 5000
        said += [*filter(None, [seen.error]), *seen.part.losses]
    except UnreadableSource as error:
        said.append(error)
    assert said
    assert "user" not in repr(said)


@pytest.mark.parametrize("begins", [b"$FL2@(#)", b"<stata_dta>", b"HEADER RECORD*******LIB", b"r\x01\x01\0"])
def test_broken_headers(read: Read, begins: bytes) -> None:
    with pytest.raises(UnreadableSource) as raised:
        read(begins + b"ann@example.org" * 100)
    assert "example" not in repr(raised.value)
