from __future__ import annotations

import pytest

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.layout import FixedColumn, FixedRecord, Layout
from bpoaudit.delivery.media import media_type
from bpoaudit.errors import UnsupportedSource
from bpoaudit.readers import Part, ReadOptions, open_parts
from tests.readers.conftest import Seen, consume

PEOPLE = Layout((FixedColumn("id", 1, 4), FixedColumn("name", 6, 10), FixedColumn("mail", 16, 20)))


def read(data: str | bytes, layout: Layout | None, batch_records: int = 2000, name: str = "t.dat") -> Seen:
    content = Content.of_bytes(name, data if isinstance(data, bytes) else data.encode())
    (part,) = open_parts(content, media_type(content), ReadOptions(batch_records, layout=layout))
    assert isinstance(part, Part)
    return consume(part)


def line(number: int, name: str, mail: str, more: str = "") -> str:
    return f"{number:04} {name:10}{mail:20}{more}"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_columns_as_declared(end: str) -> None:
    seen = read(
        end.join((line(1, "Ann Lee", "a@example.org"), line(2, "Zoë", "last@example.org"), "")), PEOPLE
    )
    assert seen.part.field_names == ("id", "name", "mail")
    assert seen.records == 2
    assert seen.fields == {
        "id": [(1, "0001"), (2, "0002")],
        "name": [(1, "Ann Lee"), (2, "Zoë")],
        "mail": [(1, "a@example.org"), (2, "last@example.org")],
    }


def test_what_no_column_covers_is_read() -> None:
    text = f"Report of ann@example.org\n0001!Ann       a@example.org       {'b@example.org'}\n\n0003 Bob\n"
    layout = Layout(PEOPLE.columns, header_lines=1)
    seen = read(text, layout)
    assert seen.fields["heading"] == [(0, "Report of ann@example.org")]
    assert seen.fields["between"] == [(1, "!")]
    assert seen.fields["beyond"] == [(1, "b@example.org")]
    assert (seen.records, seen.fields["name"]) == (3, [(1, "Ann"), (3, "Bob")])
    assert "records that end before their last column: 1" in seen.part.notes


BANK = Layout(
    records=(
        FixedRecord("header", "01", (FixedColumn("company", 3, 10),)),
        FixedRecord("detail", "05", (FixedColumn("iban", 3, 22), FixedColumn("sum", 25, 4, packed=True))),
    ),
    marker=FixedColumn("", 1, 2),
    encoding="cp037",
    record_length=30,
)


def bank() -> bytes:
    header, trailer = "01ACME".ljust(30).encode("cp037"), "09ann@example.org".ljust(30).encode("cp037")
    details = [
        f"05DE893704004405320130{n:02}".encode("cp037") + bytes.fromhex(f"00{n:04}5d") + b"\x40\x40\x40"
        for n in range(3)
    ]
    return header + b"".join(detail[:30].ljust(30, b"\x40") for detail in details) + trailer


@pytest.mark.parametrize("batch_records", [1, 2000])
def test_kinds_of_record_in_ebcdic(batch_records: int) -> None:
    seen = read(bank(), BANK, batch_records)
    assert seen.records == 5
    assert seen.part.field_names == ("header.company", "detail.iban", "detail.sum")
    assert seen.fields == {
        "header.company": [(1, "ACME")],
        "detail.iban": [(n, f"DE893704004405320130{n - 2:02}") for n in (2, 3, 4)],
        "detail.sum": [(2, "-5"), (3, "-15"), (4, "-25")],
        "undeclared": [(5, "09ann@example.org")],
    }
    assert "records of a kind that the layout does not declare: 1" in seen.part.notes
    assert "encoding cp037 as declared" in seen.part.notes


def test_a_record_that_breaks_off() -> None:
    seen = read(bank()[:-20], BANK)
    assert seen.fields["undeclared"] == [(5, "09ann@exam")]


def test_lines_of_ebcdic() -> None:
    data = "Ann \nBob ".encode("cp037").replace(b"\x25", b"\x15")
    assert read(data, Layout((FixedColumn("name", 1, 4),), encoding="cp037")).values("name") == ["Ann", "Bob"]


def test_a_packed_column_that_is_none_is_read_as_text() -> None:
    layout = Layout((FixedColumn("sum", 1, 3, packed=True),), encoding="cp037", record_length=3)
    assert read("Ann".encode("cp037"), layout).values("sum") == ["Ann"]


def test_bytes_that_do_not_decode_are_a_loss() -> None:
    seen = read(b"ab\x81cd\n", Layout((FixedColumn("a", 1, 5),), encoding="cp1252"))
    assert seen.part.losses == ["bytes that cp1252 does not know: 1"]
    assert seen.values("a") == ["ab\ufffdcd"]


def test_a_file_without_line_ends_is_cut_and_said() -> None:
    seen = read("x" * 3_000_000 + "last@example.org", Layout((FixedColumn("a", 1, 5),)))
    assert seen.records == 3
    assert seen.fields["beyond"][-1][1].endswith("last@example.org")
    assert "lines over 1,048,576 characters, read in pieces: 2" in seen.part.notes


def test_a_line_end_between_two_blocks() -> None:
    text = ("x" * ((64 << 10) - 1) + "\r\n") + "y\r\n"
    seen = read(text, Layout((FixedColumn("a", 1, 100_000),)))
    assert (seen.records, seen.values("a")[-1]) == (2, "y")


def test_a_layout_holds_for_text_only() -> None:
    assert read('[{"a": "x"}]', PEOPLE).fields == {"a": [(1, "x")]}


def test_without_a_layout_there_is_no_fixed_width() -> None:
    content = Content.of_bytes("t.dat", b"abc")
    with pytest.raises(UnsupportedSource):
        list(open_parts(content, "text/x-fixed-width"))
