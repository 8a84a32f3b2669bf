"""7z archives: members in the order they are packed, unpacked once from front to end."""

from __future__ import annotations

import json
import subprocess
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, BinaryIO

from bpoaudit.delivery.budget import MAX_MEMBERS
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import SEVEN_ZIP
from bpoaudit.delivery.streamed import streamed
from bpoaudit.errors import (
    EncryptedSource,
    LimitReached,
    SourceError,
    UnreadableSource,
    UnsupportedSource,
)
from bpoaudit.facts import Fact
from bpoaudit.model import FieldKind
from bpoaudit.readers.archives.held import HOLD, held
from bpoaudit.readers.batch import Member, Part
from bpoaudit.readers.child_process import command, environment
from bpoaudit.readers.member_names import MemberNames, last_part
from bpoaudit.readers.options import ReadOptions

_MAX_NAMES = 64 << 20
"""Characters of names that are kept."""
_NO_FILES = {"link": "a link, which is not followed", "other": "a socket, not a file"}


def open_seven_zip(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield a member for each file of a 7z archive, then one part of kind metadata, without a record.

    py7zr unpacks in a process with limits (`bpoaudit.parsers.seven_zip`). A member of up to `held.HOLD`
    bytes is held in memory for its turn, a larger one is unpacked again for each reading: those packed into
    one block with it come first each time. What is packed with a broken member, after it, is not read. Raises
    `EncryptedSource` where the directory is under a password that no given one opens, `UnreadableSource`
    where it is broken, or takes more memory or time than there is.
    """
    with content.at_path() as path, _Child(path, how.passwords) as child:
        yield from _Archive(path, child, how).read()


class _Archive:
    """One archive while its members are given out. `repr` shows no content."""

    def __init__(self, path: Path, child: _Child, how: ReadOptions) -> None:
        self._path, self._child, self._how = path, child, how
        self._names = MemberNames()
        self._files: dict[int, dict[str, Any]] = {}
        """Those that are still to come, by number."""
        self._why = "packed in one block with a member that is broken"

    def __repr__(self) -> str:
        return f"_Archive(members={len(self._files)})"

    def read(self) -> Iterator[Part | Member]:
        locked = self._list()
        for number, about in enumerate(self._listed):
            if about["kind"] in _NO_FILES:
                yield self._member(about, None, UnsupportedSource(_NO_FILES[about["kind"]]))
            elif about["encrypted"] and locked:
                yield self._member(about, None, EncryptedSource(_under(self._how, "")))
            elif about["kind"] == "file":
                self._files[number] = about
        notes = [] if self._listed else ["an empty archive"]
        yield from self._contents()
        for about in self._files.values():
            yield self._member(about, None, UnreadableSource(self._why))
        yield Part("", SEVEN_ZIP, FieldKind.METADATA, iter(()), notes=notes)

    def _list(self) -> bool:
        """Read the directory; tell whether its encrypted members stay closed."""
        self._listed: list[dict[str, Any]] = []
        characters = 0
        while "name" in (said := self._child.next()):
            characters += len(said["name"])
            if len(self._listed) == MAX_MEMBERS or characters > _MAX_NAMES:
                raise LimitReached(f"more than {MAX_MEMBERS:,} members, or names too long to be kept")
            self._listed.append(said)
        if "members" in said:
            return bool(said["locked"])
        if said.get("error") == "password":
            raise EncryptedSource(_under(self._how, ", its directory too"))
        if said.get("error") == "method":
            raise UnsupportedSource("a directory packed by a method that is not known")
        raise UnreadableSource("a directory that is broken, or too large to be held in memory")

    def _contents(self) -> Iterator[Member]:
        while "begin" in (said := self._child.next()) or "fault" in said:
            if "begin" not in said:
                continue  # the member that it was about has told
            about = self._files.pop(said["begin"])
            try:
                self._how.budget.spend(about["size"])
            except LimitReached as problem:
                yield self._member(about, None, problem)
                self._why = "comes after what was more than may be unpacked"
                return
            with ExitStack() as used:
                name = last_part(about["name"])
                if about["size"] <= HOLD:
                    inner = used.enter_context(held(name, self._child.content()))
                else:
                    inner = self._again(name, said["begin"], about["size"])
                yield self._member(about, inner, None)
                if about["size"] > HOLD:
                    with suppress(SourceError):  # whoever read it was told
                        deque(self._child.content(), 0)
        if "done" not in said:
            self._why = "what unpacks it ran out of memory or time, or was broken by it"

    def _again(self, name: str, number: int, size: int) -> Content:
        def begin() -> BinaryIO:
            child = _Child(self._path, self._how.passwords, number)
            if "begin" not in child.next():
                child.close()
                raise UnreadableSource("cannot be unpacked a second time")
            return streamed(child.content(), child.close)

        return Content(name, begin, size=size)

    def _member(self, about: dict[str, Any], content: Content | None, problem: SourceError | None) -> Member:
        suffix, notes = self._names.suffix(about["name"])
        facts: dict[str, Fact] = {"encryption": "aes"} if about["encrypted"] else {}
        return Member(suffix, content, problem, about["size"], notes, facts)


class _Child:
    """The process that unpacks, and what it says. `repr` shows no content."""

    def __init__(self, path: Path, passwords: tuple[str, ...], only: int | None = None) -> None:
        self._process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
            command("bpoaudit.parsers.seven_zip"), env=environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):  # it says nothing, which is understood
            self._process.stdin.write(json.dumps([str(path), only, passwords]).encode() + b"\n")
            self._process.stdin.flush()
        self._output = self._process.stdout

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def next(self) -> dict[str, Any]:
        """Return the next message, none where the process ended."""
        line = self._output.readline()
        message: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
        return message

    def content(self) -> Iterator[bytes]:
        """Yield the pieces of the member that began. Raises `SourceError` where it is not complete."""
        at = 0
        while length := (said := self.next()).get("piece", 0):
            piece = self._output.read(length)
            at += len(piece)
            yield piece
        if said.get("fault") == "method":
            raise UnsupportedSource("packed by a method that is not known")
        if "end" not in said:
            raise UnreadableSource(f"breaks off after {at:,} bytes")


def _under(how: ReadOptions, more: str) -> str:
    tried = f"; none of the {len(how.passwords)} passwords given opens it" if how.passwords else ""
    return f"under a password (AES{more}){tried}"
