"""Plain text and logs, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.plain_text import FIELD, MAX_LINE
from bpoaudit.readers.text_file import TextFile, without_end
from bpoaudit.written.piece import Piece, Value, whole


def line_pieces(file: TextFile, how: ReadOptions) -> Iterator[Piece]:
    """Yield a piece a line, or as many as it is read in."""
    number = 1
    for line, ends in file.pieces(MAX_LINE):
        yield Piece(line, number, partial(_value, line, number))
        number += ends


def _value(line: str, number: int) -> Sequence[Value]:
    return [whole(number, FIELD, line, 0, len(without_end(line)))] if line.strip() else []
