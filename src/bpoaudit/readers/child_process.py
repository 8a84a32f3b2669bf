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
from typing import Any

_idle: dict[str, list[Parser]] = {}

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


class Parser:
    """A module, run as a program, that is asked by a line of JSON and answers by lines of JSON.

    It may end at any time: by a limit of its own, or because what it parses made it crash. The next
    question starts it again. `repr` shows no content.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: subprocess.Popen[str] | None = None
        self._busy = False

    def __repr__(self) -> str:
        return f"Parser({self._module})"

    def ask(self, task: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the answers up to the last, which has `end` or `error`; fewer where the process ended."""
        if self._process is None or self._busy or self._process.poll() is not None:
            self.end()
            self._process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
                command(self._module), env=environment(),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="ascii",
            )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._busy = True
        with suppress(BrokenPipeError):  # it ended just now; so does what it says
            self._process.stdin.write(json.dumps(task) + "\n")
            self._process.stdin.flush()
        for line in self._process.stdout:
            if not line.endswith("\n"):
                break
            message: dict[str, Any] = json.loads(line)
            self._busy = not ("end" in message or "error" in message)
            yield message
            if not self._busy:
                return
        self.end()

    @property
    def idle(self) -> bool:
        """Whether it has answered to the end."""
        return self._process is not None and not self._busy

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        self._busy = False

    def leave(self) -> None:
        """Let go of a process that belongs to the process this one was forked from."""
        if self._process is not None and self._process.stdin and self._process.stdout:
            self._process.stdin.close()
            self._process.stdout.close()


@contextmanager
def borrowed(module: str) -> Iterator[Parser]:
    """Give a parser that nobody uses; a document inside a document needs a second one."""
    waiting = _idle.setdefault(module, [])
    parser = waiting.pop() if waiting else Parser(module)
    try:
        yield parser
    finally:
        if parser.idle:
            waiting.append(parser)
        else:
            parser.end()


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
