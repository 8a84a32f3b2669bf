"""The two ciphers of zip archives: WinZip's AES, and the one from 1989 that can be broken."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from itertools import chain

from _zipdecrypter import StandardZipDecrypter
from Cryptodome.Cipher import AES
from Cryptodome.Util import Counter

from bpoaudit.errors import UnreadableSource
from bpoaudit.readers.archives.zip_directory import Entry

_ROUNDS = 1000
_VERIFIER, _CODE = 2, 10
_OLD_HEADER = 12


class WrongPassword(Exception):
    """The check at the begin of a member says so; one wrong password in 256 passes the old cipher's."""


def spellings(password: str) -> tuple[bytes, ...]:
    """Return the bytes a password may have been: UTF-8, or what Windows and DOS made of it."""
    found = {password.encode(): None}
    for codec in ("cp1252", "cp437"):
        found.setdefault(password.encode(codec, "ignore"))
    return tuple(found)


def decipher(blocks: Iterator[bytes], entry: Entry, password: bytes) -> Iterator[bytes]:
    """Yield the bytes of a member without its cipher.

    Raises `WrongPassword` before the first, `EOFError` where it is cut, `UnreadableSource` where its
    authentication fails.
    """
    return _aes(blocks, entry, password) if entry.aes else _old(blocks, entry, password)


def _old(blocks: Iterator[bytes], entry: Entry, password: bytes) -> Iterator[bytes]:
    decrypter = StandardZipDecrypter(password)
    head, rest = cut(blocks, _OLD_HEADER)
    if decrypter.decrypt_bytes(head)[-1] != entry.stamp:
        raise WrongPassword
    for block in rest:
        yield decrypter.decrypt_bytes(block)


def _aes(blocks: Iterator[bytes], entry: Entry, password: bytes) -> Iterator[bytes]:
    # https://www.winzip.com/en/support/aes-encryption/: salt, verifier, content, authentication code.
    assert entry.aes is not None
    length = entry.aes.key
    head, rest = cut(blocks, length // 2 + _VERIFIER)
    salt, verifier = head[:-_VERIFIER], head[-_VERIFIER:]
    keys = hashlib.pbkdf2_hmac("sha1", password, salt, _ROUNDS, 2 * length + _VERIFIER)
    if keys[2 * length :] != verifier:
        raise WrongPassword
    cipher = AES.new(keys[:length], AES.MODE_CTR, counter=Counter.new(128, little_endian=True))
    code = hmac.new(keys[length : 2 * length], digestmod="sha1")
    held = b""
    for block in rest:
        held += block
        ready, held = held[:-_CODE], held[-_CODE:]
        code.update(ready)
        yield cipher.decrypt(ready)
    if len(held) < _CODE:
        raise EOFError
    if not hmac.compare_digest(code.digest()[:_CODE], held):
        raise UnreadableSource("was changed after it was encrypted: its authentication code is another")


def cut(blocks: Iterator[bytes], length: int) -> tuple[bytes, Iterator[bytes]]:
    """Return the first `length` bytes, and the blocks with the rest. Raises `EOFError` where it is cut."""
    head = b""
    while len(head) < length:
        block = next(blocks, b"")
        if not block:
            raise EOFError
        head += block
    return head[:length], chain((head[length:],), blocks)
