"""DOC, the binary format of Word 97 to 2003 ([MS-DOC]): one record."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import chain

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import DOC
from bpoaudit.errors import EncryptedSource, UnreadableSource, UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.documents.office_password import decrypted_parts
from bpoaudit.readers.documents.ole_file import OleFile
from bpoaudit.readers.documents.ole_objects import pictures
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.inside import Inside
from bpoaudit.readers.json_paths import whole
from bpoaudit.readers.options import ReadOptions

FORMATS = (
    Format(
        "Word 97 to 2003", (DOC,), (".doc", ".dot"), "olefile",
        "one record: the body as `text` (deleted and hidden text stand in it, as the format has them), "
        "footnotes, headers and footers, comments, endnotes, text boxes, and the authors of comments and "
        "changes as fields of their own; field codes and link targets stand in the text. Record 0: "
        "properties, macros. Images and embedded files are sources",
        "metafile drawings are a loss; Word 95 and older",
    ),
)  # fmt: skip

# The texts of a document follow each other in this order; their lengths, in characters, in the FIB.
_TEXTS = ("text", "footnotes", "headers", "macros", "comments", "endnotes", "text boxes", "text boxes")
_STREAM = "WordDocument"
_LENGTHS_AT = 76
_PLACES_AT = 154
"""Pairs of offset and length in the table stream."""
_CLX, _COMMENT_AUTHORS, _CHANGE_AUTHORS = 33, 36, 51
_MAGIC = 0xA5EC
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_COMPRESSED = 0x40000000
_OLDEST = 193  # Word 97

_SIGNS = str.maketrans("\r\x0b\x0c\x07\x1e\x13\x14\x15\xa0", "\n\n\n\t-    ")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def open_word(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield properties (record 0), the text (record 1) and a member for each embedded file.

    Raises `EncryptedSource`, `UnsupportedSource` (Word 95 and older) and `UnreadableSource`.
    """
    with OleFile(content) as ole:
        if not _is_encrypted(ole.read(_STREAM)):
            yield from _parts(ole, media_type, how)
            return
    yield from decrypted_parts(content, how, lambda clear: _clear_parts(clear, media_type, how))


def _clear_parts(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    with OleFile(content) as ole:
        yield from _parts(ole, media_type, how)


def _parts(ole: OleFile, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    texts = _texts(ole)
    apart = Part("", media_type, FieldKind.METADATA, iter(()))
    macros = [("macros", text) for text in ole.macros(apart.losses)]
    apart.batches = _one(0, chain((("properties", text) for text in ole.properties()), macros), how)
    yield apart
    part = Part("", media_type, FieldKind.TEXT, _one(1, iter(texts), how), ("text",))
    if macros:
        part.facts["macros"] = len(macros)
    if comments := sum(field == "comments" for field, _ in texts):
        part.facts["comments"] = comments
    images, metafiles = pictures(ole.read("Data") + ole.read(_STREAM))
    if metafiles:
        part.losses.append(f"metafile drawings, not read: {metafiles}")
    yield part
    inside = Inside(how)
    for image in images:
        yield inside.member("picture", image)
    for name, data in ole.objects():
        yield inside.member(name, data)


def _is_encrypted(main: bytes) -> bool:
    return int.from_bytes(main[10:12], "little") & _ENCRYPTED != 0


def _one(record: int, words: Iterator[tuple[str, str]], how: ReadOptions) -> Iterator[RecordBatch]:
    gathered = Gatherer(how.batch_records)
    for field, text in words:
        gathered.add(field, record, whole(text).replace("\0", ""))
    if record:
        gathered.end_record()
    if not gathered.empty:
        yield gathered.take()


def _texts(ole: OleFile) -> list[tuple[str, str]]:
    main = ole.read(_STREAM)
    try:
        magic, version = struct.unpack_from("<HH", main, 0)
        (flags,) = struct.unpack_from("<H", main, 10)
        lengths = struct.unpack_from(f"<{len(_TEXTS)}i", main, _LENGTHS_AT)
    except struct.error:
        raise UnreadableSource("a document that is broken") from None
    if flags & _ENCRYPTED:
        raise EncryptedSource("a document that is encrypted in a way that nothing here knows")
    if magic != _MAGIC or version < _OLDEST:
        raise UnsupportedSource("a document of Word 95 or older")
    table = ole.read("1Table" if flags & _TABLE_1 else "0Table")
    try:
        text = _all_text(main, _place(main, table, _CLX))
        authors = _names(_place(main, table, _COMMENT_AUTHORS)) + _table_of_names(
            _place(main, table, _CHANGE_AUTHORS)
        )
    except struct.error:
        raise UnreadableSource("a document that is broken") from None
    found = []
    at = 0
    for field, length in zip(_TEXTS, lengths, strict=True):
        if length > 0:
            words = _CONTROL.sub("", text[at : at + length].translate(_SIGNS))
            found += [(field, words)] if field == "text" else [(field, line) for line in words.split("\n")]
            at += length
    return found + [("authors", name) for name in authors if name != "Unknown"]


def _place(main: bytes, table: bytes, index: int) -> bytes:
    offset, length = struct.unpack_from("<II", main, _PLACES_AT + 8 * index)
    return table[offset : offset + length]


def _all_text(main: bytes, clx: bytes) -> str:
    """Put the pieces together: each is UTF-16, or Windows-1252 in one byte a character."""
    at = 0
    while clx[at : at + 1] == b"\x01":
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if clx[at : at + 1] != b"\x02":
        raise UnreadableSource("a document that is broken")
    (length,) = struct.unpack_from("<I", clx, at + 1)
    pieces = clx[at + 5 : at + 5 + length]
    count = (len(pieces) - 4) // 12
    starts = struct.unpack_from(f"<{count + 1}I", pieces, 0)
    out = []
    for number in range(count):
        (place,) = struct.unpack_from("<I", pieces, 4 * (count + 1) + 8 * number + 2)
        characters = starts[number + 1] - starts[number]
        if not 0 <= characters <= len(main):
            raise UnreadableSource("a document that is broken")
        if place & _COMPRESSED:
            begin = (place & ~_COMPRESSED) // 2
            out.append(main[begin : begin + characters].decode("cp1252", "replace").ljust(characters))
        else:
            out.append(main[place : place + 2 * characters].decode("utf-16-le", "replace").ljust(characters))
    return "".join(out)


def _names(owners: bytes) -> list[str]:
    """Read names one after another, each after its length."""
    found, at = [], 0
    while at + 2 <= len(owners):
        (length,) = struct.unpack_from("<H", owners, at)
        found.append(owners[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace"))
        at += 2 + 2 * length
    return found


def _table_of_names(table: bytes) -> list[str]:
    """Read a string table (STTB) with characters of two bytes."""
    if not table.startswith(b"\xff\xff"):
        return []
    _, extra = struct.unpack_from("<HH", table, 2)
    found, at = [], 6
    while at + 2 <= len(table):
        (length,) = struct.unpack_from("<H", table, at)
        found.append(table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace"))
        at += 2 + 2 * length + extra
    return found
