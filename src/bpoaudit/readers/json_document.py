"""One JSON document: read as a stream, whatever its size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ijson
from ijson.common import JSONError

from bpoaudit.delivery.shapes import JSON
from bpoaudit.errors import UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part, RecordBatch
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.json_paths import ELEMENT, SCALAR, Paths, join
from bpoaudit.readers.text_file import TextFile

MEDIA_TYPES = (JSON,)

_MAX_DEPTH = 200


def open_json(path: Path, media_type: str, batch_records: int) -> Iterator[Part]:
    """Yield one part: a record is an element of the outermost array, a field a path.

    `[{"a": {"b": [1, 2]}}]` gives field `a.b[*]`, record 1. In `{"tickets": [{"x": 1}], "v": 2}` the
    outermost array is `tickets`: field `tickets[*].x`; what is in no array belongs to record 1.
    Numbers keep their digits, `null` is no value. The batches raise `UnreadableSource` where the
    document breaks off, is no JSON, or is nested more than 200 deep.
    """
    file = TextFile(path)
    batches = _Document(file, batch_records).batches()
    yield Part("", media_type, FieldKind.COLUMN, batches, (), file.notes, file.losses)


class _TooDeep(Exception):
    """More containers are open than a record of a delivery would nest."""


class _Utf8:
    """What ijson reads from."""

    def __init__(self, file: TextFile) -> None:
        self._blocks = file.blocks()

    def read(self, size: int) -> bytes:
        """Return the next block, of any size, or nothing at the end; 0 only asks for the type."""
        return next(self._blocks, "").encode() if size else b""


class _Document:
    """The parser's place in the document: the containers that are open, and the record."""

    def __init__(self, file: TextFile, batch_records: int) -> None:
        self._file = file
        self._gathered = Gatherer(batch_records)
        self._paths = Paths(file.notes)
        self._open: list[tuple[str, bool]] = []  # path of the container, whether it is an array
        self._next = ""  # path of the value to come
        self._outermost = 0  # how many containers are open in the outermost array, itself included
        self._record = 0
        self._records = 0

    def batches(self) -> Iterator[RecordBatch]:
        fault = ""
        try:
            for event, value in ijson.basic_parse(_Utf8(self._file)):
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
        if not self._records and not self._gathered.empty:
            self._gathered.end_record()
        if not self._gathered.empty:
            yield self._gathered.take()
        if fault:
            raise UnreadableSource(fault)

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
        self._paths.add(self._gathered, path, self._record if self._outermost else 1, value)
        self._end_value()

    def _enter(self, *, array: bool) -> None:
        path = self._begin_value()
        if len(self._open) == _MAX_DEPTH:
            raise _TooDeep
        # The outermost array of a document that is an array goes without saying.
        self._open.append((f"{path}{ELEMENT}" if array and self._open else path, array))
        if array and not self._outermost:
            self._outermost, self._record = len(self._open), 0

    def _leave(self) -> None:
        if len(self._open) == self._outermost:
            self._outermost = 0
        self._open.pop()
        self._end_value()
