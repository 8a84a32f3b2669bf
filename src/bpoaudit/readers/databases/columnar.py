"""Columnar files: Parquet, Arrow IPC, Feather and ORC."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.readers.batch import Member, Part
from bpoaudit.readers.format import Format
from bpoaudit.readers.isolated import run_parser
from bpoaudit.readers.options import ReadOptions

_READS = (
    "a record is a row; a field is a column, or a path (`address.city`, `phones[*]`, `attributes.email`) "
    "where columns are nested; remarks on the file and its columns are metadata; binary values that are "
    "text are read as text, those that are files (pictures, PDF, archives) as sources of their own"
)
_LEAVES = "binary values that are neither text nor a known format, which are counted"

FORMATS = (
    Format(
        "Parquet", ("application/vnd.apache.parquet",), (".parquet", ".pq"), "pyarrow", _READS,
        f"{_LEAVES}; encrypted columns, of which there is no key; everything where the footer is missing or "
        "encrypted",
    ),
    Format(
        "Arrow IPC and Feather",
        ("application/vnd.apache.arrow.file", "application/vnd.apache.arrow.stream", "application/x-feather"),
        (".arrow", ".arrows", ".feather", ".ftr", ".ipc"), "pyarrow",
        f"{_READS}; files, streams and both releases of Feather; what comes before the place where a file "
        "is cut off",
        _LEAVES,
    ),
    Format("ORC", ("application/vnd.apache.orc",), (".orc",), "pyarrow", _READS, _LEAVES),
)  # fmt: skip


def open_columnar(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield the metadata (record 0) where there are any, the rows, then the files among the values.

    Values are text as a person reads it: no `.0` on whole numbers, ISO 8601 with the offset from UTC
    where a column has a zone, spans of time as `H:MM:SS`. Batches never hold more than a page of each
    column, however large the file's own groups of rows are, but for ORC and Arrow, whose stripes and
    batches are decoded as they were written. Raises `EncryptedSource` for an encrypted footer,
    `UnreadableSource` for a file without one; the batches raise it where the file breaks off.
    """
    yield from run_parser("columnar", content, media_type, how)
