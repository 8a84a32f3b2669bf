from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import ENCRYPTED
from bpoaudit.errors import UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers import Part, open_parts
from bpoaudit.readers.workbooks.sheet_parser import _broken
from tests.readers.conftest import Seen, consume, read_file

Save = Callable[[openpyxl.Workbook], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def to_file(workbook: openpyxl.Workbook) -> Path:
        workbook.save(tmp_path / "t.xlsx")
        return tmp_path / "t.xlsx"

    return to_file


def _sheets(path: Path) -> dict[str, Seen]:
    return {seen.part.suffix: seen for seen in read_file(path) if seen.part.suffix}


def test_cells_as_a_person_reads_them(save: Save) -> None:
    workbook = openpyxl.Workbook()
    rows = {
        "whole": (12345.0, "12345"),
        "card": (4111111111111111, "4111111111111111"),
        "part": (0.1 + 0.2, "0.3"),
        "text": ("007", "007"),
        "day": (date(2026, 5, 1), "2026-05-01"),
        "moment": (datetime(2026, 5, 1, 10, 2, 11), "2026-05-01 10:02:11"),
        "clock": (time(10, 2), "10:02:00"),
        "length": (timedelta(hours=30, minutes=5), "30:05:00"),
        "flag": (True, "true"),
    }
    workbook.active.append(list(rows))
    workbook.active.append([value for value, _ in rows.values()])
    seen = _sheets(save(workbook))["#Sheet"]
    assert seen.part.kind is FieldKind.COLUMN
    assert seen.fields == {name: [(1, text)] for name, (_, text) in rows.items()}


def test_every_sheet_hidden_ones_too(save: Save, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "50% of #1!"
    workbook.active.append(["id", "mail"])
    for state in ("hidden", "veryHidden"):
        sheet = workbook.create_sheet(state)
        sheet.append(["id", "mail"])
        sheet.append([1, f"{state}@example.org"])
        sheet.sheet_state = state
    workbook.create_sheet("empty")
    workbook.create_chartsheet("chart")
    sheets = _sheets(save(workbook))
    assert list(sheets) == ["#50%25 of %231%21", "#hidden", "#veryHidden", "#empty", "#chart"]
    assert sheets["#50%25 of %231%21"].part.field_names == ("id", "mail")
    for state, note in (("hidden", "hidden sheet"), ("veryHidden", "very hidden sheet")):
        assert sheets[f"#{state}"].fields["mail"] == [(1, f"{state}@example.org")]
        assert note in sheets[f"#{state}"].part.notes
    assert (sheets["#empty"].records, sheets["#empty"].part.losses) == (0, [])
    assert sheets["#chart"].part.notes == ["a chart sheet, whose texts are read with the workbook"]
    book = read_file(tmp_path / "t.xlsx")[0]
    assert book.part.facts["hidden_sheets"] == 2
    assert "hidden sheets, read like the others: 2" in book.part.notes


def test_the_header_is_found_below_titles(save: Save) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["B3"] = "Export for ann@example.org"
    for column, value in enumerate(["id", "name", "mail"], start=2):
        sheet.cell(5, column, value)
        sheet.cell(6, column, f"x{value}")
        sheet.cell(8, column, f"y{value}")
    seen = _sheets(save(workbook))["#Sheet"]
    assert seen.fields["heading"] == [(0, "Export for ann@example.org")]
    assert seen.fields["mail"] == [(1, "xmail"), (3, "ymail")]
    assert seen.records == 3
    assert "header in row 5" in seen.part.notes


def test_a_sheet_without_header(save: Save) -> None:
    workbook = openpyxl.Workbook()
    workbook.active["C4"] = "ann@example.org"
    seen = _sheets(save(workbook))["#Sheet"]
    assert seen.fields == {"column_1": [(1, "ann@example.org")]}


def test_the_last_row_of_the_last_sheet(save: Save) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["id", "note"])
    last = workbook.create_sheet("last")
    last.append(["id", "note"])
    for number in range(5000):
        last.append([number, "fine"])
    last.append([5000, "last@example.org"])
    seen = _sheets(save(workbook))["#last"]
    assert seen.records == 5001
    assert seen.fields["note"][-1] == (5001, "last@example.org")


def test_a_sheet_that_would_fill_the_memory_does_not_take_the_others_along(save: Save) -> None:
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "a"
    workbook.active.cell(1_048_576, 16_384, "b")
    sheet = workbook.create_sheet("next")
    sheet.append(["id", "mail"])
    sheet.append([1, "ann@example.org"])
    sheets = _sheets(save(workbook))
    assert isinstance(sheets["#Sheet"].error, UnreadableSource)
    assert sheets["#next"].fields["mail"] == [(1, "ann@example.org")]


def test_a_single_cell_at_the_far_end(save: Save) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.cell(1_048_576, 16_384, "ann@example.org")
    assert _sheets(save(workbook))["#Sheet"].fields == {"column_1": [(1, "ann@example.org")]}


def _rewrite(path: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, content in members.items():
            package.writestr(name, change(content) if name == member else content)


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml[: len(xml) // 2],
        lambda xml: xml.replace(b'r="A2"', b'r="ZZZZZZZZZ1"'),
        lambda xml: xml.replace(b'r="A2"', b'r="A99999999999"'),
        lambda xml: xml.replace(b'r="A2"', b'r="A0"'),
        lambda xml: xml.replace(b'r="A2"', b'r="!"'),
    ],
)
def test_a_hostile_sheet_is_unreadable_and_the_next_is_read(
    save: Save, change: Callable[[bytes], bytes]
) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["id", "mail"])
    workbook.active.append([1, "ann@example.org"])
    sheet = workbook.create_sheet("next")
    sheet.append(["id", "mail"])
    sheet.append([1, "ann@example.org"])
    path = save(workbook)
    _rewrite(path, "xl/worksheets/sheet1.xml", change)
    sheets = _sheets(path)
    assert isinstance(sheets["#Sheet"].error, UnreadableSource)
    assert "ann" not in str(sheets["#Sheet"].error)
    assert sheets["#next"].values("mail") == ["ann@example.org"]


