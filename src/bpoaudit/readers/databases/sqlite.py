"""SQLite databases: a part a table."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.readers.batch import Member, Part
from bpoaudit.readers.format import Format
from bpoaudit.readers.isolated import run_parser
from bpoaudit.readers.options import ReadOptions

FORMATS = (
    Format(
        "SQLite", ("application/vnd.sqlite3",), (".sqlite", ".sqlite3", ".db"), "standard library (sqlite3)",
        "each table is a source, those of full-text indexes too; a record is a row, in the order of the "
        "table; the schema with its remarks, views and triggers, and text left in free pages by deleted "
        "records, are metadata; values that are files (pictures, PDF, archives) are sources of their own",
        "views and virtual tables, which repeat what tables hold, are not run; binary values that are "
        "neither text nor a known format are counted; changes in a write-ahead log (`-wal`) beside the file; "
        "everything where the database is encrypted",
    ),
)  # fmt: skip


def open_sqlite(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield the schema and what is left in free pages (record 0), then each table and the files in it.

    The database is opened read-only and immutable, with no extensions, no trust in its schema and
    nothing allowed but reading. A table that is broken ends alone. Raises `UnreadableSource` where the
    list of tables cannot be read.
    """
    yield from run_parser("sqlite", content, media_type, how)
