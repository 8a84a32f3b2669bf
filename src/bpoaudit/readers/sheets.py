"""Workbooks: XLSX, XLSB, XLS and OpenDocument, a part a sheet."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from bpoaudit.delivery.discover import encode_name
from bpoaudit.delivery.media import ODS, XLS, XLSB, XLSX
from bpoaudit.errors import EncryptedSource, UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part, RecordBatch
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.package_text import package_texts, unread_texts
from bpoaudit.readers.table import read_table

MEDIA_TYPES = (XLSX, XLSB, XLS, ODS)

_CHILD = Path(__file__).with_name("sheet_child.py")
_BROKEN = "a sheet that is broken, or too large to be held in memory"


def open_workbook(path: Path, media_type: str, batch_records: int) -> Iterator[Part]:
    """Yield a part for each sheet, hidden ones too: a record is a row below the header, from 1.

    The first part, of kind metadata, is the workbook itself: comments, properties, links, headers,
    text boxes, pivot caches (record 0). Only the two XLSX formats say them. Comments of the others, and
    formulas that have no result yet, are losses; in XLS comments are not looked for, which is a note.
    Blank rows are records, so that header row plus record is the sheet's own row number. Cells are
    text without artefacts (`12345`, `2026-05-01`, `true`); a formula is its last result. Parsing is
    done by `sheet_child`, in a process with limits; the batches of a sheet that breaks it raise
    `UnreadableSource`, the other sheets are read. Raises `UnreadableSource` or `EncryptedSource`
    where the workbook cannot be opened.
    """
    if media_type in (XLSX, XLSB):
        yield _beside(path, media_type, batch_records)
    elif media_type == ODS and (unread := _unread(path)):
        yield Part("", media_type, FieldKind.METADATA, iter(()), losses=unread)
    first, sheets = 0, 1
    while first < sheets:
        with _Parser(path, first) as parser:
            sheets = parser.open()
            while first < sheets and not parser.ended:
                first += 1
                yield from parser.sheet(media_type, batch_records)


def _beside(path: Path, media_type: str, batch_records: int) -> Part:
    losses: list[str] = []

    def batches() -> Iterator[RecordBatch]:
        gathered = Gatherer(batch_records)
        try:
            losses.extend(unread_texts(path))
            for field, text in package_texts(path, losses):
                gathered.add(field, 0, text)
                if gathered.heavy:
                    yield gathered.take()
        except (zipfile.BadZipFile, OSError):
            raise UnreadableSource("a workbook that is broken") from None
        if not gathered.empty:
            yield gathered.take()

    return Part("", media_type, FieldKind.METADATA, batches(), losses=losses)


def _unread(path: Path) -> list[str]:
    try:
        return unread_texts(path)
    except (zipfile.BadZipFile, OSError):
        return []  # the parser tells that the workbook is broken


class _Parser:
    """The child process and what it says. `repr` shows no content."""

    def __init__(self, path: Path, first: int) -> None:
        self._child = subprocess.Popen(  # noqa: S603 (our own program, no shell)
            [sys.executable, "-P", str(_CHILD), str(path), str(first)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="ascii",
        )  # fmt: skip
        assert self._child.stdout is not None
        self._output = iter(self._child.stdout)
        self.ended = False

    def __enter__(self) -> _Parser:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        self._child.communicate()

    def open(self) -> int:
        """Return the number of sheets of the workbook."""
        said = self._next()
        if "sheets" in said:
            return int(said["sheets"])
        if said.get("error") == "encrypted":
            raise EncryptedSource("a workbook under a password")
        raise UnreadableSource("a workbook that is broken, or too large to be held in memory")

    def sheet(self, media_type: str, batch_records: int) -> Iterator[Part]:
        """Yield the next sheet as a part, then read over what nobody consumed."""
        about = self._next()
        if "sheet" not in about:
            raise UnreadableSource(_BROKEN)
        suffix = f"#{encode_name(about['sheet'])}"
        notes = ["hidden sheet"] if about["hidden"] else []
        if media_type == XLS:
            notes.append("comments are not looked for in this format")
        if not about["cells"]:
            self._next()
            yield Part(suffix, media_type, FieldKind.COLUMN, iter(()), (), notes, ["a chart sheet, not read"])
            return
        rows = self._rows()
        try:
            top = self._first_row()
            table = read_table(rows)
        except UnreadableSource as error:
            yield Part(suffix, media_type, FieldKind.COLUMN, _raising(error), (), notes)
            return
        if table.header_row is None:
            notes += ["no header"] if table.names else []
        elif top + table.header_row > 2:
            notes.append(f"header in row {top + table.header_row - 1}")
        batches = table.batches(batch_records, notes.append)
        yield Part(suffix, media_type, FieldKind.COLUMN, batches, table.names, notes)
        with suppress(UnreadableSource):  # whoever consumed the batches was told
            for _ in rows:
                pass

    def _first_row(self) -> int:
        said = self._next()
        if "row" not in said:
            raise UnreadableSource(_BROKEN)
        return int(said["row"])

    def _rows(self) -> Iterator[list[str]]:
        for line in self._output:
            if line.startswith("["):
                yield json.loads(line)
            elif "end" in json.loads(line):
                return
            else:
                raise UnreadableSource(_BROKEN)
        self.ended = True
        raise UnreadableSource(_BROKEN)

    def _next(self) -> dict[str, Any]:
        """Return the next message, none where the process ended."""
        line = next(self._output, "")
        self.ended = not line
        message: dict[str, Any] = json.loads(line) if line else {}
        return message


def _raising(error: UnreadableSource) -> Iterator[RecordBatch]:
    yield from ()
    raise error
