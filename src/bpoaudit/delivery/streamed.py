"""A stream out of a generator."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def streamed(blocks: Iterator[bytes], close: Callable[[], None] | None = None) -> BinaryIO:
    """Return a stream of `blocks`, read in pieces of any size; `close` is called once, at its end.

    What `blocks` raises comes out of `read`.
    """
    return cast(BinaryIO, _Streamed(blocks, close))


class _Streamed(io.RawIOBase):
    def __init__(self, blocks: Iterator[bytes], close: Callable[[], None] | None) -> None:
        self._blocks = blocks
        self._close = close
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        piece = self._rest[: len(view)]
        view[: len(piece)] = piece
        self._rest = self._rest[len(piece) :]
        return len(piece)

    def close(self) -> None:
        if not self.closed and self._close is not None:
            self._close()
        super().close()
