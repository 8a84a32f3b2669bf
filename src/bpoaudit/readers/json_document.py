"""One JSON document: read as a stream, whatever its size."""

from __future__ import annotations

import json
from collections.abc import Iterator

import ijson
from ijson.common import JSONError

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import HEAD, JSON
from bpoaudit.errors import UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part, RecordBatch
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.json_paths import ELEMENT, SCALAR, Paths, join
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.platforms import FORMATS as PLATFORM_FORMATS
from bpoaudit.readers.platforms.reading import open_platform
from bpoaudit.readers.text_file import TextFile
from bpoaudit.readers.until_fault import UntilFault

FORMATS = (
    Format(
        "JSON", (JSON,), (".json",), "ijson",
        "a record is an element of the outermost array, a field a path (`a.b[*]`); any size, as a stream",
        "what is nested more than 200 deep",
    ),
    *PLATFORM_FORMATS,
)  # fmt: skip

_MAX_DEPTH = 200
_ENDS = ("end_map", "end_array", "map_key")


def open_json(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part]:
    """Yield one part: a record is an element of the outermost array, a field a path.

    An export of a platform that is known has its turns as a part of their own (`open_platform`).
    `[{"a": {"b": [1, 2]}}]` gives field `a.b[*]`, record 1. In `{"tickets": [{"x": 1}], "v": 2}` the
    outermost array is `tickets`: field `tickets[*].x`; what is in no array belongs to record 1.
    Where several documents follow one another, each is a record, and fields are those of JSON Lines; one
    after a document of more than 64 Ki characters goes on counting its records.
    Numbers keep their digits, `null` is no value. The batches raise `UnreadableSource` where the
    document breaks off, is no JSON, or is nested more than 200 deep.
    """
    file = TextFile(content)
    several = _are_several(file.head(HEAD)[0])
    if not several and (parts := open_platform(file, media_type, how, lines=False)):
        yield from parts
        return
    batches = json_batches(file, how.batch_records, lines=several)
    yield Part("", media_type, FieldKind.COLUMN, batches, (), file.notes, file.losses)


def json_batches(file: TextFile, batch_records: int, *, lines: bool) -> Iterator[RecordBatch]:
    """Yield the records of JSON; `lines` says that documents follow one another, each of them a record."""
    return _Document(file, batch_records, lines=lines).batches()


def _are_several(head: str) -> bool:
    """Tell whether a second document begins after the first."""
    start = head.lstrip("\ufeff \t\r\n")
    try:
        _, end = json.JSONDecoder().raw_decode(start)
    except (ValueError, RecursionError):
        return False
    return bool(start[end:].strip())


class _TooDeep(Exception):
    """More containers are open than a record of a delivery would nest."""


class _Utf8:
    """What ijson reads from."""

    def __init__(self, file: TextFile) -> None:
        self.all = UntilFault(file.blocks())
        self._blocks = iter(self.all)

    def read(self, size: int) -> bytes:
        """Return the next block, of any size, or nothing at the end; 0 only asks for the type."""
        return next(self._blocks, "").encode() if size else b""


class _Document:
    """The parser's place in the document: the containers that are open, and the record."""

    def __init__(self, file: TextFile, batch_records: int, *, lines: bool) -> None:
        self._file = file
        self._lines = lines
        self._gathered = Gatherer(batch_records)
        self._paths = Paths(file.notes)
        self._open: list[tuple[str, bool]] = []  # path of the container, whether it is an array
        self._next = ""  # path of the value to come
        self._outermost = 0  # how many containers are open in the outermost array, itself included
        self._record = 0
        self._records = 0
        self._before = 0  # records of the documents above, where several follow one another
        self._documents = 0

    def batches(self) -> Iterator[RecordBatch]:
        fault = ""
        blocks = _Utf8(self._file)
        try:
            for event, value in ijson.basic_parse(blocks, multiple_values=True):
                if not self._open and event not in _ENDS:
                    self._begin_document()
                if event == "map_key":
                    self._next = join(self._open[-1][0], value)
                elif event in ("start_map", "start_array"):
                    self._enter(array=event == "start_array")
                elif event in ("end_map", "end_array"):
                    self._leave()
                else:
                    self._value(value)
                if self._gathered.full:
                    yield self._gathered.take()
        except JSONError:
            fault = "not JSON to its end"
        # The C parser's ways to say that a number has more digits than Python turns into one.
        except (SystemError, ValueError, ArithmeticError):
            fault = "JSON with a number too long to read"
        except _TooDeep:
            fault = f"JSON nested more than {_MAX_DEPTH} deep"
        self._end_document()
        if not self._gathered.empty:
            yield self._gathered.take()
        if self._documents > 1:
            self._file.notes.append(f"JSON documents in the file: {self._documents}")
        blocks.all.end()  # what the bytes end at comes before what is therefore missing
        if fault:
            raise UnreadableSource(fault)

    def _begin_document(self) -> None:
        self._end_document()
        self._documents += 1
        self._before += self._records
        self._records, self._next = 0, ""

    def _end_document(self) -> None:
        """Count what stood in no array as a record."""
        if self._documents and not self._records and (self._lines or not self._gathered.empty):
            self._records = 1
            self._gathered.end_record()

    def _begin_value(self) -> str:
        if self._open and self._open[-1][1]:
            self._next = self._open[-1][0]
            if len(self._open) == self._outermost:
                self._record += 1
        return self._next

    def _end_value(self) -> None:
        if self._open and len(self._open) == self._outermost:
            self._records += 1
            self._gathered.end_record()

    def _value(self, value: object) -> None:
        path = self._begin_value() or (ELEMENT if self._open else SCALAR)
        record = self._before + (self._record if self._outermost else 1)
        self._paths.add(self._gathered, path, record, value)
        self._end_value()

    def _enter(self, *, array: bool) -> None:
        path = self._begin_value()
        if len(self._open) == _MAX_DEPTH:
            raise _TooDeep
        # The outermost array of a document that is an array goes without saying.
        self._open.append((f"{path}{ELEMENT}" if array and (self._open or self._lines) else path, array))
        if array and not self._outermost and not self._lines:
            self._outermost, self._record = len(self._open), 0

    def _leave(self) -> None:
        if len(self._open) == self._outermost:
            self._outermost = 0
        self._open.pop()
        self._end_value()
