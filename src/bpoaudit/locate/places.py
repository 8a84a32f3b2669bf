"""Where a record stands for a person: line and column of a text, cell of a sheet, page, turn, message."""

from __future__ import annotations

import re
from typing import NamedTuple

from bpoaudit.delivery.media import ODS, OTS, PDF, XLS, XLSB, XLSX
from bpoaudit.delivery.shapes import CHAT, CSV, JSON, JSONL, MAIL, MBOX, PLAIN, SRT, TSV, WEBVTT
from bpoaudit.errors import SourceError
from bpoaudit.locate.opening import Opened
from bpoaudit.model import FieldKind
from bpoaudit.readers import Part
from bpoaudit.readers.fixed_width import FIXED_WIDTH
from bpoaudit.readers.workbooks.grid import find_grid
from bpoaudit.written import Value, written

_LINE_END = re.compile(r"\r\n|\n|\r")
_RECORDS = {
    CSV: "row", TSV: "row", JSON: "element", JSONL: "line", PLAIN: "line", CHAT: "turn",
    FIXED_WIDTH: "record", WEBVTT: "cue", SRT: "cue", PDF: "page", MAIL: "message", MBOX: "message",
    XLSX: "row", XLSB: "row", XLS: "row", ODS: "row", OTS: "row",
}  # fmt: skip
_SHEETS = (XLSX, XLSB, XLS, ODS, OTS)


class Place(NamedTuple):
    """A line and column of a text file, both from 1."""

    line: int
    column: int


def record_word(part: Part) -> str:
    """Return what a record of this part is called."""
    if part.kind is FieldKind.TRANSCRIPT:
        return _RECORDS.get(part.media_type, "turn") if part.media_type in (WEBVTT, SRT) else "turn"
    return _RECORDS.get(part.media_type, "record")


def line_of(opened: Opened, record: int, field: str, text: str, start: int) -> Place | None:
    """Return where the character `start` of a value is written; None where the format does not tell."""
    try:
        pieces = written(opened.content, opened.media_type, opened.how)
        if pieces is None:
            return None
        line, column = 1, 1
        for piece in pieces.pieces:
            if piece.record == record:
                for value in piece.values():
                    if value.field == field and value.text == text:
                        return _moved(line, column, piece.raw[: _at(value, start)])
            line, column = _moved(line, column, piece.raw)
    except SourceError:
        return None  # a place in words is a kindness; the record was found
    return None


def cell_of(opened: Opened, part: Part, record: int, field: str) -> str | None:
    """Return the cell of a record and field of a sheet, such as `C17`; `17` where only the row is known."""
    if opened.media_type not in _SHEETS or part.kind is not FieldKind.COLUMN:
        return None
    try:
        grid = find_grid(opened.content, part.suffix)
    except SourceError:
        return None
    if grid is None:
        return None
    column = grid.column_of(field)
    return f"{_letters(column) if column else ''}{grid.header_row + record}"


def _at(value: Value, start: int) -> int:
    return value.starts[start] if start < len(value.starts) else value.ends[-1]


def _moved(line: int, column: int, text: str) -> Place:
    ends = [*_LINE_END.finditer(text)]
    return (
        Place(line + len(ends), len(text) - ends[-1].end() + 1) if ends else Place(line, column + len(text))
    )


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
