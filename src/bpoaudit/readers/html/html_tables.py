"""Tables in HTML: exports of reports and tickets that are called `.xls` or `.html`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bpoaudit.facts import Fact
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part
from bpoaudit.readers.html.html_text import Said, TextLines, html_pieces
from bpoaudit.readers.table import read_table
from bpoaudit.readers.text_file import TextFile

_HEAD = 256 << 10
_MAX_SPAN = 1_000
_MARKS = (Said.TABLE, Said.END, Said.ROW, Said.CELL)


class _Cell(NamedTuple):
    text: str
    hidden: bool
    """Some of its text is not seen."""
    columns: int
    rows: int


def is_export(file: TextFile) -> bool:
    """Tell whether a page is, by its first characters, mainly tables whose rows are alike.

    Tables inside tables, and rows of one cell, are how pages and mails were laid out.
    """
    head, _ = file.head(_HEAD)
    depth = deepest = cells = 0
    characters = [0, 0]
    widths: Counter[int] = Counter()
    for said, text in html_pieces([head]):
        depth += (said is Said.TABLE) - (said is Said.END)
        deepest = max(deepest, depth)
        if said is Said.CELL:
            cells += 1
        elif said in _MARKS:
            widths[cells] += 1
            cells = 0
        elif said is Said.TEXT:
            characters[depth > 0] += len(text.strip())
    rows = widths.total() - widths[0]
    alike = max((count for width, count in widths.items() if width > 1), default=0)
    outside, inside = characters
    return deepest == 1 and rows > 1 and alike * 2 > rows and inside > 4 * outside


def open_tables(file: TextFile, media_type: str, batch_records: int) -> Iterator[Part]:
    """Yield a part for each table of a page: `#table1`, a record is a row below the header, from 1.

    A cell over several columns or rows stands in the first of them. Text that is hidden is read, and
    the number of such cells is a fact.
    """
    pieces = html_pieces(file.blocks())
    number = 0
    while any(said is Said.TABLE for said, _ in pieces):
        number += 1
        facts: dict[str, Fact] = {}
        rows = _grid(_rows(pieces), facts)
        table = read_table(rows)
        notes = [] if table.header_row or not table.names else ["no header"]
        batches = table.batches(batch_records, notes.append)
        suffix = f"#table{number}"
        yield Part(suffix, media_type, FieldKind.COLUMN, batches, table.names, notes, facts=facts)
        for _ in rows:
            pass  # what nobody consumed


def _rows(pieces: Iterable[tuple[Said, str]]) -> Iterator[list[_Cell]]:
    """Yield the rows up to the end of the table; text in no cell, a caption, is a row of its own."""
    row: list[_Cell] = []
    lines = TextLines()
    spans: tuple[int, int] | None = None
    hidden = False
    depth = 1
    for said, text in pieces:
        if said in (Said.TEXT, Said.HIDDEN):
            lines.add(text)
            hidden = hidden or (said is Said.HIDDEN and not text.isspace())
        elif said in _MARKS:
            content = lines.take()
            if spans or content:
                row.append(_Cell(content.replace("\t", " "), hidden, *(spans or (1, 1))))
            hidden = False
            spans = _spans(text) if said is Said.CELL else None
            if said is not Said.CELL and row:
                yield row
                row = []
            depth += (said is Said.TABLE) - (said is Said.END)
            if not depth:
                return


def _grid(rows: Iterable[list[_Cell]], facts: dict[str, Fact]) -> Iterator[list[str]]:
    """Yield rows whose cells stand in the columns in which they are seen."""
    below: Counter[int] = Counter()
    hidden = 0
    for row in rows:
        cells: list[str] = []
        for cell in row:
            while below[len(cells)]:
                below[len(cells)] -= 1
                cells.append("")
            hidden += cell.hidden
            if hidden:
                facts["hidden_cells"] = hidden
            for text in (cell.text, *("",) * (cell.columns - 1)):
                below[len(cells)] = cell.rows - 1
                cells.append(text)
        for column in [column for column in below if column >= len(cells)]:
            below[column] = max(0, below[column] - 1)
        yield cells


def _spans(text: str) -> tuple[int, int]:
    """Read `colspan,rowspan` as the cell has them."""
    columns, _, rows = text.partition(",")
    return _span(columns), _span(rows)


def _span(text: str) -> int:
    return max(1, min(_MAX_SPAN, int(text))) if text.isascii() and text.isdigit() and len(text) < 6 else 1
