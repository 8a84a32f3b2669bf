"""What an Office Open XML package says beside its sheets and pages: comments, properties, links."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

_BLOCK = 64 << 10
_MAX_XML = 256 << 20
"""Bytes of one member that are read, inflated."""
_MAX_TEXT = 1 << 20

# Field of the members whose name matches, the first match wins. The others are layout, or the cells'
# own texts, which `readers.sheets` reads.
_MEMBERS = (
    (r"docProps/.*\.xml", "properties"),
    (r"customXml/.*\.xml", "custom data"),
    (r".*/(threadedC|c)omments?\d*(/.*)?\.xml|.*/persons/.*\.xml", "comments"),
    (r".*/worksheets/_rels/.*\.rels|word/_rels/.*\.rels", "links"),
    (r".*/(drawings|diagrams)/[^_].*\.(xml|vml)", "drawings"),
    (r".*/charts/[^_].*\.xml", "charts"),
    (r".*/pivotCache/[^_].*\.xml", "pivot cache"),
    (r".*/externalLinks/[^_].*\.xml", "external links"),
    (r"xl/queryTables/.*\.xml|xl/connections\.xml", "connections"),
    (r"xl/workbook\.xml", "defined names"),
    (r"xl/worksheets/[^/]*\.xml", "sheet headers"),
)

# Elements inside a paragraph: its text goes on over their ends.
_INLINE = frozenset(["t", "r", "rPr", "rPh", "b", "i", "u", "sz", "color", "rFont", "font", "solidFill"])
# Attributes that hold words of people: cached items, targets of links, names.
_WORDS = frozenset(
    ["v", "Target", "display", "displayName", "location", "tooltip", "descr", "title", "author", "userId"]
)
_INDEX = "x"
"""Element of a pivot cache whose `v` is a number of an item, not an item."""
_CELLS = "sheetData"
"""Element with the cells, which `readers.sheets` reads."""


_SHEET = re.compile(r"xl/worksheets/[^/]*\.xml")
_BINARY_COMMENTS = re.compile(r"xl/(?:threadedC|c)omments?\d*(?:/.*)?\.bin")
_OPEN_DOCUMENT = "content.xml"
_ANNOTATION = b"<office:annotation "
_FORMULA = re.compile(
    rb"<(?:\w+:)?c(?=[\s>])(?![^<>]*\st=\"str\")[^<>]*>\s*<(?:\w+:)?f(?=[\s/>])(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A cell with a formula and no result: a program wrote it, and no spreadsheet has counted it yet."""
_LONGEST_CELL = 64 << 10


class _Hostile(Exception):
    """Inflates without end, or declares a document type: no Office file does, entity bombs must."""


def package_texts(path: Path, losses: list[str]) -> Iterator[tuple[str, str]]:
    """Yield field and text of each piece; what cannot be read goes to `losses`.

    Raises `zipfile.BadZipFile` where the file is no package.
    """
    broken = 0
    with zipfile.ZipFile(path) as package:
        for name in sorted(package.namelist()):
            field = next((field for form, field in _MEMBERS if re.fullmatch(form, name)), None)
            if field is None:
                continue
            try:
                with package.open(name) as member:
                    for text in _texts(member):
                        yield field, text
            except (
                expat.ExpatError, _Hostile, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError,
                NotImplementedError,
            ):  # fmt: skip
                broken += 1
    if broken:
        losses.append(f"parts of the package that could not be read: {broken}")


def unread_texts(path: Path) -> list[str]:
    """Return what a workbook holds that no reader reads, counted: formulas without a result, comments.

    Raises `zipfile.BadZipFile` where the file is no package.
    """
    formulas = comments = 0
    with zipfile.ZipFile(path) as package:
        names = sorted(package.namelist())
        for name in names:
            try:
                if _SHEET.fullmatch(name):
                    formulas += _count(package, name, _FORMULA)
                elif name == _OPEN_DOCUMENT:
                    comments += _count(package, name, re.compile(re.escape(_ANNOTATION)))
            except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
                continue  # the sheet itself is read, and told to be broken, elsewhere
    losses = [f"formulas without a stored result, not read: {formulas}"] if formulas else []
    if comments:
        losses.append(f"comments in an OpenDocument sheet, not read: {comments}")
    if binary := sum(_BINARY_COMMENTS.fullmatch(name) is not None for name in names):
        losses.append(f"sheets with comments in a binary workbook, not read: {binary}")
    return losses


def _count(package: zipfile.ZipFile, name: str, wanted: re.Pattern[bytes]) -> int:
    """Count matches in a member of any size, in blocks; a match begins with a tag."""
    found = size = 0
    rest = b""
    with package.open(name) as member:
        while block := member.read(_BLOCK):
            size += len(block)
            if size > _MAX_XML:
                break
            text = rest + block
            ends = [match.end() for match in wanted.finditer(text)]
            found += len(ends)
            rest = text[max(ends[-1] if ends else 0, len(text) - _LONGEST_CELL) :]
    return found


def _texts(member: IO[bytes]) -> Iterator[str]:
    pieces = _Pieces()
    size = 0
    while block := member.read(_BLOCK):
        yield from pieces.feed(block)
        size += len(block)
        if size > _MAX_XML:
            raise _Hostile
    yield from pieces.feed(b"", last=True)


class _Pieces:
    """The pieces of text of a member, as the parser meets them. `repr` shows no content."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._open = ""
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EndElementHandler = self._end
        self._listen()

    def __repr__(self) -> str:
        return f"_Pieces({len(self._done)})"

    def feed(self, block: bytes, *, last: bool = False) -> list[str]:
        """Parse on and return the pieces that are complete."""
        self._parser.Parse(block, last)
        done, self._done = self._done, []
        return done

    def _listen(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.CharacterDataHandler = self._characters

    def _doctype(self, *_: object) -> None:
        raise _Hostile

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == _CELLS:
            self._parser.StartElementHandler = self._parser.CharacterDataHandler = None
            return
        if local not in _INLINE:
            self._flush()
        if local != _INDEX:
            self._done += [
                value for key, value in attributes.items()
                if key.rpartition(" ")[2] in _WORDS and any(map(str.isalnum, value))
            ]  # fmt: skip

    def _end(self, name: str) -> None:
        if self._parser.StartElementHandler is None:
            if name.endswith(f" {_CELLS}"):
                self._listen()
        elif name.rpartition(" ")[2] not in _INLINE:
            self._flush()

    def _characters(self, text: str) -> None:
        self._open += text
        if len(self._open) > _MAX_TEXT:
            self._flush()

    def _flush(self) -> None:
        if self._open.strip():
            self._done.append(self._open)
        self._open = ""
