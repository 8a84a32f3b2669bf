"""Pictures and scans: a record is a page."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from typing import BinaryIO

from bpoaudit.delivery.content import Content
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import FieldValues, Member, Part, RecordBatch
from bpoaudit.readers.documents.line_ends import mend_line_ends
from bpoaudit.readers.documents.office_xml import Hostile, NotXml
from bpoaudit.readers.documents.xml_words import packet_words
from bpoaudit.readers.format import Format
from bpoaudit.readers.isolated import run_parser
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.pictures.picture_end import picture_end

_SAYS = (
    "record 0: EXIF (the position in degrees as `exif.GPS`, names, comments, times), XMP, IPTC, text chunks "
    "and comments. With the extra `ocr` a record is a page or frame, its `text` read by Tesseract; how sure "
    "that is, is noted. What stands behind the end of the picture is a source, `!appended` (PNG, JPEG, GIF, "
    "WebP, BMP)"
)
_LEAVES = (
    "without OCR the picture itself, which is listed as not read; handwriting; frames of an animation after "
    "the first 100; a picture of more than 150 million pixels. Noted: previews inside the file, notes of the "
    "camera's maker"
)
_BY = "Pillow, tesserocr (Tesseract)"

FORMATS = (
    Format("PNG", ("image/png",), (".png",), _BY, _SAYS, _LEAVES),
    Format("JPEG", ("image/jpeg", "image/jp2"), (".jpg", ".jpeg", ".jp2"), _BY, _SAYS, _LEAVES),
    Format("TIFF", ("image/tiff",), (".tif", ".tiff"), _BY, _SAYS, f"{_LEAVES}; pages after the first 5,000"),
    Format(
        "GIF, WebP, BMP", ("image/gif", "image/webp", "image/bmp"), (".gif", ".webp", ".bmp"),
        _BY, _SAYS, _LEAVES,
    ),
    Format(
        "HEIC, AVIF", ("image/heic", "image/avif"), (".heic", ".heif", ".avif"),
        f"{_BY}, pi-heif", _SAYS, _LEAVES,
    ),
    Format(
        "PCX, Photoshop, icons", ("image/x-pcx", "image/x-dcx", "image/vnd.adobe.photoshop", "image/x-icon"),
        (".pcx", ".dcx", ".psd", ".ico"),
        _BY, _SAYS, f"{_LEAVES}; layers that the merged picture does not show",
    ),
)  # fmt: skip


_NOTHING = re.compile(rb"[\s\0]*+")


def open_image(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield what the file says (record 0), the text of its pages where there is OCR, a file appended to it.

    Without OCR the batches of the first part raise `UnsupportedSource`. Raises `UnreadableSource` where it
    is no picture.
    """
    for each in run_parser("images", content, media_type, how):
        if isinstance(each, Part):
            each.batches = _read(each.batches, each.kind)
        yield each
    yield from _appended(content, media_type)


def _appended(content: Content, media_type: str) -> Iterator[Member]:
    with content.at_path() as path, path.open("rb") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            end, size = picture_end(data, media_type), len(data)
            blank = _NOTHING.match(data, end) if end is not None else None
        if end is None or blank is None or blank.end() == size:
            return

        def behind() -> BinaryIO:
            stream = path.open("rb")
            stream.seek(end)
            return stream

        with Content("appended", behind, size=size - end) as inner:
            yield Member("!appended", inner, size=size - end)


def _read(batches: Iterator[RecordBatch], kind: FieldKind) -> Iterator[RecordBatch]:
    for batch in batches:
        fields = []
        for field in batch.fields:
            if kind is FieldKind.TEXT:
                texts = [mend_line_ends(text) for text in field.values]
                fields.append(FieldValues(field.name, field.records, texts))
            elif field.name == "xmp":
                words = [word for text in field.values for word in _words(text)]
                fields += [FieldValues(field.name, [0] * len(words), words)] if words else []
            else:
                fields.append(field)
        yield RecordBatch(batch.records, tuple(fields))


def _words(packet: str) -> list[str]:
    """Return the words of an XMP packet, all of it where it is no XML."""
    try:
        return list(packet_words(packet))
    except (NotXml, Hostile):
        return [packet]
