from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from bpoaudit.model import FieldKind
from tests.readers.conftest import read_file


@pytest.fixture
def workbook_file(tmp_path: Path) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["A1"] = "cell"
    sheet["A1"].comment = Comment("call ann@example.org", "Joy Cruz")
    sheet["A2"].hyperlink = "mailto:bob@example.org"
    sheet.oddHeader.center.text = "for cy@example.org"
    workbook.properties.creator = "Dee Santos"
    workbook.save(tmp_path / "t.xlsx")
    return tmp_path / "t.xlsx"


def test_what_a_workbook_says_beside_its_cells(workbook_file: Path) -> None:
    book, beside, sheet = read_file(workbook_file)
    assert (book.part.suffix, book.part.kind, book.records) == ("", FieldKind.METADATA, 0)
    assert "Dee Santos" in book.values("properties")
    assert (beside.part.suffix, beside.part.kind) == ("#Sheet", FieldKind.METADATA)
    assert beside.values("sheet headers") == ["for cy@example.org"]
    for each in (book, beside):
        assert {record for cells in each.fields.values() for record, _ in cells} == {0}
        assert "cell" not in str(each.fields)
    assert sheet.fields["comments"] == [(0, "call ann@example.org")]
    assert sheet.fields["comment author"] == [(0, "Joy Cruz")]
    assert sheet.fields["links"] == [(1, "mailto:bob@example.org")]
    assert book.part.losses == beside.part.losses == sheet.part.losses == []


def _add(path: Path, member: str, content: str) -> None:
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(member, content)


def test_a_pivot_cache_outlives_the_rows_it_was_made_of(workbook_file: Path) -> None:
    _add(
        workbook_file,
        "xl/pivotCache/pivotCacheDefinition1.xml",
        '<d xmlns="m"><sharedItems><s v="Ann Lee"/><s v="ann@example.org"/></sharedItems><x v="7"/></d>',
    )
    assert read_file(workbook_file)[0].values("pivot cache") == ["Ann Lee", "ann@example.org"]


def test_text_in_runs_is_one_text(workbook_file: Path) -> None:
    runs = "<p><r><rPr/><t>ann@exa</t></r><r><t>mple.org</t></r></p><p><r><t>next</t></r></p>"
    _add(workbook_file, "xl/drawings/drawing9.xml", f'<d xmlns="m">{runs}</d>')
    assert read_file(workbook_file)[0].values("drawings")[-2:] == ["ann@example.org", "next"]


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>',
        "<d><unclosed>",
        "not XML",
    ],
)
def test_hostile_parts_are_a_loss(workbook_file: Path, content: str) -> None:
    _add(workbook_file, "xl/drawings/drawing9.xml", content)
    book, _, sheet = read_file(workbook_file)
    assert book.part.losses == ["parts of the package that could not be read: 1"]
    assert "Dee Santos" in book.values("properties")
    assert "call ann@example.org" in sheet.values("comments")


def test_a_part_that_inflates_without_end_is_a_loss(
    workbook_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bpoaudit.readers.documents.office_xml.MAX_XML", 1 << 20)
    with zipfile.ZipFile(workbook_file, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("customXml/item1.xml", "<d>" + "<e/>" * (1 << 20) + "</d>")
    assert read_file(workbook_file)[0].part.losses == ["parts of the package that could not be read: 1"]


@pytest.mark.parametrize(
    ("cell", "uncounted"),
    [
        ('<c r="A1"><f>B1</f></c>', 1),
        ('<c r="A1"><f>B1</f><v/></c>', 1),
        ('<x:c xmlns:x="m" r="A1"><x:f t="shared" si="0"/></x:c>', 1),
        ('<c r="A1"><f>B1</f><v>7</v></c>', 0),
        # A formula with an empty text as its result.
        ('<c r="A1" t="str"><f>B1</f><v></v></c>', 0),
        ("<c><v>1</v></c>", 0),
    ],
)
def test_a_formula_without_a_result(workbook_file: Path, cell: str, uncounted: int) -> None:
    # Blocks end anywhere, inside a cell too.
    filling = "<c><v>1</v></c>" * 4400
    _replace(
        workbook_file,
        "xl/worksheets/sheet1.xml",
        f'<worksheet xmlns="m"><sheetData><row>{filling}{cell}{filling}</row></sheetData></worksheet>',
    )
    told = [f"formulas without a stored result, of which the text is read: {uncounted}"] if uncounted else []
    notes = [note for seen in read_file(workbook_file) for note in seen.part.notes if "formulas" in note]
    assert notes == told


def _replace(path: Path, member: str, content: str) -> None:
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, data in members.items():
            package.writestr(name, content if name == member else data)
