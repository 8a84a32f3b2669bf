"""The statements of a SQL dump as they come: rows of tables, and everything else as lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bpoaudit.readers.window import Window

MAX_ROW = 32 << 20
"""Characters of one row; a longer one, or a quote that is never closed, is read as text."""
MAX_LINE = 1 << 20
"""Characters of one line of text; the rest of it is one more."""

_MAX_HEAD = 1 << 20
"""Characters of a statement before its rows, or of the columns of a table."""
_VERB = 64

_NAME = r"(?:\"(?:[^\"]|\"\")++\"|`[^`]++`|\[[^\]]++\]|[\w$#@]++)"
_NAMES = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_LIST = rf"\(\s*{_NAME}\s*(?:,\s*{_NAME}\s*)*+\)"
_PLAIN_QUOTE = r"(?:(?<=\b[eE])'(?:[^'\\]++|\\.|'')*+'|(?<!\b[eE])'(?:[^']++|'')*+')"
_PLAIN_DOUBLE = r'"(?:[^"]++|"")*+"'
_MYSQL_QUOTE = r"'(?:[^'\\]++|\\.|'')*+'"
_MYSQL_DOUBLE = r'"(?:[^"\\]++|\\.|"")*+"'
_DOLLARS = r"\$\$(?:[^$]++|\$(?!\$))*+\$\$"
_COMMENT = r"--(?=\s)[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/"


class Dialect:
    """How a family of databases writes values. `repr` is its name."""

    def __init__(self, name: str, quote: str, double: str) -> None:
        self.name = name
        within = rf"[^(),'\"$/-]++|{quote}|{double}|{_DOLLARS}|{_COMMENT}|[$/-]"
        nested = rf"(?:{within}|,)"
        for _ in range(4):
            nested = rf"(?:{within}|,|\({nested}*+\))"
        self.row = re.compile(rf"\({nested}*+\)", re.DOTALL)
        """A row of `VALUES`, with calls inside calls in it."""
        self.value = re.compile(rf"(?:{within}|\({nested}*+\))++", re.DOTALL)
        """A value inside a row, without the commas around it."""
        self.literal = re.compile(rf"{quote}|{double}" if name == "MySQL" else quote, re.DOTALL)

    def __repr__(self) -> str:
        return f"Dialect({self.name})"


STANDARD = Dialect("standard", _PLAIN_QUOTE, _PLAIN_DOUBLE)
"""A backslash is a character, but for PostgreSQL's `E'…'`."""
MYSQL = Dialect("MySQL", _MYSQL_QUOTE, _MYSQL_DOUBLE)
"""A backslash escapes, and strings may stand in double quotes."""

_MYSQL_SIGNS = re.compile(r"MySQL|MariaDB|phpMyAdmin|/\*!\d{5}|\bENGINE\s*=|`\w+`")
_INSERT = re.compile(
    rf"(?:(?:INSERT|REPLACE)\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|OR\s+[A-Z]+|TOP\s*\(\d+\))\s+)*+(?:INTO\s+)?|INTO\s+)"
    rf"(?P<table>{_NAMES})\s*(?P<columns>{_LIST})?\s*(?:OVERRIDING\s+[A-Z]+\s+VALUE\s+)?VALUES?\s*(?=\()",
    re.IGNORECASE,
)
_COPY = re.compile(
    rf"COPY\s+(?P<table>{_NAMES})\s*(?P<columns>{_LIST})?\s*FROM\s+stdin\s*;[ \t]*(?:\r\n|\r|\n)",
    re.IGNORECASE,
)
_CREATE = re.compile(
    rf"CREATE\s+(?:[A-Z]+\s+){{0,3}}?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<table>{_NAMES})\s*(?=\()",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"(?:INSERT|REPLACE|COPY|INTO|CREATE)\s", re.IGNORECASE)
_NEXT = re.compile(r";[ \t]*(?=(?:INSERT|REPLACE|COPY)\s)", re.IGNORECASE)
_BLANK = re.compile(r"[\s;]*+")
_COMMA = re.compile(r"\s*+,\s*+(?=\()")
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)?")
_COPY_LINE = re.compile(r"[^\n]*+(?:\n|\Z)")
_NO_COLUMN = re.compile(
    r"(?:PRIMARY|KEY|UNIQUE|CONSTRAINT|INDEX|FOREIGN|CHECK|FULLTEXT|SPATIAL|EXCLUDE|LIKE|PERIOD|--|/\*)\b|--|/\*",
    re.IGNORECASE,
)


class Line(NamedTuple):
    """A line that belongs to no row."""

    number: int
    """1-based, in the file."""
    text: str


class Row(NamedTuple):
    """A row as it is written."""

    table: str
    columns: tuple[str, ...]
    """As the statement names them; empty where it does not."""
    text: str
    dialect: Dialect | None
    """None: tab-separated, as `COPY` writes it."""
    start: int
    """Where its statement begins, in characters of the file."""
    end: int
    """Where the row ends."""
    line: int
    """The line that it begins in."""


