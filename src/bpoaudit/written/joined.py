"""Values that are not written in one go: several lines, text between tags."""

from __future__ import annotations

from collections.abc import Sequence

from bpoaudit.readers.text_file import without_end
from bpoaudit.written.piece import Value


class Gathered:
    """Stretches of a value, one after another. `repr` shows nothing."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []

    def __repr__(self) -> str:
        return "Gathered(…)"

    def add(self, value: Value) -> None:
        """Add a stretch."""
        self._texts.append(value.text)
        self._starts += value.starts
        self._ends += value.ends

    def value(self) -> Value:
        """Return them as one value."""
        return Value(0, "", "".join(self._texts), self._starts, self._ends)


def joined(lines: Sequence[str], begin: int = 0) -> Value:
    """Return the value of lines that stand one after another in a piece, from `begin` on.

    The end of a line is one character of the value, whatever it is in the file; that of the last is none.
    """
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = begin
    for index, line in enumerate(lines):
        bare = without_end(line)
        text.append(bare)
        starts += range(at, at + len(bare))
        ends += range(at + 1, at + len(bare) + 1)
        if index < len(lines) - 1:
            text.append("\n")
            starts.append(at + len(bare))
            ends.append(at + len(line))
        at += len(line)
    return Value(0, "", "".join(text), starts, ends)


def placed(value: Value, record: int, field: str) -> list[Value]:
    """Return a value as that of a record and field; none where it is blank."""
    return [Value(record, field, value.text, value.starts, value.ends)] if value.text.strip() else []
