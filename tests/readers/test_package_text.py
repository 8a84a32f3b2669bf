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