class Statements:
    """The statements of a dump, from where a window stands. `repr` shows no content."""

    def __init__(self, window: Window, dialect: Dialect) -> None:
        self._window = window
        self._dialect = dialect
        self._line = 1
        self.columns: dict[str, tuple[str, ...]] = {}
        """Of the tables whose `CREATE TABLE` was met."""
        self.broken = 0
        """Statements with rows that could not be told apart; they come as lines."""

    def __repr__(self) -> str:
        return f"Statements(broken={self.broken})"

    def __iter__(self) -> Iterator[Line | Row]:
        window = self._window
        while not window.done:
            blank = window.match(_BLANK, MAX_LINE)
            self._pass(blank[0] if blank else "")
            if window.match(_BEGINS, _VERB):
                if (head := window.match(_INSERT, _MAX_HEAD)) and self._row(len(head[0])):
                    yield from self._values(head)
                    continue
                if head:
                    self.broken += 1
                elif head := window.match(_COPY, _MAX_HEAD):
                    yield from self._copied(head)
                    continue
                elif head := window.match(_CREATE, _MAX_HEAD):
                    self._created(head)
            if not window.done:
                yield self._text()

    def _pass(self, text: str) -> None:
        """Go on behind what stands here."""
        self._window.at += len(text)
        self._line += text.count("\n") + text.replace("\r\n", "").count("\r")

    def _text(self) -> Line:
        """Return the rest of a line, or a piece where it is long or a statement with rows begins in it."""
        window, number = self._window, self._line
        found = window.match(_LINE, MAX_LINE)
        assert found is not None  # it may be empty
        line = found[0][:MAX_LINE]
        if end := _NEXT.search(line):
            line = line[: end.end()]
        window.at += len(line)
        self._line += line.endswith(("\n", "\r"))
        return Line(number, line.rstrip("\r\n"))

    def _row(self, ahead: int = 0) -> tuple[str, Dialect] | None:
        """Return the row that stands here or ahead; a database that writes like none is met half-way."""
        other = STANDARD if self._dialect is MYSQL else MYSQL
        for dialect in (self._dialect, other):
            if found := self._window.match(dialect.row, MAX_ROW, ahead):
                return found[0], dialect
        return None

    def _values(self, head: re.Match[str]) -> Iterator[Line | Row]:
        window, start = self._window, self._window.position
        table, columns = name_of(head["table"]), names_of(head["columns"])
        self._pass(head[0])
        while row := self._row():
            text, dialect = row
            line = self._line
            self._pass(text)
            yield Row(table, columns, text, dialect, start, window.position, line)
            comma = window.match(_COMMA, _VERB)
            if comma is None:
                return
            self._pass(comma[0])
        self.broken += 1
        yield self._text()

    def _copied(self, head: re.Match[str]) -> Iterator[Row]:
        window, start = self._window, self._window.position
        table, columns = name_of(head["table"]), names_of(head["columns"])
        self._pass(head[0])
        while not window.done:
            found = window.match(_COPY_LINE, MAX_ROW)
            if found is None:
                break
            line = self._line
            self._pass(found[0])
            text = found[0].rstrip("\r\n")
            if text == "\\.":
                return
            yield Row(table, columns, text, None, start, window.position, line)
        self.broken += 1

    def _created(self, head: re.Match[str]) -> None:
        """Note the columns of a table; the statement itself comes as lines."""
        for dialect in (self._dialect, STANDARD, MYSQL):
            if body := self._window.match(dialect.row, _MAX_HEAD, len(head[0])):
                columns = (_column(part[0]) for part in dialect.value.finditer(body[0][1:-1]))
                self.columns[name_of(head["table"])] = tuple(filter(None, columns))
                return


def dialect_of(head: str) -> Dialect:
    """Tell from the first characters of a dump how it writes its strings."""
    return MYSQL if _MYSQL_SIGNS.search(head) else STANDARD


def name_of(written: str) -> str:
    """Return a name without its quotes: `public.customers`."""
    return ".".join(_bare(part) for part in re.findall(_NAME, written))


def names_of(written: str | None) -> tuple[str, ...]:
    """Return the names of a list in brackets."""
    return tuple(_bare(name) for name in re.findall(_NAME, written or ""))


def _bare(name: str) -> str:
    quote = name[0]
    if quote in '"`[':
        return name[1:-1].replace('""', '"') if quote == '"' else name[1:-1]
    return name


def _column(definition: str) -> str | None:
    written = re.sub(r"--[^\n]*+\n|/\*.*?\*/", " ", definition, flags=re.DOTALL).strip()
    name = re.match(_NAME, written)
    return _bare(name[0]) if name and not _NO_COLUMN.match(written) else None
