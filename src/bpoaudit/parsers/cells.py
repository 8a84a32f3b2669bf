"""Values to text, as a person would read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

MAX_FILE = 64 << 20
"""Bytes of a file in a cell that is handed on."""

_HALVES = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f]")
_AS_1252 = {
    0xDC00 + byte: bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte))
    for byte in range(0x80, 0x100)
}


def cell_text(value: Any) -> str:
    """Write a value without artefacts: no `.0` on whole numbers, no exponent, dates as ISO 8601."""
    match value:
        case str():
            return value
        case bool():
            return str(value).lower()
        case float():
            return float_text(value)
        case Decimal():
            return f"{value:f}"
        case datetime() if value.time() == time() and value.tzinfo is None:
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return duration_text(value.total_seconds())
        case _:
            return str(value)


def float_text(value: float) -> str:
    """Write a number of double precision; what is not a number is nothing."""
    if value.is_integer():
        return str(int(value))
    return "" if value != value else f"{value:.15g}"


def duration_text(total: float) -> str:
    """Write a span of time as `H:MM:SS`."""
    minutes, seconds = divmod(int(abs(total)), 60)
    return f"{'-' if total < 0 else ''}{minutes // 60}:{minutes % 60:02}:{seconds:02}"


class Raw:
    """Turns bytes into text where they are text, and counts where they are not. `repr` shows no content."""

    def __init__(self, signatures: Sequence[tuple[int, bytes]]) -> None:
        self._signatures = signatures
        self._stray = self._binary = self._nothing = 0
        self.files: dict[str, int] = {}
        """How many values of a field are files of their own."""

    def __repr__(self) -> str:
        return f"Raw(binary={self._binary})"

    def text(self, data: bytes) -> str:
        """Decode what is declared as text: UTF-8, and byte by byte Windows-1252 where it is not."""
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return self.escaped(data.decode("utf-8", "surrogateescape"))
        return self.bare(text)

    def escaped(self, text: str) -> str:
        """Read bytes that did not decode (`surrogateescape`) as Windows-1252; other halves are lost."""
        if not text.isascii() and (halves := _HALVES.findall(text)):
            self._stray += len(halves)
            text = _HALVES.sub("\ufffd", text.translate(_AS_1252))
        return self.bare(text)

    def bare(self, text: str) -> str:
        """Take NUL characters out."""
        if "\0" in text:
            self._nothing += text.count("\0")
            return text.replace("\0", "")
        return text

    def value(self, field: str, data: bytes) -> str:
        """Return binary that is UTF-8 text as text; nothing for a file, which is a source of its own."""
        if self.is_file(data):
            self.files[field] = self.files.get(field, 0) + 1
            return ""
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = "\0"
        if not _CONTROL.search(text):
            return text
        self._binary += 1
        return ""

    def is_file(self, data: bytes) -> bool:
        """Whether bytes begin as a known format does."""
        return len(data) >= 32 and any(data.startswith(begins, at) for at, begins in self._signatures)

    def notes(self) -> list[str]:
        """Say what was counted and loses nothing that a person could read."""
        said = []
        if self.files:
            said.append(f"values that are files, read as sources of their own: {sum(self.files.values())}")
        if self._binary:
            said.append(f"binary values that are not text: {self._binary}")
        if self._nothing:
            said.append(f"NUL characters left out: {self._nothing}")
        return said

    def losses(self) -> list[str]:
        """Say what did not decode."""
        if not self._stray:
            return []
        return [f"bytes that are not UTF-8, read as Windows-1252: {self._stray}"]
