"""Delimited text, row by row: each cell with its quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from bpoaudit.delivery.shapes import Dialect
from bpoaudit.errors import UnsupportedSource
from bpoaudit.readers.delimited import dialect_of, written_rows
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.table import LEAD, MAX_COLUMNS, Table, read_table
from bpoaudit.readers.text_file import TextFile, without_end
from bpoaudit.written.piece import Name, Piece, Value


def delimited_pieces(file: TextFile, how: ReadOptions) -> Iterator[Piece]:
    """Yield a piece a row. Raises `UnsupportedSource` where its cells cannot be told apart."""
    dialect = dialect_of(file)
    table = read_table(row for _, row in written_rows(file, dialect) if row)
    above = table.header_row or 0
    number = 0
    for lines, row in written_rows(file, dialect):
        raw = "".join(lines)
        if not row:
            yield Piece(raw)
            continue
        number += 1
        if number == above:
            yield Piece(raw, names=[_name(value) for value in _cells(raw, row, dialect)])
        elif number < above:
            yield Piece(raw, 0, partial(_lead, raw, row, dialect))
        else:
            yield Piece(raw, number - above, partial(_values, raw, row, dialect, table, number - above))


def _name(cell: Value) -> Name:
    start = cell.starts[0] if cell.text else 0
    return Name(cell.text, start, cell.ends[-1] if cell.text else 0)


def _lead(raw: str, row: list[str], dialect: Dialect) -> Sequence[Value]:
    return [
        Value(0, LEAD, cell.text, cell.starts, cell.ends)
        for cell in _cells(raw, row, dialect)
        if cell.text.strip()
    ]


def _values(raw: str, row: list[str], dialect: Dialect, table: Table, record: int) -> Sequence[Value]:
    # A row of one empty cell would be a blank line, which is no row.
    nothing = dialect.quote * 2 if len(row) == 1 and not raw.startswith(dialect.quote) else ""
    return [
        Value(record, table.column(min(index, MAX_COLUMNS)), cell.text, cell.starts, cell.ends, nothing)
        for index, cell in enumerate(_cells(raw, row, dialect))
        if cell.text.strip()
    ]


def _cells(raw: str, row: list[str], dialect: Dialect) -> list[Value]:
    """Find the cells of a row in the text that it is written in."""
    found = _split(raw, dialect, quotes=True)
    if [cell.text for cell in found] != row:
        found = _split(raw, dialect, quotes=False)  # a stray quote, which the reader took for text
    if [cell.text for cell in found] != row:
        raise UnsupportedSource("rows whose cells cannot be told apart for certain")
    return found


def _split(raw: str, dialect: Dialect, *, quotes: bool) -> list[Value]:
    """Split a row as the csv module does, and note where each character stands."""
    end = len(without_end(raw))
    cells: list[Value] = []
    at = 0
    while True:
        if dialect.skip_space:
            while at < end and raw[at] == " ":
                at += 1
        places: list[int] = []
        spans: list[int] = []
        quoted = quotes and at < len(raw) and raw[at] == dialect.quote and at < end
        at += quoted
        while at < (len(raw) if quoted else end):
            char = raw[at]
            if quoted and char == dialect.quote:
                if raw[at + 1 : at + 2] == dialect.quote:
                    places.append(at)
                    spans.append(at + 2)
                    at += 2
                    continue
                quoted = False
                at += 1
                continue
            if not quoted and char == dialect.delimiter:
                break
            places.append(at)
            spans.append(at + 1)
            at += 1
        text = "".join(raw[start] for start in places)
        cells.append(Value(0, "", text, places, spans))
        if at >= end or raw[at] != dialect.delimiter:
            return cells
        at += 1
