"""Avro object container files."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.readers.batch import Member, Part
from bpoaudit.readers.format import Format
from bpoaudit.readers.isolated import run_parser
from bpoaudit.readers.options import ReadOptions

FORMATS = (
    Format(
        "Avro", ("application/vnd.apache.avro",), (".avro",), "fastavro",
        "a record is a record of the outermost schema; fields are paths (`address.city`, `phones[*]`, "
        "`attributes.email` for maps); documentation, aliases, defaults and symbols of the schema, and "
        "what the header says besides, are metadata; binary values that are text are read as text, those "
        "that are files as sources of their own",
        "binary values that are neither text nor a known format, which are counted; files compressed with "
        "another codec than deflate, bzip2, xz, snappy or zstandard",
    ),
)  # fmt: skip


def open_avro(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield the metadata (record 0), the records, then the files among the values.

    Dates and times are ISO 8601, decimals as written. Raises `UnreadableSource` where the header is
    broken; the batches raise it where the file breaks off, and what came before counts.
    """
    yield from run_parser("avro", content, media_type, how)
