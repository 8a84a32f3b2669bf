"""Parquet, Arrow IPC (file and stream), Feather and ORC through pyarrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import feather, ipc, orc
from pyarrow import parquet as pq

from bpoaudit.errors import EncryptedSource, UnreadableSource
from bpoaudit.parsers.arrow_columns import ColumnReader, is_list
from bpoaudit.parsers.cells import Raw
from bpoaudit.parsers.sections import Attached, Fact, Request, Section, metadata_section

PARQUET = "application/vnd.apache.parquet"
ORC = "application/vnd.apache.orc"
ARROW_FILE = "application/vnd.apache.arrow.file"
ARROW_STREAM = "application/vnd.apache.arrow.stream"
FEATHER_1 = "application/x-feather"

FAULTS = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, IndexError)
"""What pyarrow raises for a file that is not what it claims to be."""

_BUFFER = 1 << 20
_ARROW_MAGIC = 8
_ENCRYPTED, _BROKEN = "encrypted", "broken"

Rows = Iterator[Any]
"""Of `pyarrow.RecordBatch`."""


@dataclass
class _Opened:
    """A file of columns whose rows are still to come."""

    schema: Any
    said: list[tuple[str, str]]
    """What stands beside the rows: who wrote it, remarks on columns; (field, text)."""
    rows: Callable[[], Rows] = lambda: iter(())
    """Begin to read; can be asked again."""
    losses: list[str] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)


def parse(request: Request) -> Iterator[Section | Attached]:
    """Yield the metadata, the rows, and the files among the values of binary columns."""
    try:
        opened = _OPEN[request.media_type](request)
    except FAULTS:
        raise UnreadableSource("broken or truncated: its table of contents cannot be read") from None
    names = [*_leaf_names(opened.schema)]
    if opened.said:
        yield metadata_section(opened.said, taken=names)
    reader = ColumnReader(Raw(request.signatures))
    section = Section(None, "column", iter(()), names)
    section.losses, section.facts = opened.losses, opened.facts
    section.batches = _batches(opened, reader, section)
    yield section
    if reader.raw.files:
        yield from _files(opened, reader)


def _batches(opened: _Opened, reader: ColumnReader, section: Section) -> Iterator[Any]:
    first = 1
    rows = opened.rows()
    try:
        for batch in rows:
            yield from reader.batches(batch, first)
            first += batch.num_rows
    except FAULTS:
        raise UnreadableSource(f"broken or truncated after record {first - 1:,}") from None
    finally:
        section.notes += reader.notes + reader.raw.notes()
        section.losses += reader.losses()


def _files(opened: _Opened, reader: ColumnReader) -> Iterator[Attached]:
    first = 1
    try:
        for batch in opened.rows():
            yield from reader.files(batch, first)
            first += batch.num_rows
    except FAULTS:
        return  # said of the rows


# --- one function a format -------------------------------------------------------------------------


def _open_parquet(request: Request) -> _Opened:
    path = Path(request.path)
    with path.open("rb") as file:
        file.seek(-4, 2)
        if file.read(4) == b"PARE":
            raise EncryptedSource("Parquet with an encrypted footer")
    # Pages are read one after another through a small buffer, never a row group at once.
    file = pq.ParquetFile(path, pre_buffer=False, buffer_size=_BUFFER)
    schema = file.schema_arrow
    opened = _Opened(schema, [("created by", file.metadata.created_by or ""), *_schema_says(schema)])
    columns = None
    if _parquet_fault(file, None):
        columns = _readable_columns(file, opened)

    def rows() -> Rows:
        yield from file.iter_batches(request.batch_records, columns=columns, use_threads=False)

    opened.rows = rows
    return opened


def _readable_columns(file: Any, opened: _Opened) -> list[str]:
    """Find the columns that can be read where not all of them can; each may have a key of its own."""
    faults = {name: _parquet_fault(file, [name]) for name in opened.schema.names}
    encrypted = sum(fault == _ENCRYPTED for fault in faults.values())
    readable = [name for name, fault in faults.items() if not fault]
    if encrypted and not readable:
        raise EncryptedSource("Parquet whose columns are encrypted")
    for kind in (_ENCRYPTED, _BROKEN):
        if count := sum(fault == kind for fault in faults.values()):
            opened.losses.append(f"{kind} columns, not read: {count}")
    if encrypted:
        opened.facts["encryption"] = "parquet"
    return readable


def _parquet_fault(file: Any, columns: list[str] | None) -> str:
    try:
        next(file.iter_batches(1, columns=columns, use_threads=False), None)
    except FAULTS as error:
        return _ENCRYPTED if "decrypt" in str(error) else _BROKEN
    return ""


def _open_orc(request: Request) -> _Opened:
    file = orc.ORCFile(request.path)
    schema = file.schema

    def rows() -> Rows:
        for number in range(file.nstripes):
            yield from _sliced(file.read_stripe(number), request.batch_records)

    return _Opened(schema, _schema_says(schema), rows)


def _open_arrow_file(request: Request) -> _Opened:
    source = pa.memory_map(request.path)
    try:
        file = ipc.open_file(source)
    except pa.ArrowInvalid:
        return _without_footer(request)

    def rows() -> Rows:
        for number in range(file.num_record_batches):
            yield from _sliced(file.get_batch(number), request.batch_records)

    return _Opened(file.schema, _schema_says(file.schema), rows)


def _without_footer(request: Request) -> _Opened:
    """Read an Arrow file as the stream that it is between its first bytes and its footer."""
    opened = _open_stream(request, _ARROW_MAGIC)
    opened.losses.append("truncated: it has no footer")
    return opened


def _open_arrow_stream(request: Request) -> _Opened:
    return _open_stream(request, 0)


def _open_stream(request: Request, begin: int) -> _Opened:
    def stream() -> Any:
        source = pa.memory_map(request.path)
        source.seek(begin)
        return ipc.open_stream(source)

    schema = stream().schema

    def rows() -> Rows:
        for batch in stream():
            yield from _sliced(batch, request.batch_records)

    return _Opened(schema, _schema_says(schema), rows)


def _open_feather_1(request: Request) -> _Opened:
    table = feather.read_table(request.path, memory_map=True, use_threads=False)

    def rows() -> Rows:
        yield from table.to_batches(request.batch_records)

    return _Opened(table.schema, _schema_says(table.schema), rows)


_OPEN = {
    PARQUET: _open_parquet,
    ORC: _open_orc,
    ARROW_FILE: _open_arrow_file,
    ARROW_STREAM: _open_arrow_stream,
    FEATHER_1: _open_feather_1,
}


def _sliced(batch: Any, records: int) -> Rows:
    for start in range(0, batch.num_rows, records):
        yield batch.slice(start, records)


def _leaf_names(fields: Any, path: str = "") -> Iterator[str]:
    """Yield the paths that are known before the rows: all but those that have keys of maps in them."""
    for each in fields:
        yield from _leaf_names_of(each.type, f"{path}{each.name}")


def _leaf_names_of(kind: Any, path: str) -> Iterator[str]:
    if pa.types.is_struct(kind):
        yield from _leaf_names((kind.field(index) for index in range(kind.num_fields)), f"{path}.")
    elif is_list(kind):
        yield from _leaf_names_of(kind.value_type, f"{path}[*]")
    elif not pa.types.is_map(kind):
        yield path


def _schema_says(schema: Any) -> list[tuple[str, str]]:
    """Return the remarks of a schema and its fields, but for the writer's own numbering of fields."""
    said = [(f"metadata.{key}", text) for key, text in _pairs(schema.metadata)]
    waiting = [(each.name, each) for each in schema]
    for path, each in waiting:
        said += [(f"metadata.{path}.{key}", text) for key, text in _pairs(each.metadata)]
        kind = each.type
        if pa.types.is_nested(kind):
            children = (kind.field(index) for index in range(kind.num_fields))
            waiting += [(f"{path}.{child.name}", child) for child in children]
    return said


def _pairs(metadata: dict[bytes, bytes] | None) -> Iterator[tuple[str, str]]:
    for key, value in (metadata or {}).items():
        if key not in (b"PARQUET:field_id", b"ARROW:schema"):
            text = value.decode("utf-8", "replace").replace("\0", "")
            yield key.decode("utf-8", "replace").replace("\0", ""), text
