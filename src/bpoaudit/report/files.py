"""Write output files whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bpoaudit.errors import OutputError


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """Open `path` for writing; it appears under its name when the block ends, and only then.

    The bytes go to a new file in the same folder, which is renamed at the end and removed if the
    block raises. What is not a regular file (`/dev/stdout`, a pipe) is written to directly, as a
    rename would replace it. Raises `OutputError` when the file cannot be made, written or renamed.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as special:
                yield special
            return
        part = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}.part")
        try:
            with part.open("xb") as file:
                yield file
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or type(error).__name__}",
            "check that the folder exists and that you may write to it",
        ) from error


def write_atomically(path: Path, data: bytes | str) -> None:
    """Write `data` (text as UTF-8) to `path` by way of a temporary file in the same folder.

    A reader never sees half a report, and a failed run leaves the previous file as it was.
    Raises `OutputError`.
    """
    with atomic_file(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)
