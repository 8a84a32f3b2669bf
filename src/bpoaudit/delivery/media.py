"""Tell what a file is by its content; the name is not believed."""

from __future__ import annotations

import re
import tarfile
import zipfile

from bpoaudit.delivery.compression import BZIP2, GZIP, XZ, ZSTD
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.encoding import decode_head
from bpoaudit.delivery.recorded import SIGNATURES, VOX, recorded_type
from bpoaudit.delivery.shapes import HEAD, text_type
from bpoaudit.errors import SourceError

EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
SEVEN_ZIP = "application/x-7z-compressed"
TAR = "application/x-tar"
DIRECTORIES = (ZIP, SEVEN_ZIP)
"""Archives that list their members without being unpacked."""
ENCRYPTED = "application/encrypted"
"""An Office document under a password: OLE storage around an encrypted package (MS-OFFCRYPTO)."""

_OPENXML = "application/vnd.openxmlformats-officedocument"
XLSX = f"{_OPENXML}.spreadsheetml.sheet"
XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
XLS = "application/vnd.ms-excel"
MSG, PST, TNEF = "application/vnd.ms-outlook", "application/vnd.ms-outlook-pst", "application/vnd.ms-tnef"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
OTS = f"{ODS}-template"
DOCX = f"{_OPENXML}.wordprocessingml.document"
PPTX = f"{_OPENXML}.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODP = "application/vnd.oasis.opendocument.presentation"
DOC = "application/msword"
PPT = "application/vnd.ms-powerpoint"
PDF = "application/pdf"
EPUB = "application/epub+zip"
SLOWLY_READ = (PDF, "image/", "audio/", "video/")
"""How types begin whose text may have to be recognised while it is read."""

PG_DUMP = "application/x-postgresql-dump"
MYSQL_LOG, MYSQL_BACKUP = "application/x-mysql-binlog", "application/x-xbstream"
MSSQL_BACKUP, ORACLE_DUMP = "application/x-mssql-backup", "application/x-oracle-dump"

