"""A remote file as a stream that outlives its connection."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from bpoaudit.delivery.connections import connected, disconnect
from bpoaudit.delivery.persistence import TRIES, Lost, Refused, persistently
from bpoaudit.errors import UnreadableSource

_BLOCK = 4 << 20
_BLOCKS = 8
"""Blocks of one open file that are kept, for formats that are read from their end."""


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """Where a remote file lies; what it takes to open it in another process."""

    uri: str
    """The DELIVERY argument, which names the server."""
    path: str
    """The file, as the protocol's file system names it."""
    size: int | None
    stamp: str | None
    """ETag or time of the last change, as the listing told it."""


def stamp_of(entry: dict[str, Any]) -> str | None:
    """Return what changes when the file does, where the protocol tells it."""
    told = entry.get("ETag") or entry.get("mtime")
    return None if told is None else f"{told} {entry.get('size')}"


class Resumed:
    """A remote file that is opened again, and read on, where the connection drops."""

    def __init__(self, place: Place, stamp: list[str | None]) -> None:
        """`stamp` holds what the file was like when it was first seen, for all its readings."""
        self._place, self._stamp = place, stamp
        self._file: Any = None
        self._whole = False
        """Whether the server only sends whole files, from their beginning."""
        self._at = 0

    def connect(self) -> None:
        """Open the file. Raises `SourceError`."""
        self._try(0)

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; none at the end. Raises `SourceError`."""
        block = self._try(size)
        self._at += len(block)
        return block

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go elsewhere; nothing is fetched before the next `read`."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._place.size or 0}[whence]
        self._at = max(0, base + offset)
        return self._at

    def close(self) -> None:
        """Let go of the file; the connection stays for the next one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _try(self, size: int) -> bytes:
        try:
            return persistently(lambda: self._read(size), self._disconnect)
        except Refused as refused:
            raise UnreadableSource(refused.message) from None
        except Lost as lost:
            after = f"after {self._at:,} bytes" if self._at else "before the first byte"
            raise UnreadableSource(f"connection lost {after}, tried {TRIES} times ({lost})") from None

    def _read(self, size: int) -> bytes:
        if self._file is None:
            self._open()
        if not size:
            return b""
        try:
            self._go()
            block: bytes = self._file.read(size)
        except ValueError:  # what fsspec raises where a web server sends no parts of files
            if self._whole:
                raise Refused("cannot be read (ValueError)") from None
            self._whole, self._file = True, None
            return self._read(size)
        if not block and self._at < (self._place.size or 0):
            raise EOFError
        return block

    def _open(self) -> None:
        system, _ = connected(self._place.uri)
        self._file = system.open(
            self._place.path, "rb", block_size=0 if self._whole else _BLOCK,
            cache_type="blockcache", cache_options={"maxblocks": _BLOCKS},
        )  # fmt: skip
        self._same(stamp_of(getattr(self._file, "details", None) or system.info(self._place.path)))

    def _go(self) -> None:
        """Bring the open file to where this stream stands."""
        if self._file.tell() == self._at:
            return
        if not self._whole:
            self._file.seek(self._at)
            return
        if self._file.tell() > self._at:
            self._open()
        while behind := self._at - self._file.tell():
            if not self._file.read(min(behind, _BLOCK)):
                raise EOFError

    def _same(self, stamp: str | None) -> None:
        if None not in (stamp, self._stamp[0]) and stamp != self._stamp[0]:
            raise Refused("was changed by somebody while it was audited")
        self._stamp[0] = stamp or self._stamp[0]

    def _disconnect(self) -> None:
        self._file = None
        disconnect(self._place.uri)
