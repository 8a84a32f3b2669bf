"""What was found, by source and record: masked findings in a table on disk, however many there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bpoaudit.model import Finding, MaskingState
from bpoaudit.public_names import IN_NAMES

_TABLE = """
CREATE TABLE occurrence (
  number INTEGER PRIMARY KEY, source TEXT, record INTEGER, field TEXT, first INTEGER, last INTEGER,
  entity TEXT, masked INTEGER, recognizer TEXT, fingerprint TEXT, piece INTEGER)
"""
_COLUMNS = "number, field, first, last, entity, masked, recognizer, fingerprint, piece, record"


class Occurrence(NamedTuple):
    """A finding, or a further piece of one that was spoken over several turns."""

    number: int
    field: str
    start: int
    end: int
    entity: str
    masked: bool
    """Whether the vendor had masked it."""
    recognizer: str
    fingerprint: str
    piece: int
    """Which piece of its value it is, from 0."""
    record: int


class Occurrences:
    """The findings of a scan. `folder` holds them as long as they are used."""

    def __init__(self, findings: Iterable[Finding], folder: Path) -> None:
        self._database = sqlite3.connect(folder / "occurrences.db", isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute(_TABLE)
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT INTO occurrence VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _rows(findings)
        )
        self._database.execute("CREATE INDEX place ON occurrence (source, record)")
        self._database.execute("COMMIT")

    def __repr__(self) -> str:
        return "Occurrences(…)"

    def close(self) -> None:
        """Let go of the table."""
        self._database.close()

    def between(self, source: str, first: int, last: int) -> Iterator[Occurrence]:
        """Yield what was found in the records `first` to `last` of a source."""
        where = "WHERE source = ? AND record BETWEEN ? AND ? ORDER BY record, field, first"
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM occurrence {where}", (source, first, last))  # noqa: S608 (our own words)
        for number, field, start, end, entity, masked, *rest in rows:
            yield Occurrence(number, field, start, end, entity, bool(masked), *rest)

    def of(self, source: str) -> Iterator[Occurrence]:
        """Yield all that was found in a source."""
        return self.between(source, 0, 1 << 62)


def _rows(findings: Iterable[Finding]) -> Iterator[tuple[object, ...]]:
    for each in findings:
        if each.field in IN_NAMES:
            continue  # names are replaced, whatever the policy
        spans = each.spans or ((each.record, each.start, each.end),)
        for piece, (record, start, end) in enumerate(spans):
            yield (
                each.source, record, each.field, start, end, each.entity, each.masking is MaskingState.MASKED,
                each.recognizer, each.fingerprint, piece,
            )  # fmt: skip
