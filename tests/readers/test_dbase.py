from __future__ import annotations

import struct

import pytest

from bpoaudit.errors import UnreadableSource
from tests.readers.conftest import Read

FIELDS = (("MAIL", "C", 20), ("BORN", "D", 8), ("COUNT", "N", 4), ("ON", "L", 1))


def table(
    rows: list[tuple[bool, tuple[str, ...]]], fields: tuple[tuple[str, str, int], ...] = FIELDS
) -> bytes:
    """Return a dBASE III table; each row is marked as deleted or not."""
    head = b"".join(
        n.encode().ljust(11, b"\0") + k.encode() + bytes(4) + bytes([w, 0]) + bytes(14) for n, k, w in fields
    )
    width = 1 + sum(each for _, _, each in fields)
    data = (
        b"\x03\x7e\x05\x01" + struct.pack("<IHH", len(rows), 33 + len(head), width) + bytes(20) + head + b"\r"
    )
    for deleted, values in rows:
        data += b"*" if deleted else b" "
        cells = zip(values, fields, strict=True)
        data += b"".join(value.encode("latin-1").ljust(each) for value, (_, _, each) in cells)
    return data + b"\x1a"


def test_rows_and_deleted_rows(read: Read) -> None:
    rows = [(False, (f"user{n}@example.org", "19800501", str(n), "T")) for n in range(2500)]
    rows += [(True, ("gone@example.org", "", "", "")), (False, ("last@example.org", "", "7", "F"))]
    for batch_records in (1, 2000):
        live, deleted = read(table(rows), batch_records=batch_records)
        assert (live.part.suffix, deleted.part.suffix) == ("", "#deleted records")
        assert live.part.field_names == ("MAIL", "BORN", "COUNT", "ON")
        assert live.records == 2501
        assert live.fields["MAIL"][-1] == (2501, "last@example.org")
        assert live.fields["BORN"][0] == (1, "1980-05-01")
        assert live.fields["ON"][-1] == (2501, "false")
        assert deleted.fields == {"MAIL": [(1, "gone@example.org")]}
        assert deleted.part.facts == {"deleted_records": 1}
        assert live.part.losses == []


def test_text_without_a_code_page(read: Read) -> None:
    (seen,) = read(table([(False, ("J\xf6rg", "", "", ""))]))
    assert seen.values("MAIL") == ["J\u00f6rg"]
    assert seen.part.losses == ["bytes that are not UTF-8, read as Windows-1252: 1"]


def test_memos_that_are_not_there(read: Read) -> None:
    fields = (("ID", "N", 4), ("NOTE", "M", 10))
    (seen,) = read(table([(False, ("1", "1"))], fields))
    assert seen.values("ID") == ["1"]
    assert "memo" in seen.part.losses[0]


def test_a_table_that_is_cut_off(read: Read) -> None:
    rows = [(False, (f"user{n}@example.org", "19800501", str(n), "T")) for n in range(100)]
    data = table(rows)
    (seen,) = read(data[: len(data) // 2])
    assert 40 < seen.records < 60
    assert seen.error is not None or "truncated" in seen.part.losses[0]


def test_a_value_that_is_none(read: Read) -> None:
    rows = [
        (False, ("ann@example.org", "19800501", "1", "T")),
        (False, ("bob@example.org", "not/date", "2", "T")),
    ]
    (seen,) = read(table(rows))
    assert seen.values("MAIL")[0] == "ann@example.org"
    assert isinstance(seen.error, UnreadableSource)
    assert "not/date" not in repr(seen.error)


def test_a_broken_header(read: Read) -> None:
    data = bytearray(table([(False, ("ann@example.org", "", "", ""))]))
    data[43] = ord("?")
    with pytest.raises(UnreadableSource):
        read(bytes(data))