# (offset, first bytes, media type); from the formats' own specifications, longest first where two
# begin alike.
_SIGNATURES = (
    (0, b"\x1f\x8b", GZIP),
    (0, b"BZh", BZIP2),
    (0, b"\xfd7zXZ\0", XZ),
    (0, b"\x28\xb5\x2f\xfd", ZSTD),
    (0, b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"RE\x7e\x5e", "application/vnd.rar"),
    (257, b"ustar", TAR),
    (0, b"PK\x07\x08PK\x03\x04", ZIP),  # the first part of a split archive
    (0, b"PK00PK\x03\x04", ZIP),
    (0, b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    (0, b"ISc(", "application/x-installshield-cab"),
    (0, b"\x60\xea", "application/x-arj"),
    (7, b"**ACE**", "application/x-ace-compressed"),
    (0, b"!<arch>\n", "application/x-archive"),
    (0, b"xar!", "application/x-xar"),
    (0, b"MSWIM\0\0\0", "application/x-ms-wim"),
    (0, b"\x1f\x9d", "application/x-compress"),
    (0, b"\x1f\xa0", "application/x-compress"),
    (0, b"LZIP\x01", "application/x-lzip"),
    (0, b"\x04\x22\x4d\x18", "application/x-lz4"),
    (0, b"\x89LZO\0\r\n\x1a\n", "application/x-lzop"),
    (0, b"\x5d\0\0", "application/x-lzma"),
    (32769, b"CD001", "application/x-iso9660-image"),
    (0, b"%PDF-", PDF),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (0, b"PAR1", "application/vnd.apache.parquet"),
    (0, b"PARE", "application/vnd.apache.parquet"),
    (0, b"Obj\x01", "application/vnd.apache.avro"),
    (0, b"ORC", "application/vnd.apache.orc"),
    (0, b"ARROW1\0\0", "application/vnd.apache.arrow.file"),
    (0, b"FEA1", "application/x-feather"),
    (0, b"\x37\x7f\x06\x82", "application/x-sqlite3-wal"),
    (0, b"\x37\x7f\x06\x83", "application/x-sqlite3-wal"),
    (0, b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", "application/x-sqlite3-journal"),
    (0, b"<stata_dta>", "application/x-stata-dta"),
    (0, b"\0" * 12 + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\0", "application/x-sas-data"),
    (0, b"HEADER RECORD*******LIB", "application/x-sas-xport"),
    (0, b"$FL2@(#)", "application/x-spss-sav"),
    (0, b"$FL3@(#)", "application/x-spss-sav"),
    (40, b"ASCII SPSS PORT FILE", "application/x-spss-por"),
    (4, b"Standard Jet DB\0", "application/vnd.ms-access"),
    (4, b"Standard ACE DB\0", "application/vnd.ms-access"),
    (0, b"PGDMP", PG_DUMP),
    (0, b"\xfebin", MYSQL_LOG),
    (0, b"XBSTCK01", MYSQL_BACKUP),
    (0, b"TAPE\0\0", MSSQL_BACKUP),
    (0, b"\x03\0\x03iEXPORT:", ORACLE_DUMP),
    (0, b"\xffWPC", "application/vnd.wordperfect"),
    (60, b"BOOKMOBI", "application/x-mobipocket-ebook"),
    (0, b"AT&TFORM", "image/vnd.djvu"),
    (0, b"-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
    (0, b"!BDN", PST),
    (0, b"\x78\x9f\x3e\x22", TNEF),
    *SIGNATURES,
)

FILE_SIGNATURES = (
    (0, b"PK\x03\x04"),
    (0, b"\x1f\x8b\x08"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    (0, b"RIFF"),
    *((offset, signature) for offset, signature, _ in _SIGNATURES if len(signature) > 2),
)
"""(offset, first bytes) of files that may stand in a cell; two bytes would be found by chance."""

_DBF_VERSIONS = b"\x02\x03\x04\x05\x30\x31\x32\x43\x63\x83\x8b\x8c\x8e\xcb\xf5\xfb"
_DBF_BACK_LINK = 263  # Visual FoxPro: name of the database, behind the list of fields

# Archives whose header is text, or has its mark in the middle.
_ARCHIVES = (
    (re.compile(rb"..-l[hz][0-9a-z]-", re.DOTALL), "application/x-lzh-compressed"),
    (re.compile(rb"07070[12][0-9A-Fa-f]{104}|070707[0-7]{70}"), "application/x-cpio"),
)

# Printers and mail systems put a few lines of their own in front of a PDF.
_PDF = re.compile(rb"(?:\xef\xbb\xbf|[\s\0]|\x1b%-12345X|@PJL[^\n]{0,200}\n){1,200}%PDF-\d")

_PDF_BEFORE = 1024
"""Bytes that PDF readers look over for the first line of a PDF (ISO 32000-1, annex H)."""
_PDF_WITHIN = re.compile(rb"[\r\n]%PDF-\d\.\d\s*(?:%[^\r\n]*\s*)?\d+ \d+ obj\b")

# A member that only this kind of package has.
_PACKAGES = (
    ("xl/workbook.xml", XLSX),
    ("xl/workbook.bin", XLSB),
    ("word/document.xml", DOCX),
    ("ppt/presentation.xml", PPTX),
)

# Its folder, where the main part has a name of its own.
_TYPES = "[Content_Types].xml"
_FOLDERS = ((r"word/document\d*\.xml", DOCX), (r"ppt/slides/[^/]*\.xml", PPTX))

# Names of streams in an OLE compound file, as its directory spells them.
_OLE_STREAMS = (
    ("EncryptedPackage", ENCRYPTED),
    ("Workbook", XLS),
    ("Book", XLS),
    ("WordDocument", DOC),
    ("PowerPoint Document", PPT),
    ("__properties_version1.0", MSG),
    ("__nameid_version1.0", MSG),
)


def media_type(content: Content) -> str:
    """Return the media type of a content by its first bytes, and by its directory where it is a container.

    The name only breaks ties between kinds of text (see `shapes.text_type`). Unknown content is
    `application/octet-stream`, content without bytes `application/x-empty`. Raises `UnreadableSource`
    when it may not be read.
    """
    head, complete = content.first(HEAD)
    if not head:
        return EMPTY
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package_type(content, head)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_type(content, head)
    for offset, signature, found in _SIGNATURES:
        if head.startswith(signature, offset):
            return found
    if _PDF.match(head) or _PDF_WITHIN.search(head[:_PDF_BEFORE]):
        return PDF
    if (known := _header_type(head) or recorded_type(head)) is not None:
        return known
    for pattern, found in _ARCHIVES:
        if pattern.match(head):
            return found
    if _is_old_tar(head):
        return TAR
    text = decode_head(head)
    if text is not None:
        return text_type(text, content.name.lower(), complete=complete)
    if _ends_as_zip(content):
        return ZIP
    return VOX if content.name.lower().endswith(".vox") else UNKNOWN


def _header_type(head: bytes) -> str | None:
    """Tell formats without a signature by a header that makes sense."""
    if len(head) < 32:
        return None
    length = int.from_bytes(head[4:8], "little")
    # Arrow stream: continuation mark, length of the metadata, an offset into them.
    if head.startswith(b"\xff\xff\xff\xff") and 0 < length < 1 << 28 and length % 8 == 0:
        return "application/vnd.apache.arrow.stream"
    # Stata before release 117: release, byte order, type of file, a zero.
    if 104 <= head[0] <= 115 and head[1] in (1, 2) and head[2:4] == b"\x01\0":
        return "application/x-stata-dta"
    # dBASE: version, date of the last change, length of the header and of a record, a closing mark.
    header, record = int.from_bytes(head[8:10], "little"), int.from_bytes(head[10:12], "little")
    dated = 0 < head[2] <= 12 and 0 < head[3] <= 31
    if head[0] in _DBF_VERSIONS and dated and record > 1:
        ends = {header - 1, header - 2, header - 1 - _DBF_BACK_LINK}
        if any(end > 32 and end % 32 == 0 and head[end : end + 1] in (b"\r", b"") for end in ends):
            return "application/x-dbf"
    return None


def _is_old_tar(head: bytes) -> bool:
    """Tell the format from before 1988 by the checksum of its first header."""
    try:
        return bool(tarfile.TarInfo.frombuf(head[:512], "utf-8", "surrogateescape").name)
    except (tarfile.TarError, ValueError):
        return False


def _ends_as_zip(content: Content) -> bool:
    """Tell an archive that unpacks itself, or that something else was put before."""
    try:
        with content.open_seekable() as file:
            return zipfile.is_zipfile(file)
    except (zipfile.BadZipFile, SourceError):  # one of several volumes, or so it says
        return False


def _package_type(content: Content, head: bytes) -> str:
    # A package may name itself in its first member, stored as it is (OpenDocument, EPUB).
    if named := re.match(rb"PK\x03\x04.{26}mimetype(application/[\w.+-]+)", head, re.DOTALL):
        return named[1].decode("ascii").removesuffix("PK")
    try:
        with content.open_seekable() as file, zipfile.ZipFile(file) as package:
            members = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, SourceError):
        # Truncated: the directory at the end is gone, the first members are still there.
        return next((found for member, found in _PACKAGES if member[:3].encode() in head), ZIP)
    if found := next((found for member, found in _PACKAGES if member in members), None):
        return found
    # The main part of a package may have another name, its folder and the list of types have not.
    if _TYPES in members:
        return next((found for start, found in _FOLDERS if any(map(re.compile(start).match, members))), ZIP)
    return ZIP


def _ole_type(content: Content, head: bytes) -> str:
    sector = 1 << min(int.from_bytes(head[30:32], "little"), 12)
    first = int.from_bytes(head[48:52], "little")
    with content.open_seekable() as file:
        file.seek((first + 1) * sector)
        directory = file.read(8 * sector)
    for stream, found in _OLE_STREAMS:
        # An entry begins with its name in UTF-16, closed by a zero.
        if f"{stream}\0".encode("utf-16-le") in directory:
            return found
    return OLE
