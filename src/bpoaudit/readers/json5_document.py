"""JSON5 and JSON with comments: rewritten as JSON while it is read."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import JSON5
from bpoaudit.errors import UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part, RecordBatch
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.json5_text import as_json
from bpoaudit.readers.json_document import json_batches
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.plain_text import open_plain_text
from bpoaudit.readers.text_file import TextFile

FORMATS = (
    Format(
        "JSON5 and JSON with comments", (JSON5,), (".json5", ".jsonc", ".json"), "own reader, ijson",
        "as JSON; comments as metadata; a document that is neither is read as plain text, line by line",
    ),
)  # fmt: skip

COMMENTS = "comments"


def open_json5(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part]:
    """Yield a part with the comments (record 0), then one with the values: records and paths as in JSON.

    What cannot be read as JSON5 is read as plain text, which is noted.
    """
    if not _is_json5(content):
        for part in open_plain_text(content, media_type, how):
            part.notes.append("JSON that is not well-formed, read as text line by line")
            yield part
        return
    file = _Json5File(content)
    comments = _comments(content, how.batch_records)
    yield Part(
        "", media_type, FieldKind.METADATA, comments, (), ["JSON with comments or without quotes (JSON5)"]
    )
    batches = json_batches(file, how.batch_records, lines=False)
    yield Part("", media_type, FieldKind.COLUMN, batches, (), file.notes, file.losses)


class _Json5File(TextFile):
    """A file of JSON5 that reads as one of JSON."""

    def blocks(self) -> Iterator[str]:
        """Yield the text as JSON, comments left out."""
        return as_json(super().blocks(), lambda _: None)


def _is_json5(content: Content) -> bool:
    try:
        for _ in json_batches(_Json5File(content), 2000, lines=False):
            pass
    except UnreadableSource:
        return False
    return True


def _comments(content: Content, batch_records: int) -> Iterator[RecordBatch]:
    gathered = Gatherer(batch_records)
    for _ in as_json(TextFile(content).blocks(), lambda comment: gathered.add(COMMENTS, 0, comment)):
        if gathered.heavy:
            yield gathered.take()
    if not gathered.empty:
        yield gathered.take()
