"""The bytes of one source, wherever they lie: on disk, in an archive, in a mail, behind a URI."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from bpoaudit.delivery.budget import Budget
from bpoaudit.errors import SourceError, UnreadableSource

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_HELD = 1 << 30
"""Bytes of a source that are held in memory, for libraries that jump about in a file."""
_SMALL = 8 << 20
"""A source of up to this size is unpacked once and held, a larger one is unpacked again for each reading."""
_BLOCK = 1 << 20

_Got = TypeVar("_Got", bytes, int)


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
        keep: int = _SMALL,
        faults: tuple[type[Exception], ...] = (),
        budget: Budget | None = None,
    ) -> None:
        """`name` is the last part of the source's true name; it only breaks ties between kinds of text.

        `opener` begins a stream and may raise `SourceError`. `size` is the number of bytes where it is
        known before reading; `seeks` says that the stream jumps at no cost. One that does not is held from
        the first reading on where it has no more than `keep` bytes. `faults` are what the stream
        raises where it is broken; `budget` pays for what is unpacked.
        """
        self.name = name
        self.size = size
        self._opener = opener
        self._path = path
        self._seeks = seeks
        self._keep = keep
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
        if self._held is None and not self._seeks and self.size is not None and self.size <= self._keep:
            with suppress(SourceError):  # what comes before the fault is read from the stream
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
        """Return the first `count` bytes, and whether they are all there is.

        Where it breaks off among them, they are those before.
        """
        with self.open() as stream:
            try:
                head = stream.read(count)
                with suppress(SourceError):
                    return head, not stream.read(1)
            except OSError as error:
                raise _unreadable(error) from None
            return head, False

    def _stream(self) -> BinaryIO:
        try:
            stream = self._opener()
        except self._faults as error:
            raise _unreadable(error) from None
        return _Buffered(_Guarded(stream, self._faults, self._seeks, self._pay))

    def _pay(self, position: int) -> None:
        """Count how far was read; what is read again was paid for."""
        self.position = position
        if position > self._paid:
            if self._budget is not None:
                self._budget.spend(position - self._paid)
            self._paid = position  # not before: a second reading ends at the same place

    def _hold(self) -> Path:
        if self._held is None:
            with ExitStack() as unless_whole, self._stream() as stream:
                held = unless_whole.enter_context(os.fdopen(os.memfd_create("bpoaudit"), "w+b"))
                while block := stream.read(_BLOCK):
                    if held.tell() + len(block) > MAX_HELD:
                        raise UnreadableSource(f"larger than the {MAX_HELD:,} bytes held in memory")
                    held.write(block)
                held.flush()
                unless_whole.pop_all()
            self._held = held
        return self._path_of_held()

    def _path_of_held(self) -> Path:
        assert self._held is not None
        # By number, not `self`: a child process that is given the path opens the same memory.
        return Path(f"/proc/{os.getpid()}/fd/{self._held.fileno()}")


class _Buffered(io.BufferedReader):
    """A buffer that gives all that stands before a fault, and raises the fault at the next reading."""

    def __init__(self, raw: _Guarded) -> None:
        super().__init__(raw, _BLOCK)
        self._guarded = raw

    def read(self, size: int | None = -1, /) -> bytes:
        return self._or_fault(super().read(size))

    def read1(self, size: int = -1, /) -> bytes:
        return self._or_fault(super().read1(size))

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._or_fault(super().readline(size))

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        return self._or_fault(super().readinto(buffer))

    def _or_fault(self, got: _Got) -> _Got:
        if not got and self._guarded.fault is not None:
            raise self._guarded.fault
        return got


class _Guarded(io.RawIOBase):
    """A stream that ends at a fault, and keeps it as a `SourceError` for whoever meets the end."""

    def __init__(
        self,
        stream: BinaryIO,
        faults: tuple[type[Exception], ...],
        seeks: bool,
        pay: Callable[[int], None],
    ) -> None:
        self._stream, self._faults, self._seeks, self._pay = stream, faults, seeks, pay
        self._at = 0
        self.fault: SourceError | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._seeks

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        if self.fault is not None:
            return 0
        try:
            block = self._stream.read(len(view))
            self._pay(self._at + len(block))
        except SourceError as error:
            self.fault = error
            return 0
        except self._faults as error:
            self.fault = UnreadableSource(f"breaks off after {self._at:,} bytes ({type(error).__name__})")
            return 0
        view[: len(block)] = block
        self._at += len(block)
        return len(block)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            self._at, self.fault = self._stream.seek(offset, whence), None
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
    return UnreadableSource(why_unreadable(error))


def why_unreadable(error: Exception) -> str:
    """Return why a file could not be opened or read, without what its name or the system's message hold."""
    if isinstance(error, PermissionError):
        return "may not be opened"
    return f"cannot be read: {type(error).__name__}"
