"""Office Open XML and OpenDocument texts and presentations, read from their XML parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import DOCX, ODP, ODT, PPTX
from bpoaudit.errors import EncryptedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.documents import open_document_parts, slide_parts, word_parts
from bpoaudit.readers.documents.office_flow import COUNT
from bpoaudit.readers.documents.office_parts import Reading, files_inside, macro_projects
from bpoaudit.readers.documents.package import Package
from bpoaudit.readers.documents.vba_source import macro_texts
from bpoaudit.readers.documents.xml_asides import FIELD, is_xml
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.inside import Inside
from bpoaudit.readers.json_paths import whole
from bpoaudit.readers.options import ReadOptions

_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
_BESIDE = (
    "Record 0: properties, custom XML, variables, connections, macros, comments and processing instructions "
    "of the XML itself. Images, embedded documents and "
    "objects are sources of their own"
)
_LEAVES = "themes, styles, fonts, signatures"

_TEXTS = tuple(f"{ODT}-{kind}" for kind in ("template", "master", "web"))
_SLIDES = (f"{ODP}-template", *(f"{_OPEN_DOCUMENT}.graphics{kind}" for kind in ("", "-template")))

FORMATS = (
    Format(
        "Word documents", (DOCX,), (".docx", ".docm", ".dotx", ".dotm"), "expat, zipfile (standard library)",
        "one record: the body as `text`; headers, footers, footnotes, endnotes, comments and their "
        "authors, deleted and hidden text, text boxes, field codes, links, controls, alternative texts, "
        "building blocks as fields of their own. " + _BESIDE,
        _LEAVES,
    ),
    Format(
        "PowerPoint presentations", (PPTX,), (".pptx", ".pptm", ".ppsx", ".potx"),
        "expat, zipfile (standard library)",
        "a record is a slide, hidden ones too: `text`, speaker notes, comments, charts, diagrams, links, "
        "alternative texts. " + _BESIDE + "; text of masters and layouts",
        _LEAVES,
    ),
    Format(
        "OpenDocument texts and presentations", (ODT, *_TEXTS, ODP, *_SLIDES),
        (".odt", ".ott", ".odp", ".otp", ".odg"),
        "expat, zipfile (standard library)",
        "a text is one record, of a presentation each slide: `text`, headers, footers, notes, comments "
        "and their authors, deleted and hidden text, controls, links, scripts. " + _BESIDE,
        "replacement images of embedded objects; settings",
    ),
)  # fmt: skip

_DOCUMENTS: dict[str, tuple[Callable[[Package], Reading], Callable[[Package], Reading]]] = {
    DOCX: (word_parts.apart, word_parts.pages),
    PPTX: (slide_parts.apart, slide_parts.pages),
    **dict.fromkeys((ODT, *_TEXTS), (open_document_parts.text_apart, open_document_parts.text_pages)),
    **dict.fromkeys((ODP, *_SLIDES), (open_document_parts.slides_apart, open_document_parts.slides_pages)),
}


def open_office(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield what belongs to no page (record 0), then the text, then a member for each file inside.

    Every XML part is read, those that no program shows too. A part that is broken is a loss. Raises
    `UnreadableSource` or `EncryptedSource` where the package cannot be opened.
    """
    apart, pages = _DOCUMENTS[media_type]
    with Package(content, how.budget) as package:
        if any(b"encryption-data" in block for block in package.blocks("META-INF/manifest.xml")):
            raise EncryptedSource("a document under a password")
        beside = Part("", media_type, FieldKind.METADATA, iter(()), losses=package.behind)
        reading = chain(apart(package), _hidden(package), _macros(package, beside))
        beside.batches = _batches(beside, package, reading, how)
        yield beside
        text = Part("", media_type, FieldKind.TEXT, iter(()), ("text",))
        if embedded := sum("/embeddings/" in name for name in files_inside(package)):
            text.facts["attachments"] = embedded
        if macro_projects(package):
            text.facts["macros"] = 1
        text.batches = _batches(text, package, pages(package), how)
        yield text
        inside = Inside(how)
        for name in files_inside(package):
            yield inside.member(name, package.content(name))


def _hidden(package: Package) -> Reading:
    return ((0, FIELD, text) for text in package.asides(is_xml))


def _macros(package: Package, part: Part) -> Reading:
    for name in macro_projects(package):
        for text in macro_texts(b"".join(package.blocks(name)), part.losses):
            yield 0, "macros", text


def _batches(part: Part, package: Package, reading: Reading, how: ReadOptions) -> Iterator[RecordBatch]:
    gathered = Gatherer(how.batch_records)
    before, last = set(package.broken), 0
    for record, field, text in reading:
        if record > last:
            if last:
                gathered.end_record()
            if gathered.full:
                yield gathered.take()
            last = record
        if field == COUNT:
            part.facts[text] = int(part.facts.get(text, 0)) + 1
            continue
        gathered.add(field, record, whole(text))
        if gathered.heavy:
            yield gathered.take()
    if last:
        gathered.end_record()
    if not gathered.empty:
        yield gathered.take()
    if broken := package.broken - before:
        part.losses.append(f"parts of the document that are broken: {len(broken)}")
