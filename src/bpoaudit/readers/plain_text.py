"""Plain text and logs: a line a record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bpoaudit.delivery.shapes import PLAIN
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part, RecordBatch
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.text_file import TextFile, without_end

MEDIA_TYPES = (PLAIN,)

FIELD = "text"
_MAX_LINE = 1 << 20


def open_plain_text(path: Path, media_type: str, batch_records: int) -> Iterator[Part]:
    """Yield one part: a record is a line, blank ones included, the only field is `text`.

    Of a line over 1,048,576 characters the rest is a loss.
    """
    file = TextFile(path)
    batches = _batches(file, batch_records)
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
