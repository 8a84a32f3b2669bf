"""Plain text and logs: a line a record."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import HEAD, PLAIN
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part, RecordBatch
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.text_file import TextFile, without_end
from bpoaudit.readers.until_fault import UntilFault

FIELD = "text"
MAX_LINE = 1 << 20

FORMATS = (
    Format(
        "Plain text and logs", (PLAIN,), (".txt", ".log", ".md"), "standard library",
        f"a record is a line, the field is `text`; a line over {MAX_LINE:,} characters in pieces",
    ),
    Format(
        "Settings", (), (".yaml", ".toml", ".ini", ".properties"), "standard library",
        "as plain text: keys and values stand in the line they are written in",
    ),
)  # fmt: skip

_ENOUGH_LINES = 5
_SHORTEST_CUT = 40


def open_plain_text(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part]:
    """Yield one part: a record is a line, blank ones included, the only field is `text`.

    A line over 1,048,576 characters has several values in its record. Lines that all have one length are
    noted, for the columns that a layout would tell apart.
    """
    file = TextFile(content)
    if _look_cut(file.head(HEAD)[0]):
        file.notes.append("lines of one length: a layout in the vendor profile would tell columns apart")
    batches = _batches(file, how.batch_records)
    yield Part("", media_type, FieldKind.TEXT, batches, (FIELD,), file.notes, file.losses)


def _look_cut(head: str) -> bool:
    """Tell whether the first lines are long, and all of one length."""
    lines = head.splitlines()[:_ENOUGH_LINES]
    return len(lines) == _ENOUGH_LINES and len(lines[0]) >= _SHORTEST_CUT and len({*map(len, lines)}) == 1


def _batches(file: TextFile, batch_records: int) -> Iterator[RecordBatch]:
    gathered = Gatherer(batch_records)
    number = 1
    pieces = UntilFault(file.pieces(MAX_LINE))
    for line, ends in pieces:
        gathered.add(FIELD, number, without_end(line))
        if ends:
            gathered.end_record()
            number += 1
        if gathered.full:
            yield gathered.take()
    if not gathered.empty:
        yield gathered.take()
    pieces.end()
