"""Write output files whole or not at all, and those of one run together."""

from __future__ import annotations

import os
import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple

from bpoaudit.errors import KEPT, OutputError
from bpoaudit.file_names import shortened

_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Part(NamedTuple):
    path: Path
    part: Path
    is_result: bool


class Publication:
    """Outputs that appear under their names when the block ends, all of them, and only then.

    Each goes to a new file in the folder it belongs to and is brought to the disk; at the end they are
    renamed, one straight after the other. If the block raises, what was there before stays. Only an end
    between two renames (a power cut, `kill -9`, a name that has become a folder) leaves some old and some new
    files, each of them whole.
    """

    def __init__(self) -> None:
        self._parts: list[_Part] = []

    @contextmanager
    def file(self, path: Path, *, is_result: bool = False) -> Iterator[BinaryIO]:
        """Open `path` for writing. What the others can be made from (`is_result`) outlives their failure.

        What is not a regular file (`/dev/stdout`, a pipe) is written to directly, as a rename would
        replace it. Raises `OutputError` when the file cannot be made or written.
        """
        with _told(path):
            if path.exists() and not path.is_file():
                with path.open("wb") as special:
                    yield special
                return
            part = path.with_name(shortened(path.name, before=".", after=f".{secrets.token_hex(4)}.part"))
            try:
                with part.open("xb") as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
            except BaseException:
                part.unlink(missing_ok=True)
                raise
            self._parts.append(_Part(path, part, is_result))

    def write(self, path: Path, data: bytes | str, *, is_result: bool = False) -> None:
        """Write `data` (text as UTF-8) as `file` does."""
        with self.file(path, is_result=is_result) as file:
            file.write(data.encode() if isinstance(data, str) else data)

    def __enter__(self) -> Publication:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                try:
                    self._publish()
                except OutputError as unpublished:
                    self._keep_result(unpublished)
                    raise
            else:
                self._keep_result(error)
        finally:
            for each in self._parts:
                with suppress(OSError):  # it has its name, or the folder is gone
                    each.part.unlink()

    def _publish(self) -> None:
        with _ends_put_off():
            for path, part, _ in self._parts:
                with _told(path):
                    part.replace(path)
        for folder in dict.fromkeys(path.parent for path, _, _ in self._parts):
            _bring_to_disk(folder)

    def _keep_result(self, error: BaseException) -> None:
        for path, part, is_result in self._parts:
            if is_result:
                kept = path.with_name(shortened(path.name, after=".kept"))
                with suppress(OSError):  # then it is not: the error that ended all is told
                    part.replace(kept)
                    error.add_note(f"{KEPT}{kept}")


@contextmanager
def _ends_put_off() -> Iterator[None]:
    """Let what would end the program wait for the end of the block.

    To block the signals would not do: any other thread may take them, and Python answers in the main one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # no signal is answered here
        return
    came: list[int] = []
    before = {each: signal.signal(each, lambda number, frame: came.append(number)) for each in _ENDS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, signal.SIG_DFL if handler is None else handler)
    if came:
        signal.raise_signal(came[0])


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or type(error).__name__}",
            "check that the folder exists, has room, and that you may write to it",
        ) from error


def _bring_to_disk(folder: Path) -> None:
    """Bring the names in a folder to the disk, where it may be listed and its file system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_atomically(path: Path, data: bytes | str) -> None:
    """Write `data` (text as UTF-8) to `path`, a publication of its own.

    A reader never sees half a report, and a failed run leaves the previous file as it was.
    Raises `OutputError`.
    """
    with Publication() as publication:
        publication.write(path, data)
