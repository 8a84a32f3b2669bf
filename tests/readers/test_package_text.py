from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from bpoaudit.model import FieldKind
from bpoaudit.readers.package_text import unread_texts
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
    seen = read_file(workbook_file)[0]
    assert (seen.part.suffix, seen.part.kind, seen.records) == ("", FieldKind.METADATA, 0)
    assert {record for cells in seen.fields.values() for record, _ in cells} == {0}
    assert "call ann@example.org" in seen.values("comments")
    assert "Joy Cruz" in seen.values("comments")
    assert "mailto:bob@example.org" in seen.values("links")
    assert "Dee Santos" in seen.values("properties")
    assert any("cy@example.org" in text for text in seen.values("sheet headers"))
    assert "cell" not in str(seen.fields)
    assert seen.part.losses == []


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
    beside, sheet = read_file(workbook_file)
    assert beside.part.losses == ["parts of the package that could not be read: 1"]
    assert "call ann@example.org" in beside.values("comments")
    assert sheet.records == 1


def test_a_part_that_inflates_without_end_is_a_loss(
    workbook_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bpoaudit.readers.package_text._MAX_XML", 1 << 20)
    with zipfile.ZipFile(workbook_file, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("customXml/item1.xml", "<d>" + "<e/>" * (1 << 20) + "</d>")
    assert read_file(workbook_file)[0].part.losses == ["parts of the package that could not be read: 1"]


def test_formulas_that_nobody_has_counted_are_said(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["id", "mail"])
    sheet.append([1, '=CONCATENATE("ann","@example.org")'])
    sheet.append([2, "bob@example.org"])
    workbook.save(tmp_path / "t.xlsx")
    seen = read_file(tmp_path / "t.xlsx")[0]
    assert seen.part.losses == ["formulas without a stored result, not read: 1"]


@pytest.mark.parametrize(
    ("cell", "unread"),
    [
        (b'<c r="A1"><f>B1</f></c>', 1),
        (b'<c r="A1"><f>B1</f><v/></c>', 1),
        (b'<x:c r="A1"><x:f t="shared" si="0"/></x:c>', 1),
        (b'<c r="A1"><f>B1</f><v>7</v></c>', 0),
        # A formula with an empty text as its result.
        (b'<c r="A1" t="str"><f>B1</f><v></v></c>', 0),
        (b"<c><v>1</v></c>", 0),
    ],
)
def test_a_formula_without_a_result(tmp_path: Path, cell: bytes, unread: int) -> None:
    path = tmp_path / "t.xlsx"
    # Blocks end anywhere, inside a cell too.
    filling = b"<c><v>1</v></c>" * 4400
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/worksheets/sheet1.xml", b"<row>" + filling + cell + filling + b"</row>")
    told = [f"formulas without a stored result, not read: {unread}"] if unread else []
    assert unread_texts(path) == told


def test_comments_of_the_other_formats_are_said(tmp_path: Path) -> None:
    for name, member, content in (
        (
            "t.ods",
            "content.xml",
            "<office:annotation dc:x='1'/><office:annotation y='2'>hi</office:annotation>",
        ),
        ("t.xlsb", "xl/comments1.bin", "x"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as package:
            package.writestr(member, content)
    assert unread_texts(tmp_path / "t.ods") == ["comments in an OpenDocument sheet, not read: 2"]
    assert unread_texts(tmp_path / "t.xlsb") == ["sheets with comments in a binary workbook, not read: 1"]
