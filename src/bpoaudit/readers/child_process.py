"""Parsers in processes of their own (`bpoaudit.parsers`), some kept from one document to the next."""

from __future__ import annotations

import atexit
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, cast

_idle: dict[str, list[Program]] = {}
_MOST_KEPT = 32 << 20
"""Bytes of a document after which its parser is not kept: what it freed is not given back to the system."""

_PASSED_ON = re.compile("PATH|PYTHON.*|LD_LIBRARY_PATH|LANG|LC_.*|TZ|TMPDIR|TESSDATA_PREFIX|OMP_.*")


def command(module: str, *arguments: object) -> list[str]:
    """Return what runs a module of this package as a program, away from the modules of the working folder.

    Everybody on the machine can read the arguments: no path and no name belongs among them.
    """
    return [sys.executable, "-P", "-m", module, *map(str, arguments)]


def environment() -> dict[str, str]:
    """Return what a parser needs to run: none of the keys and passwords that this process was given.

    What it parses may come to rule it.
    """
    return {name: value for name, value in os.environ.items() if _PASSED_ON.fullmatch(name)}


class Program:
    """A module, run as a program, that is kept from one document to the next.

    It may end at any time: by a limit of its own, or because what it parses made it crash. The next
    question starts it again. `repr` shows no content.
    """

    def __init__(self, module: str, *arguments: object) -> None:
        self._command = command(module, *arguments)
        self._process: subprocess.Popen[bytes] | None = None
        self._busy = False
        """Whether it has not answered to the end."""
        self._asked = 0
        """Bytes of the document that it was asked about last."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._command[3]})"

    @property
    def idle(self) -> bool:
        """Whether it has answered to the end."""
        return self._process is not None and not self._busy

    @property
    def grown(self) -> bool:
        """Whether the document was so large that the process may go on holding much memory."""
        return self._asked > _MOST_KEPT

    def started(self) -> tuple[BinaryIO, BinaryIO]:
        """Return where to write to and where to read from; begin the process where none waits."""
        if self._process is None or self._busy or self._process.poll() is not None:
            self.end()
            self._process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
                self._command, env=environment(),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        return self._pipes(self._process)

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        self._busy = False

    def leave(self) -> None:
        """Let go of a process that belongs to the process this one was forked from."""
        if self._process is not None:
            for pipe in self._pipes(self._process):
                pipe.close()

    @staticmethod
    def _pipes(process: subprocess.Popen[bytes]) -> tuple[BinaryIO, BinaryIO]:
        assert process.stdin is not None
        assert process.stdout is not None
        return cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)


class Parser(Program):
    """A program that is asked by a line of JSON and answers by lines of JSON."""

    def ask(self, task: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the answers up to the last, which has `end` or `error`; fewer where the process ended."""
        stdin, stdout = self.started()
        self._busy = True
        with suppress(BrokenPipeError):  # it ended just now; so does what it says
            stdin.write(json.dumps(task).encode("ascii") + b"\n")
            stdin.flush()
        for line in stdout:
            if not line.endswith(b"\n"):
                break
            message: dict[str, Any] = json.loads(line)
            self._busy = not ("end" in message or "error" in message)
            yield message
            if not self._busy:
                return
        self.end()


@contextmanager
def borrowed(module: str) -> Iterator[Parser]:
    """Give a parser that nobody uses; a document inside a document needs a second one."""
    parser = taken(module) or Parser(module)
    assert isinstance(parser, Parser)
    try:
        yield parser
    finally:
        give_back(module, parser)


def taken(kind: str) -> Program | None:
    """Return a program of that kind that nobody uses, if there is one; whoever takes it gives it back."""
    waiting = _idle.get(kind)
    return waiting.pop() if waiting else None


def give_back(kind: str, program: Program) -> None:
    """Keep a program for the next who needs one of that kind.

    One that has not answered to the end, or has grown, is ended.
    """
    if program.idle and not program.grown:
        _idle.setdefault(kind, []).append(program)
    else:
        program.end()


def _end_all() -> None:
    for waiting in _idle.values():
        for parser in waiting:
            parser.end()


def _forget() -> None:
    for waiting in _idle.values():
        for parser in waiting:
            parser.leave()
    _idle.clear()


atexit.register(_end_all)
os.register_at_fork(after_in_child=_forget)
