"""SQLite: every table, read without running anything that the file brings along."""

from __future__ import annotations

import mmap
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from bpoaudit.errors import UnreadableSource
from bpoaudit.parsers.cells import MAX_FILE, Raw, cell_text
from bpoaudit.parsers.free_pages import free_pages, free_texts
from bpoaudit.parsers.sections import (
    Attached,
    Batch,
    Column,
    Request,
    Section,
    broken,
    column_of,
    metadata_section,
)

FAULTS = (sqlite3.Error, UnicodeDecodeError, OverflowError)

_LIMITS = (
    (sqlite3.SQLITE_LIMIT_LENGTH, 256 << 20),
    (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
    (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 100),
    (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
)
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_FUNCTION}
_MOST_BYTES = 8 << 20
_WAL_MODE = b"\2\2"


class _Entry(NamedTuple):
    """One entry of the schema."""

    kind: str
    name: str
    stored: bool
    """Whether it has pages of its own: a virtual table has none."""
    sql: str


def parse(request: Request) -> Iterator[Section | Attached]:
    """Yield the schema as metadata, then each table; files among its values follow it.

    Views and virtual tables are not run: what a view shows is in the tables, what a virtual table
    shows is in the tables beside it (`docs_content` of a full-text index). Text that is left in free
    pages is metadata. A table that is broken ends alone.
    """
    path = Path(request.path)
    with closing(_connect(path)) as database:
        raw = Raw(request.signatures)
        entries, damage = _entries(database, raw)
        section = _about(path, entries, raw)
        section.losses += damage
        yield section
        for entry in entries:
            if entry.kind == "table" and entry.stored:
                yield from _table(database, entry.name, request)


def _connect(path: Path) -> sqlite3.Connection:
    if path.resolve().exists():
        # Immutable: no journal is played back, no lock taken, no file made beside it.
        database = sqlite3.connect(f"file:{quote(bytes(path))}?mode=ro&immutable=1", uri=True)
    else:
        database = _in_memory(path)
    for limit, value in _LIMITS:
        database.setlimit(limit, value)
    for setting in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON", "temp_store=MEMORY"):
        database.execute(f"PRAGMA {setting}")
    database.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY
    )
    return database


def _in_memory(path: Path) -> sqlite3.Connection:
    """Open a file that exists in memory only: SQLite would follow the link to a name of nothing."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as data:
        if data[18:20] == _WAL_MODE:  # of which there can be none in memory
            data[18:20] = b"\1\1"
        database = sqlite3.connect(":memory:")
        try:
            database.deserialize(data)
        except FAULTS:
            raise UnreadableSource("broken: it does not open") from None
    return database


def _entries(database: sqlite3.Connection, raw: Raw) -> tuple[list[_Entry], list[str]]:
    """Return the schema, and what is lost where it can only be read with the checks off."""
    try:
        return list(_schema(database, raw)), []
    except FAULTS:
        database.execute("PRAGMA writable_schema=ON")  # for a reader: no checks of the header and the schema
    try:
        return list(_schema(database, raw)), ["truncated, or its schema is broken"]
    except FAULTS:
        raise UnreadableSource("broken: its list of tables cannot be read") from None


def _schema(database: sqlite3.Connection, raw: Raw) -> Iterator[_Entry]:
    database.text_factory = raw.text
    for kind, name, root, sql in database.execute("SELECT type, name, rootpage, sql FROM sqlite_schema"):
        yield _Entry(str(kind), str(name), bool(root), str(sql or ""))


def _about(path: Path, entries: list[_Entry], raw: Raw) -> Section:
    section = metadata_section([("schema", entry.sql) for entry in entries])
    free = free_pages(path)
    views = sum(entry.kind == "view" for entry in entries)
    virtual = sum(entry.kind == "table" and not entry.stored for entry in entries)
    if views:
        section.notes.append(f"views, which show what the tables hold, not run: {views}")
    if virtual:
        section.notes.append(
            f"virtual tables, whose content is in the tables beside them, not run: {virtual}"
        )
    if free:
        section.facts["free_pages"] = free
        section.notes.append(f"free pages, where deleted records may remain: {free}")
    if _is_beside(path, "-wal"):
        section.losses.append("changes in the write-ahead log beside it are not read")
    elif _in_wal_mode(path):
        section.notes.append("in write-ahead mode: the last changes may be in a file beside it")
    if _is_beside(path, "-journal"):
        section.losses.append("a change was not finished: what the journal beside it takes back is not read")
    section.losses += raw.losses()
    if free:
        section.batches = chain(section.batches, _free_batches(path))
    return section


def _free_batches(path: Path) -> Iterator[Batch]:
    for texts in free_texts(path):
        yield Batch(0, 0, [Column("free pages", [0] * len(texts), texts)])


def _is_beside(path: Path, ending: str) -> bool:
    beside = path.with_name(path.name + ending)
    return beside.is_file() and beside.stat().st_size > 0


def _in_wal_mode(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(20)[18:20] == _WAL_MODE


def _table(database: sqlite3.Connection, name: str, request: Request) -> Iterator[Section | Attached]:
    raw = Raw(request.signatures)
    section = Section(name, "column", iter(()))
    try:
        database.text_factory = raw.text
        rows = database.execute(_select(name))
    except FAULTS:
        section.batches = broken(UnreadableSource("a table whose definition cannot be read"))
        yield section
        return
    names = [column[0] for column in rows.description]
    section.field_names = names
    section.batches = _batches(rows, names, raw, section, request.batch_records)
    yield section
    if raw.files:
        yield from _files(database, name, names, raw)


def _select(name: str) -> str:
    quoted = name.replace('"', '""')
    return f'SELECT * FROM "{quoted}" NOT INDEXED'  # noqa: S608 (a quoted name; no parameter can stand here)


def _batches(
    cursor: sqlite3.Cursor, names: list[str], raw: Raw, section: Section, most: int
) -> Iterator[Batch]:
    first = 1
    rows: list[Any] = []
    size = 0
    ended = False
    try:
        for row in cursor:
            rows.append(row)
            size += sum([len(cell) for cell in row if isinstance(cell, str | bytes)])
            if len(rows) >= most or size >= _MOST_BYTES:
                yield _batch(rows, first, names, raw)
                first += len(rows)
                rows, size = [], 0
    except FAULTS:
        ended = True
    if rows:
        yield _batch(rows, first, names, raw)
    section.notes += raw.notes()
    section.losses += raw.losses()
    if ended:
        raise UnreadableSource(f"broken after record {first + len(rows) - 1:,}")


def _batch(rows: list[Any], first: int, names: list[str], raw: Raw) -> Batch:
    columns = []
    for name, cells in zip(names, zip(*rows, strict=True), strict=True):
        texts = [
            cell if isinstance(cell, str) else
            "" if cell is None else
            raw.value(name, cell) if isinstance(cell, bytes) else
            cell_text(cell)
            for cell in cells
        ]  # fmt: skip
        columns.append(column_of(name, first, texts))
    return Batch(first, len(rows), [column for column in columns if column.values])


def _files(database: sqlite3.Connection, table: str, names: list[str], raw: Raw) -> Iterator[Attached]:
    places = [(place, name) for place, name in enumerate(names) if name in raw.files]
    try:
        for record, row in enumerate(database.execute(_select(table)), 1):
            for place, name in places:
                data = row[place]
                if isinstance(data, bytes) and raw.is_file(data):
                    yield Attached(table, name, record, data if len(data) <= MAX_FILE else None)
    except FAULTS:
        return  # said of the rows
