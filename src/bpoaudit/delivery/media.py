"""Tell what a file is by its content; the name is not believed."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from bpoaudit.delivery.encoding import decode_head
from bpoaudit.delivery.shapes import HEAD, text_type
from bpoaudit.errors import UnreadableSource

EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
ENCRYPTED = "application/encrypted"
"""An Office document under a password: OLE storage around an encrypted package (MS-OFFCRYPTO)."""

_OPENXML = "application/vnd.openxmlformats-officedocument"
XLSX = f"{_OPENXML}.spreadsheetml.sheet"
XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
XLS = "application/vnd.ms-excel"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

# (offset, first bytes, media type); from the formats' own specifications, longest first where two
# begin alike.
_SIGNATURES = (
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (257, b"ustar", "application/x-tar"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (0, b"PAR1", "application/vnd.apache.parquet"),
    (0, b"PARE", "application/vnd.apache.parquet"),
    (0, b"Obj\x01", "application/vnd.apache.avro"),
    (0, b"ORC", "application/vnd.apache.orc"),
    (0, b"ARROW1\0\0", "application/vnd.apache.arrow.file"),
    (0, b"-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
    (0, b"!BDN", "application/vnd.ms-outlook-pst"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/x-wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/x-matroska"),
    (0, b"RIFF", "application/x-riff"),
)

# A member that only this kind of package has.
_PACKAGES = (
    ("xl/workbook.xml", XLSX),
    ("xl/workbook.bin", XLSB),
    ("word/document.xml", f"{_OPENXML}.wordprocessingml.document"),
    ("ppt/presentation.xml", f"{_OPENXML}.presentationml.presentation"),
)

# Names of streams in an OLE compound file, as its directory spells them.
_OLE_STREAMS = (
    ("EncryptedPackage", ENCRYPTED),
    ("Workbook", XLS),
    ("Book", XLS),
    ("WordDocument", "application/msword"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
)


def media_type(path: Path) -> str:
    """Return the media type of a file by its first bytes, and by its directory where it is a container.

    The name only breaks ties between kinds of text (see `shapes.text_type`). Unknown content is
    `application/octet-stream`, a file without bytes `application/x-empty`. Raises `UnreadableSource`
    when the file may not be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            complete = not file.read(1)
    except OSError as error:
        raise UnreadableSource(f"cannot be read: {type(error).__name__}") from None
    if not head:
        return EMPTY
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package_type(path, head)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_type(path, head)
    for offset, signature, found in _SIGNATURES:
        if head.startswith(signature, offset):
            return found
    text = decode_head(head)
    return UNKNOWN if text is None else text_type(text, path.name.lower(), complete=complete)


def _package_type(path: Path, head: bytes) -> str:
    # A package may name itself in its first member, stored as it is (OpenDocument, EPUB).
    if named := re.match(rb"PK\x03\x04.{26}mimetype(application/[\w.+-]+)", head, re.DOTALL):
        return named[1].decode("ascii").removesuffix("PK")
    try:
        with zipfile.ZipFile(path) as package:
            members = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        # Truncated: the directory at the end is gone, the first members are still there.
        return next((found for member, found in _PACKAGES if member[:3].encode() in head), ZIP)
    return next((found for member, found in _PACKAGES if member in members), ZIP)


def _ole_type(path: Path, head: bytes) -> str:
    sector = 1 << min(int.from_bytes(head[30:32], "little"), 12)
    first = int.from_bytes(head[48:52], "little")
    with path.open("rb") as file:
        file.seek((first + 1) * sector)
        directory = file.read(8 * sector)
    for stream, found in _OLE_STREAMS:
        # An entry begins with its name in UTF-16, closed by a zero.
        if f"{stream}\0".encode("utf-16-le") in directory:
            return found
    return OLE
