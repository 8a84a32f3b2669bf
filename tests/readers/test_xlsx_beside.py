from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
import xlsxwriter

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.model import FieldKind
from bpoaudit.readers import Member, Part, open_parts
from bpoaudit.readers.workbooks.xlsx_beside import cell_of, header_texts
from tests.readers.conftest import Seen, consume

PICTURE = b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    for kind, data in (
        (b"IHDR", struct.pack(">2I5B", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\0\0\0")),
        (b"IEND", b""),
    )
)


def opened(data: bytes, name: str = "t.xlsx") -> tuple[dict[tuple[str, FieldKind], Seen], dict[str, bytes]]:
    """Read a workbook: its parts by suffix and kind, the bytes of its members."""
    parts: dict[tuple[str, FieldKind], Seen] = {}
    members: dict[str, bytes] = {}
    content = Content.of_bytes(name, data)
    for each in open_parts(content, media_type(content)):
        if isinstance(each, Part):
            assert (each.suffix, each.kind) not in parts
            parts[each.suffix, each.kind] = consume(each)
        else:
            assert isinstance(each, Member)
            assert each.content is not None
            with each.content.open() as stream:
                members[each.suffix] = stream.read()
    return parts, members


def written(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed, {"in_memory": True})
    fill(book)
    book.close()
    return packed.getvalue()


def changed(data: bytes, member: str, old: bytes, new: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(packed, "w") as copy:
        for name in package.namelist():
            content = package.read(name)
            assert name != member or old in content
            copy.writestr(name, content.replace(old, new) if name == member else content)
    return packed.getvalue()


def added(data: bytes, **members: str) -> bytes:
    packed = io.BytesIO(data)
    with zipfile.ZipFile(packed, "a") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return packed.getvalue()


def claims(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Q3")
    sheet.write_row(1, 2, ["id", "mail", "comments"])
    for row in range(2, 40):
        sheet.write_row(row, 2, [row, f"u{row}@example.org", "fine"])
    sheet.write_comment("D7", "call ann@example.org", {"author": "Joy Cruz"})
    sheet.write_comment("D2", "on the header")
    sheet.write_comment("Z90", "below the last row")
    sheet.write_url("C9", "mailto:bob@example.org", string="Bob", tip="write to Bob Roe")
    sheet.write_formula("C10", '=HYPERLINK("mailto:cy@example.org","Cy")', None, "Cy")
    sheet.write_formula("C11", '=HYPERLINK("mailto:cy@example.org","Cy")', None, "Cy")
    sheet.set_header("&LClaims of dee@example.org&CPage &P")
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.set_row(5, None, None, {"hidden": True})
    sheet.set_column(7, 9, None, None, {"hidden": True})
    sheet.insert_textbox("H3", "box for eve@example.org")
    sheet.data_validation("F3", {"validate": "list", "source": ["fay@example.org", "x"]})
    sheet.insert_image("K3", "p.png", {"image_data": io.BytesIO(PICTURE), "description": "Gus at his desk"})
    book.define_name("owner", '="hal@example.org"')
    book.set_properties({"author": "Ida Moe"})


def test_what_stands_at_cells_is_found_at_its_row() -> None:
    parts, _ = opened(written(claims))
    sheet = parts["#Q3", FieldKind.COLUMN]
    # The header is in row 2, so that row 7 is record 5. The table has a field of that name already.
    assert sheet.fields["comments_2"] == [
        (0, "on the header"),
        (5, "call ann@example.org"),
        (88, "below the last row"),
    ]
    assert sheet.fields["comments"][0] == (1, "fine")
    assert (5, "Joy Cruz") in sheet.fields["comment author"]
    assert sheet.fields["links"] == [(7, "mailto:bob@example.org"), (7, "write to Bob Roe")]
    assert sheet.fields["texts in formulas"] == [(8, "Cy"), (8, "mailto:cy@example.org")]
    assert sheet.records == 38
    assert sheet.part.facts == {"hidden_rows": 2, "hidden_columns": 3, "comments": 3}
    assert "hidden rows, read like the others: 2" in sheet.part.notes
    assert sheet.fields["mail"][2] == (3, "u4@example.org")
    assert sheet.part.losses == []


def test_what_stands_in_no_row_is_record_0_of_its_sheet() -> None:
    parts, _ = opened(written(claims))
    sheet = parts["#Q3", FieldKind.METADATA]
    assert {record for cells in sheet.fields.values() for record, _ in cells} == {0}
    assert sheet.values("sheet headers")[0] == "Claims of dee@example.org"
    assert "box for eve@example.org" in sheet.values("drawings")
    assert "Gus at his desk" in sheet.values("drawings")
    assert any("fay@example.org" in text for text in sheet.values("rules on cells"))


def test_what_belongs_to_no_sheet_is_the_workbooks() -> None:
    parts, members = opened(written(claims))
    book = parts["", FieldKind.METADATA]
    assert "Ida Moe" in book.values("properties")
    assert {"owner", '"hal@example.org"'} <= set(book.values("defined names"))
    assert book.part.losses == []
    assert members == {"!xl/media/image1.png": PICTURE}


def test_messages_of_validations_and_what_a_filter_keeps_are_read() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("s")
        sheet.write_column(0, 0, ["mail", "ann@example.org", "bob@example.org"])
        told = {"input_title": "Ask cy@example.org", "input_message": "or dee@example.org"}
        wrong = {"error_title": "Call eve@example.org", "error_message": "not fay@example.org"}
        sheet.data_validation("B1", {"validate": "integer", "criteria": ">", "value": 1, **told, **wrong})
        sheet.autofilter("A1:A3")
        sheet.filter_column_list("A", ["gus@example.org"])

    rules = opened(written(fill))[0]["#s", FieldKind.METADATA].values("rules on cells")
    for who in ("cy", "dee", "eve", "fay", "gus"):
        assert any(f"{who}@example.org" in text for text in rules)


def test_where_the_box_of_a_comment_stands_is_no_part_of_it() -> None:
    box = b"<mc:AlternateContent xmlns:mc='m'><mc:Choice><col>2</col><row>7</row></mc:Choice></mc:AlternateContent>"
    data = changed(written(claims), "xl/comments1.xml", b"</comment>", box + b"</comment>")
    assert "call ann@example.org" in opened(data)[0]["#Q3", FieldKind.COLUMN].values("comments_2")


@pytest.mark.parametrize("batch_records", [1, 7])
def test_the_batch_size_changes_nothing(batch_records: int) -> None:
    from bpoaudit.readers import ReadOptions

    data = written(claims)
    content = Content.of_bytes("t.xlsx", data)
    seen = [
        consume(part)
        for part in open_parts(content, media_type(content), ReadOptions(batch_records))
        if isinstance(part, Part)
    ]
    whole, _ = opened(data)
    assert [each.fields for each in seen] == [each.fields for each in whole.values()]


def test_threads_stand_in_place_of_the_copies_of_their_comments() -> None:
    data = written(claims)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = {name: package.read(name).decode("latin-1") for name in package.namelist()}
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    office = "http://schemas.microsoft.com/office/2017/10/relationships"
    members[rels] = members[rels].replace(
        "</Relationships>",
        f'<Relationship Id="t" Type="{office}/threadedComment" Target="/xl/threadedComments/t1.xml"/></Relationships>',
    )
    members["xl/comments1.xml"] = members["xl/comments1.xml"].replace("Joy Cruz", "tc={1}")
    members["xl/threadedComments/t1.xml"] = (
        '<ThreadedComments xmlns="t"><threadedComment ref="D7" personId="{1}"><text>call ann@example.org</text>'
        '</threadedComment><threadedComment ref="D7" personId="{2}"><text>done</text></threadedComment></ThreadedComments>'
    )
    members["xl/persons/person.xml"] = (
        '<personList xmlns="t"><person displayName="Joy Cruz" id="{1}"/></personList>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, text in members.items():
            package.writestr(name, text.encode("latin-1"))
    sheet = opened(packed.getvalue())[0]["#Q3", FieldKind.COLUMN]
    assert [text for record, text in sheet.fields["comments_2"] if record == 5] == [
        "call ann@example.org",
        "done",
    ]
    assert (5, "Joy Cruz") in sheet.fields["comment author"]


def test_comments_that_no_sheet_refers_to_are_read_with_the_workbook() -> None:
    data = added(
        written(claims), **{"xl/comments9.xml": "<comments><t>left by ann@example.org</t></comments>"}
    )
    parts, _ = opened(data)
    assert parts["", FieldKind.METADATA].values("comments") == ["left by ann@example.org"]


def test_connections_and_links_to_other_files_are_read() -> None:
    connection = '<connections xmlns="m"><connection name="c"><dbPr connection="PWD=hunter2;UID=ann"/></connection></connections>'
    cache = '<externalLink xmlns="m"><sheetData><row r="1"><cell r="A1" t="str"><v>Ann Lee</v></cell></row></sheetData></externalLink>'
    target = (
        '<Relationships xmlns="r"><Relationship Target="file:///C:/Users/ann.lee/x.xlsx" TargetMode="External"/>'
        "</Relationships>"
    )
    data = added(
        written(claims),
        **{
            "xl/connections.xml": connection,
            "xl/externalLinks/externalLink1.xml": cache,
            "xl/externalLinks/_rels/externalLink1.xml.rels": target,
        },
    )
    book = opened(data)[0]["", FieldKind.METADATA]
    assert "PWD=hunter2;UID=ann" in book.values("connections")
    assert book.values("external links") == ["file:///C:/Users/ann.lee/x.xlsx", "Ann Lee"]
    assert book.part.facts["external_links"] == 1


def test_members_that_nothing_knows_are_sources_of_their_own() -> None:
    _, members = opened(
        added(written(claims), **{"xl/embeddings/Mail to Ann!.csv": "a,b\n", "stray.txt": "x"})
    )
    assert members["!xl/embeddings/Mail to Ann%21.csv"] == b"a,b\n"
    assert members["!stray.txt"] == b"x"


def test_a_sheet_that_the_workbook_does_not_list_is_a_loss() -> None:
    book = opened(added(written(claims), **{"xl/worksheets/sheet9.xml": "<worksheet/>"}))[0][
        "", FieldKind.METADATA
    ]
    assert book.part.losses == ["sheets that the workbook does not list, not read: 1"]


def test_macros_are_read_or_said() -> None:
    book = opened(added(written(claims), **{"xl/vbaProject.bin": "not a project"}))[0]["", FieldKind.METADATA]
    assert book.part.losses == ["macros that could not be read"]
    assert book.part.facts == {"macros": 1}


@pytest.mark.parametrize("sheet", ["<worksheet", "<!DOCTYPE d []><worksheet/>"])
def test_a_sheet_that_is_broken_keeps_its_comments(sheet: str) -> None:
    data = written(claims)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        whole = package.read("xl/worksheets/sheet1.xml")
    seen = opened(changed(data, "xl/worksheets/sheet1.xml", whole, sheet.encode()))[0][
        "#Q3", FieldKind.COLUMN
    ]
    assert "call ann@example.org" in seen.values("comments")
    assert "what stands beside the cells could not be read to its end" in seen.part.losses


def test_what_is_more_than_can_be_held_is_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpoaudit.readers.workbooks.sheet_beside._MAX_ENTRIES", 2)
    seen = opened(written(claims))[0]["#Q3", FieldKind.COLUMN]
    assert seen.part.losses[0].startswith("comments, links and texts in formulas beyond 2 or ")


def test_a_formula_without_a_result_is_noted_and_its_text_read() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("s")
        sheet.write_row(0, 0, ["id", "mail"])
        sheet.write_formula("B2", '="ann" & "@example.org" & A2 & "it""s"', None, "")
        sheet.write_formula("B3", "=A2", None, 7)

    sheet = opened(written(fill))[0]["#s", FieldKind.COLUMN]
    assert sheet.part.notes == ["formulas without a stored result, of which the text is read: 1"]
    assert sheet.part.losses == []
    assert sheet.fields["texts in formulas"] == [(1, "ann@example.org"), (1, 'it"s')]
    assert sheet.values("mail") == ["7"]


def test_long_numbers_keep_their_digits() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("s")
        sheet.write("C3", "card")
        sheet.write("D3", "id")
        sheet.write("D4", 111)
        sheet.write("D5", 222)

    data = changed(written(fill), "xl/worksheets/sheet1.xml", b"<v>111<", b"<v>6304000000000000123<")
    data = changed(data, "xl/worksheets/sheet1.xml", b'r="D5"><v>222<', b"><v>-12345678901234567890<")
    sheet = opened(data)[0]["#s", FieldKind.COLUMN]
    assert sheet.values("id")[0] == "6304000000000000123"
    # A cell that does not say where it is stands behind the one before, or first in its row.
    assert sheet.fields["column_1"] == [(2, "-12345678901234567890")]


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        ("A1", (1, 1)),
        ("$XFD$1048576:A2", (1_048_576, 16_384)),
        ("", (0, 0)),
        ("A99999999999", (9_999_999, 1)),
    ],
)
def test_a_reference_names_row_and_column(reference: str, place: tuple[int, int]) -> None:
    assert cell_of(reference) == place


def test_codes_are_no_part_of_a_header() -> None:
    header = '&L&"Arial,Bold"&12ann@example.org&C&KFF0000R && D&R&P of &N'
    assert list(header_texts(header)) == ["ann@example.org", "R & D", "of"]
