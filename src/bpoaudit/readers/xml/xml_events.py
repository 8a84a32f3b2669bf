"""XML as a stream of events: hostile documents refused, careless ones mended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import name2codepoint
from typing import Protocol

from bpoaudit.delivery.content import Content
from bpoaudit.errors import UnreadableSource
from bpoaudit.parsers.frames import Answer
from bpoaudit.readers.fed_parser import FedParser, ParserEnded
from bpoaudit.readers.text_file import TextFile
from bpoaudit.readers.until_fault import UntilFault

MAX_DEPTH = 200
"""Elements inside elements."""
MAX_TAG = 4 << 20
"""Characters of one tag or comment, which the parser holds as a whole."""

_HEAD = 64 << 10
_DECLARATION = re.compile(rb"<\?xml\s[^>]*?\bencoding\s*=\s*[\"']([A-Za-z][\w.:-]{0,60})[\"']")
_PROLOGUE = re.compile(
    r"\s*(<\?xml\s[^>]*\?>)?((?:\s++|(?><!--.*?-->|<\?.*?\?>))*+)(<!DOCTYPE\b)?", re.DOTALL
)
_NOT_XML = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Handler(Protocol):
    """Who is told of the document, in its order."""

    def start(self, name: str, attributes: list[str]) -> None:
        """An element begins; names and values of its attributes alternate."""

    def end(self) -> None:
        """The element that began last ends."""

    def text(self, text: str) -> None:
        """A piece of the text of the element that is open."""

    def aside(self, kind: str, text: str) -> None:
        """A comment, a processing instruction, or what a document type declaration says."""


def open_xml_text(content: Content) -> TextFile:
    """Return the text of an XML document in the encoding that its bytes and its declaration speak for."""
    head, _ = content.first(1024)
    declared = _DECLARATION.search(head)
    return TextFile(content, declared[1].decode("ascii") if declared else None)


def parse(file: TextFile, handler: Handler) -> Iterator[None]:
    """Tell `handler` of the whole document, a block at a time.

    Prefixes are left in names and not resolved, so a fragment without its namespace declarations is
    read too. The entities of HTML are known. Control characters that XML forbids are read as U+FFFD,
    which is noted. Raises `UnreadableSource` where the document is not well-formed, with line and
    column; where it declares entities, which can expand without end or name other files; where it is
    nested deeper than `MAX_DEPTH`, or a tag is longer than `MAX_TAG`. Nothing outside the file is opened.
    """
    until_fault = UntilFault(file.blocks())
    blocks = iter(until_fault)
    head = next(blocks, "")
    while len(head) < _HEAD and (block := next(blocks, "")):
        head += block
    parser = _Parser(handler, head)
    try:
        yield from parser.run(blocks)
        until_fault.end()
        parser.end()
    except ParserEnded:
        raise UnreadableSource("XML that broke its parser, not read from there on") from None
    finally:
        parser.tell(file)


class _Parser:
    """One run over a document. `repr` shows no content."""

    def __init__(self, handler: Handler, head: str) -> None:
        prologue = _PROLOGUE.match(head)
        assert prologue is not None  # every part of it may be missing
        declaration, _, doctype = prologue.groups()
        if declaration:
            # The text is decoded already, whatever it says of itself.
            head = re.sub(".", " ", head[: prologue.end(1)]) + head[prologue.end(1) :]
        self._handler = handler
        self._head = head
        self._depth = self._controls = self._unknown = 0
        self._lines_before = int(doctype is None)  # the parser puts a document type before
        self._foreign = False
        self._parser = FedParser("xml with doctype" if doctype else "xml")

    def __repr__(self) -> str:
        return f"_Parser(depth={self._depth})"

    def run(self, blocks: Iterator[str]) -> Iterator[None]:
        """Parse the head and the blocks after it."""
        self._feed(self._head)
        yield
        for block in blocks:
            self._feed(block)
            yield

    def end(self) -> None:
        """Take what was fed for the whole document."""
        self._hear(self._parser.feed(b"", last=True))

    def tell(self, file: TextFile) -> None:
        """Add what was mended or skipped to the notes and losses of the file."""
        notes = []
        if self._foreign:
            notes.append("names a document type outside the file, which is not fetched")
        if self._controls:
            notes.append(f"control characters that XML forbids, read as U+FFFD: {self._controls}")
        file.notes += [note for note in notes if note not in file.notes]
        loss = f"entities that the document does not define, not read: {self._unknown}"
        if self._unknown and loss not in file.losses:
            file.losses.append(loss)

    def _feed(self, block: str) -> None:
        block, replaced = _NOT_XML.subn("\ufffd", block)
        self._controls += replaced
        data = block.encode()
        answer = self._parser.feed(data)
        self._hear(answer)
        if answer.behind > MAX_TAG + len(data):
            raise UnreadableSource(
                f"XML with a tag or comment of more than {MAX_TAG:,} bytes, not read from there on"
            )

    def _hear(self, answer: Answer) -> None:
        """Tell the handler what was met, and raise what ended the document."""
        handler = self._handler
        for event in answer.events:
            if isinstance(event, str):
                handler.text(event)
            elif event is None:
                self._depth -= 1
                handler.end()
            elif len(event) == 2:
                self._depth += 1
                if self._depth > MAX_DEPTH:
                    raise UnreadableSource(f"XML nested more than {MAX_DEPTH} deep, not read from there on")
                handler.start(*event)
            else:
                self._beside(*event)
        if answer.fault is not None:
            _, line, column = answer.fault
            place = f"line {line - self._lines_before}, column {column + 1}"
            raise UnreadableSource(f"XML that is not well-formed at {place}, not read from there on")

    def _beside(self, kind: str, name: str, *texts: str | None) -> None:
        """Take what is neither an element nor its text."""
        if kind == "entity":
            raise UnreadableSource(
                "XML that declares entities, which can expand without end or name other files"
            )
        if kind == "skipped":
            if name in name2codepoint:
                self._handler.text(chr(name2codepoint[name]))
            else:
                self._unknown += 1
            return
        if kind == "doctype":
            self._foreign = texts[1] is not None
        aside = "doctype" if kind == "declared" else kind
        self._handler.aside(aside, " ".join(filter(None, (name, *texts))))
