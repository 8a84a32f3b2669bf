"""The bytes of one source, wherever they lie: on disk, in an archive, in a mail, behind a URI."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from bpoaudit.delivery.budget import Budget
from bpoaudit.errors import SourceError, UnreadableSource

MAX_HELD = 1 << 30
"""Bytes of a source that are held in memory, for libraries that jump about in a file."""
_SMALL = 8 << 20
"""A source of up to this size is unpacked once and held, a larger one is unpacked again for each reading."""
_BLOCK = 1 << 20


class Content:
    """The bytes of one source: opened as often as needed, each time from the first byte.

    Nothing is ever written to disk. What lies inside something else comes as a stream; where a library
    needs to jump about, or wants a path, the bytes are held in a file that exists in memory only
    (`memfd_create`), up to `MAX_HELD`. A context manager that gives that memory back. `repr` shows
    neither name nor bytes.
    """

    def __init__(
        self,
        name: str,
        opener: Callable[[], BinaryIO],
        *,
        size: int | None = None,
        path: Path | None = None,
        seeks: bool = False,
        faults: tuple[type[Exception], ...] = (),
        budget: Budget | None = None,
    ) -> None:
        """`name` is the last part of the source's true name; it only breaks ties between kinds of text.

        `opener` begins a stream and may raise `SourceError`. `size` is the number of bytes where it is
        known before reading; `seeks` says that the stream jumps at no cost. `faults` are what the stream
        raises where it is broken; `budget` pays for what is unpacked.
        """
        self.name = name
        self.size = size
        self._opener = opener
        self._path = path
        self._seeks = seeks
        self._faults: tuple[type[Exception], ...] = (OSError, EOFError, *faults)
        self._budget = budget
        self._paid = 0
        self.position = 0
        """How far the reading that is going on has come, in bytes."""
        self._held: BinaryIO | None = None

    @staticmethod
    def of_path(path: Path) -> Content:
        """Return the content of a file on disk."""
        return Content(path.name, lambda: path.open("rb"), path=path, seeks=True)

    @staticmethod
    def of_bytes(name: str, data: bytes) -> Content:
        """Return a content that is in memory already."""
        return Content(name, lambda: io.BytesIO(data), size=len(data), seeks=True)

    def __repr__(self) -> str:
        return "Content(…)"

    def __enter__(self) -> Content:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    def open(self) -> BinaryIO:
        """Begin to read. Opening and reading raise `SourceError` for whatever is wrong."""
        if self._held is None and not self._seeks and self.size is not None and self.size <= _SMALL:
            self._hold()
        if self._held is not None:
            return self._path_of_held().open("rb")
        return self._stream()

    def open_seekable(self) -> BinaryIO:
        """Begin to read where it is cheap to jump about: in place, or in a copy in memory."""
        return self.open() if self._seeks else self._hold().open("rb")

    @contextmanager
    def at_path(self) -> Iterator[Path]:
        """Give a path under which this process and its children can open the bytes."""
        yield self._path or self._hold()

    def first(self, count: int) -> tuple[bytes, bool]:
        """Return the first `count` bytes, and whether they are all there is."""
        with self.open() as stream:
            try:
                head = stream.read(count)
                return head, len(head) < count or not stream.read(1)
            except OSError as error:
                raise _unreadable(error) from None

    def _stream(self) -> BinaryIO:
        try:
            stream = self._opener()
        except self._faults as error:
            raise _unreadable(error) from None
        return io.BufferedReader(_Guarded(stream, self._faults, self._seeks, self._pay), _BLOCK)

    def _pay(self, position: int) -> None:
        """Count how far was read; what is read again was paid for."""
        self.position = position
        if position > self._paid:
            unpacked, self._paid = position - self._paid, position
            if self._budget is not None:
                self._budget.spend(unpacked)

    def _hold(self) -> Path:
        if self._held is None:
            held = os.fdopen(os.memfd_create("bpoaudit"), "w+b")
            try:
                with self._stream() as stream:
                    while block := stream.read(_BLOCK):
                        if held.tell() + len(block) > MAX_HELD:
                            raise UnreadableSource(f"larger than the {MAX_HELD:,} bytes held in memory")
                        held.write(block)
                held.flush()
            except BaseException:
                held.close()
                raise
            self._held = held
        return self._path_of_held()

    def _path_of_held(self) -> Path:
        assert self._held is not None
        # By number, not `self`: a child process that is given the path opens the same memory.
        return Path(f"/proc/{os.getpid()}/fd/{self._held.fileno()}")


class _Guarded(io.RawIOBase):
    """A stream whose faults are `SourceError`s."""

    def __init__(
        self,
        stream: BinaryIO,
        faults: tuple[type[Exception], ...],
        seeks: bool,
        pay: Callable[[int], None],
    ) -> None:
        self._stream, self._faults, self._seeks, self._pay = stream, faults, seeks, pay
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._seeks

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            block = self._stream.read(len(buffer))
        except SourceError:
            raise
        except self._faults as error:
            raise UnreadableSource(f"breaks off after {self._at:,} bytes ({type(error).__name__})") from None
        buffer[: len(block)] = block
        self._at += len(block)
        self._pay(self._at)
        return len(block)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            self._at = self._stream.seek(offset, whence)
        except self._faults as error:
            raise _unreadable(error) from None
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def _unreadable(error: Exception) -> UnreadableSource:
    return UnreadableSource(f"cannot be read: {type(error).__name__}")
