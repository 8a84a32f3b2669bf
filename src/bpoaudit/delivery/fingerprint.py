"""The manifest's SHA-256 of a whole file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bpoaudit.errors import UnreadableSource


def fingerprint_file(path: Path) -> tuple[str, int]:
    """Return the SHA-256 (hexadecimal) and the size in bytes, reading the file once.

    Raises `UnreadableSource` when it vanished or may not be read.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return digest, file.tell()
    except OSError as error:
        raise UnreadableSource(f"cannot be read: {type(error).__name__}") from None
