"""Raw text is read here, one module per format family, and goes to the detector and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import EMPTY, ENCRYPTED, OLE, UNKNOWN
from bpoaudit.errors import EncryptedSource, UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers import captions, chat, delimited, json_document, json_lines, plain_text, sheets
from bpoaudit.readers.batch import FieldValues, Member, Part, RecordBatch, Turn
from bpoaudit.readers.format import Format, Reader
from bpoaudit.readers.options import ReadOptions

READERS = (
    Reader(delimited.FORMATS, delimited.open_delimited),
    Reader(sheets.FORMATS, sheets.open_workbook),
    Reader(json_document.FORMATS, json_document.open_json),
    Reader(json_lines.FORMATS, json_lines.open_json_lines),
    Reader(captions.FORMATS, captions.open_captions),
    Reader(chat.FORMATS, chat.open_chat),
    Reader(plain_text.FORMATS, plain_text.open_plain_text),
)

__all__ = [
    "READERS",
    "FieldValues",
    "Format",
    "Member",
    "Part",
    "ReadOptions",
    "Reader",
    "RecordBatch",
    "Turn",
    "open_parts",
]


def open_parts(content: Content, media_type: str, how: ReadOptions | None = None) -> Iterator[Part | Member]:
    """Yield what one source holds: records (`Part`), and sources of their own (`Member`).

    A plain file is one part, a workbook a part a sheet; an archive has members only, a mail one part and
    a member for each attachment. They are to be consumed in turn. Raises `UnsupportedSource` where no
    reader knows the media type, `EncryptedSource` for a document under a password, `UnreadableSource` for
    a broken file; the batches of a part raise them too. Reasons never quote content.
    """
    if media_type == EMPTY:
        yield Part("", media_type, FieldKind.TEXT, iter(()))
        return
    if media_type == ENCRYPTED:
        raise EncryptedSource("a document under a password")
    for reader in READERS:
        if media_type in reader.media_types:
            yield from reader.open(content, media_type, how or ReadOptions())
            return
    named = "an unknown format" if media_type in (UNKNOWN, OLE) else media_type
    raise UnsupportedSource(f"no reader for {named}")
