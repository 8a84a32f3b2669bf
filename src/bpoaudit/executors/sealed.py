"""Files that only who holds the key of the audit can read, or change without being caught (AES-256-GCM)."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile, mkstemp
from typing import TYPE_CHECKING, BinaryIO

from Cryptodome.Cipher import AES

if TYPE_CHECKING:
    from Cryptodome.Cipher._mode_gcm import GcmMode

_BLOCK = 1 << 20
_NONCE, _TAG = 12, 16
_HEAD = b"bpoaudit cache 1\n"
_IN_MEMORY = 8 << 20
PART = ".part"
"""Ending of a file that is being written."""


class Changed(Exception):
    """A file is not what was written: damaged, changed, put in another's place, or of another key."""


def write_sealed(path: Path, key: bytes, pieces: Iterable[bytes]) -> None:
    """Write `pieces`, compressed and sealed, to `path`, complete or not at all. Raises `OSError`."""
    nonce = os.urandom(_NONCE)
    cipher = _cipher(key, nonce, path)
    squeeze = zlib.compressobj(1)
    handle, name = mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=PART)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_HEAD + nonce)
            for piece in pieces:
                file.write(cipher.encrypt(squeeze.compress(piece)))
            file.write(cipher.encrypt(squeeze.flush()))
            file.write(cipher.digest())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_sealed(path: Path, key: bytes) -> Iterator[bytes]:
    """Yield what was written to `path` in pieces; nothing of it before all was found to be unchanged.

    Raises `OSError` and, before the first piece, `Changed`.
    """
    # A link or a pipe is none of ours, and a pipe would never answer.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file, SpooledTemporaryFile(max_size=_IN_MEMORY) as squeezed:
        status = os.fstat(handle)
        size = status.st_size - len(_HEAD) - _NONCE - _TAG
        if not stat.S_ISREG(status.st_mode) or size < 0 or file.read(len(_HEAD)) != _HEAD:
            raise Changed
        cipher = _cipher(key, file.read(_NONCE), path)
        for block in _blocks(file, size):
            squeezed.write(cipher.decrypt(block))
        try:
            cipher.verify(file.read(_TAG))
        except ValueError:
            raise Changed from None
        squeezed.seek(0)
        expand = zlib.decompressobj()
        while block := squeezed.read(_BLOCK):
            while block:
                yield expand.decompress(block, _BLOCK)
                block = expand.unconsumed_tail
        yield expand.flush()


def _cipher(key: bytes, nonce: bytes, path: Path) -> GcmMode:
    cipher = AES.new(key, AES.MODE_GCM, nonce=nonce)
    cipher.update(path.name.encode())  # so that nothing can be put in its place
    return cipher


def _blocks(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (block := file.read(min(_BLOCK, size))):
        size -= len(block)
        yield block
