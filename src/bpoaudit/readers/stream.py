"""A file as decoded text: lines of bounded length, nothing lost without a word."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from bpoaudit.delivery.encoding import Encoding, find_encoding
from bpoaudit.errors import UnreadableSource

MAX_LINE = 4 << 20
"""Characters of a line that are read."""

_STRAY = re.compile("[\udc80-\udcff]")
# A byte that is not UTF-8, as `surrogateescape` keeps it, is read as Windows-1252; its five
# unassigned bytes as the control characters of Latin-1.
_AS_1252 = {
    0xDC00 + byte: bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte))
    for byte in range(0x80, 0x100)
}


class TextStream:
    """Read a text file line by line, in any encoding.

    What does not decode is counted and said in `losses` when the end is reached: in UTF-8 the byte
    is read as Windows-1252, elsewhere a replacement character stands for it. Lines over
    `MAX_LINE` are cut, which is a loss too. `repr` shows no content.
    """

    def __init__(self, path: Path, notes: list[str], losses: list[str]) -> None:
        try:
            self._encoding = find_encoding(path)
            file = path.open("rb")
        except OSError as error:
            raise UnreadableSource(f"cannot be read: {type(error).__name__}") from None
        file.seek(self._encoding.bom)
        note = f"encoding {self._encoding.label}"
        if note not in notes:
            notes.append(note)
        self._losses = losses
        self._utf8 = self._encoding.codec == "utf-8"
        errors = "surrogateescape" if self._utf8 else "replace"
        self._text = io.TextIOWrapper(file, self._encoding.codec, errors, newline="")
        self._undecoded = 0
        self._cut = 0

    def __repr__(self) -> str:
        return f"TextStream({self._encoding.label})"

    def __enter__(self) -> TextStream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._text.close()

    def lines(self) -> Iterator[str]:
        r"""Yield each line with its line end (`\n`, `\r\n` or `\r`)."""
        while line := self._text.readline(MAX_LINE):
            if len(line) == MAX_LINE and line[-1] not in "\r\n":
                self._skip_line()
            yield self._clean(line)
        self._report()

    def blocks(self) -> Iterator[str]:
        """Yield the text in blocks that do not respect lines."""
        while block := self._text.read(64 << 10):
            yield self._clean(block)
        self._report()

    def _skip_line(self) -> None:
        lost = False
        while rest := self._text.readline(MAX_LINE):
            lost = lost or bool(rest.strip("\r\n"))
            if rest[-1] in "\r\n":
                break
        self._cut += lost

    def _clean(self, text: str) -> str:
        if text.isascii() or self._encoding.strict:
            return text
        if not self._utf8:
            self._undecoded += text.count("\ufffd")
            return text
        stray = len(_STRAY.findall(text))
        self._undecoded += stray
        return text.translate(_AS_1252) if stray else text

    def _report(self) -> None:
        if self._undecoded and self._utf8:
            self._losses.append(f"{self._undecoded} bytes are not UTF-8 and were read as Windows-1252")
        elif self._undecoded:
            self._losses.append(f"{self._undecoded} characters could not be decoded")
        if self._cut:
            self._losses.append(f"{self._cut} lines are longer than {MAX_LINE} characters and were cut")


def head_of(path: Path, encoding: Encoding, characters: int) -> tuple[str, bool]:
    """Return the first characters of a file, and whether they are all of it."""
    with io.TextIOWrapper(path.open("rb"), encoding.codec, "replace", newline="") as text:
        text.buffer.seek(encoding.bom)
        head = text.read(characters)
        return head, not text.read(1)
