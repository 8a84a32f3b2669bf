"""Compressed files of one member: the file keeps its name, and what is inside is read as if it lay there."""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, NamedTuple, Protocol

from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.streamed import streamed
from bpoaudit.errors import LimitReached, UnreadableSource

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP, BZIP2 = "application/gzip", "application/x-bzip2"
XZ, ZSTD = "application/x-xz", "application/zstd"

MAX_WINDOW = 1 << 29
"""Bytes a stream may ask to look back; xz and zstd know levels that need more than a server has."""
FAULTS = (zlib.error, lzma.LZMAError, zstd.ZstdError)
"""What decompressors raise, besides `OSError` and `EOFError`."""

_BLOCK = 128 << 10
_PIECE = 64 << 10


class Decompressor(Protocol):
    """What `bz2`, `lzma` and `zstd` have in common. Output is bounded by `max_length`."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return the next bytes of the stream; the rest of `data` is kept inside."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether there is nothing more without more data."""

    @property
    def unused_data(self) -> bytes:
        """What was given beyond the end of the stream."""


class Inflater:
    """Deflate in the manner of the others. `bits` as `zlib.decompressobj` takes them."""

    def __init__(self, bits: int) -> None:
        self._inflate = zlib.decompressobj(bits)
        self.needs_input = True

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return the next bytes of the stream, `max_length` of them at most."""
        block = self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)
        # With all input taken, there may still be output that did not fit.
        self.needs_input = not self._inflate.unconsumed_tail and len(block) < max_length
        return block

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        """What was given beyond the end of the stream."""
        return self._inflate.unused_data


def zstd_decompressor() -> Decompressor:
    """Return a decompressor of one Zstandard frame (RFC 8878)."""
    window: dict[int, int] = {zstd.DecompressionParameter.window_log_max: MAX_WINDOW.bit_length() - 1}
    return zstd.ZstdDecompressor(options=window)


class Compression(NamedTuple):
    """One way to compress a stream."""

    name: str
    endings: tuple[str, ...]
    decompressor: Callable[[], Decompressor]
    """Begins a stream; a file may hold several, one after another."""


COMPRESSIONS = {
    GZIP: Compression("gzip", (".gz", ".tgz"), lambda: Inflater(zlib.MAX_WBITS | 16)),
    BZIP2: Compression("bzip2", (".bz2", ".tbz2"), bz2.BZ2Decompressor),
    XZ: Compression("xz", (".xz", ".txz"), lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, MAX_WINDOW)),
    ZSTD: Compression("zstd", (".zst", ".tzst"), zstd_decompressor),
}


def decompressed(content: Content, media_type: str, budget: Budget) -> Content:
    """Return what a compressed content holds; several streams one after another are one.

    `media_type` is one of `COMPRESSIONS`. Reading raises `UnreadableSource` where the stream is broken
    or cut, or where something else than zeros follows it; `LimitReached` where it holds more than
    `budget` pays for, or asks for more memory than `MAX_WINDOW`. What came before counts.
    """
    how = COMPRESSIONS[media_type]
    lower = content.name.lower()
    ending = next((e for e in how.endings if lower.endswith(e)), "")
    name = content.name[: len(content.name) - len(ending)]
    if ending.startswith(".t"):
        name += ".tar"

    def begin() -> BinaryIO:
        source = content.open()
        return streamed(_streams(source, how.decompressor), source.close)

    return Content(name, begin, faults=FAULTS, budget=budget)


def unpack(blocks: Iterable[bytes], decompressor: Decompressor) -> Iterator[bytes]:
    """Yield what one stream holds, in pieces of bounded size.

    Ends where the stream or `blocks` end; `decompressor.eof` tells which. Raises what the decompressor
    raises, `LimitReached` where it would take too much memory.
    """
    try:
        for block in blocks:
            if piece := decompressor.decompress(block, _PIECE):
                yield piece
            while not (decompressor.eof or decompressor.needs_input):
                if piece := decompressor.decompress(b"", _PIECE):
                    yield piece
            if decompressor.eof:
                return
    except (lzma.LZMAError, zstd.ZstdError) as error:
        # The one word both libraries use, and the only way to tell this from a broken stream.
        if "memory" in str(error).lower():
            raise LimitReached(f"needs more than {MAX_WINDOW:,} bytes of memory to unpack") from None
        raise


def _streams(source: BinaryIO, begin: Callable[[], Decompressor]) -> Iterator[bytes]:
    rest = b""
    first = True
    while True:
        # Zeros between and after streams are padding (gzip and xz say so, tapes made them).
        while not (rest := rest.lstrip(b"\0")):
            if not (rest := source.read(_BLOCK)):
                return
        decompressor = begin()
        yielded = False
        try:
            for piece in unpack(_with_rest(rest, source), decompressor):
                yielded = True
                yield piece
        except (OSError, *FAULTS):
            if first or yielded:
                raise
            raise UnreadableSource("bytes that are not compressed follow the end of the stream") from None
        if not decompressor.eof:
            raise EOFError
        first, rest = False, decompressor.unused_data


def _with_rest(rest: bytes, source: BinaryIO) -> Iterator[bytes]:
    yield rest
    while block := source.read(_BLOCK):
        yield block
