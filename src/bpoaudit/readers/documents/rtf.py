"""RTF: one record."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import RTF
from bpoaudit.errors import UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.documents.ole_objects import linked_object
from bpoaudit.readers.documents.rtf_text import RtfText
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.inside import Inside
from bpoaudit.readers.json_paths import whole
from bpoaudit.readers.options import ReadOptions

FORMATS = (
    Format(
        "RTF", (RTF,), (".rtf",), "standard library",
        "one record: the body as `text`; headers, footers, footnotes, comments, authors, deleted and "
        "hidden text, text boxes, field codes with link targets, properties, variables and connections "
        "as fields of their own. Pictures and embedded objects are sources",
        "pictures and objects beyond 64 MB in all are a loss; lists of fonts and styles are not read",
    ),
)  # fmt: skip

_BLOCK = 256 << 10


def open_rtf(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield the text as record 1, then a member for each picture and object.

    A text that breaks off before its last brace is told by `UnreadableSource` behind what it holds.
    """
    text = RtfText()
    part = Part("", media_type, FieldKind.TEXT, iter(()), ("text",))
    part.batches = _batches(part, text, content, how)
    yield part
    for _ in part.batches:
        pass
    inside = Inside(how)
    for kind, data in text.files:
        name, found = (linked_object(data) if kind == "object" else None) or (kind, data)
        yield inside.member(name, found)


def _batches(part: Part, text: RtfText, content: Content, how: ReadOptions) -> Iterator[RecordBatch]:
    gathered = Gatherer(how.batch_records)
    with content.open() as file:
        while True:
            block = file.read(_BLOCK)
            for field, words in text.feed(block):
                gathered.add(field, 1, whole(words))
            if gathered.heavy:
                yield gathered.take()
            if not block:
                break
    gathered.end_record()
    part.facts |= text.counts
    if text.undecoded:
        part.losses.append(f"characters that do not decode in the code page of their font: {text.undecoded}")
    if text.files_left_out:
        part.losses.append(f"pictures and objects beyond 64 MB in all: {text.files_left_out}")
    yield gathered.take()
    if not text.complete:
        raise UnreadableSource("breaks off before its last brace")
