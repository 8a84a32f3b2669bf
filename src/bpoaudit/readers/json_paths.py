"""Names for the values inside JSON: paths with `[*]` for the elements of an array."""

from __future__ import annotations

import re

from bpoaudit.readers.gather import Gatherer

SCALAR = "text"
"""Field of a document or line that is a single value."""
ELEMENT = "[*]"
"""Field of the values that stand directly in the outermost array."""
BEYOND = "*"
"""Field of the values, and of their paths, once there are more paths than fields should be."""

_EMPTY_KEY = '""'
_HALVES = re.compile("[\ud800-\udfff]")
_MAX_FIELDS = 10_000
_MAX_PATH = 1_000


class Paths:
    """Turn paths into fields, and no more fields than can be held. `repr` shows no content."""

    def __init__(self, notes: list[str]) -> None:
        self._seen: set[str] = set()
        self._notes = notes

    def __repr__(self) -> str:
        return f"Paths({len(self._seen)})"

    def add(self, gathered: Gatherer, path: str, record: int, value: object) -> None:
        """Add a value under its path; `null` is none."""
        if value is None:
            return
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if path not in self._seen:
            if len(self._seen) >= _MAX_FIELDS or len(path) > _MAX_PATH:
                note = f"paths after {_MAX_FIELDS} different ones are read as values"
                if note not in self._notes:
                    self._notes.append(note)
                gathered.add(BEYOND, record, path)
                gathered.add(BEYOND, record, text)
                return
            self._seen.add(path)
        gathered.add(path, record, text)


def join(path: str, key: str) -> str:
    """Return the path of an object's key."""
    return f"{path}.{key or _EMPTY_KEY}" if path else key or _EMPTY_KEY


def whole(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON can escape and no text may hold."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)
