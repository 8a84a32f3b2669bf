"""Rows to batches: what delimited text and sheets have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest

from bpoaudit.errors import SourceError
from bpoaudit.readers.batch import FieldValues, RecordBatch
from bpoaudit.readers.header import find_header, unique_names

MAX_COLUMNS = 16_384
"""As many as a sheet can have. Cells further right are read as one more field."""

LEAD = "heading"
"""Field of what stands above the header: titles, dates of the export. Its record is 0."""

_PEEK_ROWS = 50
_PEEK_CHARS = 1 << 20
_BATCH_CELLS = 400_000
_BATCH_CHARS = 8 << 20


@dataclass(slots=True)
class Table:
    """A table whose header is known and whose rows are still to come. `repr` shows no content."""

    names: tuple[str, ...]
    header_row: int | None
    """1-based among the rows given."""
    _lead: list[Sequence[str]]
    _rows: Iterator[Sequence[str]]
    _short: int = 0
    _long: int = 0
    _extra: dict[int, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Table(columns={len(self.names)})"

    def batches(self, batch_records: int, say: Callable[[str], None]) -> Iterator[RecordBatch]:
        """Yield the rows below the header as records from 1; `say` is told of ragged rows at the end.

        Where the rows break off with a `SourceError`, it is raised behind the last of them.
        """
        if self._lead:
            yield RecordBatch(0, (_lead_values(self._lead),))
        first = 1
        rows: list[Sequence[str]] = []
        widest = chars = 0
        fault: SourceError | None = None
        try:
            for row in self._rows:
                rows.append(row)
                widest = max(widest, min(len(row), MAX_COLUMNS))
                chars += sum(map(len, row))
                full = len(rows) >= batch_records or len(rows) * widest >= _BATCH_CELLS
                if full or chars >= _BATCH_CHARS:
                    yield self._batch(rows, first)
                    first += len(rows)
                    rows, widest, chars = [], 0, 0
        except SourceError as error:
            fault = error  # what stands before it is a batch too
        if rows:
            yield self._batch(rows, first)
        if self._short:
            say(f"rows with fewer cells than the header: {self._short}")
        if self._long:
            say(f"rows with more cells than the header: {self._long}")
        if fault is not None:
            raise fault

    def _batch(self, rows: list[Sequence[str]], first: int) -> RecordBatch:
        width = len(self.names)
        self._short += sum(len(row) < width for row in rows)
        self._long += sum(any(map(str.strip, row[width:])) for row in rows if len(row) > width)
        cut = [row if len(row) <= MAX_COLUMNS else row[:MAX_COLUMNS] for row in rows]
        fields = []
        for index, column in enumerate(zip_longest(*cut, fillvalue="")):
            if values := [cell for cell in column if cell.strip()]:
                records: Sequence[int] = range(first, first + len(rows))
                if len(values) < len(rows):
                    records = [first + at for at, cell in enumerate(column) if cell.strip()]
                fields.append(FieldValues(self.column(index), records, values))
        beyond = [
            (first + at, cell) for at, row in enumerate(rows) for cell in row[MAX_COLUMNS:] if cell.strip()
        ]
        if beyond:
            records, values = [at for at, _ in beyond], [cell for _, cell in beyond]
            fields.append(FieldValues(self.column(MAX_COLUMNS), records, values))
        return RecordBatch(len(rows), tuple(fields))

    def column(self, index: int) -> str:
        """Return the name of a column by its index, also of one that the header has no cell for."""
        if index < len(self.names):
            return self.names[index]
        if index not in self._extra:
            *_, name = unique_names((*self.names, f"column_{index + 1}"))
            self._extra[index] = name
        return self._extra[index]


def read_table(rows: Iterable[Sequence[str]]) -> Table:
    """Look at the first rows and find the header.

    Without a header the columns are `column_1`, `column_2` and so on, and every row is a record.
    """
    stream = iter(rows)
    first: list[Sequence[str]] = []
    chars = 0
    try:
        while len(first) < _PEEK_ROWS and chars < _PEEK_CHARS and (row := next(stream, None)) is not None:
            first.append(row)
            chars += sum(map(len, row))
    except SourceError as error:
        if not first:
            raise
        stream = _raising(error)
    header = find_header(first)
    if header is None:
        width = min(max(map(len, first), default=0), MAX_COLUMNS)
        return Table(unique_names([""] * width), None, [], chain(first, stream))
    width = max(index for index, cell in enumerate(first[header], start=1) if cell.strip())
    names = unique_names(first[header][: min(width, MAX_COLUMNS)])
    lead = [row for row in first[:header] if any(cell.strip() for cell in row)]
    return Table(names, header + 1, lead, chain(first[header + 1 :], stream))


def _raising(error: SourceError) -> Iterator[Sequence[str]]:
    yield from ()
    raise error


def _lead_values(rows: list[Sequence[str]]) -> FieldValues:
    cells = [cell for row in rows for cell in row if cell.strip()]
    return FieldValues(LEAD, [0] * len(cells), cells)
