"""A file as decoded text: pieces of bounded length, nothing lost without a word."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.encoding import Encoding, find_encoding
from bpoaudit.errors import SourceError, UnreadableSource

_BLOCK = 64 << 10
_NUL = "\0"

_STRAY = re.compile("[\udc80-\udcff]")
# A byte that is not UTF-8, as `surrogateescape` keeps it, is read as Windows-1252; its five
# unassigned bytes as the control characters of Latin-1.
_AS_1252 = {
    0xDC00 + byte: bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte))
    for byte in range(0x80, 0x100)
}


class TextFile:
    """Read a text file of any encoding, any number of times. `repr` shows no content.

    The encoding goes to `notes`. What does not decode is counted and said in `losses` when the end
    is reached: in UTF-8 such a byte is read as Windows-1252, elsewhere a replacement character
    stands for it. The text never has lone surrogates, nor NUL characters, which are counted in `notes`.
    """

    def __init__(self, content: Content, declared: str | None = None) -> None:
        """Find the encoding; `declared` is what the text says of itself. Raises `UnreadableSource`."""
        self._content = content
        try:
            self._encoding = find_encoding(content, declared)
        except OSError as error:
            raise _unreadable(error) from None
        self.notes = [f"encoding {self._encoding.label}"]
        self.losses: list[str] = []

    def __repr__(self) -> str:
        return f"TextFile({self._encoding.label})"

    @property
    def encoding(self) -> Encoding:
        """Return how its bytes are decoded."""
        return self._encoding

    def head(self, characters: int) -> tuple[str, bool]:
        """Return the first characters, and whether they are all of the text."""
        with self._open() as (text, source):
            head = self._clean(text.read(characters))[0]
            return head.replace(_NUL, ""), not text.read(1) and source.fault is None

    def lines(self, longest: int) -> Iterator[str]:
        r"""Yield each line with its end (`\n`, `\r\n` or `\r`), cut after `longest` characters.

        What was cut is a loss.
        """
        undecoded = cut = nothing = 0
        with self._open() as (text, source):
            while line := text.readline(longest):
                if len(line) == longest and line[-1] not in "\r\n":
                    cut += _skip_line(text)
                line, stray = self._clean(line)
                undecoded += stray
                nothing += line.count(_NUL)
                yield line.replace(_NUL, "")
        self._lose(undecoded)
        self._note(nothing)
        if cut:
            self._add_loss(f"lines cut after {longest} characters: {cut}")
        source.raise_fault()

    def blocks(self) -> Iterator[str]:
        """Yield the text in blocks that do not respect lines."""
        undecoded = nothing = 0
        with self._open() as (text, source):
            while block := text.read(_BLOCK):
                block, stray = self._clean(block)
                undecoded += stray
                nothing += block.count(_NUL)
                if bare := block.replace(_NUL, ""):
                    yield bare
        self._lose(undecoded)
        self._note(nothing)
        source.raise_fault()

    @contextmanager
    def _open(self) -> Iterator[tuple[io.TextIOWrapper, _UpToFault]]:
        errors = "surrogateescape" if self._encoding.codec == "utf-8" else "replace"
        try:
            with self._content.open() as file:
                file.read(self._encoding.bom)
                source = _UpToFault(file)
                buffered = io.BufferedReader(source, _BLOCK)
                yield io.TextIOWrapper(buffered, self._encoding.codec, errors, newline=""), source
        except OSError as error:
            raise _unreadable(error) from None

    def _clean(self, text: str) -> tuple[str, int]:
        if self._encoding.strict or text.isascii():
            return text, 0
        if self._encoding.codec != "utf-8":
            return text, text.count("\ufffd")
        stray = len(_STRAY.findall(text))
        return (text.translate(_AS_1252) if stray else text), stray

    def _lose(self, undecoded: int) -> None:
        if undecoded and self._encoding.codec == "utf-8":
            self._add_loss(f"bytes that are not UTF-8, read as Windows-1252: {undecoded}")
        elif undecoded:
            self._add_loss(f"characters that do not decode as {self._encoding.codec}: {undecoded}")

    def _note(self, nothing: int) -> None:
        note = f"NUL characters left out: {nothing}"
        if nothing and note not in self.notes:
            self.notes.append(note)

    def _add_loss(self, loss: str) -> None:
        if loss not in self.losses:  # a second reading meets the same faults
            self.losses.append(loss)


class _UpToFault(io.RawIOBase):
    """A stream that ends where another breaks off, so that all text before is decoded."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.fault: SourceError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            block = self._stream.read(len(buffer))
        except SourceError as error:
            self.fault = error
            return 0
        buffer[: len(block)] = block
        return len(block)

    def raise_fault(self) -> None:
        """Raise what it ended at, if it did not end by itself."""
        if self.fault is not None:
            raise self.fault


def without_end(line: str) -> str:
    """Take the line end off a line."""
    return line.rstrip("\r\n")


def _skip_line(text: io.TextIOWrapper) -> bool:
    """Read to the end of the line; tell whether that lost anything."""
    lost = False
    while rest := text.readline(_BLOCK):
        lost = lost or bool(without_end(rest))
        if rest[-1] in "\r\n":
            break
    return lost


def _unreadable(error: OSError) -> UnreadableSource:
    return UnreadableSource(f"cannot be read: {type(error).__name__}")
