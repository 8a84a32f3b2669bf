"""The bytes of one member of a zip: found, deciphered, unpacked and checked."""

from __future__ import annotations

import bz2
import io
import lzma
import os
import subprocess
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO, cast

from bpoaudit.delivery.compression import MAX_WINDOW, Decompressor, Inflater, unpack, zstd_decompressor
from bpoaudit.delivery.content import MAX_HELD
from bpoaudit.delivery.streamed import streamed
from bpoaudit.errors import LimitReached, UnreadableSource
from bpoaudit.parsers.zip_codec import DEFLATE64, PPMD
from bpoaudit.readers.archives.zip_cipher import cut, decipher
from bpoaudit.readers.archives.zip_directory import Entry
from bpoaudit.readers.child_process import command, environment

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STORED, _LZMA = 0, 14
_DECOMPRESSORS: dict[int, Callable[[], Decompressor]] = {
    8: lambda: Inflater(-zlib.MAX_WBITS),
    12: bz2.BZ2Decompressor,
    93: zstd_decompressor,
    95: lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, MAX_WINDOW),
}
METHODS = {STORED, _LZMA, DEFLATE64, PPMD, *_DECOMPRESSORS}
"""Numbers of the methods that are read (APPNOTE 4.4.5)."""

_BLOCK = 128 << 10


def open_member(file: BinaryIO, entry: Entry, begin: int, password: bytes | None = None) -> BinaryIO:
    """Begin to unpack a member whose bytes begin at `begin` of `file`, which is closed with the stream.

    A member that is stored and not encrypted can be jumped about in; its checksum is compared when it is
    read from first to last. Reading raises `EOFError` where the member breaks off, `UnreadableSource`
    where it is not what its header says, and what its decompressor raises.
    """
    file.seek(begin)
    if entry.method == STORED and password is None:
        return cast(BinaryIO, _Stored(file, entry, begin))
    used = ExitStack()
    used.callback(file.close)
    blocks = _packed(file, entry.packed)
    if password is not None:
        blocks = decipher(blocks, entry, password)
    return streamed(_checked(_unpacked(blocks, entry, used), entry), used.close)


def _packed(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length:
        block = file.read(min(_BLOCK, length))
        if not block:
            raise EOFError
        length -= len(block)
        yield block


def _unpacked(blocks: Iterator[bytes], entry: Entry, used: ExitStack) -> Iterator[bytes]:
    if entry.method == STORED:
        yield from blocks
    elif entry.method in (DEFLATE64, PPMD):
        yield from _by_child(blocks, entry, used)
    else:
        if entry.method == _LZMA:
            decompressor, blocks = _lzma(blocks)
        else:
            decompressor = _DECOMPRESSORS[entry.method]()
        yield from unpack(blocks, decompressor)
        # LZMA need not mark its end: there the size says whether it was reached.
        if not decompressor.eof and entry.method != _LZMA:
            raise EOFError
        for _ in blocks:  # the authentication code stands at the end
            pass


def _lzma(blocks: Iterator[bytes]) -> tuple[Decompressor, Iterator[bytes]]:
    """Read the head of an LZMA member (APPNOTE 5.8): version, length of the properties, properties."""
    head, rest = cut(blocks, 9)
    kind, window = head[4], int.from_bytes(head[5:9], "little")
    if head[2:4] != b"\5\0" or kind >= 9 * 5 * 5:
        raise lzma.LZMAError
    if window > MAX_WINDOW:
        raise LimitReached(f"needs more than {MAX_WINDOW:,} bytes of memory to unpack")
    settings = {"dict_size": window, "lc": kind % 9, "lp": kind // 9 % 5, "pb": kind // 45}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, **settings}]), rest


def _by_child(blocks: Iterator[bytes], entry: Entry, used: ExitStack) -> Iterator[bytes]:
    packed = used.enter_context(os.fdopen(os.memfd_create("bpoaudit"), "w+b"))
    for block in blocks:
        if packed.tell() + len(block) > MAX_HELD:
            raise LimitReached(f"packed into more than the {MAX_HELD:,} bytes held in memory")
        packed.write(block)
    packed.seek(0)
    child = used.enter_context(
        subprocess.Popen(  # noqa: S603 (our own program, no shell)
            command("bpoaudit.parsers.zip_codec", entry.method, entry.size), env=environment(),
            stdin=packed, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )
    )  # fmt: skip
    used.callback(child.kill)
    assert child.stdout is not None
    while block := child.stdout.read(_BLOCK):
        yield block
    if child.wait():
        raise EOFError


def _checked(blocks: Iterator[bytes], entry: Entry) -> Iterator[bytes]:
    check = _Check(entry)
    for block in blocks:
        yield check.passed(block)
    check.end()


class _Check:
    """Size and checksum as the bytes go by."""

    def __init__(self, entry: Entry) -> None:
        self._size = entry.size if entry.size >= 0 else None
        # The second version of AES leaves the checksum out: it would tell of the content.
        without = entry.size < 0 or (entry.aes is not None and entry.aes.version == 2)
        self._checksum = None if without else entry.checksum
        self._length = self._sum = 0

    def passed(self, block: bytes) -> bytes:
        """Return what of `block` belongs to the member."""
        self._length += len(block)
        if self._size is not None and self._length > self._size:
            raise UnreadableSource(f"unpacks to more than the {self._size:,} bytes it is said to have")
        self._sum = zlib.crc32(block, self._sum)
        return block

    def end(self) -> None:
        """Compare."""
        if self._size is not None and self._length < self._size:
            raise EOFError
        if self._checksum is not None and self._sum != self._checksum:
            raise UnreadableSource("is not what was packed: its checksum is another")


class _Stored(io.RawIOBase):
    """A member as it lies in the archive."""

    def __init__(self, file: BinaryIO, entry: Entry, begin: int) -> None:
        self._file, self._begin, self._length = file, begin, entry.packed
        self._at = 0
        self._check: _Check | None = _Check(entry)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        block = self._file.read(min(len(view), self._length - self._at))
        if not block and self._at < self._length:
            raise EOFError
        self._at += len(block)
        if self._check is not None and block:
            self._check.passed(block)
        elif self._check is not None:
            self._check.end()
        view[: len(block)] = block
        return len(block)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        at = min(max(start + offset, 0), self._length)
        if at != self._at:
            self._check = None  # it only holds for what was read in one go
            self._file.seek(self._begin + at)
            self._at = at
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        self._file.close()
        super().close()
