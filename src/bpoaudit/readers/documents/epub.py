"""EPUB: a package of XHTML files (W3C EPUB 3.3)."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import EPUB
from bpoaudit.errors import EncryptedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.documents.package import Package
from bpoaudit.readers.documents.xml_asides import FIELD
from bpoaudit.readers.documents.xml_words import unnamed_words
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.inside import Inside
from bpoaudit.readers.json_paths import whole
from bpoaudit.readers.options import ReadOptions

FORMATS = (
    Format(
        "EPUB", (EPUB,), (".epub",), "expat, zipfile (standard library)",
        "record 0: every word of the package file, the table of contents and other XML, its comments and "
        "processing instructions; each chapter, style sheet, script and image is a source of its own",
        "fonts",
    ),
)  # fmt: skip

_FONTS = (".ttf", ".otf", ".woff", ".woff2")
_WORDS = (".opf", ".ncx", ".xml", ".smil", ".pls")
_MIMETYPE = "mimetype"
_KEYS = "META-INF/rights.xml"
"""Only a book under digital rights management has it; fonts alone are encrypted without."""


def open_epub(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield what the package says of itself (record 0), then a member for each file in it.

    Raises `EncryptedSource` for a book under digital rights management, `UnreadableSource` for a broken one.
    """
    with Package(content, how.budget) as package:
        if _KEYS in package.names:
            raise EncryptedSource("a book under digital rights management")
        part = Part("", media_type, FieldKind.METADATA, iter(()), losses=package.behind)
        part.batches = _batches(part, package, how)
        yield part
        inside = Inside(how)
        for name in package.names:
            if name != _MIMETYPE and not _is_read(name) and not name.lower().endswith(_FONTS):
                yield inside.member(name, package.content(name))


def _is_read(name: str) -> bool:
    return name.lower().endswith(_WORDS)


def _batches(part: Part, package: Package, how: ReadOptions) -> Iterator[RecordBatch]:
    gathered = Gatherer(how.batch_records)
    for name in package.names:
        if _is_read(name):
            for _, word in package.words(name, unnamed_words):
                gathered.add("properties", 0, whole(word))
                if gathered.heavy:
                    yield gathered.take()
    for text in package.asides(_is_read):
        gathered.add(FIELD, 0, whole(text))
        if gathered.heavy:
            yield gathered.take()
    if not gathered.empty:
        yield gathered.take()
    if package.broken:
        part.losses.append(f"parts of the document that are broken: {len(package.broken)}")
