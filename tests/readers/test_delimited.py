from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.model import FieldKind
from bpoaudit.readers import open_parts
from tests.readers.conftest import Seen, read_file

ReadOne = Callable[..., Seen]

TABLE = "id,name,mail\n1,Ann,a@example.org\n2,Bob,b@example.org\n"


def test_columns_and_record_numbers(read_one: ReadOne) -> None:
    seen = read_one(TABLE, "t.csv")
    assert seen.part.kind is FieldKind.COLUMN
    assert seen.part.suffix == ""
    assert seen.part.field_names == ("id", "name", "mail")
    assert seen.records == 2
    assert seen.fields["mail"] == [(1, "a@example.org"), (2, "b@example.org")]
    assert seen.part.losses == []


@pytest.mark.parametrize(
    ("delimiter", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")]
)
def test_delimiters(read_one: ReadOne, delimiter: str, name: str) -> None:
    seen = read_one(TABLE.replace(",", delimiter), "t.txt")
    assert seen.values("name") == ["Ann", "Bob"]
    assert f"delimiter {name}" in seen.part.notes


def test_decimal_commas_do_not_beat_semicolons(read_one: ReadOne) -> None:
    seen = read_one("id;name;price\n1;Ann;1,5\n2;Bob;2,5\n", "t.csv")
    assert seen.values("price") == ["1,5", "2,5"]


def test_the_separator_line_of_excel_is_no_row(read_one: ReadOne) -> None:
    seen = read_one("sep=;\r\nid;name\r\n1;Ann\r\n", "t.csv")
    assert seen.fields == {"id": [(1, "1")], "name": [(1, "Ann")]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(read_one: ReadOne, encoding: str, end: str) -> None:
    table = f"id,näme{end}1,Zoë Ñandú, née Müller{end}2,René{end}".replace(", née", " née")
    seen = read_one(table.encode(encoding), "t.csv")
    assert seen.values("näme") == ["Zoë Ñandú née Müller", "René"]
    assert seen.records == 2
    assert seen.part.losses == []


def test_text_that_stops_being_utf8_keeps_every_character(read_one: ReadOne) -> None:
    rows = "id,name\n" + "1,Ünal\n" * 50_000
    seen = read_one(rows.encode() + b"2,Jos\xe9 Mu\xf1oz\n3,last@example.org\n", "t.csv")
    assert seen.values("name")[-2:] == ["José Muñoz", "last@example.org"]
    assert seen.part.losses == ["bytes that are not UTF-8, read as Windows-1252: 2"]


def test_quoted_cells(read_one: ReadOne) -> None:
    seen = read_one('id,notes\n1,"line one\nline, two ""quoted"""\n2,"x"\n', "t.csv")
    assert seen.fields["notes"] == [(1, 'line one\nline, two "quoted"'), (2, "x")]


def test_single_quotes(read_one: ReadOne) -> None:
    seen = read_one("'id','name'\n'1','a,b'\n'2','c'\n'3','it''s'\n", "t.csv")
    assert seen.values("name") == ["a,b", "c", "it's"]


def test_space_before_a_quote(read_one: ReadOne) -> None:
    assert read_one('id, "name"\n1, "a, b"\n2, "c"\n', "t.csv").values("name") == ["a, b", "c"]


def test_blank_lines_are_no_records(read_one: ReadOne) -> None:
    seen = read_one("id,name\n1,Ann\n\n\r\n2,Bob\n\n", "t.csv")
    assert seen.fields["name"] == [(1, "Ann"), (2, "Bob")]


def test_ragged_rows(read_one: ReadOne) -> None:
    seen = read_one("a_x,b_x\n1\n1,2,3,4\n5,6\n7,8,\n", "t.csv")
    assert seen.fields["b_x"] == [(2, "2"), (3, "6"), (4, "8")]
    assert seen.fields["column_3"] == [(2, "3")]
    assert seen.fields["column_4"] == [(2, "4")]
    assert "rows with fewer cells than the header: 1" in seen.part.notes
    assert "rows with more cells than the header: 1" in seen.part.notes


def test_repeated_and_missing_names(read_one: ReadOne) -> None:
    seen = read_one("name,name,,name_2,column_6\n1,2,3,4,5,6\n", "t.csv")
    assert seen.part.field_names == ("name", "name_2", "column_3", "name_2_2", "column_6")
    assert {name: cells[0][1] for name, cells in seen.fields.items()} == {
        "name": "1", "name_2": "2", "column_3": "3", "name_2_2": "4", "column_6": "5", "column_6_2": "6",
    }  # fmt: skip


def test_a_header_alone_still_names_its_fields(read_one: ReadOne) -> None:
    seen = read_one("id,name\n", "t.csv")
    assert (seen.part.field_names, seen.records) == (("id", "name"), 0)


@pytest.mark.parametrize(
    "table",
    [
        "1,ann@example.org,5\n2,bob@example.org,6\n",
        "ann@example.org,Ann\nbob@example.org,Bob\n",
        "Maria Santos,Manila\nJohn Cruz,Cebu\n",
        "Ann,4111111111111111\n",
        "no,Ann\nyes,Bob\n",
    ],
)
def test_a_first_row_of_data_is_a_record(read_one: ReadOne, table: str) -> None:
    seen = read_one(table, "t.csv")
    assert seen.part.field_names[0] == "column_1"
    assert seen.records == table.count("\n")
    assert "no header" in seen.part.notes


@pytest.mark.parametrize(
    "table",
    [
        "region,units\nNorth,5\n",
        "no,remark\n1,fine\n",
        "first_name,lastName\nAnn,Lee\n",
        "nombre,correo\nAna,ana@example.org\n",
        "comentario\nEl cliente pide que le llamen mañana por la tarde\n",
        "colour,shape\nRed,Circle\nBlue,Square\n",
        "id,name\n1,Ann\nid,name\n2,Bob\n",
    ],
)
def test_a_first_row_of_names_is_the_header(read_one: ReadOne, table: str) -> None:
    seen = read_one(table, "t.csv")
    assert seen.part.field_names == tuple(table.split("\n", 1)[0].split(","))


def test_titles_above_the_header_are_read(read_one: ReadOne) -> None:
    seen = read_one("Calls of ann@example.org,,\n,,\nid,name,mail\n1,Ann,a@x.org\n2,Bob,b@x.org\n", "t.csv")
    assert seen.fields["heading"] == [(0, "Calls of ann@example.org")]
    assert seen.fields["mail"] == [(1, "a@x.org"), (2, "b@x.org")]


def test_one_column(read_one: ReadOne) -> None:
    seen = read_one("notes\nHello, I am Ann, calling\nbye\n", "t.csv")
    assert seen.fields == {"notes": [(1, "Hello, I am Ann, calling"), (2, "bye")]}


def test_an_open_quote_costs_its_line_only(read_one: ReadOne) -> None:
    seen = read_one('id,note\n1,"open, ann@example.org\n2,b\n3,"c,d"\n4,e\n', "t.csv")
    assert seen.fields["id"] == [(1, "1"), (2, "2"), (3, "3"), (4, "4")]
    assert seen.fields["note"][1:] == [(2, "b"), (3, "c,d"), (4, "e")]
    assert "ann@example.org" in "".join(value for cells in seen.fields.values() for _, value in cells)
    assert "rows with a stray or open quote: 1" in seen.part.notes


def test_an_open_quote_does_not_swallow_a_long_file(read_one: ReadOne) -> None:
    rows = 'id,note\n1,"open\n' + "2,b\n" * 400_000 + "3,last@example.org\n"
    seen = read_one(rows, "t.csv")
    assert seen.records == 400_002
    assert seen.fields["note"][-1] == (400_002, "last@example.org")


def test_a_file_full_of_open_quotes_is_read_in_time(read_one: ReadOne) -> None:
    seen = read_one("id,note\n" + '1,"open\n' * 5_001, "t.csv")
    assert seen.records == 5_001


def test_a_stray_quote_inside_a_quoted_cell(read_one: ReadOne) -> None:
    seen = read_one('id,note\n1,"a 5" screen"\n2,"b, c"\n', "t.csv")
    assert seen.records == 2
    assert "5" in seen.values("note")[0]
    assert seen.values("note")[1] == "b, c"


def test_a_million_columns(read_one: ReadOne) -> None:
    row = ",".join(f"c{index}@x.org" for index in range(200_000))
    seen = read_one(f"{row}\n{row}\n", "t.csv")
    assert sum(map(len, seen.fields.values())) == 400_000
    assert len(seen.fields) == 16_385
    assert seen.values("column_16385")[-1] == "c199999@x.org"


def test_an_endless_line_is_cut_and_said(read_one: ReadOne) -> None:
    seen = read_one("id,name\n1," + "x" * (9 << 20) + "\n2,ann@example.org\n", "t.csv")
    assert seen.fields["name"][-1] == (2, "ann@example.org")
    assert len(seen.values("name")[0]) == (4 << 20) - 2
    assert seen.part.losses == ["characters of lines longer than 4,194,304, not read: 5,242,882"]


def test_an_empty_file_is_read(read_one: ReadOne) -> None:
    seen = read_one("", "t.csv")
    assert (seen.records, seen.error, seen.part.losses) == (0, None, [])


def test_nothing_shows_content(read_one: ReadOne, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    (part,) = open_parts(Content.of_path(tmp_path / "t.csv"), "text/csv")
    for batch in part.batches:
        shown = f"{part!r} {batch!r} {batch.fields!r} {part.batches!r}"
        assert "Ann" not in shown
        assert "example" not in shown


# Cells as exports hold them: no lone carriage returns, which end a row for every reader.
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n,;\"' \t|"), max_size=12)


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=30),
    batch_records=st.integers(1, 40),
)
def test_rows_do_not_depend_on_the_batch_size(
    rows: list[list[str]], batch_records: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["ticket_id", "first_name", "note"])
    writer.writerows([["17", *row[1:]] for row in rows])
    path = tmp_path_factory.mktemp("rows") / "t.csv"
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    (whole,), (pieces,) = read_file(path), read_file(path, batch_records=batch_records)
    assert pieces.fields == whole.fields
    assert pieces.records == whole.records == len(rows)
    assert pieces.batches == -(-len(rows) // batch_records)
    assert whole.fields["ticket_id"] == [(record, "17") for record in range(1, len(rows) + 1)]
    expected = [(record, row[2]) for record, row in enumerate(rows, start=1) if row[2].strip()]
    assert whole.fields.get("note", []) == expected


def _peak(path: Path) -> int:
    tracemalloc.start()
    (part,) = open_parts(content := Content.of_path(path), media_type(content))
    for _ in part.batches:
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    row = "T-1001,Ann Lee,ann.lee@example.org,called about the invoice and will call again,42.50\n"
    for name, megabytes in (("small.csv", 2), ("large.csv", 20)):
        with (tmp_path / name).open("w") as file:
            file.write("ticket,name,mail,notes,amount\n")
            for _ in range(megabytes):
                file.write(row * ((1 << 20) // len(row)))
    small, large = _peak(tmp_path / "small.csv"), _peak(tmp_path / "large.csv")
    assert large < small * 1.2
    assert large < 16 << 20


@pytest.mark.parametrize("nothing", [b"\0", b"\0" * 9])
def test_nul_characters_are_left_out_and_counted(tmp_path: Path, nothing: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TABLE.encode().replace(b"Ann", b"An" + nothing + b"n"))
    [seen] = read_file(path)
    assert seen.values("name") == ["Ann", "Bob"]
    assert f"NUL characters left out: {len(nothing)}" in seen.part.notes
    assert seen.part.losses == []
