from __future__ import annotations

import struct

from generate.workbooks import (
    relations,
    xlsb,
    xlsb_comments,
    xlsb_formula,
    xlsb_literal,
    xlsb_record,
    xlsb_row,
    xlsb_sheet,
    xlsb_text,
)

from bpoaudit.model import FieldKind
from tests.readers.test_xlsx_beside import PICTURE, opened

AREA = struct.pack("<4I", 6, 6, 1, 1)
NOTHING = struct.pack("<I", 0xFFFFFFFF)
FORMULA = xlsb_formula(xlsb_literal("mailto:cy@example.org"), b"\x44" + bytes(6), xlsb_literal("Cy"), b"\x08")
SHEET = xlsb_sheet(
    [
        xlsb_row(0, "id", "mail"),
        *(xlsb_row(n, str(n), f"u{n}@example.org", hidden=n == 4) for n in range(1, 40)),
        xlsb_row(40) + xlsb_record(8, struct.pack("<II", 0, 0) + xlsb_text("Cy") + b"\0\0" + FORMULA),
    ],
    40,
    columns=xlsb_record(60, struct.pack("<4IH", 7, 8, 2000, 0, 1)),
    beside=xlsb_record(494, AREA + b"".join(map(xlsb_text, ("rId9", "", "write to Bob Roe", ""))))
    + xlsb_record(479, b"\0\0" + xlsb_text("&Lfor dee@example.org") + NOTHING * 5),
)
NAME = (
    struct.pack("<IBI", 0, 0, 0xFFFFFFFF) + xlsb_text("owner") + xlsb_formula(xlsb_literal("hal@example.org"))
)


def workbook(sheet: bytes = SHEET) -> bytes:
    members = {
        "xl/worksheets/_rels/sheet1.bin.rels": relations(
            ("rId2", "comments", "../comments1.bin"), ("rId9", "hyperlink", "mailto:bob@example.org")
        ),
        "xl/comments1.bin": xlsb_comments("Joy Cruz", 6, 1, "call ann@example.org"),
        "xl/connections.bin": xlsb_record(201, b"\1\2\3" + xlsb_text("UID=ann;PWD=hunter2")),
        "docProps/core.xml": '<c xmlns:dc="d"><dc:creator>Ida Moe</dc:creator></c>',
        "xl/media/image1.png": PICTURE,
    }
    return xlsb(sheet, "Q3", members, xlsb_record(39, NAME + NOTHING))


def test_comments_links_and_formulas_are_found_at_their_row() -> None:
    parts, members = opened(workbook(), "t.xlsb")
    sheet = parts["#Q3", FieldKind.COLUMN]
    assert sheet.fields["comments"] == [(6, "call ann@example.org")]
    assert sheet.fields["comment author"] == [(6, "Joy Cruz")]
    assert sheet.fields["links"] == [(6, "mailto:bob@example.org"), (6, "write to Bob Roe")]
    assert sheet.fields["texts in formulas"] == [(40, "Cy"), (40, "mailto:cy@example.org")]
    assert sheet.fields["mail"][-1] == (39, "u39@example.org")
    assert sheet.part.facts == {"hidden_rows": 1, "hidden_columns": 2, "comments": 1}
    assert sheet.part.losses == []
    assert members == {"!xl/media/image1.png": PICTURE}


def test_what_stands_in_no_row() -> None:
    parts, _ = opened(workbook(), "t.xlsb")
    assert parts["#Q3", FieldKind.METADATA].fields == {"sheet headers": [(0, "for dee@example.org")]}
    book = parts["", FieldKind.METADATA]
    assert book.values("defined names") == ["owner", "hal@example.org"]
    assert book.values("connections") == ["UID=ann;PWD=hunter2"]
    assert book.values("properties") == ["Ida Moe"]
    assert book.part.losses == []


def test_a_sheet_that_breaks_off_is_said_and_what_came_before_is_read() -> None:
    parts, _ = opened(workbook(SHEET[:-60]), "t.xlsb")
    sheet = parts["#Q3", FieldKind.COLUMN]
    assert "what stands beside the cells could not be read to its end" in sheet.part.losses
    assert sheet.part.facts["hidden_rows"] == 1
    assert sheet.values("comments") == ["call ann@example.org"]
