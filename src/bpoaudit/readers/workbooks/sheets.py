"""Workbooks: XLSX, XLSB, XLS and OpenDocument, a part a sheet."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from itertools import chain

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.discover import encode_name
from bpoaudit.delivery.media import ODS, OTS, XLS, XLSB, XLSX
from bpoaudit.errors import UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.archives.zip_directory import behind_directory
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.documents.office_password import decrypted_parts
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.table import read_table
from bpoaudit.readers.workbooks.ods_beside import open_ods
from bpoaudit.readers.workbooks.sheet_beside import Beside, Workbook, joined
from bpoaudit.readers.workbooks.sheet_parser import Sheet, SheetParser
from bpoaudit.readers.workbooks.xls_beside import is_encrypted, open_xls
from bpoaudit.readers.workbooks.xlsb_beside import open_xlsb
from bpoaudit.readers.workbooks.xlsx_beside import open_xlsx

_READS = (
    "each sheet, hidden ones too, is a source; a record is a row below the header, blank and hidden ones "
    "too, so that header row plus record is the sheet's own row; a formula is its stored result. In fields "
    "of their own, at the record of their row: comments, who wrote them, links, texts in formulas (each once "
    "a sheet). Record 0: properties, defined names, headers and footers, text boxes, "
)
_HIDDEN = "comments and processing instructions of the XML itself, "
_MEMBERS = "macros. Pictures and embedded files are sources of their own"
_UNLOCKED = ". Under a password: with one that is given, or Excel's own"
_LEAVES = "formulas without a stored result (their texts are read)"

FORMATS = (
    Format(
        "Excel workbooks", (XLSX,), (".xlsx", ".xlsm", ".xltx"), "python-calamine; standard library (expat)",
        _READS + "charts, pivot caches, connections, links to other files with what was kept of them, rules "
        "on cells, " + _HIDDEN + _MEMBERS + _UNLOCKED,
        _LEAVES + ", data models, binary properties of controls, shared texts that no cell uses",
    ),
    Format(
        "Excel binary workbooks", (XLSB,), (".xlsb",), "python-calamine; standard library",
        _READS + "charts, pivot caches, connections, links to other files, " + _HIDDEN + _MEMBERS + _UNLOCKED,
        _LEAVES + ", chart sheets, rules on cells, data models",
    ),
    Format(
        "Excel 97 to 2003 workbooks", (XLS,), (".xls", ".xlt"), "python-calamine; olefile",
        _READS + "pivot caches, links to other files, who saved it, " + _MEMBERS + _UNLOCKED,
        _LEAVES + ", chart sheets, rules on cells, metafile pictures, embedded objects that are no files; of "
        "Excel 95 and older all but cells, properties and macros",
    ),
    Format(
        "OpenDocument spreadsheets", (ODS, OTS), (".ods", ".ots"),
        "python-calamine; standard library (expat)",
        _READS + "rules on cells, links to other files, tracked changes, texts of charts, " + _HIDDEN
        + _MEMBERS,
        _LEAVES + ", replacement images of embedded objects; spreadsheets under a password",
    ),
)  # fmt: skip

_PACKAGES = {XLSX: open_xlsx, XLSB: open_xlsb, ODS: open_ods, OTS: open_ods}


def open_workbook(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield a part for each sheet, hidden ones too: a record is a row below the header, from 1.

    The first part, of kind metadata, is the workbook itself: properties, names, connections, macros
    (record 0). A sheet has a part of that kind too where something stands on it that has no row; what
    stands at its cells (comments, links, texts in formulas) is in fields beside theirs, at the record of
    the row. Pictures and embedded files come last, as members.

    Blank rows are records, so that header row plus record is the sheet's own row number. Cells are
    text without artefacts (`12345`, `2026-05-01`, `true`); a formula is its last result. Cells are
    parsed by `bpoaudit.parsers.workbook`, in a process with limits; the batches of a sheet that breaks
    it raise `UnreadableSource`, the other sheets are read. Raises `UnreadableSource` or
    `EncryptedSource` where the workbook cannot be opened.
    """
    if media_type == XLS and is_encrypted(content):
        yield from decrypted_parts(content, how, lambda inner: _opened(inner, media_type, how))
    else:
        yield from _opened(content, media_type, how)


