"""What XLS holds beside the values of its cells (MS-XLS), from the records of its workbook stream."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from bpoaudit.delivery.content import Content
from bpoaudit.errors import UnreadableSource
from bpoaudit.readers.documents.ole_file import OleFile
from bpoaudit.readers.documents.ole_objects import pictures
from bpoaudit.readers.inside import Inside
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.workbooks.formula_text import UnknownToken, token_texts
from bpoaudit.readers.workbooks.sheet_beside import AUTHOR, COMMENT, FORMULA, LINK, Beside, Workbook
from bpoaudit.readers.workbooks.xls_links import link_texts
from bpoaudit.readers.workbooks.xlsx_beside import header_texts

_BOF, _EOF, _CONTINUE, _FILEPASS, _BOUNDSHEET = 0x0809, 0x000A, 0x003C, 0x002F, 0x0085
_BIFF8 = 0x0600
_TXO, _DRAWINGS, _SXSTRING = 0x01B6, 0x00EB, 0x00CD
_GLOBALS = 20
"""Records among which a password is told."""
_EMBEDDED, _PIVOTS = ("MBD", "LNK"), "_SX_DB"


class Record(NamedTuple):
    """One record of the stream."""

    kind: int
    data: bytes
    at: int


def records(stream: bytes) -> Iterator[Record]:
    """Yield the records of a workbook stream. What is cut at its end is left out."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield Record(kind, stream[at + 4 : at + 4 + size], at)
        at += 4 + size


def is_encrypted(content: Content) -> bool:
    """Tell whether a workbook is under a password: a record at its beginning says so."""
    try:
        with OleFile(content) as ole:
            stream = _workbook(ole)
    except UnreadableSource:
        return False  # whoever reads it finds it broken
    return any(record.kind == _FILEPASS for record in islice(records(stream), _GLOBALS))


def open_xls(content: Content, how: ReadOptions) -> Workbook:
    """Return what the workbook holds beside its cells: its stream is read once, for all sheets."""
    found = _Stream()
    workbook = Workbook(iter(()), lambda name: found.sheets.get(name, Beside()))
    texts: list[tuple[str, str]] = []
    files: list[tuple[str, bytes]] = []
    objects: set[str] = set()
    try:
        with OleFile(content) as ole:
            if any("/vba/" in f"/{path.lower()}" for path in ole.names):
                workbook.facts["macros"] = 1
                workbook.notes.append("macros")
            found.read(_workbook(ole))
            texts += [("pivot cache", text) for text in _pivot_texts(ole)]
            texts += [("properties", text) for text in ole.properties()]
            texts += [("macros", text) for text in ole.macros(workbook.losses)]
            objects = {path.partition("/")[0] for path in ole.names if path.startswith(_EMBEDDED)}
            files += ole.objects()
    except UnreadableSource:
        workbook.losses.append("what stands beside the cells could not be read to its end")
    images, metafiles = pictures(b"".join(found.drawings))
    workbook.texts = iter(texts + found.workbook.texts)
    inside = Inside(how)
    files += [("picture", image) for image in images]
    workbook.members = [inside.member(name, data) for name, data in files]
    workbook.losses += found.workbook.lost()
    left = len(objects) - len(files) + len(images)
    for what, count in (
        ("objects that are no files, not read", left),
        ("metafile drawings, not read", metafiles),
    ):
        if count > 0:
            workbook.losses.append(f"{what}: {count}")
    if found.old:
        workbook.losses.append("comments, headers and names of Excel 95 and older, not read")
    if found.external:
        workbook.facts["external_links"] = found.external
        workbook.notes.append(f"links to other files: {found.external}")
    return workbook


def _workbook(ole: OleFile) -> bytes:
    return ole.read("Workbook" if "Workbook" in ole.names else "Book")


def _pivot_texts(ole: OleFile) -> Iterator[str]:
    for path in ole.names:
        if path.startswith(_PIVOTS):
            for record in records(ole.read(path)):
                if record.kind == _SXSTRING and len(record.data) > 2:
                    yield _long_text(record.data, 0)


