"""Text that is left in the free pages of an SQLite database: rows that were deleted, not overwritten.

The list of free pages is that of https://www.sqlite.org/fileformat.html#the_freelist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_TEXT = re.compile("[^\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]{4,}")
_MOST_TEXTS = 2000


def free_pages(path: Path) -> int:
    """Return how many pages the header says are free."""
    with path.open("rb") as file:
        return int.from_bytes(file.read(40)[36:40])


def free_texts(path: Path) -> Iterator[list[str]]:
    """Yield runs of four or more characters of UTF-8 from the free pages, a bounded number at a time."""
    texts: list[str] = []
    with path.open("rb") as file:
        for page in _free_pages(file):
            decoded = page.decode("utf-8", "replace")
            texts += [text for text in _TEXT.findall(decoded) if not text.isspace()]
            if len(texts) >= _MOST_TEXTS:
                yield texts
                texts = []
    if texts:
        yield texts


def _free_pages(file: BinaryIO) -> Iterator[bytes]:
    header = file.read(100)
    size = int.from_bytes(header[16:18])
    size = 65_536 if size == 1 else size
    trunk, left = int.from_bytes(header[32:36]), int.from_bytes(header[36:40])
    seen: set[int] = set()
    while trunk and left > 0 and trunk not in seen:
        seen.add(trunk)
        page = _page(file, trunk, size)
        count = min(int.from_bytes(page[4:8]), size // 4 - 2)
        yield page[8 + 4 * count :]
        for at in range(8, 8 + 4 * count, 4):
            yield _page(file, int.from_bytes(page[at : at + 4]), size)
        left -= 1 + count
        trunk = int.from_bytes(page[:4])


def _page(file: BinaryIO, number: int, size: int) -> bytes:
    if number < 1:
        return b""
    file.seek((number - 1) * size)
    return file.read(size)
