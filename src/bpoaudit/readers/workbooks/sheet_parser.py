"""The cells of a workbook, as a process with limits parses them (`bpoaudit.parsers.workbook`)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from bpoaudit.errors import EncryptedSource, UnreadableSource
from bpoaudit.readers.child_process import command, environment

_TOO_LARGE = ", or too large to be held in memory"
"""Beside broken, where the process ended without a word."""


class Sheet(NamedTuple):
    """A sheet as the workbook names it. `repr` shows no content."""

    name: str
    visible: str
    """`visible`, `hidden` or `very hidden`."""
    cells: bool
    """Whether it has cells; a chart has none."""

    def __repr__(self) -> str:
        return f"Sheet({self.visible})"


class SheetParser:
    """The child process and what it says. `repr` shows no content."""

    def __init__(self, path: Path, first: int) -> None:
        """Begin with the sheet of index `first`."""
        self._child = subprocess.Popen(  # noqa: S603 (our own program, no shell)
            command("bpoaudit.parsers.workbook"), env=environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="ascii",
        )  # fmt: skip
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        with suppress(BrokenPipeError), self._child.stdin as stdin:  # it says nothing, which is understood
            json.dump([str(path), first], stdin)
        self._output = self._child.stdout
        self._row = self._column = 1
        self.ended = False
        """Whether the process is gone; a sheet may have been too much for it."""

    def __enter__(self) -> SheetParser:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        self._output.close()
        self._child.wait()

    def open(self) -> list[Sheet]:
        """Return the sheets of the workbook. Raises `EncryptedSource` or `UnreadableSource`."""
        said = self._next()
        if "sheets" in said:
            return [Sheet(*each) for each in said["sheets"]]
        if said.get("error") == "encrypted":
            raise EncryptedSource("a workbook under a password")
        raise _broken("workbook", said)

    def begin(self) -> None:
        """Go to the next sheet."""
        if "sheet" not in (said := self._next()):
            raise _broken("sheet", said)

    def end(self) -> None:
        """Leave a sheet without cells."""
        self._next()

    @property
    def first_column(self) -> int:
        """Return where the columns of the sheet begin, from 1, once `first_row` was asked for."""
        return self._column

    def first_row(self) -> int:
        """Return where the sheet's rows begin, from 1."""
        said = self._next()
        if "row" not in said:
            raise _broken("sheet", said)
        self._row, self._column = int(said["row"]), int(said["column"])
        return self._row

    def rows(self, exact: Mapping[tuple[int, int], str]) -> Iterator[list[str]]:
        """Yield the rows of the sheet; `exact` has the digits of long numbers by row and column."""
        row = self._row
        for line in self._output:
            if line.startswith("["):
                cells = json.loads(line)
                if exact:
                    cells = [
                        exact.get((row, column), cell) for column, cell in enumerate(cells, self._column)
                    ]
                yield cells
                row += 1
            elif "end" in (said := json.loads(line)):
                return
            else:
                raise _broken("sheet", said)
        self.ended = True
        raise _broken("sheet", {})

    def _next(self) -> dict[str, Any]:
        """Return the next message, none where the process ended."""
        line = next(self._output, "")
        self.ended = not line
        message: dict[str, Any] = json.loads(line) if line else {}
        return message


def _broken(what: str, said: Mapping[str, Any]) -> UnreadableSource:
    """Return the fault of a workbook or sheet by the last that the process said: nothing if killed."""
    return UnreadableSource(f"a {what} that is broken{'' if said else _TOO_LARGE}")
