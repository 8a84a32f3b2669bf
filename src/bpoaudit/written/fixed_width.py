"""Fixed-width files, record by record: what stands in a column keeps its width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from bpoaudit.delivery.layout import FixedColumn
from bpoaudit.readers.fixed_width import BETWEEN, BEYOND, UNDECLARED, FixedFile
from bpoaudit.readers.table import LEAD
from bpoaudit.written.joined import placed
from bpoaudit.written.piece import Piece, Value, stripped, whole


def fixed_width_pieces(file: FixedFile) -> Iterator[Piece]:
    """Yield a piece a record. Packed decimals, which are no text, are left out of the values."""
    first = 1 - file.layout.header_lines
    for number, (record, end) in enumerate(file.written_records(), start=first):
        yield Piece(record + end, max(number, 0), partial(_values, file, record, number), keeps_width=True)


def _values(file: FixedFile, record: str, number: int) -> Sequence[Value]:
    if number < 1:
        return _of(record, 0, len(record), 0, LEAD)
    cut = file.columns_of(record)
    if cut is None:
        return _of(record, 0, len(record), number, UNDECLARED)
    prefix, columns = cut
    values: list[Value] = []
    end = 0
    for column in columns:
        values += _of(record, end, column.start - 1, number, BETWEEN)
        if column is not file.layout.marker and not column.packed:
            values += _of_column(record, column, number, prefix)
        end = max(end, column.start - 1 + column.width)
    return [*values, *_of(record, end, len(record), number, BEYOND)]


def _of_column(record: str, column: FixedColumn, number: int, prefix: str) -> list[Value]:
    begin = column.start - 1
    return _of(record, begin, begin + column.width, number, prefix + column.name)


def _of(record: str, begin: int, end: int, number: int, field: str) -> list[Value]:
    end = min(end, len(record))
    return placed(stripped(whole(number, field, record, begin, end)), number, field) if begin < end else []
