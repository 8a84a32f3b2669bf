"""Delimited text: comma, semicolon, tab or bar between the cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import CSV, HEAD, TSV, Dialect, find_dialect
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part
from bpoaudit.readers.format import Format
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.table import read_table
from bpoaudit.readers.text_file import TextFile, without_end

FORMATS = (
    Format(
        "Delimited text", (CSV, TSV), (".csv", ".tsv", ".psv", ".txt"), "standard library",
        "a record is a row, a field a column; delimiter, quote, encoding, header and titles are found",
    ),
)  # fmt: skip

_MAX_LINE = 4 << 20
_MAX_RECORD = 1 << 20
"""Characters of a record with line breaks in its cells; beyond, its quote counts as never closed."""
_MIN_RECORD = 4 << 10

# The module's own limit, 128 KiB, is below what a cell of notes can hold. It is one for the process.
csv.field_size_limit(_MAX_LINE)

_ONE_COLUMN = Dialect("\x1f", '"', False, False, 1, 1.0)
_DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def open_delimited(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part]:
    """Yield one part: a record is a row that is not blank, a field a column.

    Record 1 is the first row below the header. A quote that is never closed ends with its line, and
    the lines after it are rows again, so that it cannot swallow the rest of the file.
    """
    file = TextFile(content)
    dialect = dialect_of(file)
    notes = file.notes
    if dialect.columns > 1:
        notes.append(f"delimiter {_DELIMITER_NAMES.get(dialect.delimiter, 'as declared')}")
    table = read_table(row for _, row in written_rows(file, dialect) if row)
    if table.names and table.header_row is None:
        notes.append("no header")
    batches = table.batches(how.batch_records, notes.append)
    yield Part("", media_type, FieldKind.COLUMN, batches, table.names, notes, file.losses)


class _OpenQuote(Exception):
    """A quoted cell goes on for longer than any cell would."""


class _Lines:
    """Hand lines to the csv module and remember those of the row in the making."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.row: list[str] = []
        self._size = 0
        self._longest = _MAX_RECORD

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None and not self.row:
            raise StopIteration
        if line is None or (self.row and self._size > self._longest):
            if line is not None:
                self._lines = chain([line], self._lines)
            raise _OpenQuote
        self.row.append(line)
        self._size += len(line)
        return line

    def begin_row(self) -> list[str]:
        """Return the lines of the row that is done, and begin the next."""
        done, self.row, self._size = self.row, [], 0
        return done

    def give_up_row(self) -> str:
        """Return the line with the open quote; the lines after it are read again."""
        line, *again = self.row
        self._lines = chain(again, self._lines)
        # Each time a shorter look ahead, or a file full of open quotes would be read all over again
        # for every line.
        self._longest = max(self._longest // 2, _MIN_RECORD)
        self.begin_row()
        return line


def dialect_of(file: TextFile) -> Dialect:
    """Return how the cells of a file are told apart."""
    head, complete = file.head(HEAD)
    return find_dialect(head, complete=complete) or _ONE_COLUMN


def written_rows(file: TextFile, dialect: Dialect) -> Iterator[tuple[list[str], list[str]]]:
    """Yield each row as the lines that it is written in and its cells, of which a blank line has none."""
    lines = file.lines(_MAX_LINE)
    if dialect.declared:
        yield [next(lines)], []
    source = _Lines(lines)
    open_quotes = 0
    while True:
        reader = csv.reader(
            source, strict=True,
            delimiter=dialect.delimiter, quotechar=dialect.quote, skipinitialspace=dialect.skip_space,
        )  # fmt: skip
        try:
            for row in reader:
                yield source.begin_row(), row
        except (_OpenQuote, csv.Error):
            open_quotes += 1
            yield _forgiving(source, dialect)
        else:
            break
    if open_quotes:
        file.notes.append(f"rows with a stray or open quote: {open_quotes}")


def _forgiving(source: _Lines, dialect: Dialect) -> tuple[list[str], list[str]]:
    """Read the line at which the strict reading stopped."""
    # A quote inside a quoted cell of this line, or one that would have joined it to the next lines.
    alone = len(source.row) == 1
    written = source.give_up_row()
    line = without_end(written)
    if alone:
        return [written], next(csv.reader([line], delimiter=dialect.delimiter, quotechar=dialect.quote), [])
    return [written], next(csv.reader([line], delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE), [])
