"""The manifest's SHA-256 of a whole file."""

from __future__ import annotations

import hashlib

from bpoaudit.delivery.content import Content, why_unreadable
from bpoaudit.errors import UnreadableSource

_BLOCK = 1 << 20


def fingerprint_file(content: Content) -> tuple[str, int]:
    """Return the SHA-256 (hexadecimal) and the size in bytes, reading the file once.

    Raises `UnreadableSource` when it vanished or may not be read.
    """
    try:
        with content.open() as file:
            digest = hashlib.sha256()
            size = 0
            while block := file.read(_BLOCK):
                digest.update(block)
                size += len(block)
            return digest.hexdigest(), size
    except OSError as error:
        raise UnreadableSource(why_unreadable(error)) from None
