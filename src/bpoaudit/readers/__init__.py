"""Raw text is read here, one module per format family, and goes to the detector and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import EMPTY, ENCRYPTED, OLE, UNKNOWN
from bpoaudit.delivery.media import media_type as type_of
from bpoaudit.errors import EncryptedSource, UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers import (
    captions,
    chat,
    delimited,
    fixed_width,
    folded_lines,
    json5_document,
    json_document,
    json_lines,
    plain_text,
)
from bpoaudit.readers.archives import archive
from bpoaudit.readers.batch import FieldValues, Member, Part, RecordBatch, Turn
from bpoaudit.readers.databases import avro, columnar, dbase, sql_dump, sqlite, statistical
from bpoaudit.readers.documents import epub, office_package, pdf_document, powerpoint_binary, rtf, word_binary
from bpoaudit.readers.documents.office_password import decrypted_parts
from bpoaudit.readers.format import Format, Reader
from bpoaudit.readers.html import html_document
from bpoaudit.readers.mail import mbox, message, outlook, pst, tnef
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.pictures import images, recordings
from bpoaudit.readers.workbooks import sheets
from bpoaudit.readers.xml import xml_document

READERS = (
    Reader(archive.FORMATS, archive.open_archive),
    Reader(delimited.FORMATS, delimited.open_delimited),
    Reader(sheets.FORMATS, sheets.open_workbook),
    Reader(columnar.FORMATS, columnar.open_columnar),
    Reader(avro.FORMATS, avro.open_avro),
    Reader(sqlite.FORMATS, sqlite.open_sqlite),
    Reader(dbase.FORMATS, dbase.open_dbase),
    Reader(statistical.FORMATS, statistical.open_statistical),
    Reader(fixed_width.FORMATS, fixed_width.open_fixed_width),
    Reader(json_document.FORMATS, json_document.open_json),
    Reader(json5_document.FORMATS, json5_document.open_json5),
    Reader(json_lines.FORMATS, json_lines.open_json_lines),
    Reader(xml_document.FORMATS, xml_document.open_xml),
    Reader(sql_dump.FORMATS, sql_dump.open_sql),
    Reader(html_document.FORMATS, html_document.open_html),
    Reader(message.FORMATS, message.open_mail),
    Reader(mbox.FORMATS, mbox.open_mbox),
    Reader(outlook.FORMATS, outlook.open_msg),
    Reader(tnef.FORMATS, tnef.open_tnef),
    Reader(pst.FORMATS, pst.open_pst),
    Reader(pdf_document.FORMATS, pdf_document.open_pdf),
    Reader(office_package.FORMATS, office_package.open_office),
    Reader(epub.FORMATS, epub.open_epub),
    Reader(word_binary.FORMATS, word_binary.open_word),
    Reader(powerpoint_binary.FORMATS, powerpoint_binary.open_powerpoint),
    Reader(rtf.FORMATS, rtf.open_rtf),
    Reader(images.FORMATS, images.open_image),
    Reader(recordings.FORMATS, recordings.open_recording),
    Reader(captions.FORMATS, captions.open_captions),
    Reader(chat.FORMATS, chat.open_chat),
    Reader(folded_lines.FORMATS, folded_lines.open_folded_lines),
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
    a broken file; the batches of a part raise them too. Reasons never quote content. A layout in `how`
    holds for text, and for what is of no known format.
    """
    if media_type == EMPTY:
        yield Part("", media_type, FieldKind.TEXT, iter(()))
        return
    if media_type == ENCRYPTED:
        options = how or ReadOptions()
        yield from decrypted_parts(content, options, lambda inner: _open_decrypted(inner, options))
        return
    if (
        how is not None
        and how.layout is not None
        and (media_type.startswith("text/") or media_type == UNKNOWN)
    ):
        media_type = fixed_width.FIXED_WIDTH  # EBCDIC is no text to anybody who is not told
    for reader in READERS:
        if media_type in reader.media_types:
            yield from reader.open(content, media_type, how or ReadOptions())
            return
    named = "an unknown format" if media_type in (UNKNOWN, OLE) else media_type
    raise UnsupportedSource(f"no reader for {named}")


def _open_decrypted(content: Content, how: ReadOptions) -> Iterator[Part | Member]:
    if (found := type_of(content)) == ENCRYPTED:
        raise EncryptedSource("a document that is encrypted twice")
    yield from open_parts(content, found, how)
