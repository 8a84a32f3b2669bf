"""PDF: a record is a page."""

from __future__ import annotations

import base64
import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import PDF
from bpoaudit.errors import EncryptedSource, LimitReached, SourceError, UnreadableSource
from bpoaudit.facts import Fact
from bpoaudit.model import FieldKind
from bpoaudit.parsers.ocr_tally import Read, Tally
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.child_process import Parser, borrowed
from bpoaudit.readers.documents.line_ends import mend_line_ends
from bpoaudit.readers.documents.office_xml import Hostile, NotXml
from bpoaudit.readers.documents.xml_words import packet_words
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.inside import Inside
from bpoaudit.readers.json_paths import whole
from bpoaudit.readers.options import ReadOptions

FORMATS = (
    Format(
        "PDF", (PDF,), (".pdf",), "pypdfium2 (PDFium), pypdf",
        "a record is a page, all of them: its text as `text` (hidden, white, covered and clipped text "
        "too), comments, their `authors`, form fields (name and value), link targets; text of earlier "
        "states that are kept inside the file as `earlier text`. Record 0: document properties, XMP "
        "metadata, bookmarks, layers, XFA form data, scripts, signatures, alternative texts, every other "
        "string. Files inside are sources. Passwords are tried",
        "without the extra `ocr`, a page without text that has images, and a large image on a page with text:"
        " each is a loss. With it they are read, as `text` and `text in images`. Small images are noted, not "
        "read. More than 20 earlier states; files inside of more than 75 MB",
    ),
)  # fmt: skip

_PROGRAM = "bpoaudit.parsers.pdf"
_XML = ("xmp", "form data")
_MAX_RESTARTS = 10
_END = b"%%EOF"
_NOTHING = re.compile(rb"(?:[\s\0]|\x1b%-12345X|@PJL[^\n]*+\n?)*+")
_FOLLOWS = {"field", "structure"}
_BROKEN_PAGE: dict[str, Any] = {"fields": None, "images": 0, "large": 0, "covered": 0, "pictures": 0}


