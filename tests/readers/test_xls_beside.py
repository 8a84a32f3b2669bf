from __future__ import annotations

import struct
from collections.abc import Mapping

import pytest
import xlwt
from generate.workbooks import ole_properties, xls, xls_box, xls_note, xls_record, xls_text

from bpoaudit.errors import SourceError
from bpoaudit.model import FieldKind
from bpoaudit.readers.documents.vba_source import decompressed
from tests.readers.test_xlsx_beside import PICTURE, opened


def url_link(row: int, column: int, url: str) -> bytes:
    moniker = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
    target = f"{url}\0".encode("utf-16-le")
    return xls_record(
        0x1B8,
        struct.pack("<4H16sII", row, row, column, column, b"", 2, 0x03)
        + moniker
        + struct.pack("<I", len(target))
        + target,
    )


def workbook(*, extra: bytes = b"", beside: Mapping[str, bytes | Mapping[str, bytes]] | None = None) -> bytes:
    """Return a workbook of one sheet with `extra` records at its end, and streams beside it."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Q3")
    for column, name in enumerate(("id", "mail")):
        sheet.write(1, column, name)
    for row in range(2, 40):
        sheet.write(row, 0, row)
        sheet.write(row, 1, f"u{row}@example.org")
    sheet.write(50, 0, xlwt.Formula('HYPERLINK("mailto:cyéł@example.org";"Cy")'))
    sheet.row(4).hidden = True
    sheet.col(7).hidden = sheet.col(8).hidden = True
    sheet.header_str = b"&Lfor dee@example.org"
    return xls(book, extra, beside or {})


def test_comments_links_and_formulas_are_found_at_their_row() -> None:
    extra = xls_note(6, 1, 1, "call ann@example.org", "Joy Cruz") + xls_note(8, 1, 2, "żona: Ewa", "Jan Łoś")
    extra += url_link(9, 0, "mailto:bob@example.org")
    parts, _ = opened(workbook(extra=extra), "t.xls")
    sheet = parts["#Q3", FieldKind.COLUMN]
    assert sheet.fields["comments"] == [(5, "call ann@example.org"), (7, "żona: Ewa")]
    assert sheet.fields["comment author"] == [(5, "Joy Cruz"), (7, "Jan Łoś")]
    assert sheet.fields["links"] == [(8, "mailto:bob@example.org")]
    assert sheet.fields["texts in formulas"] == [(49, "Cy"), (49, "mailto:cyéł@example.org")]
    assert sheet.part.facts == {"hidden_rows": 1, "hidden_columns": 2, "comments": 2}
    assert parts["#Q3", FieldKind.METADATA].fields == {"sheet headers": [(0, "for dee@example.org")]}
    assert sheet.fields["mail"][-1] == (38, "u39@example.org")
    assert sheet.part.losses == []


def test_a_box_that_is_no_comment_is_a_drawing() -> None:
    said = "box for eve@example.org"
    box = xls_box(7, xls_text(said)[2:], length=len(said))
    parts, _ = opened(workbook(extra=box), "t.xls")
    assert parts["#Q3", FieldKind.METADATA].values("drawings") == ["box for eve@example.org"]


def test_a_text_that_goes_on_over_records_is_one_text() -> None:
    said = "call ann" + "@example.org" * 3
    pieces = xls_box(1, b"\0" + said[:11].encode(), b"\1" + said[11:].encode("utf-16-le"), length=len(said))
    pieces += xls_record(0x1C, struct.pack("<4H", 6, 1, 0, 1) + xls_text("x y"))
    parts, _ = opened(workbook(extra=pieces), "t.xls")
    assert parts["#Q3", FieldKind.COLUMN].fields["comments"] == [(5, said)]


def test_properties_are_read() -> None:
    summary = ole_properties(b"Claims of Q3", b"for Ann Lee", "Ida Moë".encode("cp1252"))
    parts, _ = opened(workbook(beside={"\x05SummaryInformation": summary}), "t.xls")
    assert parts["", FieldKind.METADATA].values("properties")[:3] == [
        "Claims of Q3",
        "for Ann Lee",
        "Ida Moë",
    ]


def compressed(source: bytes) -> bytes:
    """Write a VBA source without any copies: each byte as it is."""
    tokens = b"".join(b"\0" + source[at : at + 8] for at in range(0, len(source), 8))
    return b"\x01" + struct.pack("<H", 0xB000 | len(tokens) - 1) + tokens


def test_the_source_of_macros_is_read() -> None:
    source = b'Attribute VB_Name = "Module1"\r\nConst PWD = "hunter2"\r\n'
    directory = compressed(b"\x03\0\x02\0\0\0\xe2\x04")
    beside = {"VBA": {"dir": directory, "Module1": b"cache" * 9 + compressed(source)}}
    parts, _ = opened(workbook(beside=beside), "t.xls")
    book = parts["", FieldKind.METADATA]
    assert book.values("macros") == [source.decode()]
    assert book.part.facts["macros"] == 1


def test_a_macro_without_a_source_is_a_loss() -> None:
    parts, _ = opened(workbook(beside={"VBA": {"Module1": b"only a cache"}}), "t.xls")
    assert parts["", FieldKind.METADATA].part.losses == ["macros that could not be read"]


def test_copies_in_a_compressed_source() -> None:
    # The example of MS-OVBA 3.2.3.
    example = bytes.fromhex("01 03 B0 02 61 45 00")
    assert decompressed(example) == b"a" * 73


def test_pictures_and_embedded_files_are_sources_of_their_own() -> None:
    blip = struct.pack("<HHI", 0x6E00, 0xF01E, 17 + len(PICTURE)) + bytes(17) + PICTURE
    drawings = xls_record(0xEB, blip[:40]) + xls_record(0x3C, blip[40:])
    parts, members = opened(workbook(extra=drawings, beside={"MBD01": {"Package": b"a,b\n" * 9}}), "t.xls")
    assert members == {"!object": b"a,b\n" * 9, "!picture": PICTURE}
    assert parts["", FieldKind.METADATA].part.losses == []


def test_an_object_that_is_no_file_is_a_loss() -> None:
    parts, members = opened(workbook(beside={"MBD01": {"Equation Native": b"x"}}), "t.xls")
    assert members == {}
    assert parts["", FieldKind.METADATA].part.losses == ["objects that are no files, not read: 1"]


def test_links_to_other_files_and_what_was_kept_of_them() -> None:
    path = "\x01Cann.lee\x03claims.xls"
    book = struct.pack("<HH", 1, len(path)) + xls_text(path)[2:]
    kept = (
        struct.pack("<BBH", 1, 0, 0)
        + b"\x02"
        + xls_text("Ann Lee")
        + b"\x01"
        + struct.pack("<d", 4111111111111111.0)
    )
    parts, _ = opened(workbook(extra=xls_record(0x1AE, book) + xls_record(0x5A, kept)), "t.xls")
    seen = parts["", FieldKind.METADATA]
    assert seen.values("external links") == ["/Cann.lee/claims.xls", "Ann Lee", "4111111111111111"]
    assert seen.part.facts["external_links"] == 1


@pytest.mark.parametrize(
    "broken",
    [
        xls_record(0x1C, b"\1"),
        xls_record(0x208, b""),
        xls_record(0x1B8, bytes(24) + struct.pack("<II", 2, 8)),
        xls_record(0x5A, b"\xff\0\0\0"),
        xls_record(0x18, b"\0\0\0\xff\xff\xff"),
    ],
)
def test_a_broken_record_is_a_loss_and_the_cells_are_read(broken: bytes) -> None:
    extra = xls_note(6, 1, 1, "call ann@example.org", "Joy Cruz") + broken
    parts, _ = opened(workbook(extra=extra), "t.xls")
    assert len(parts["#Q3", FieldKind.COLUMN].values("mail")) == 38
    assert parts["#Q3", FieldKind.COLUMN].values("comments") == ["call ann@example.org"]
    assert parts["#Q3", FieldKind.COLUMN].part.losses == ["records that could not be read: 1"]


def test_formulas_with_unknown_tokens_are_said() -> None:
    formula = struct.pack("<3H8sHIH", 0, 0, 0, b"", 0, 0, 1) + b"\x1a"
    parts, _ = opened(workbook(extra=xls_record(0x06, formula)), "t.xls")
    assert parts["#Q3", FieldKind.COLUMN].part.losses == ["formulas of which the texts could not be read: 1"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_workbook_quotes_nothing(share: float) -> None:
    whole = workbook()
    with pytest.raises(SourceError) as caught:
        opened(whole[: int(len(whole) * share)], "t.xls")
    assert "@" not in str(caught.value)
