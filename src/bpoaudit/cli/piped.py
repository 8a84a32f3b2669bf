"""Standard streams that somebody may stop reading: `bpoaudit rules list | head` ends quietly.

The signal that ends other tools then (SIGPIPE) would end this one wherever it is, beside half a result; so it
stays ignored, as Python has it, and what is printed ends the program, by way of all `finally`. Typer makes of
a pipe that closes elsewhere an exit code of 1, which says something else here: see `is_of_typer`.
"""

from __future__ import annotations

import io
import os
import signal
from typing import NoReturn, TextIO

CLOSED = 128 + signal.SIGPIPE
"""Exit code, as the shell gives it to a tool that the signal has ended."""


class Piped(io.TextIOWrapper):
    """A text stream whose reader may be gone."""

    @staticmethod
    def around(stream: TextIO) -> Piped:
        """Return a stream in the place of `stream`, which is not written to any more."""
        assert isinstance(stream, io.TextIOWrapper)
        return Piped(
            stream.buffer,
            encoding=stream.encoding,
            errors=stream.errors,
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,  # under PYTHONUNBUFFERED it is this that hands lines on
        )

    def write(self, text: str) -> int:
        """Write `text`; raise `SystemExit` where nobody reads it."""
        try:
            return super().write(text)
        except BrokenPipeError:
            self._end()

    def flush(self) -> None:
        """Hand on what was written; raise `SystemExit` where nobody reads it."""
        try:
            super().flush()
        except BrokenPipeError:
            self._end()

    def _end(self) -> NoReturn:
        # What is still to be written would fail once more when the program ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)
        raise SystemExit(CLOSED)


def is_of_typer(end: SystemExit) -> bool:
    """Tell whether Typer ended the program because some pipe was closed, whichever it was."""
    return end.code == 1 and isinstance(end.__context__, BrokenPipeError)
