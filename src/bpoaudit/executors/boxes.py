"""What crosses a cluster, in boxes: the scheduler, its logs and dashboard, and spilled data show ciphertext.

A process that works makes a pair of keys for itself. The audit's own key reaches it in a box that only this
process can open (X25519), and everything else goes in boxes that only holders of the audit's key can make
or open (XSalsa20-Poly1305), so that nothing else is ever unpickled.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random

__all__ = ["Boxes", "PrivateKey", "handed_over", "taken_over"]

_BLOCK = 4 << 20

Parcel = list[bytes]
"""A thing and the files that belong to it: a box with the thing, then a box for each block of the files."""


class Boxes:
    """Makes and opens the boxes of one audit."""

    def __init__(self, key: bytes | None = None) -> None:
        """Use `key`, or a new one."""
        self.key = key or random(SecretBox.KEY_SIZE)
        self._box = SecretBox(self.key)

    def closed(self, thing: object) -> bytes:
        """Return a picklable thing, compressed and encrypted."""
        return self._closed(pickle.dumps(thing))

    def opened(self, box: bytes) -> Any:
        """Return what was put in. Raises `CryptoError` for what another key made, or changed on its way."""
        return pickle.loads(self._opened(box))  # noqa: S301 (authenticated: our own)

    def sent(self, thing: object, files: Sequence[Path] = ()) -> Parcel:
        """Return a thing and the contents of files, of which no more than a block is in memory in clear."""
        blocks = [[self._closed(block) for block in _blocks(path)] for path in files]
        named = [(path.name, len(each)) for path, each in zip(files, blocks, strict=True)]
        return [self.closed((thing, named)), *(block for each in blocks for block in each)]

    def received(self, parcel: Parcel, folder: Path | None) -> Any:
        """Return the thing of a parcel; its files are written into `folder`, under the names they had."""
        box, *blocks = parcel
        thing, named = self.opened(box)
        following = iter(blocks)
        for name, count in named:
            assert folder is not None
            with (folder / name).open("wb") as file:
                for _ in range(count):
                    file.write(self._opened(next(following)))
        return thing

    def _closed(self, data: bytes) -> bytes:
        return bytes(self._box.encrypt(zlib.compress(data, 1)))

    def _opened(self, box: bytes) -> bytes:
        return zlib.decompress(self._box.decrypt(box))


def handed_over(boxes: Boxes, public_key: bytes) -> bytes:
    """Return the key of an audit for the one process that has the other half of `public_key`."""
    return bytes(SealedBox(PublicKey(public_key)).encrypt(boxes.key))


def taken_over(handed: bytes, private_key: PrivateKey) -> Boxes:
    """Return the boxes of the audit whose key was handed over to this process."""
    return Boxes(bytes(SealedBox(private_key).decrypt(handed)))


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