class _Stream:
    """A workbook stream as its records come. `repr` shows no content."""

    def __init__(self) -> None:
        self.workbook = Beside()
        self.sheets: dict[str, Beside] = {}
        self.external = 0
        self.old = False
        self.drawings: list[bytes] = []
        """The pictures of all sheets, in pieces."""
        self._beside = self.workbook
        self._names: dict[int, str] = {}
        self._notes: list[tuple[int, int, int, str]] = []
        self._boxes: dict[int, str] = {}
        self._object = 0
        self._untold = self._broken = 0

    def __repr__(self) -> str:
        return f"_Stream(sheets={len(self.sheets)})"

    def read(self, stream: bytes) -> None:
        """Go through the records; broken ones are counted as losses."""
        depth = 0
        whole: list[bytes] = []  # a record and those that continue it
        kind = 0
        for record in records(stream):
            if record.kind == _CONTINUE:
                whole.append(record.data)
                continue
            self._long(kind, whole)
            kind, whole = record.kind, [record.data]
            if record.kind == _BOF:
                depth += 1
                self.old = self.old or struct.unpack_from("<H", record.data)[0] != _BIFF8
                if depth == 1:
                    self._begin(record.at)
            elif record.kind == _EOF:
                depth -= 1
                if not depth:
                    self._close()
            elif self.old:
                continue
            elif record.kind in _READ:
                try:
                    _READ[record.kind](self, record.data)
                except (struct.error, IndexError):
                    self._broken += 1
        self._long(kind, whole)
        self._close()

    def _long(self, kind: int, whole: list[bytes]) -> None:
        """Take up a record that others continue."""
        if kind == _DRAWINGS:
            self.drawings += whole
        elif kind == _TXO and not self.old:
            try:
                self._boxes[self._object] = box_text(whole)
            except (struct.error, IndexError):
                self._broken += 1

    def _begin(self, at: int) -> None:
        name = self._names.get(at)
        self._beside = self.workbook if name is None else self.sheets.setdefault(name, Beside())

    def _close(self) -> None:
        """Put the texts of boxes where they belong: to a comment, or to the sheet."""
        for row, column, number, author in self._notes:
            self._beside.comments += 1
            self._beside.at(row, column, COMMENT, self._boxes.pop(number, ""))
            self._beside.at(row, column, AUTHOR, author)
        for text in self._boxes.values():
            self._beside.say("drawings", text)
        if self._untold:
            self._beside.losses.append(f"formulas of which the texts could not be read: {self._untold}")
        if self._broken:
            self._beside.losses.append(f"records that could not be read: {self._broken}")
        self._notes, self._boxes, self._untold, self._broken = [], {}, 0, 0

    def _boundsheet(self, data: bytes) -> None:
        self._names[struct.unpack_from("<I", data)[0]] = _short_text(data, 6)

    def _row(self, data: bytes) -> None:
        self._beside.hidden_rows += bool(data[12] & 0x20)

    def _columns(self, data: bytes) -> None:
        first, last, _, _, flags = struct.unpack_from("<5H", data)
        if flags & 1:
            self._beside.hidden_columns += max(min(last, 255) - first + 1, 0)

    def _note(self, data: bytes) -> None:
        row, column, _, number = struct.unpack_from("<4H", data)
        self._notes.append((row + 1, column + 1, number, _long_text(data, 8)))

    def _drawn(self, data: bytes) -> None:
        self._object = struct.unpack_from("<H", data, 6)[0]

    def _header(self, data: bytes) -> None:
        if data:
            for text in header_texts(_long_text(data, 0)):
                self._beside.say("sheet headers", text)

    def _name(self, data: bytes) -> None:
        count, size = data[3], struct.unpack_from("<H", data, 4)[0]
        text, at = _counted_text(data, 14, count)
        self.workbook.say("defined names", text)
        self._formula_texts(data[at : at + size], lambda text: self.workbook.say("defined names", text))

    def _link(self, data: bytes) -> None:
        row, _, column, _ = struct.unpack_from("<4H", data)
        for text in link_texts(data[24:]):
            self._beside.at(row + 1, column + 1, LINK, text)

    def _tip(self, data: bytes) -> None:
        row, _, column, _ = struct.unpack_from("<4H", data, 2)
        self._beside.at(row + 1, column + 1, LINK, data[10:].decode("utf-16-le", "replace").rstrip("\0"))

    def _saved_by(self, data: bytes) -> None:
        # Not everybody writes the length first.
        fits = int.from_bytes(data[:2], "little") <= len(data) - 3
        self.workbook.say("properties", (_long_text(data, 0) if fits else data.decode("latin-1")).strip())

    def _formula(self, data: bytes) -> None:
        row, column = struct.unpack_from("<2H", data)
        self._at_cell(row, column, data, 20)

    def _shared(self, data: bytes) -> None:
        row, _, column, _ = struct.unpack_from("<2H2B", data)
        self._at_cell(row, column, data, 8)

    def _array(self, data: bytes) -> None:
        row, _, column, _ = struct.unpack_from("<2H2B", data)
        self._at_cell(row, column, data, 12)

    def _at_cell(self, row: int, column: int, data: bytes, at: int) -> None:
        (size,) = struct.unpack_from("<H", data, at)
        beside = self._beside
        self._formula_texts(
            data[at + 2 : at + 2 + size], lambda text: beside.once(row + 1, column + 1, FORMULA, text)
        )

    def _formula_texts(self, tokens: bytes, say: Callable[[str], None]) -> None:
        try:
            for text in token_texts(tokens, wide=False):
                say(text)
        except UnknownToken:
            self._untold += 1

    def _book(self, data: bytes) -> None:
        count = struct.unpack_from("<H", data, 2)[0]
        if len(data) > 4 and count not in (0x0401, 0x3A01):  # this workbook, add-ins
            self.external += 1
            # Volume and folder marks of the encoded path (MS-XLS 2.5.277) are control characters.
            path = "".join(char if char >= " " else "/" for char in _counted_text(data, 4, count)[0])
            self.workbook.say("external links", path)

    def _kept(self, data: bytes) -> None:
        """Take up cells of another file that were kept."""
        last, first = data[0], data[1]
        at = 4
        for _ in range(first, last + 1):
            if data[at] == 2:
                count = struct.unpack_from("<H", data, at + 1)[0]
                text, at = _counted_text(data, at + 3, count)
                self.workbook.say("external links", text)
            else:
                if data[at] == 1:
                    (number,) = struct.unpack_from("<d", data, at + 1)
                    kept = str(int(number)) if number.is_integer() else f"{number:.15g}"
                    self.workbook.say("external links", kept)
                at += 9

    def _string(self, data: bytes) -> None:
        self._beside.say("connections", _long_text(data, 0))