def _opened(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    with ExitStack() as stack:
        path = stack.enter_context(content.at_path())
        workbook = _beside(content, media_type, how, stack)
        parser = stack.enter_context(SheetParser(path, 0))
        try:
            sheets = parser.open()
        except UnreadableSource:
            yield _about(workbook, media_type, how.batch_records)
            raise
        if hidden := sum(sheet.visible != "visible" for sheet in sheets):
            workbook.facts["hidden_sheets"] = hidden
            workbook.notes.append(f"hidden sheets, read like the others: {hidden}")
        yield _about(workbook, media_type, how.batch_records)
        for index, sheet in enumerate(sheets):
            if parser.ended:
                parser = stack.enter_context(SheetParser(path, index))
                parser.open()
            yield from _sheet(parser, sheet, workbook.sheet(sheet.name), media_type, how.batch_records)
        yield from workbook.members


def _beside(content: Content, media_type: str, how: ReadOptions, stack: ExitStack) -> Workbook:
    if media_type == XLS:
        return open_xls(content, how)
    try:
        file = stack.enter_context(content.open_seekable())
        package = stack.enter_context(zipfile.ZipFile(file))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return Workbook(iter(()), lambda _: Beside())  # the parser tells that the workbook is broken
    workbook = _PACKAGES[media_type](content, package, how)
    workbook.losses += behind_directory(file)
    return workbook


def _about(workbook: Workbook, media_type: str, batch_records: int) -> Part:
    batches = _record_0(workbook.texts, batch_records)
    return Part(
        "", media_type, FieldKind.METADATA, batches, (), workbook.notes, workbook.losses, workbook.facts
    )  # fmt: skip


def _record_0(texts: Iterable[tuple[str, str]], batch_records: int) -> Iterator[RecordBatch]:
    gathered = Gatherer(batch_records)
    for field, text in texts:
        gathered.add(field, 0, text.replace("\0", ""))
        if gathered.heavy:
            yield gathered.take()
    if not gathered.empty:
        yield gathered.take()


def _sheet(
    parser: SheetParser, sheet: Sheet, beside: Beside, media_type: str, batch_records: int
) -> Iterator[Part]:
    """Yield the next sheet, then read over what nobody consumed."""
    suffix = f"#{encode_name(sheet.name)}"
    if beside.texts:
        yield Part(suffix, media_type, FieldKind.METADATA, _record_0(beside.texts, batch_records))
    part = Part(
        suffix, media_type, FieldKind.COLUMN, iter(()), (), beside.notes(), beside.lost(), beside.facts()
    )  # fmt: skip
    if sheet.visible != "visible":
        part.notes.insert(0, f"{sheet.visible} sheet")
    parser.begin()
    if not sheet.cells:
        if media_type == XLSX:
            part.notes.append("a chart sheet, whose texts are read with the workbook")
        else:
            part.losses.append("a chart sheet, not read")
        yield part
        parser.end()
        return
    try:
        top = parser.first_row()
        rows = parser.rows(beside.exact)
        table = read_table(rows)
    except UnreadableSource as error:
        part.batches = chain(joined(iter(()), beside, 0, ()), _raising(error))
        yield part
        return
    part.field_names = table.names
    above = top + (table.header_row or 0) - 1
    if table.header_row is None:
        part.notes += ["no header"] if table.names else []
    elif above > 1:
        part.notes.append(f"header in row {above}")
    part.batches = joined(table.batches(batch_records, part.notes.append), beside, above, table.names)
    yield part
    with suppress(UnreadableSource):  # whoever consumed the batches was told
        for _ in rows:
            pass


def _raising(error: UnreadableSource) -> Iterator[RecordBatch]:
    yield from ()
    raise error
