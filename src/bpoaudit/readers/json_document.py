"""One JSON document: read as a stream, whatever its size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import HEAD, JSON
from bpoaudit.errors import UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part, RecordBatch
from bpoaudit.readers.fed_parser import FedParser, ParserEnded
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.json5_text import as_json
from bpoaudit.readers.json_escapes import without_halves
from bpoaudit.readers.json_paths import Paths
from bpoaudit.readers.json_place import MAX_DEPTH, JsonPlace, TooDeep
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
    several = are_several(file)
    if not several and (parts := open_platform(file, media_type, how, lines=False)):
        yield from parts
        return
    batches = json_batches(file, how.batch_records, lines=several)
    yield Part("", media_type, FieldKind.COLUMN, batches, (), file.notes, file.losses)


def json_batches(file: TextFile, batch_records: int, *, lines: bool) -> Iterator[RecordBatch]:
    """Yield the records of JSON; `lines` says that documents follow one another, each of them a record."""
    return _Document(file, batch_records, lines=lines).batches()


def are_several(file: TextFile) -> bool:
    """Tell whether a second document begins after the first."""
    start = file.head(HEAD)[0].lstrip("\ufeff \t\r\n")
    try:
        _, end = json.JSONDecoder().raw_decode(start)
    except (ValueError, RecursionError):
        return False
    return bool(start[end:].strip())


class _NotJson(Exception):
    """The parser refuses it."""


class _TooLong(Exception):
    """A number has more digits than Python turns into one."""


class _Document:
    """What was gathered of the document so far. `repr` shows no content."""

    def __init__(self, file: TextFile, batch_records: int, *, lines: bool) -> None:
        self._file = file
        self._lines = lines
        self._gathered = Gatherer(batch_records)
        self._paths = Paths(file.notes)
        self._place = JsonPlace(lines=lines)

    def batches(self) -> Iterator[RecordBatch]:
        fault = ""
        blocks = UntilFault(self._file.blocks())
        place = self._place
        try:
            for event, value in self._events(blocks):
                if place.between and event not in _ENDS:
                    self._end_document()
                    place.begin_document()
                if event == "map_key":
                    place.key(value)
                elif event in ("start_map", "start_array"):
                    place.enter(array=event == "start_array")
                else:
                    if event in ("end_map", "end_array"):
                        ended = place.leave()
                    else:
                        self._paths.add(self._gathered, *place.value(), value)
                        ended = place.end_value()
                    if ended:
                        self._gathered.end_record()
                if self._gathered.full:
                    yield self._gathered.take()
        except _NotJson:
            fault = "not JSON to its end"
        except _TooLong:
            fault = "JSON with a number too long to read"
        except TooDeep:
            fault = f"JSON nested more than {MAX_DEPTH} deep"
        except ParserEnded:
            fault = "JSON that broke its parser, not read from there on"
        self._end_document()
        if not self._gathered.empty:
            yield self._gathered.take()
        if place.documents > 1:
            self._file.notes.append(f"JSON documents in the file: {place.documents}")
        blocks.end()  # what the bytes end at comes before what is therefore missing
        if fault:
            raise UnreadableSource(fault)

    def _events(self, blocks: UntilFault[str]) -> Iterator[tuple[str, Any]]:
        """Yield what the parser meets; at what is no JSON it begins anew with the text as JSON5.

        Up to there both are the same. Programs write `NaN` and `Infinity`, and a comma after the last.
        """
        events = 0
        try:
            for event in _parsed(blocks):
                events += 1
                yield event
        except _NotJson:
            if self._lines or blocks.broken:
                raise  # between documents white space counts
            comments: list[str] = []
            again = as_json(self._file.blocks(), lambda _: comments.append(""))
            yield from islice(_parsed(again), events, None)
            if comments:
                self._file.losses.append(f"comments in JSON, not read: {len(comments):,}")

    def _end_document(self) -> None:
        """Count what stood in no array as a record."""
        place = self._place
        if place.documents and not place.records and (self._lines or not self._gathered.empty):
            place.records = 1
            self._gathered.end_record()


def _parsed(blocks: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Yield events as ijson has them; numbers are text. Raises `_NotJson`, `_TooLong` and `ParserEnded`."""
    parser = FedParser("json")
    for block in chain(filter(None, without_halves(blocks)), ("",)):
        answer = parser.feed(block.encode(), last=not block)
        yield from answer.events
        if answer.fault is not None:
            raise _TooLong if answer.fault[0] == "number" else _NotJson
