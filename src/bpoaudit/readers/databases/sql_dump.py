"""SQL dumps: each table a part, and everything between the rows as text."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.discover import encode_name
from bpoaudit.delivery.media import MSSQL_BACKUP, MYSQL_BACKUP, MYSQL_LOG, ORACLE_DUMP, PG_DUMP
from bpoaudit.delivery.shapes import HEAD, SQL
from bpoaudit.errors import UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.databases.sql_statements import Dialect, Row, Statements, dialect_of
from bpoaudit.readers.databases.sql_values import copied_values, row_values
from bpoaudit.readers.enclosed import Enclosed
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.text_file import TextFile
from bpoaudit.readers.until_fault import UntilFault
from bpoaudit.readers.window import Window

_ADVICE = {
    PG_DUMP: "a PostgreSQL dump in custom format: write it as text with pg_restore -f dump.sql",
    MYSQL_LOG: "a binary log of MySQL: write it as text with mysqlbinlog",
    MYSQL_BACKUP: "a physical backup of MySQL: restore it and write it as text with mysqldump",
    MSSQL_BACKUP: "a backup of SQL Server: restore it and export the tables as text",
    ORACLE_DUMP: "an export of Oracle in binary form: import it and export the tables as text",
}

FORMATS = (
    Format(
        "SQL dumps", (SQL,), (".sql",), "own reader",
        "MySQL, MariaDB, PostgreSQL, SQLite, SQL Server and Oracle: each table is a source, a record a row "
        "of its INSERT or COPY statements, a field a column (of the statement, or of CREATE TABLE); all else "
        "(comments, definitions, grants, functions, statements that do not parse) is text, a record a line; "
        "binary values that are files are sources",
        "binary values of no known kind, counted",
    ),
    Format(
        "Database backups in binary form", tuple(_ADVICE), (".dump", ".bak", ".dmp"), "none",
        "nothing: recognised by their first bytes, with advice how to write them as text",
        "everything",
    ),
)  # fmt: skip

TEXT = "text"
"""Field of the lines between the rows."""

_MAX_TABLES = 2_000
_MAX_RANGES = 1_000_000


def open_sql(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield a part for the lines that belong to no row, then one for each table in order of its first row.

    Behind a table come the files that its binary values are, as members.

    A record of the first is a line of the file, with the line's own number; of a table, a row. A file whose
    tables take turns is read again for those that lie behind. What does not parse is a loss, and is read
    as lines. Raises `UnsupportedSource` for dumps in binary form, saying how to get text out of them.
    """
    if media_type in _ADVICE:
        raise UnsupportedSource(_ADVICE[media_type])
    file = TextFile(content)
    dialect = dialect_of(file.head(HEAD)[0])
    index = _Index(file, dialect, how.batch_records)
    lines = index.lines()
    yield Part("", media_type, FieldKind.TEXT, lines, (TEXT,), file.notes, file.losses)
    for _ in lines:
        pass  # where nobody read the lines: the tables are found while they are
    rows = _Rows(file, dialect, how.batch_records)
    for table in index.tables.values():
        losses: list[str] = []
        suffix = f"#{encode_name(table.name)}"
        enclosed = Enclosed(how, suffix)
        batches = rows.batches(table, enclosed, losses)
        yield Part(suffix, media_type, FieldKind.COLUMN, batches, table.columns, [], losses)
        yield from enclosed.members


class _Table:
    """Where the rows of a table lie. `repr` shows no content."""

    def __init__(self, name: str, columns: tuple[str, ...]) -> None:
        self.name = name
        self.columns = columns
        self.ranges = array("q")
        """Starts and ends in turn, in characters of the file; no row of another table lies in between."""

    def __repr__(self) -> str:
        return f"_Table(ranges={len(self.ranges) // 2})"


class _Index:
    """A first reading, which yields the lines and finds the tables. `repr` shows no content."""

    def __init__(self, file: TextFile, dialect: Dialect, batch_records: int) -> None:
        self.tables: dict[str, _Table] = {}
        self._file = file
        self._blocks = UntilFault(file.blocks())
        self._statements = Statements(Window(iter(self._blocks)), dialect)
        self._gathered = Gatherer(batch_records)
        self._ranges = 0

    def __repr__(self) -> str:
        return f"_Index(tables={len(self.tables)})"

    def lines(self) -> Iterator[RecordBatch]:
        """Yield what belongs to no row; when it is exhausted the tables are known."""
        gathered, last = self._gathered, ""
        unlisted = 0
        for each in self._statements:
            if isinstance(each, Row):
                if self._lists(each, last):
                    last = each.table
                    continue
                unlisted += 1
                number, text = each.line, each.text
            else:
                number, text = each.number, each.text
            gathered.add(TEXT, number, text)
            gathered.end_record()
            if gathered.full:
                yield gathered.take()
        if not gathered.empty:
            yield gathered.take()
        if broken := self._statements.broken:
            self._file.losses.append(f"statements that break off or do not parse, read as text: {broken}")
        if unlisted:
            self._file.notes.append(f"rows of tables after {_MAX_TABLES:,}, read as text: {unlisted:,}")
        self._blocks.end()

    def _lists(self, row: Row, last: str) -> bool:
        """Note where a row lies; tell whether there was room to."""
        table = self.tables.get(row.table)
        if table is None:
            if len(self.tables) >= _MAX_TABLES:
                return False
            columns = row.columns or self._statements.columns.get(row.table, ())
            table = self.tables[row.table] = _Table(row.table, columns)
        if last == row.table:
            table.ranges[-1] = row.end
            return True
        self._ranges += 1
        if self._ranges > _MAX_RANGES:
            return False
        table.ranges.extend((row.start, row.end))
        return True


class _Rows:
    """A second reading, for the rows: forward as long as it can. `repr` shows no content."""

    def __init__(self, file: TextFile, dialect: Dialect, batch_records: int) -> None:
        self._file = file
        self._dialect = dialect
        self._batch_records = batch_records
        self._window = self._begin()

    def __repr__(self) -> str:
        return "_Rows(…)"

    def batches(self, table: _Table, enclosed: Enclosed, losses: list[str]) -> Iterator[RecordBatch]:
        """Yield the rows of one table."""
        gathered = Gatherer(self._batch_records)
        binaries = 0
        for record, row in enumerate(self._of(table), start=1):
            columns = row.columns or table.columns
            found = copied_values(row.text) if row.dialect is None else row_values(row.text, row.dialect)
            for at, value in enumerate(found):
                name = columns[at] if at < len(columns) else f"column_{at + 1}"
                if isinstance(value, str):
                    gathered.add(name, record, value)
                elif value is not None:
                    binaries += not enclosed.take(name, record, value)
            gathered.end_record()
            if gathered.full:
                yield gathered.take()
        if not gathered.empty:
            yield gathered.take()
        enclosed.tell(losses)
        if binaries:
            losses.append(f"binary values of no known kind, not read: {binaries:,}")

    def _begin(self) -> Window:
        return Window(iter(UntilFault(self._file.blocks())))  # the first reading raised the fault

    def _of(self, table: _Table) -> Iterator[Row]:
        for start, end in zip(table.ranges[::2], table.ranges[1::2], strict=True):
            if start < self._window.position:
                self._window = self._begin()
            self._window.skip_to(start)
            for each in Statements(self._window, self._dialect):
                if isinstance(each, Row) and each.table == table.name and each.end <= end:
                    yield each
                if self._window.position >= end:
                    break
