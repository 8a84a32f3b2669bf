"""Raw text is read here, one module per format family, and goes to the detector and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bpoaudit.delivery.media import EMPTY, ENCRYPTED, OLE, UNKNOWN
from bpoaudit.errors import EncryptedSource, UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers import captions, chat, delimited, json_document, json_lines, plain_text, sheets
from bpoaudit.readers.batch import FieldValues, Part, RecordBatch, Turn


class Reader(NamedTuple):
    """A format family: the media types it reads and how."""

    media_types: tuple[str, ...]
    open: Callable[[Path, str, int], Iterator[Part]]
    """Takes the file, its media type and the most records a batch may have."""


READERS = (
    Reader(delimited.MEDIA_TYPES, delimited.open_delimited),
    Reader(sheets.MEDIA_TYPES, sheets.open_workbook),
    Reader(json_document.MEDIA_TYPES, json_document.open_json),
    Reader(json_lines.MEDIA_TYPES, json_lines.open_json_lines),
    Reader(captions.MEDIA_TYPES, captions.open_captions),
    Reader(chat.MEDIA_TYPES, chat.open_chat),
    Reader(plain_text.MEDIA_TYPES, plain_text.open_plain_text),
)

__all__ = ["READERS", "FieldValues", "Part", "Reader", "RecordBatch", "Turn", "open_parts"]


def open_parts(file_path: Path, media_type: str, *, batch_records: int = 2000) -> Iterator[Part]:
    """Yield the parts of one file: one for a plain file, one a sheet for a workbook.

    Parts are to be consumed in turn. Raises `UnsupportedSource` where no reader knows the media
    type, `EncryptedSource` for a document under a password, `UnreadableSource` for a broken file;
    the batches of a part raise them too. Reasons never quote content.
    """
    if media_type == EMPTY:
        yield Part("", media_type, FieldKind.TEXT, iter(()))
        return
    if media_type == ENCRYPTED:
        raise EncryptedSource("a document under a password")
    for reader in READERS:
        if media_type in reader.media_types:
            yield from reader.open(file_path, media_type, batch_records)
            return
    named = "an unknown format" if media_type in (UNKNOWN, OLE) else media_type
    raise UnsupportedSource(f"no reader for {named}")
