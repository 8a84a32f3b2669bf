"""Parquet and Arrow: batch by batch, with the types of the columns and the remarks on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc
from pyarrow import parquet as pq

from bpoaudit.errors import UnsupportedSource
from bpoaudit.parsers.arrow_columns import ColumnReader
from bpoaudit.parsers.cells import Raw
from bpoaudit.parsers.columnar import ARROW_FILE, ARROW_STREAM, FAULTS, PARQUET
from bpoaudit.redact.job import Job
from bpoaudit.redact.source_redactor import SourceRedactor

_ROWS = 64 << 10
_OWN = (b"PARQUET:field_id", b"ARROW:schema")
"""Remarks that writers make for themselves."""

COLUMNAR = (PARQUET, ARROW_FILE, ARROW_STREAM)


def write_columnar(job: Job) -> None:
    """Write Parquet, an Arrow file or an Arrow stream.

    Text stays text; a number, date or truth value that has to change is null, since nothing fits into it.
    Raises `UnsupportedSource` where a column has no place for nulls, or holds such values inside others.
    """
    source = job.redactor(job.name, True)
    with job.content.at_path() as path:
        try:
            if job.media_type == PARQUET:
                file = pq.ParquetFile(path, pre_buffer=False)
                schema, batches = file.schema_arrow, file.iter_batches(_ROWS, use_threads=False)
            else:
                schema, batches = _arrow(pa.memory_map(str(path)), job.media_type)
            _write(job, source, schema, batches)
        except FAULTS:
            raise UnsupportedSource("columns that cannot be written again as they were") from None


def _arrow(held: Any, media_type: str) -> tuple[Any, Iterator[Any]]:
    if media_type == ARROW_STREAM:
        stream = ipc.open_stream(held)
        return stream.schema, iter(stream)
    file = ipc.open_file(held)
    return file.schema, (file.get_batch(number) for number in range(file.num_record_batches))


def _write(job: Job, source: SourceRedactor, schema: Any, batches: Iterator[Any]) -> None:
    new_schema = _schema(source, schema)
    first = 1
    with _WRITERS[job.media_type](job.out, new_schema) as writer:
        for batch in batches:
            arrays = [*_columns(source, batch, first)]
            for array, each in zip(arrays, new_schema, strict=True):
                if array.null_count and not each.nullable:
                    raise UnsupportedSource("a column that must not be empty and holds what has to go")
            writer.write_batch(pa.record_batch(arrays, schema=new_schema))
            first += batch.num_rows


_WRITERS: dict[str, Callable[[Any, Any], AbstractContextManager[Any]]] = {
    PARQUET: lambda out, schema: pq.ParquetWriter(out, schema),
    ARROW_FILE: lambda out, schema: ipc.new_file(out, schema),
    ARROW_STREAM: lambda out, schema: ipc.new_stream(out, schema),
}


def _schema(source: SourceRedactor, schema: Any) -> Any:
    fields = [
        each.with_name(source.named(each.name)).with_metadata(
            _remarks(source, each.metadata, f"metadata.{each.name}.")
        )
        for each in schema
    ]
    return pa.schema(fields, metadata=_remarks(source, schema.metadata, "metadata."))


def _remarks(
    source: SourceRedactor, remarks: dict[bytes, bytes] | None, path: str
) -> dict[bytes, bytes] | None:
    if not remarks:
        return None
    return {
        key: source.changed(
            0, path + key.decode("utf-8", "replace"), value.decode("utf-8", "replace")
        ).encode()
        for key, value in remarks.items()
        if key not in _OWN
    }


def _columns(source: SourceRedactor, batch: Any, first: int) -> Iterator[Any]:
    """Yield each column as it is in the copy; one in which nothing changes is the same."""
    texts = _texts(batch, first)
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        path = name or '""'
        if pa.types.is_nested(array.type):
            values = array.to_pylist()
            new = [_inside(source, first + at, path, value) for at, value in enumerate(values)]
            yield array if new == values else pa.array(new, array.type)
            continue
        is_text = _is_text(array.type)
        changed: dict[int, str] = {}
        for record, text in texts.get(path, ()):
            new_text = source.changed(record, path, text, typed=not is_text)
            if new_text != text:
                changed[record - first] = new_text
        yield _with(array, changed, is_text=is_text) if changed else array


def _with(array: Any, changed: dict[int, str], *, is_text: bool) -> Any:
    """Return a column with other texts, or with nulls, at some of its places."""
    if not is_text:
        gone = pa.array([at in changed for at in range(len(array))])
        return pc.if_else(gone, pa.scalar(None, array.type), array)
    values = array.to_pylist()
    for at, text in changed.items():
        values[at] = text.encode() if isinstance(values[at], bytes) else text
    if pa.types.is_dictionary(array.type):
        return pa.array(values, array.type.value_type).dictionary_encode().cast(array.type)
    return pa.array(values, array.type)


def _texts(batch: Any, first: int) -> dict[str, list[tuple[int, str]]]:
    """Return the values of plain columns as they are read: by name, with their records."""
    reader = ColumnReader(Raw(()))
    found: dict[str, list[tuple[int, str]]] = {}
    for piece in reader.batches(batch, first):
        for column in piece.columns:
            records = column.records or range(piece.first, piece.first + piece.records)
            found.setdefault(column.name, []).extend(zip(records, column.values, strict=True))
    if reader.raw.notes() or reader.losses():
        raise UnsupportedSource("binary values that are not text, which cannot be cleaned")
    return found


def _inside(source: SourceRedactor, record: int, path: str, value: Any) -> Any:
    """Return a nested value with its texts as they are in the copy."""
    if isinstance(value, str):
        return source.changed(record, path, value)
    if isinstance(value, dict):
        return {key: _inside(source, record, f"{path}.{key}", each) for key, each in value.items()}
    if isinstance(value, list) and value and all(isinstance(each, tuple) for each in value):  # a map
        return [(key, _inside(source, record, f"{path}.{key}", each)) for key, each in value]
    if isinstance(value, list):
        return [_inside(source, record, f"{path}[*]", each) for each in value]
    return value


def _is_text(kind: Any) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
        or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    )  # fmt: skip
