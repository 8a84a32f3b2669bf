"""JSON Lines: one JSON value a line."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import JSONL
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part, RecordBatch
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.json_paths import ELEMENT, SCALAR, Paths, join, whole
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.platforms.reading import open_platform
from bpoaudit.readers.text_file import TextFile, without_end
from bpoaudit.readers.until_fault import UntilFault

FORMATS = (
    Format(
        "JSON Lines", (JSONL,), (".jsonl", ".ndjson"), "standard library",
        "a record is a line, a field a path; lines that are not JSON are read as text",
    ),
)  # fmt: skip

_MAX_LINE = 16 << 20

# Objects come as tuples of pairs: a dictionary would keep only the last of two equal keys. Numbers
# come as the digits they are written in; NaN and the infinities are no values.
_DECODER = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=lambda _: None, object_pairs_hook=tuple
)


def open_json_lines(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part]:
    """Yield one part: a record is a line, a field a path (`text`, `customer.mail`, `tags[*]`).

    Blank lines are no records but keep their line number. A line that is not JSON is a loss, and
    is read as plain text in the field `text`. A key that comes twice in an object is read twice. An
    export of a platform that is known has its turns as a part of their own (`open_platform`).
    """
    file = TextFile(content)
    if parts := open_platform(file, media_type, how, lines=True):
        yield from parts
        return
    batches = _batches(file, how.batch_records)
    yield Part("", media_type, FieldKind.COLUMN, batches, (), file.notes, file.losses)


def _batches(file: TextFile, batch_records: int) -> Iterator[RecordBatch]:
    gathered = Gatherer(batch_records)
    paths = Paths(file.notes)
    broken = 0
    lines = UntilFault(file.lines(_MAX_LINE))
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            _walk(_DECODER.decode(line), number, gathered, paths)
        except (ValueError, RecursionError):
            broken += 1
            gathered.add(SCALAR, number, without_end(line))
        gathered.end_record()
        if gathered.full:
            yield gathered.take()
    if not gathered.empty:
        yield gathered.take()
    if broken:
        file.losses.append(f"lines that are not JSON, read as plain text: {broken}")
    lines.end()


def _walk(value: object, number: int, gathered: Gatherer, paths: Paths) -> None:
    waiting = [("", value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, tuple):
            waiting += [(join(path, whole(key)), item) for key, item in reversed(value)]
        elif isinstance(value, list):
            waiting += [(f"{path}{ELEMENT}", item) for item in reversed(value)]
        else:
            text = whole(value) if isinstance(value, str) else value
            paths.add(gathered, path or SCALAR, number, text)
