"""Where in JSON a value stands: its path and its record."""

from __future__ import annotations

from bpoaudit.readers.json_paths import ELEMENT, SCALAR, join

MAX_DEPTH = 200
"""Containers inside one another; a record of a delivery nests fewer."""


class TooDeep(Exception):
    """More than `MAX_DEPTH` containers are open."""


class JsonPlace:
    """The place in documents that follow one another: the containers that are open, and the record.

    A record is an element of the outermost array; what is in no array belongs to record 1. With `lines`
    each document is a record. `repr` shows no content.
    """

    def __init__(self, *, lines: bool) -> None:
        self._lines = lines
        self._open: list[tuple[str, bool]] = []  # path of the container, whether it is an array
        self._next = ""  # path of the value to come
        self._outermost = 0  # how many containers are open in the outermost array, itself included
        self._record = 0
        self._before = 0  # records of the documents above, where several follow one another
        self.records = 0
        """Records of this document that are complete."""
        self.documents = 0

    def __repr__(self) -> str:
        return f"JsonPlace(depth={len(self._open)})"

    @property
    def between(self) -> bool:
        """Whether no container is open."""
        return not self._open

    def begin_document(self) -> None:
        """Go to the next document."""
        self.documents += 1
        self._before += self.records
        self.records, self._next = 0, ""

    def key(self, key: str) -> str:
        """Go to the value of a key; return its path."""
        self._next = join(self._open[-1][0], key)
        return self._next

    def value(self) -> tuple[str, int]:
        """Return path and record of the value that begins here."""
        path = self._begin_value() or (ELEMENT if self._open else SCALAR)
        return path, self._before + (self._record if self._outermost else 1)

    def enter(self, *, array: bool) -> None:
        """Open a container. Raises `TooDeep`."""
        path = self._begin_value()
        if len(self._open) == MAX_DEPTH:
            raise TooDeep
        # The outermost array of a document that is an array goes without saying.
        self._open.append((f"{path}{ELEMENT}" if array and (self._open or self._lines) else path, array))
        if array and not self._outermost and not self._lines:
            self._outermost, self._record = len(self._open), 0

    def leave(self) -> bool:
        """Close a container; tell whether a record ended with it."""
        if len(self._open) == self._outermost:
            self._outermost = 0
        self._open.pop()
        return self.end_value()

    def end_value(self) -> bool:
        """End a value; tell whether a record ended with it."""
        ended = bool(self._open) and len(self._open) == self._outermost
        self.records += ended
        return ended

    def _begin_value(self) -> str:
        if self._open and self._open[-1][1]:
            self._next = self._open[-1][0]
            if len(self._open) == self._outermost:
                self._record += 1
        return self._next
