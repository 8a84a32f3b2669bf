"""Plain text and logs: a line a record."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import JSON5, PLAIN
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part, RecordBatch
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.text_file import TextFile, without_end

FORMATS = (
    Format(
        "Plain text and logs", (PLAIN,), (".txt", ".log", ".md"), "standard library",
        "a record is a line, the field is `text`",
    ),
    Format(
        "JSON5", (JSON5,), (".json", ".json5"), "standard library",
        "as plain text, keys and values as words",
    ),
)  # fmt: skip

FIELD = "text"
_MAX_LINE = 1 << 20


def open_plain_text(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part]:
    """Yield one part: a record is a line, blank ones included, the only field is `text`.

    Of a line over 1,048,576 characters the rest is a loss. JSON5 is read so too, its keys and values as
    words of a text, which is said.
    """
    file = TextFile(content)
    if media_type == JSON5:
        file.notes.append("JSON with comments or without quotes (JSON5), read as text line by line")
    batches = _batches(file, how.batch_records)
    yield Part("", media_type, FieldKind.TEXT, batches, (FIELD,), file.notes, file.losses)


def _batches(file: TextFile, batch_records: int) -> Iterator[RecordBatch]:
    gathered = Gatherer(batch_records)
    for number, line in enumerate(file.lines(_MAX_LINE), start=1):
        gathered.add(FIELD, number, without_end(line))
        gathered.end_record()
        if gathered.full:
            yield gathered.take()
    if not gathered.empty:
        yield gathered.take()
