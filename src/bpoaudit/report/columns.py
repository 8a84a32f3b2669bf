"""Rows of text in a terminal: side by side where there is room, else one below the other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import IO

from rich.cells import cell_len, chop_cells

_GAP = "  "
_NARROWEST = 20


def terminal_width(stream: IO[str]) -> int | None:
    """Return the columns of the terminal that `stream` is, None where it is none and lines may be long."""
    return max(_NARROWEST, shutil.get_terminal_size().columns) if stream.isatty() else None


def laid_out(
    rows: Sequence[Sequence[str]], width: int | None = None, head: Sequence[str] = ()
) -> Iterator[str]:
    """Yield the rows as lines of at most `width`, under `head`, which names the columns; see `blocks`."""
    if head and fits([head, *rows], width):
        rows, head = [head, *rows], ()
    for lines in blocks(rows, width, head):
        yield from lines


def blocks(
    rows: Sequence[Sequence[str]], width: int | None = None, head: Sequence[str] = ()
) -> Iterator[list[str]]:
    """Yield the lines of each row: one, the columns side by side, where all rows fit into `width`.

    Otherwise each row begins with its first cell, and the others follow below it, with the names of their
    columns where `head` gives them.
    """
    if fits(rows, width):
        widths = _widths(rows)
        for row in rows:
            cells = (cell + " " * (room - cell_len(cell)) for cell, room in zip(row, widths, strict=True))
            yield [_GAP.join(cells).rstrip()]
        return
    room = max(_NARROWEST, width or 0)
    for first, *others in rows:
        names = head[1:] or [""] * len(others)
        told = (f"{name} {cell}".strip() for name, cell in zip(names, others, strict=True) if cell)
        below = wrapped("; ".join(told), room - len(_GAP))
        yield [*wrapped(first, room), *(f"{_GAP}{line}" for line in below)]


def fits(rows: Sequence[Sequence[str]], width: int | None) -> bool:
    """Tell whether the columns of all rows have room side by side."""
    widths = _widths(rows)
    return width is None or sum(widths) + len(_GAP) * (len(widths) - 1) <= width


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(cell_len(row[at]) for row in rows) for at in range(len(rows[0]) if rows else 0)]


def wrapped(text: str, width: int) -> Iterator[str]:
    """Yield `text` in lines of at most `width` cells, broken between words where that is possible."""
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line:
            yield line
        *full, line = chop_cells(word, width) or [""]
        yield from full
    if line:
        yield line
