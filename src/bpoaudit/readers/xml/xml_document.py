"""XML of any kind: the elements that repeat are the records."""

from __future__ import annotations

import binascii
import re
from collections import Counter
from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import XML
from bpoaudit.errors import SourceError
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.enclosed import MAX_HELD, Enclosed
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.text_file import TextFile
from bpoaudit.readers.xml.xml_events import MAX_DEPTH, open_xml_text, parse
from bpoaudit.readers.xml.xml_shape import ROOT, Node, Shape, survey

FORMATS = (
    Format(
        "XML", (XML,), (".xml", ".ttml", ".dfxp", ".kml", ".svg", ".rss", ".plist", ".xbrl"),
        "expat (standard library)",
        "SOAP, ISO 20022, HL7 CDA, RSS, TTML and any other: a record is the outermost element that repeats, "
        "a field a path (`customer.address.city`, `customer.@id`, `phones.phone[*]`); text in which elements "
        "stand is one text; CDATA, comments, processing instructions, the document type; files in Base64 as "
        "members; any size, as a stream",
        "a document from where it is not well-formed; documents that declare entities (refused, as bombs and "
        "external entities need them); what a document type outside the file says (never fetched); namespace "
        f"declarations; what is nested more than {MAX_DEPTH} deep",
    ),
)  # fmt: skip

_MAX_TEXT = 1 << 20
"""Characters of one text; a longer one is read in pieces."""
_SHORTEST_FILE = 256
_BASE64 = re.compile(r"\s*+(?:[A-Za-z0-9+/]{60,}+\s*+)++[A-Za-z0-9+/]*+={0,2}\s*+")


def open_xml(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield one part, and a member for each file that stands in the document as Base64.

    `<r><c id="1"><a>x</a></c><c id="2"/></r>` gives fields `c.@id` and `c.a`: the outermost element goes
    without saying, a record is the outermost element that repeats, counted among those of its path, and
    what is in none belongs to record 1. Elements that repeat inside a record end in `[*]`. Prefixes are
    left out. The document is read twice: for its shape, then for its records. The batches raise
    `UnreadableSource` where it breaks off, is not well-formed, or is hostile (see `xml_events.parse`).
    """
    file = open_xml_text(content)
    enclosed = Enclosed(how)
    document = _Document(file, survey(file), enclosed, how.batch_records)
    yield Part("", media_type, FieldKind.COLUMN, document.batches(), (), file.notes, file.losses)
    yield from enclosed.members


class _Element:
    """An element that is open, and its text so far. `repr` shows no content."""

    __slots__ = ("longest", "node", "pieces", "size")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.pieces: list[str] = []
        self.size = 0
        self.longest = _MAX_TEXT

    def __repr__(self) -> str:
        return f"_Element(size={self.size})"

    def take(self) -> str:
        """Return the text and begin again."""
        text = "".join(self.pieces)
        self.pieces, self.size = [], 0
        return text


class _Document:
    """The place in the document: the elements that are open, and the record. `repr` shows no content."""

    def __init__(self, file: TextFile, shape: Shape, enclosed: Enclosed, batch_records: int) -> None:
        self._enclosed = enclosed
        self._file = file
        self._shape = shape
        self._gathered = Gatherer(batch_records)
        self._full: list[RecordBatch] = []
        self._open = [_Element(shape.root)]
        self._numbers: Counter[Node] = Counter()
        self._outermost = 0  # how many elements are open in the record, its own included
        self._flow = 0  # how many are open in a text that has elements in it, its own included
        self._record = 1
        self._records = self._pieces = 0
        self._empty = False  # the element that began last has nothing in it yet
        self._read = False  # there was something

    def __repr__(self) -> str:
        return f"_Document(records={self._records})"

    def batches(self) -> Iterator[RecordBatch]:
        """Yield the records; what comes before a fault is yielded before it is raised."""
        fault: SourceError | None = None
        try:
            for _ in parse(self._file, self):
                yield from self._full
                self._full.clear()
        except SourceError as error:
            fault, self._outermost = error, 0
        while len(self._open) > 1:
            self._close()  # what a fault cut off counts as read, but not as a record
        if not self._records and self._read and fault is None:
            self._gathered.end_record()
        yield from self._full
        if not self._gathered.empty:
            yield self._gathered.take()
        self._tell()
        if fault is not None:
            raise fault

    def start(self, name: str, attributes: list[str]) -> None:
        """Begin an element, and a record where it is one."""
        node = self._shape.child(self._open[-1].node, name)
        self._open.append(_Element(node))
        self._empty = True
        if node.record:
            self._outermost = len(self._open)
            self._numbers[node] += 1
            self._record = self._numbers[node]
        if node.mixed and not node.around and not self._flow:
            self._flow = len(self._open)
        if node.beyond:
            self._add(node.path, name)
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            if key != "xmlns" and not key.startswith("xmlns:"):
                attribute = self._shape.child(node, f"@{key}")
                if attribute.beyond:
                    self._add(attribute.path, key)
                self._add(attribute.path, value)

    def end(self) -> None:
        """End the element that began last."""
        if self._flow and self._empty:
            self.text(" ")  # a line break, say
        self._empty = False
        self._close()

    def text(self, text: str) -> None:
        """Add to the text of the element that is open, or of the one in which the text began."""
        self._empty = False
        element = self._open[self._flow - 1 if self._flow else -1]
        element.pieces.append(text)
        element.size += len(text)
        if element.size > element.longest:
            self._cut(element)

    def aside(self, kind: str, text: str) -> None:
        """Read what stands beside the elements."""
        self._add(f"{self._open[-1].node.path}.#{kind}".removeprefix("."), text)

    def _cut(self, element: _Element) -> None:
        """Let go of a long text but for its last word; a file in Base64 may be longer."""
        text = element.take()
        if element.longest == MAX_HELD:
            self._enclosed.leave()
            end = len(text)
        elif _BASE64.fullmatch(text):
            element.longest, end = MAX_HELD, 0
        else:
            end = text.rfind(" ", len(text) // 2) + 1 or len(text)
            self._pieces += 1
            self._add(element.node.path, text[:end])
        element.pieces, element.size = [text[end:]], len(text) - end

    def _close(self) -> None:
        element = self._open.pop()
        depth = len(self._open) + 1
        text = element.take()
        if len(text) < _SHORTEST_FILE or not self._encloses(element.node.path, text):
            self._add(element.node.path, text)
        if self._flow == depth:
            self._flow = 0
        if self._outermost == depth:
            self._outermost, self._record = 0, 1
            self._records += 1
            self._gathered.end_record()
            self._take()

    def _add(self, path: str, text: str) -> None:
        self._gathered.add(path or ROOT, self._record, text.strip())
        self._read = True
        self._take()

    def _take(self) -> None:
        if self._gathered.full:
            self._full.append(self._gathered.take())

    def _encloses(self, path: str, text: str) -> bool:
        """Make a member of a text that is a file in Base64, as far as it is known by its content."""
        if not _BASE64.fullmatch(text):
            return False
        try:
            data = binascii.a2b_base64(text)
        except binascii.Error:
            return False
        return self._enclosed.take(path or ROOT, self._record, data)

    def _tell(self) -> None:
        if self._shape.limited:
            self._file.notes.append("elements after 10,000 different ones are read as values")
        if self._pieces:
            self._file.notes.append(f"texts over {_MAX_TEXT:,} characters read in pieces: {self._pieces}")
        self._enclosed.tell(self._file.losses)
