"""Run as a program: parse one workbook and write its rows to standard output, a JSON value a line.

A workbook of a few kilobytes can make the parser ask for hundreds of gigabytes, which ends its
process, or panic with a message that quotes a cell. So it has a process of its own, with limits, and
`readers.workbooks.sheet_parser` reads the pipe.

    {"sheets": [["Q3", "visible", true]]}                 the workbook is open: name, how hidden, cells or not
    {"sheet": 0}                                          a sheet begins
    {"row": 1, "column": 1}                               where its first cell is
    ["id", "mail"]                                        its rows, as text
    {"end": true}                                         the sheet is complete
    {"error": "encrypted"}                                or "broken": this sheet, or the workbook

Standard input holds a JSON array of the file and the index of the sheet to begin with.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bpoaudit.parsers.limits import limit_memory, limit_time

MAX_BYTES = 3 << 30
"""Address space: some 30 million cells."""
MAX_SECONDS = 900
"""Processor time, for archives that inflate without end."""

_HIDDEN = ((SheetVisibleEnum.Hidden, "hidden"), (SheetVisibleEnum.VeryHidden, "very hidden"))


def main(path: str, first: int) -> None:
    """Write the sheets from index `first` on."""
    limit_memory(MAX_BYTES)
    limit_time(MAX_SECONDS)
    try:
        workbook = CalamineWorkbook.from_path(path)
    except PasswordError:
        _write({"error": "encrypted"})
        return
    except CalamineError:
        _write({"error": "broken"})
        return
    about = workbook.sheets_metadata
    cells = [each.typ != SheetTypeEnum.ChartSheet for each in about]
    visible = [next((how for state, how in _HIDDEN if each.visible == state), "visible") for each in about]
    names = [each.name.replace("\0", "") for each in about]
    _write({"sheets": list(zip(names, visible, cells, strict=True))})
    for index in range(first, len(about)):
        _write({"sheet": index})
        sys.stdout.flush()  # the next step may be the last
        if not cells[index]:
            _write({"end": True})
            continue
        try:
            sheet = workbook.get_sheet_by_index(index)
        except CalamineError:
            _write({"error": "broken"})
            continue
        row, column = sheet.start or (0, 0)
        _write({"row": row + 1, "column": column + 1})
        # The rows begin at the sheet's first, the cells of a row at the first column in use.
        for cells_of_row in islice(sheet.iter_rows(), row, None):
            _write([cell_text(cell) for cell in cells_of_row])
        _write({"end": True})


def cell_text(cell: Any) -> str:
    """Write a cell as a person would read it: no `.0` on whole numbers, dates as ISO 8601."""
    match cell:
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return f"{cell:.15g}"  # as many digits as a sheet keeps
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            minutes, seconds = divmod(int(cell.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(cell).replace("\0", "")


def _write(message: object) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(*json.load(sys.stdin))
