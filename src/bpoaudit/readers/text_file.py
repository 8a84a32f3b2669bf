"""A file as decoded text: pieces of bounded length, nothing lost without a word."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.encoding import Encoding, find_encoding
from bpoaudit.errors import SourceError, UnreadableSource
from bpoaudit.readers.until_fault import UntilFault

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK = 64 << 10
_NUL = "\0"

_LINE_END = re.compile("\r\n|\n|\r(?!\\Z)")
"""A carriage return at the end of a block may be half of a pair."""
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

    def pieces(self, longest: int) -> Iterator[tuple[str, bool]]:
        r"""Yield each line with its end (`\n`, `\r\n` or `\r`), and True.

        Of a line over `longest` characters there are pieces before, with False, which end between words as
        far as they can. Such lines are noted.
        """
        rest, is_cut, long = "", False, 0
        blocks = UntilFault(self.blocks())
        for block in blocks:
            looked_at = max(len(rest) - 1, 0)  # a carriage return at the end was half of a pair, perhaps
            rest += block
            start = 0
            for end in _LINE_END.finditer(rest, looked_at):
                line, start = rest[start : end.end()], end.end()
                if len(line) > longest:
                    *pieces, line = _cut(line, longest)
                    yield from ((piece, False) for piece in pieces)
                    is_cut = is_cut or bool(pieces)
                yield line, True
                long += is_cut
                is_cut = False
            *pieces, rest = _cut(rest[start:], longest)
            yield from ((piece, False) for piece in pieces)
            is_cut = is_cut or bool(pieces)
        if rest:
            yield rest, True
        if long := long + is_cut:
            self._note(f"lines over {longest:,} characters, read in pieces: {long:,}")
        blocks.end()

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
        self._note_nothing(nothing)
        if cut:
            self._add_loss(f"characters of lines longer than {longest:,}, not read: {cut:,}")
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
        self._note_nothing(nothing)
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

    def _note_nothing(self, nothing: int) -> None:
        if nothing:
            self._note(f"NUL characters left out: {nothing}")

    def _note(self, note: str) -> None:
        if note not in self.notes:
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

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        try:
            block = self._stream.read(len(view))
        except SourceError as error:
            self.fault = error
            return 0
        view[: len(block)] = block
        return len(block)

    def raise_fault(self) -> None:
        """Raise what it ended at, if it did not end by itself."""
        if self.fault is not None:
            raise self.fault


def without_end(line: str) -> str:
    """Take the line end off a line."""
    return line.rstrip("\r\n")


def _cut(line: str, longest: int) -> list[str]:
    """Cut a line into pieces of at most so many characters, its end not counted."""
    pieces: list[str] = []
    at = 0
    while len(line) - at > longest and len(without_end(line)) - at > longest:
        end = line.rfind(" ", at + longest // 2, at + longest) + 1 or at + longest
        pieces.append(line[at:end])
        at = end
    return [*pieces, line[at:]]


def _skip_line(text: io.TextIOWrapper) -> int:
    """Read to the end of the line; return how many characters that lost."""
    lost = 0
    while rest := text.readline(_BLOCK):
        lost += len(without_end(rest))
        if rest[-1] in "\r\n":
            break
    return lost


def _unreadable(error: OSError) -> UnreadableSource:
    return UnreadableSource(f"cannot be read: {type(error).__name__}")