_READ: dict[int, Callable[[_Stream, bytes], None]] = {
    _BOUNDSHEET: _Stream._boundsheet, 0x0208: _Stream._row, 0x007D: _Stream._columns, 0x001C: _Stream._note,
    0x005D: _Stream._drawn, 0x0014: _Stream._header, 0x0015: _Stream._header, 0x0018: _Stream._name,
    0x01B8: _Stream._link, 0x0800: _Stream._tip, 0x005C: _Stream._saved_by, 0x0006: _Stream._formula,
    0x04BC: _Stream._shared, 0x0221: _Stream._array, 0x01AE: _Stream._book, 0x005A: _Stream._kept,
    _SXSTRING: _Stream._string,
}  # fmt: skip


def box_text(pieces: list[bytes]) -> str:
    """Return the text of a box: its record tells how long it is, and the records that continue it hold it."""
    left = struct.unpack_from("<H", pieces[0], 10)[0]
    text = ""
    for piece in pieces[1:]:
        if left <= 0 or not piece:
            break
        more, _ = _counted_text(piece, 0, min(left, len(piece) - 1))
        text += more
        left -= len(more)
    return text


def _counted_text(data: bytes, at: int, count: int) -> tuple[str, int]:
    """Return a text of `count` characters after its flags, and where it ends."""
    wide = data[at] & 1
    end = at + 1 + count * (1 + wide)
    return data[at + 1 : end].decode("utf-16-le" if wide else "latin-1", "replace"), end


def _short_text(data: bytes, at: int) -> str:
    return _counted_text(data, at + 1, data[at])[0]


def _long_text(data: bytes, at: int) -> str:
    return _counted_text(data, at + 2, struct.unpack_from("<H", data, at)[0])[0]
