"""Connect to where a history is kept, with the care each of the two databases needs."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from bpoaudit.errors import HistoryError

BUSY_SECONDS = 30
"""How long a run waits for another that writes."""

_WRITERS_LOCK = 0x62706F61756469
"""Of PostgreSQL's advisory locks, the one that writers of a history take turns with ("bpoaudi")."""

_MODE = 0o600
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


@dataclass(frozen=True, slots=True)
class Database:
    """An engine, and what to call it in messages: never with a password."""

    engine: Engine
    name: str
    file: Path | None
    """The SQLite file; None for a server."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for reading; nothing of it is kept. Raises `HistoryError`."""
        with _told(self.name), self.engine.connect() as connection:
            connection.execute(text("BEGIN" if self.file else "SET TRANSACTION READ ONLY"))
            yield connection
            connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that other writers wait for: all of it or nothing. Raises `HistoryError`."""
        with _told(self.name), self.engine.connect() as connection:
            if self.file:
                connection.execute(text("BEGIN IMMEDIATE"))
            else:
                connection.execute(text(f"SET LOCAL lock_timeout = {int(1000 * BUSY_SECONDS)}"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS_LOCK})
            yield connection
            connection.commit()

    def keep_log(self) -> None:
        """Let SQLite write ahead to a log from now on, so that who reads and who writes do not wait."""
        self._pragma("journal_mode = WAL")

    def forget_deleted(self) -> None:
        """Empty SQLite's log, which still holds the pages that deleted rows were on."""
        self._pragma("wal_checkpoint(TRUNCATE)")

    def _pragma(self, text: str) -> None:
        """Run what SQLite runs outside of transactions only; a server has no need of it."""
        if self.file:
            with _told(self.name):
                raw = self.engine.raw_connection()
                try:
                    _patiently(raw.cursor(), f"PRAGMA {text}")
                finally:
                    raw.close()


def _patiently(cursor: Any, statement: str) -> None:
    """Try again while another run holds the file: SQLite does not wait when it changes its journal."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def database_at(location: str, *, create: bool) -> Database:
    """Return the database at a path or an SQLAlchemy URL (sqlite, postgresql).

    With `create` a missing SQLite file is made, readable by its owner alone; without it a missing file
    is a fault. Raises `HistoryError`. Nothing of a server is asked yet.
    """
    if "://" not in location:
        return _sqlite(Path(location), create)
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        # The message of the error holds the URL, and that may hold a password.
        raise HistoryError("the URL of the history cannot be understood", _HINT) from None
    driver = _DRIVERS.get(url.drivername.partition("+")[0])
    if driver is None:
        raise HistoryError(f"a history is not kept in {url.drivername}", _HINT)
    if driver == "sqlite":
        if not url.database or url.database == ":memory:":
            raise HistoryError("a history is kept in a file, not in memory", _HINT)
        return _sqlite(Path(url.database), create)
    return _server(url.set(drivername=driver))


_HINT = "name a file, such as history.db, or postgresql://user@host/database"


def _server(url: URL) -> Database:
    name = f"postgresql://{url.host or ''}/{url.database or ''}"
    try:
        engine = create_engine(
            url, poolclass=NullPool, hide_parameters=True, connect_args={"connect_timeout": BUSY_SECONDS}
        )
    except ModuleNotFoundError as error:
        raise HistoryError(
            "a history on PostgreSQL needs psycopg", 'pip install "bpoaudit[postgresql]"'
        ) from error
    return Database(engine, name, None)


def _sqlite(path: Path, create: bool) -> Database:
    try:
        if create:
            # Made here and not by SQLite, so that it never exists with other rights; the files that
            # SQLite puts beside it take theirs from it.
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _MODE))
        if not path.is_file():
            told = "is not a file" if path.exists() else "does not exist"
            raise HistoryError(f"the history {path} {told}", "bpoaudit audit --history FILE begins one")
    except OSError as error:
        raise HistoryError(f"cannot write {path}: {error.strerror or type(error).__name__}") from error
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
    )
    event.listen(engine, "connect", _prepare)
    return Database(engine, str(path), path)


def _prepare(connection: sqlite3.Connection, record: object) -> None:
    """Set what holds for one connection: patience, deleted rows overwritten, cascades."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {1000 * BUSY_SECONDS}")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn a fault of the database into one of ours; its own message can quote rows and passwords."""
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
        raise HistoryError(*_fault(name, str(code or type(error.orig).__name__))) from None
    except (SQLAlchemyError, sqlite3.Error) as error:
        code = getattr(error, "sqlite_errorname", None)
        raise HistoryError(*_fault(name, str(code or type(error).__name__))) from None


def _fault(name: str, code: str) -> tuple[str, str | None]:
    busy = f"was written by another run for more than {BUSY_SECONDS} seconds"
    known = {
        "SQLITE_NOTADB": ("is not an SQLite database", "name another file"),
        "SQLITE_BUSY": (busy, "try again"),
        "55P03": (busy, "try again"),  # lock_not_available
        "SQLITE_READONLY": ("cannot be written", "check that you may write to the file and its folder"),
        "SQLITE_FULL": ("cannot be written: the disk is full", None),
        "SQLITE_CORRUPT": ("is damaged", "restore it from a backup, or begin another"),
    }
    told, hint = known.get(code, (f"cannot be used ({code})", None))
    return f"the history {name} {told}", hint
