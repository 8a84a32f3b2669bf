"""Avro object container files through fastavro."""

from __future__ import annotations

import json
import lzma
import struct
import sys
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import cramjam
import fastavro
from fastavro.schema import SchemaParseException, UnknownType

from bpoaudit.errors import UnreadableSource, UnsupportedSource
from bpoaudit.parsers.cells import MAX_FILE, Raw, cell_text
from bpoaudit.parsers.sections import Attached, Batch, Column, Request, Section, metadata_section

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FAULTS = (
    ArithmeticError, AttributeError, EOFError, LookupError, OSError, RecursionError, TypeError, ValueError,
    struct.error, zlib.error, lzma.LZMAError, cramjam.DecompressionError, zstd.ZstdError,
    SchemaParseException, UnknownType,
)  # fmt: skip
"""What fastavro raises for a file that is not what it claims to be."""

SCALAR = "text"
"""Field of records that are a single value."""
BEYOND = "*"
"""Field of the keys of maps, and their values, once there are more keys than fields should be."""

_MOST_BYTES = 8 << 20
_MOST_FIELDS = 10_000
_OWN = ("avro.schema", "avro.codec")
_TYPES = {"type", "fields", "items", "values"}
_STRUCTURE = {"name", "namespace", "size", "logicalType", "precision", "scale", "order"}
# Codecs that fastavro reads; deflate, bzip2 and xz are in the standard library.
_CODECS = ("null", "deflate", "bzip2", "xz", "snappy", "zstandard")


def parse(request: Request) -> Iterator[Section | Attached]:
    """Yield what the header says, the records, and the files among their values."""
    with Path(request.path).open("rb") as file:
        records = _records(file)
        header: Mapping[str, str] = records.metadata
        if header.get("avro.codec", "null") not in _CODECS:
            raise UnsupportedSource("Avro with a compression that is not read")
        reader = _Reader(request)
        said = [(f"metadata.{key}", text) for key, text in header.items() if key not in _OWN]
        said += _remarks(json.loads(header["avro.schema"]), "schema")
        clean = reader.raw.escaped
        yield metadata_section((clean(name), clean(text)) for name, text in said)
        section = Section(None, "column", iter(()))
        section.batches = reader.batches(records, section)
        yield section
        if reader.raw.files:
            file.seek(0)
            yield from reader.attached(_records(file))


def _records(file: BinaryIO) -> Any:
    try:
        return fastavro.reader(file, handle_unicode_errors="surrogateescape")
    except FAULTS:
        raise UnreadableSource("broken or truncated: its header cannot be read") from None


def _remarks(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield what a schema says in words: documentation, aliases, defaults, symbols, properties."""
    if isinstance(node, list):
        for each in node:
            yield from _remarks(each, path)
    elif isinstance(node, dict):
        name = node.get("name")
        path = f"{path}.{name}" if isinstance(name, str) else path
        for key, value in node.items():
            if key in _TYPES:
                yield from _remarks(value, path)
            elif key not in _STRUCTURE:
                yield from _words(value, f"{path}.{key}")


def _words(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _words(value, f"{path}.{key}")
    elif isinstance(node, list):
        for value in node:
            yield from _words(value, path)
    elif isinstance(node, str):
        yield path, node


class _Reader:
    """Takes values out of records by their paths. `repr` shows no content."""

    def __init__(self, request: Request) -> None:
        self.raw = Raw(request.signatures)
        self._most = request.batch_records
        self._seen: set[str] = set()
        self._beyond = False
        self._size = 0
        self._fields: dict[str, tuple[list[int], list[str]]] = {}

    def __repr__(self) -> str:
        return f"Reader({self.raw!r})"

    def batches(self, records: Iterator[Any], section: Section) -> Iterator[Batch]:
        first, number, broken = 1, 0, False
        try:
            for number, record in enumerate(records, 1):
                self._add("", number, record)
                if number - first + 1 >= self._most or self._size >= _MOST_BYTES:
                    yield self._batch(first, number)
                    first = number + 1
        except FAULTS:
            broken = True
        if number >= first:
            yield self._batch(first, number)
        section.notes += self.raw.notes()
        section.losses += self.raw.losses()
        if self._beyond:
            section.notes.append(f"keys of maps after {_MOST_FIELDS} different ones are read as values")
        if broken:
            raise UnreadableSource(f"broken or truncated after record {number:,}")

    def attached(self, records: Iterator[Any]) -> Iterator[Attached]:
        try:
            for number, record in enumerate(records, 1):
                for path, data in _binary("", record):
                    if path in self.raw.files and self.raw.is_file(data):
                        yield Attached(None, path, number, data if len(data) <= MAX_FILE else None)
        except FAULTS:
            return  # said of the records

    def _batch(self, first: int, last: int) -> Batch:
        columns = [Column(name, *found) for name, found in self._fields.items()]
        self._fields, self._size = {}, 0
        return Batch(first, last - first + 1, columns)

    def _add(self, path: str, record: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, dict):
            for key, inner in value.items():
                self._add(f"{path}.{key}" if path else key, record, inner)
            return
        if isinstance(value, list):
            for inner in value:
                self._add(f"{path}[*]", record, inner)
            return
        path = path or SCALAR
        if isinstance(value, str):
            text = self.raw.escaped(value)
        elif isinstance(value, bytes):
            text = self.raw.value(path, value)
        else:
            text = cell_text(value)
        if not text or text.isspace():
            return
        self._put(path, record, text)

    def _put(self, path: str, record: int, text: str) -> None:
        found = self._fields.get(path)
        if found is None:
            path = self.raw.escaped(path)
            if path not in self._seen and len(self._seen) >= _MOST_FIELDS:
                self._beyond = True
                records, texts = self._fields.setdefault(BEYOND, ([], []))
                records += [record, record]
                texts += [path, text]
                self._size += len(path) + len(text)
                return
            self._seen.add(path)
            found = self._fields.setdefault(path, ([], []))
        found[0].append(record)
        found[1].append(text)
        self._size += len(text)


def _binary(path: str, value: Any) -> Iterator[tuple[str, bytes]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _binary(f"{path}.{key}" if path else key, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _binary(f"{path}[*]", inner)
    elif isinstance(value, bytes):
        yield path or SCALAR, value
