"""Run a parser in a process of its own and read what it writes.

The process has limits on memory and time (`bpoaudit.parsers`). What it says becomes parts, and a
member for each file that lies in a value.
"""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from bpoaudit import errors
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.discover import encode_name
from bpoaudit.delivery.media import FILE_SIGNATURES
from bpoaudit.errors import LimitReached, SourceError, UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import FieldValues, Member, Part, RecordBatch
from bpoaudit.readers.child_process import command, environment
from bpoaudit.readers.options import ReadOptions

MAX_BYTES = 3 << 30
"""Address space of a parser."""
MAX_SECONDS = 120
"""Processor time that a parser may take from one line of its output to the next."""

_BROKEN = "broken, or too large to be held in memory"
_MOST_PROCESSES = 20


def run_parser(parser: str, content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield what `bpoaudit.parsers.<parser>` finds in a content.

    A section that breaks the process is a part whose batches raise `UnreadableSource`; the process is
    begun anew behind it. Raises what the parser says where the content cannot be opened, and
    `UnreadableSource` where the process ends without a word. All text is paid for by the budget.
    """
    with content.at_path() as path:
        given = 0
        for _ in range(_MOST_PROCESSES):
            with _Process(parser, path, media_type, how, given) as process:
                yield from process.items()
            if not process.broke:
                return
            given += process.given
        raise UnreadableSource(_BROKEN)


class _Process:
    """The process and what it says. `repr` shows no content."""

    def __init__(self, parser: str, path: Path, media_type: str, how: ReadOptions, given: int) -> None:
        request = {
            "parser": parser, "path": str(path), "media_type": media_type, "pass_over": given,
            "batch_records": how.batch_records, "most_bytes": MAX_BYTES, "most_seconds": MAX_SECONDS,
            "signatures": [(at, begins.hex()) for at, begins in FILE_SIGNATURES],
        }  # fmt: skip
        self._media_type, self._budget = media_type, how.budget
        self._child = subprocess.Popen(  # noqa: S603 (our own program, no shell)
            command("bpoaudit.parsers"), env=environment(), encoding="ascii",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        with suppress(BrokenPipeError), self._child.stdin as stdin:
            json.dump(request, stdin)
        self._output = self._child.stdout
        self.given = 0
        """Sections given as parts."""
        self.broke = False
        """Whether it ended in the midst of a section."""

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        self._output.close()
        self._child.wait()

    def items(self) -> Iterator[Part | Member]:
        """Yield parts and members until the process is done or ends."""
        while not self.broke:
            said = self._next()
            if "section" in said:
                self.given += 1
                yield from self._part(said["section"])
            elif "attached" in said:
                yield _member(said["attached"])
            elif "error" in said:
                raise _problem(said["error"])
            elif "done" in said:
                return
            else:
                raise UnreadableSource(_BROKEN)

    def _part(self, about: dict[str, Any]) -> Iterator[Part]:
        suffix = "" if about["table"] is None else f"#{encode_name(about['table'])}"
        part = Part(suffix, self._media_type, FieldKind(about["kind"]), iter(()), tuple(about["fields"]))
        part.batches = batches = self._batches(part)
        yield part
        with suppress(SourceError):  # whoever consumed the batches was told
            for _ in batches:
                pass

    def _batches(self, part: Part) -> Iterator[RecordBatch]:
        while isinstance(said := self._next(), list):
            first, count, columns = said
            fields = []
            for name, records, values in columns:
                fields.append(FieldValues(name, records or range(first, first + count), values))
            yield RecordBatch(count, tuple(fields))
        if "end" not in said:
            self.broke = True
            raise UnreadableSource(_BROKEN)
        about = said["end"]
        part.notes += about["notes"]
        part.losses += about["losses"]
        part.facts |= about["facts"]
        if about["error"]:
            raise _problem(about["error"])

    def _next(self) -> Any:
        """Return the next message, an empty one where the process ended."""
        line = self._output.readline()
        if not line.endswith("\n"):
            return {}
        self._budget.spend(len(line))
        return json.loads(line)


def _member(about: dict[str, Any]) -> Member:
    table = "" if about["table"] is None else f"#{encode_name(about['table'])}"
    suffix = f"{table}!{encode_name(about['column'])}/{about['record']}"
    if about["data"] is None:
        return Member(suffix, None, LimitReached("a value too large to be taken out"))
    data = base64.b64decode(about["data"])
    return Member(suffix, Content.of_bytes(about["column"], data), size=len(data))


def _problem(said: list[str]) -> SourceError:
    kind, message = said
    problem: SourceError = getattr(errors, kind)(message)
    return problem