def test_a_truncated_workbook_is_unreadable(save: Save) -> None:
    path = save(openpyxl.Workbook())
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(UnreadableSource) as raised:
        read_file(path)
    assert raised.value.message == "a workbook that is broken"


def test_an_encrypted_workbook_that_is_broken() -> None:
    with pytest.raises(UnreadableSource, match="an encrypted document that is broken"):
        list(open_parts(Content.of_bytes("t.xlsx", b"x"), ENCRYPTED))


def test_parts_that_nobody_consumes_are_read_over(save: Save) -> None:
    workbook = openpyxl.Workbook()
    for number in range(200):
        workbook.active.append(["x", number])
    workbook.create_sheet("next").append(["id", "mail"])
    path = save(workbook)
    suffixes = []
    content = Content.of_path(path)
    for part in open_parts(content, media_type(content)):
        assert isinstance(part, Part)
        suffixes.append(part.suffix)
        if part.suffix == "#next":
            assert consume(part).part.field_names == ("id", "mail")
    assert suffixes[-2:] == ["#Sheet", "#next"]


def test_merged_cells_and_errors_and_two_tables_on_a_sheet(save: Save) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (["id", "mail", None, "agent", "phone"], [1, "ann@example.org", None, "Joy", "202 555 0101"]):
        sheet.append(row)
    sheet.append(["#N/A", "bob@example.org"])
    sheet["A3"].data_type = "e"
    sheet["A5"] = "merged for cy@example.org"
    sheet.merge_cells("A5:E5")
    sheet["D8"], sheet["E8"] = "name", "city"
    sheet["D9"], sheet["E9"] = "Dee Santos", "Cebu City"
    seen = _sheets(save(workbook))["#Sheet"]
    assert seen.part.field_names == ("id", "mail", "column_3", "agent", "phone")
    assert seen.values("mail") == ["ann@example.org", "bob@example.org"]
    # A second table below is read under the header of the first: nothing is lost.
    assert seen.fields["id"] == [(1, "1"), (4, "merged for cy@example.org")]
    assert seen.fields["phone"] == [(1, "202 555 0101"), (7, "city"), (8, "Cebu City")]


def test_dates_of_the_1904_system(save: Save) -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active.append(["born"])
    workbook.active.append([date(1982, 3, 4)])
    assert _sheets(save(workbook))["#Sheet"].values("born") == ["1982-03-04"]


def test_runs_are_joined_and_readings_left_out(save: Save) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["id", "name"])
    workbook.active.append([1, "XX"])
    path = save(workbook)
    runs = b"<r><t>ann@exa</t></r><r><rPr/><t>mple.org</t></r><rPh sb='0' eb='1'><t>kana</t></rPh>"
    _rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<t>XX</t>", runs))
    assert _sheets(path)["#Sheet"].values("name") == ["ann@example.org"]


@pytest.mark.parametrize("batch_records", [1, 7])
def test_rows_do_not_depend_on_the_batch_size(save: Save, batch_records: int) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["id", "note"])
    for number in range(20):
        workbook.active.append([number, f"note {number}" if number % 3 else None])
    path = save(workbook)
    whole, pieces = _sheets(path)["#Sheet"], read_file(path, batch_records=batch_records)[-1]
    assert pieces.fields == whole.fields
    assert pieces.records == whole.records == 20


def test_a_process_that_ends_without_a_word_may_have_had_too_little_memory() -> None:
    assert _broken("sheet", {}).message == "a sheet that is broken, or too large to be held in memory"
    assert _broken("sheet", {"error": "broken"}).message == "a sheet that is broken"
