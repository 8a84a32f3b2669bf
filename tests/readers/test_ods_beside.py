from __future__ import annotations

import io
import zipfile

import pytest
from generate.workbooks import ods, ods_cell

from bpoaudit.errors import EncryptedSource, UnreadableSource
from bpoaudit.model import FieldKind
from tests.readers.test_xlsx_beside import PICTURE, opened

NOTE = (
    "<office:annotation><dc:creator>Joy Cruz</dc:creator><dc:date>2026-05-01T00:00:00</dc:date>"
    "<text:p>call <text:span>ann</text:span>@example.org</text:p><text:p>or<text:s/>Bob</text:p></office:annotation>"
)
ROWS = (
    f"<table:table-row>{ods_cell('id')}{ods_cell('mail')}</table:table-row>"
    f"<table:table-row>{ods_cell('1')}{ods_cell('u1@example.org', NOTE)}</table:table-row>"
    '<table:table-row table:visibility="collapse" table:number-rows-repeated="2">'
    f"{ods_cell('2')}{ods_cell('u2@example.org')}</table:table-row>"
    f"<table:table-row>{ods_cell('4')}"
    + ods_cell('<text:a xlink:href="mailto:cy@example.org">Cy</text:a>')
    + "</table:table-row>"
    "<table:table-row>"
    + ods_cell("5", about="table:formula='of:=&quot;dee@example.org&quot;&amp;[.A1]'")
    + '<table:table-cell table:formula="of:=&quot;x1&quot;"/>'
    + "</table:table-row>"
)
SHEET = (
    '<table:table table:name="Q3"><table:shapes><draw:frame><draw:text-box><text:p>box for eve@example.org</text:p>'
    "</draw:text-box><svg:desc>Gus at his desk</svg:desc></draw:frame></table:shapes>"
    '<table:table-column table:visibility="collapse" table:number-columns-repeated="3"/>'
    + ROWS
    + "</table:table>"
)
BOOK = (
    "<table:tracked-changes><table:cell-content-change><table:previous><table:change-track-table-cell>"
    "<text:p>was fay@example.org</text:p></table:change-track-table-cell></table:previous>"
    "</table:cell-content-change></table:tracked-changes>"
)
NAMED = (
    '<table:named-expressions><table:named-expression table:name="owner" table:expression="&quot;hal@example.org&quot;"/>'
    "</table:named-expressions>"
)


def spreadsheet(body: str = BOOK + SHEET + NAMED, **members: bytes | str) -> bytes:
    meta = "<meta:initial-creator>Ida Moe</meta:initial-creator>"
    meta += "<meta:user-defined meta:name='for'>Jo Lee</meta:user-defined>"
    styles = "<style:header><text:p>Claims of kim@example.org</text:p></style:header>"
    return ods(body, meta, styles, {"Pictures/1.png": PICTURE, **members})


def test_comments_links_and_formulas_are_found_at_their_row() -> None:
    parts, members = opened(spreadsheet(), "t.ods")
    sheet = parts["#Q3", FieldKind.COLUMN]
    assert sheet.fields["comments"] == [(1, "call ann@example.org\nor Bob")]
    assert sheet.fields["comment author"] == [(1, "Joy Cruz")]
    assert sheet.fields["links"] == [(4, "mailto:cy@example.org")]
    assert sheet.fields["texts in formulas"] == [(5, "dee@example.org"), (5, "x1")]
    assert sheet.part.facts == {"hidden_rows": 2, "hidden_columns": 3, "comments": 1}
    assert "formulas without a stored result, of which the text is read: 1" in sheet.part.notes
    assert sheet.values("mail")[:3] == ["u1@example.org", "u2@example.org", "u2@example.org"]
    assert members == {"!Pictures/1.png": PICTURE}


def test_what_stands_in_no_row() -> None:
    parts, _ = opened(spreadsheet(), "t.ods")
    assert parts["#Q3", FieldKind.METADATA].values("drawings") == ["box for eve@example.org\nGus at his desk"]
    book = parts["", FieldKind.METADATA]
    assert book.values("tracked changes") == ["was fay@example.org"]
    assert book.values("defined names") == ["owner", '"hal@example.org"']
    assert book.values("sheet headers") == ["Claims of kim@example.org"]
    assert book.values("properties") == ["Ida Moe", "for", "Jo Lee"]
    assert book.part.losses == []


def test_links_to_other_files_and_macros() -> None:
    source = '<table:table table:name="x"><table:table-source xlink:href="file:///home/ann.lee/x.ods"/></table:table>'
    data = spreadsheet(SHEET + source, **{"Basic/Standard/Module1.xml": "<m>PWD=hunter2</m>"})
    parts, _ = opened(data, "t.ods")
    book = parts["", FieldKind.METADATA]
    assert parts["#x", FieldKind.METADATA].values("external links") == ["file:///home/ann.lee/x.ods"]
    assert book.part.facts == {"macros": 1, "external_links": 1}
    assert book.values("macros") == ["<m>PWD=hunter2</m>"]


@pytest.mark.parametrize(
    "meta",
    [
        '<!DOCTYPE d [<!ENTITY a "ann@example.org">]><d>&a;</d>',
        "<d><open>",
        "not XML",
        "<?xml version='1.0' encoding='UTFZ8'?><d/>",
    ],
)
def test_a_broken_part_is_a_loss(meta: str) -> None:
    book = opened(spreadsheet(**{"meta.xml": meta}), "t.ods")[0]["", FieldKind.METADATA]
    assert book.part.losses == ["parts of the package that could not be read: 1"]
    assert book.values("sheet headers") == ["Claims of kim@example.org"]


def test_a_template_is_a_spreadsheet() -> None:
    named = b"opendocument.spreadsheet"
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(spreadsheet())) as package, zipfile.ZipFile(data, "w") as copy:
        for name in package.namelist():
            copy.writestr(name, package.read(name).replace(named, named + b"-template"))
    parts, members = opened(data.getvalue(), "t.ots")
    expected, _ = opened(spreadsheet(), "t.ods")
    assert {place: seen.fields for place, seen in parts.items()} == {
        place: seen.fields for place, seen in expected.items()
    }
    assert members


def test_a_spreadsheet_under_a_password() -> None:
    entry = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{entry}"><manifest:file-entry manifest:full-path="content.xml">'
        "<manifest:encryption-data><manifest:algorithm/></manifest:encryption-data></manifest:file-entry></manifest:manifest>"
    )
    with pytest.raises(EncryptedSource, match="a spreadsheet under a password"):
        opened(spreadsheet(**{"META-INF/manifest.xml": manifest, "content.xml": b"\0secret"}), "t.ods")


def test_a_spreadsheet_that_breaks_off() -> None:
    data = spreadsheet()
    with pytest.raises(UnreadableSource) as caught:
        opened(data[: len(data) // 2], "t.ods")
    assert "ann" not in str(caught.value)
