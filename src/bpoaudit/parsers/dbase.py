"""dBASE and FoxPro tables through dbfread, deleted records too."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import dbfread
from dbfread.exceptions import DBFNotFound

from bpoaudit.errors import UnreadableSource
from bpoaudit.parsers.cells import MAX_FILE, Raw, cell_text
from bpoaudit.parsers.sections import Attached, Batch, Column, Request, Section, column_of

DELETED = "deleted records"
"""Table of the records that are marked as deleted and still stand in the file."""

FAULTS = (
    ArithmeticError,
    AttributeError,
    DBFNotFound,
    LookupError,
    OSError,
    TypeError,
    ValueError,
    struct.error,
)
"""What dbfread raises for a file that is not what it claims to be."""

_MOST_BYTES = 8 << 20
_MEMOS = set("MGPB")


def parse(request: Request) -> Iterator[Section | Attached]:
    """Yield the records, then those that were deleted; files among their values follow each."""
    try:
        table = dbfread.DBF(
            request.path, ignorecase=False, ignore_missing_memofile=True, char_decode_errors="surrogateescape"
        )
        if table.encoding == "ascii":  # the header names no code page
            table.encoding = "utf-8"
        deleted = len(table.deleted)
    except FAULTS:
        raise UnreadableSource("broken or truncated: its header cannot be read") from None
    losses = []
    if _MEMOS & {field.type for field in table.fields} and table.memofilename is None:
        losses.append("memo texts, which are in a file of their own: it is not beside this one")
    yield from _records(table.records, None, table, request, losses)
    if deleted:
        yield from _records(table.deleted, DELETED, table, request, [])


def _records(
    records: Any, name: str | None, table: Any, request: Request, losses: list[str]
) -> Iterator[Section | Attached]:
    raw = Raw(request.signatures)
    names = [raw.escaped(field) for field in table.field_names]
    section = Section(name, "column", iter(()), names, losses=losses)
    if name:
        section.facts["deleted_records"] = len(records)
    elif missing := table.header.numrecords - len(records) - len(table.deleted):
        section.losses += [f"truncated: {missing:,} records are missing"] if missing > 0 else []
    section.batches = _batches(records, names, raw, section, request.batch_records)
    yield section
    if raw.files:
        for number, record in enumerate(records, 1):
            for field, data in zip(names, record.values(), strict=True):
                if isinstance(data, bytes) and raw.is_file(data):
                    yield Attached(name, field, number, bytes(data) if len(data) <= MAX_FILE else None)


def _batches(records: Any, names: list[str], raw: Raw, section: Section, most: int) -> Iterator[Batch]:
    first, size, ended = 1, 0, False
    rows: list[list[str]] = []
    try:
        for record in records:
            rows.append([_text(name, cell, raw) for name, cell in zip(names, record.values(), strict=True)])
            size += sum(map(len, rows[-1]))
            if len(rows) >= most or size >= _MOST_BYTES:
                yield Batch(first, len(rows), _columns(names, rows, first))
                first += len(rows)
                rows, size = [], 0
    except FAULTS:
        ended = True
    if rows:
        yield Batch(first, len(rows), _columns(names, rows, first))
    section.notes += raw.notes()
    section.losses += raw.losses()
    if ended:
        raise UnreadableSource(f"broken after record {first + len(rows) - 1:,}")


def _columns(names: list[str], rows: list[list[str]], first: int) -> list[Column]:
    columns = zip(names, zip(*rows, strict=True), strict=True)
    made = [column_of(name, first, list(texts)) for name, texts in columns]
    return [column for column in made if column.values]


def _text(name: str, cell: Any, raw: Raw) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bytes):
        return raw.value(name, bytes(cell))
    return raw.escaped(str(cell)) if isinstance(cell, str) else cell_text(cell)
