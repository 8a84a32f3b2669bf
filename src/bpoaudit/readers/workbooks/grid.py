"""Which cells of a sheet are which records and fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.discover import encode_name
from bpoaudit.readers.table import Table, read_table
from bpoaudit.readers.workbooks.sheet_parser import Sheet, SheetParser


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of a sheet. `repr` shows no content."""

    table: Table
    header_row: int
    """Row of the header; a record stands that many rows further down than its number says."""
    first_row: int
    """Row of the first cells, from 1."""
    first_column: int

    def column_of(self, name: str) -> int | None:
        """Return the column of a field, from 1."""
        names = self.table.names
        return self.first_column + names.index(name) if name in names else None


@dataclass(slots=True)
class Grids:
    """The sheets of a workbook, one after another. `repr` shows no content."""

    sheets: list[Sheet]
    _parser: SheetParser = field(repr=False)

    def each(
        self, exact: Callable[[str], Mapping[tuple[int, int], str]]
    ) -> Iterator[tuple[Sheet, Grid | None, Iterator[Sequence[str]]]]:
        """Yield each sheet with its grid, which a chart has none of, and its rows to be read.

        `exact` gives the digits of long numbers of a sheet. Raises `UnreadableSource`.
        """
        for sheet in self.sheets:
            self._parser.begin()
            if not sheet.cells:
                yield sheet, None, iter(())
                self._parser.end()
                continue
            top = self._parser.first_row()
            rows = self._parser.rows(exact(sheet.name))
            held: list[Sequence[str]] = []
            table = read_table(_kept(rows, held))
            grid = Grid(table, top + (table.header_row or 0) - 1, top, self._parser.first_column)
            every = _all(held, rows)
            yield sheet, grid, every
            for _ in every:
                pass


@contextmanager
def open_grids(content: Content) -> Iterator[Grids]:
    """Begin to parse a workbook. Raises `UnreadableSource` and `EncryptedSource`."""
    with content.at_path() as path, SheetParser(path, 0) as parser:
        yield Grids(parser.open(), parser)


def find_grid(content: Content, suffix: str) -> Grid | None:
    """Return the grid of the sheet whose source ends in `suffix`."""
    with open_grids(content) as grids:
        for sheet, grid, _ in grids.each(lambda _: {}):
            if f"#{encode_name(sheet.name)}" == suffix:
                return grid
    return None


def _kept(rows: Iterator[Sequence[str]], held: list[Sequence[str]]) -> Iterator[Sequence[str]]:
    for row in rows:
        held.append(row)
        yield row


def _all(held: list[Sequence[str]], rows: Iterator[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Yield the rows that the search for the header took, then the others."""
    yield from held
    yield from rows