def open_pdf(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield what belongs to no page (record 0), then the pages, then a member for each file inside.

    Parsing is done by `bpoaudit.parsers.pdf`, in a process with limits that takes one file after another.
    A page it cannot read is a loss, the others are read. Raises `UnreadableSource` or `EncryptedSource`
    where the file cannot be opened.
    """
    with content.at_path() as path, borrowed(_PROGRAM) as parser:
        reading = _Reading(parser, path, how)
        if behind := _behind_end(path):
            reading.losses.append(f"bytes behind the end of the PDF, not read: {behind:,}")
        yield from reading.parts(media_type)
        yield from reading.members()


def _behind_end(path: Path) -> int:
    """Count the bytes behind the last mark of a PDF's end, less white space and a printer's commands."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = data.rfind(_END)
        behind = _NOTHING.match(data, at + len(_END)) if at >= 0 else None
        return len(data) - behind.end() if behind else 0


class _Reading:
    """One file being read: the messages of the parser, one ahead. `repr` shows no content."""

    def __init__(self, parser: Parser, path: Path, how: ReadOptions) -> None:
        self._how = how
        self.losses: list[str] = []
        """Of the file as a whole."""
        self._facts: dict[str, Fact] = {}
        self._engine = ""
        self._messages = _messages(parser, path, how.passwords, self.losses)
        self._next: dict[str, Any] = next(self._messages, {})

    def __repr__(self) -> str:
        return "_Reading(…)"

    def parts(self, media_type: str) -> Iterator[Part]:
        """Yield the part of record 0 and that of the pages."""
        about = self._take()
        self._facts["pages"] = about["pages"]
        if about["encrypted"]:
            self._facts["encryption"] = "pdf"
        if not about["whole"]:
            self.losses.append("broken, or breaks off: pages and what belongs to them may be missing")
        if not about["pages"]:
            self.losses.append("no page could be found")
        apart = self._apart()
        yield Part("", media_type, FieldKind.METADATA, apart, losses=self.losses)
        for _ in apart:
            pass
        losses: list[str] = []
        part = Part("", media_type, FieldKind.TEXT, iter(()), ("text",), losses=losses, facts=self._facts)
        part.batches = self._pages(part)
        yield part
        for _ in part.batches:
            pass

    def members(self) -> Iterator[Member]:
        """Yield the files inside."""
        inside = Inside(self._how)
        while "attachment" in self._next:
            about = self._take()
            if problem := about.get("problem"):
                yield inside.member(about["attachment"], _problem(problem))
                continue
            data = bytearray()
            while "data" in self._next:
                data += base64.b64decode(self._take()["data"])
            yield inside.member(about["attachment"], bytes(data))

    def _take(self) -> dict[str, Any]:
        taken, self._next = self._next, next(self._messages, {})
        return taken

    def _apart(self) -> Iterator[RecordBatch]:
        gathered = Gatherer(self._how.batch_records)
        while "field" in self._next:
            message = self._take()
            field, text = message["field"], _clean(message["text"])
            if field in _XML:
                try:
                    for piece in packet_words(text):
                        gathered.add(field, 0, piece)
                except (NotXml, Hostile):
                    gathered.add(field, 0, text)
            else:
                gathered.add(field, 0, text)
            if gathered.heavy:
                yield gathered.take()
        if "structure" in self._next:
            about = self._take()
            if about["structure"]:
                self.losses.append(
                    f"objects beside the pages that are broken, not read: {about['structure']}"
                )
            if about["files"]:
                self._facts["attachments"] = about["files"]
        if not gathered.empty:
            yield gathered.take()

    def _pages(self, part: Part) -> Iterator[RecordBatch]:
        gathered = Gatherer(self._how.batch_records)
        seen = {
            "broken": 0,
            "scans": 0,
            "scans unread": 0,
            "large": 0,
            "images": 0,
            "covered": 0,
            "comments": 0,
            "earlier text": 0,
        }
        tally = Tally()
        while "page" in self._next:
            page = self._take()
            if page["fields"] is None:
                seen["broken"] += page.get("lost", 1)
                continue
            read = self._scanned(page, tally)
            blank = not any(text.strip() for _, text in page["fields"][:1])
            seen["scans"] += blank and page["images"] > 0
            seen["scans unread"] += blank and page["images"] > 0 and not read
            if not blank:
                seen["large"] += page["large"] - len(read)
                seen["images"] += page["images"] - page["large"]
            seen["covered"] += page["covered"]
            page["fields"] += [["text" if blank else "text in images", text] for text in read]
            for field, text in page["fields"]:
                if field in seen:
                    seen[field] += 1
                cleaned = _clean(text)
                gathered.add(field, page["page"], mend_line_ends(cleaned) if "text" in field else cleaned)
            gathered.end_record()
            if gathered.full:
                yield gathered.take()
        if not gathered.empty:
            yield gathered.take()
        _say(part, seen)
        part.notes += tally.notes(self._engine)
        part.losses += tally.losses()

    def _scanned(self, page: dict[str, Any], tally: Tally) -> list[str]:
        """Return what was read of the page's pictures; nothing where that was too much for the parser."""
        if not page["pictures"] or "scanned" not in self._next:
            return []
        said = self._take()
        self._engine = said["by"]
        read = [Read(*each) for each in said["scanned"]]
        for each in read:
            tally.add(each)
        return [each.text for each in read]


def _say(part: Part, seen: dict[str, int]) -> None:
    for key, loss in (
        ("broken", "pages that are broken, or too much for the parser"),
        ("scans unread", "pages without text, images not read"),
        ("large", "large images on pages with text, not read"),
    ):
        if seen[key]:
            part.losses.append(f"{loss}: {seen[key]}")
    if seen["images"]:
        part.notes.append(f"small images on pages with text, not read: {seen['images']}")
    if seen["covered"]:
        part.notes.append(f"pieces of text under a filled shape: {seen['covered']}")
    if seen["earlier text"]:
        part.notes.append("an earlier state of the file is kept inside it")
    for fact, key in (
        ("comments", "comments"), ("covered_text", "covered"), ("pages_without_text", "scans"),
        ("earlier_text", "earlier text"),
    ):  # fmt: skip
        if seen[key]:
            part.facts[fact] = seen[key]


def _messages(
    parser: Parser, path: Path, passwords: tuple[str, ...], losses: list[str]
) -> Iterator[dict[str, Any]]:
    """Yield what the parser says of one file, once, over its crashes."""
    task = {"path": str(path), "passwords": list(passwords), "structure": True, "first": 0}
    opened = structured = scanning = False
    first = pages = 0
    for _ in range(_MAX_RESTARTS):
        for message in parser.ask(task | {"first": first}):
            if "error" in message:
                raise _cannot_open(message["error"])
            if (opened and "pages" in message) or (structured and not _FOLLOWS.isdisjoint(message)):
                continue  # said before the parser was started again
            if "pages" in message:
                opened, pages = True, message["pages"]
            structured = structured or "structure" in message
            first = message.get("page", first)
            scanning = bool(message.get("pictures"))
            yield message
            if "end" in message:
                return
        if not opened:
            raise UnreadableSource("a PDF that is broken, or too much for the parser")
        if not structured:
            task["structure"] = False
            losses.append(
                "comments, form fields, properties and files inside, not read: too much for the parser"
            )
        elif scanning:
            scanning = False  # the page itself was told
        elif first < pages:
            first += 1
            yield _BROKEN_PAGE | {"page": first}
        else:
            yield {"attachment": "attachments", "problem": "broken"}
            return
    yield _BROKEN_PAGE | {"page": first + 1, "lost": pages - first}


def _cannot_open(word: str) -> SourceError:
    if word == "password":
        return EncryptedSource("a PDF under a password")
    return UnreadableSource("a PDF that is broken")


def _problem(word: str) -> SourceError:
    if word == "large":
        return LimitReached("a file inside a PDF that is larger than 75,000,000 bytes")
    return UnreadableSource("a file inside a PDF that is broken")


def _clean(text: str) -> str:
    return whole(text.replace("\0", ""))
