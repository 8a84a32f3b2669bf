"""What XLSB holds beside the values of its cells (MS-XLSB): a package like XLSX, of records."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO, cast

from bpoaudit.delivery.content import Content
from bpoaudit.readers.documents.office_xml import FAULTS, relations, texts
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.workbooks.formula_text import UnknownToken, token_texts
from bpoaudit.readers.workbooks.package_text import package_texts
from bpoaudit.readers.workbooks.sheet_beside import AUTHOR, COMMENT, FORMULA, LINK, Beside, Workbook
from bpoaudit.readers.workbooks.xlsx_beside import (
    Relations,
    claimed,
    complete,
    header_texts,
    own_files,
    sheet_links,
)

_WORKBOOK = "xl/workbook.bin"
_RECORD_FAULTS = (*FAULTS, struct.error, IndexError)
_MAX_RECORD = 16 << 20
# Members whose records are searched for texts, whatever they mean, and their field.
_WORDED = (
    (r"xl/connections\.bin|xl/queryTables/[^/]*\.bin", "connections"),
    (r"xl/externalLinks/[^/]*\.bin", "external links"),
    (r"xl/pivotCache/[^/]*\.bin", "pivot cache"),
    (r"xl/pivotTables/[^/]*\.bin", "pivot tables"),
    (r"xl/tables/[^/]*\.bin", "tables"),
    (r"xl/(persons|comments|threadedComments)/[^/]*\.bin|xl/(threadedC|c)omments\d*\.bin", "comments"),
)
_SHEET, _NAME = 156, 39
_ROW, _COLUMNS, _HEADERS, _LINK = 0, 60, 479, 494
_AUTHOR, _COMMENT, _COMMENT_TEXT = 632, 635, 637
# Bytes between a cell's own eight and the flags before its formula; None: a text that tells its length.
_FORMULAS = {8: None, 9: 8, 10: 1, 11: 1}
_ARRAY, _SHARED = 426, 427


def records(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield kind and bytes of each record (MS-XLSB 2.1.4). Raises `_RECORD_FAULTS`."""
    while head := stream.read(1):
        kind = head[0]
        if kind & 0x80:
            kind = kind & 0x7F | stream.read(1)[0] << 7
        size = 0
        for shift in range(0, 28, 7):
            byte = stream.read(1)[0]
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if size > _MAX_RECORD:
            raise ValueError
        data = stream.read(size)
        if len(data) < size:
            raise EOFError
        yield kind, data


def open_xlsb(content: Content, package: zipfile.ZipFile, how: ReadOptions) -> Workbook:
    """Return what the workbook holds beside its cells; sheets are found through its relations."""
    losses: list[str] = []
    named = Beside()
    paths: dict[str, str] = {}
    try:
        found = relations(package, _WORKBOOK)
        with package.open(_WORKBOOK) as member:
            for kind, data in records(member):
                if kind == _SHEET:
                    identifier, at = wide_text(data, 8)
                    name, _ = wide_text(data, at)
                    if identifier in found:
                        paths[name] = found[identifier][1]
                elif kind == _NAME:
                    _read_name(data, named)
    except _RECORD_FAULTS:
        losses.append("names and sheets that could not be read to their end")
    losses += named.lost()
    of_sheets: dict[str, Relations] = {}
    for path in paths.values():
        try:
            of_sheets[path] = relations(package, path)
        except FAULTS:
            of_sheets[path] = {}

    def sheet(name: str) -> Beside:
        beside = Beside()
        if name in paths:
            _read_sheet(package, paths[name], of_sheets[paths[name]], beside)
        return beside

    but = {target for path, each in of_sheets.items() for target in claimed(path, each)}

    def workbook_texts() -> Iterator[tuple[str, str]]:
        yield from named.texts
        yield from package_texts(package, losses, but, own_files(package))
        yield from _worded_texts(package, losses, but)

    workbook = Workbook(workbook_texts(), sheet, losses=losses)
    complete(workbook, content, package, how, paths.values())
    return workbook


def _worded_texts(package: zipfile.ZipFile, losses: list[str], but: set[str]) -> Iterator[tuple[str, str]]:
    broken = 0
    for info in sorted(package.infolist(), key=lambda info: info.filename):
        field = next((field for form, field in _WORDED if re.fullmatch(form, info.filename)), None)
        if field is None or info.filename in but:
            continue
        try:
            with package.open(info) as member:
                for _, data in records(cast(BinaryIO, member)):
                    yield from ((field, text) for text in counted_texts(data))
        except _RECORD_FAULTS:
            broken += 1
    if broken:
        losses.append(f"names, tables and connections that could not be read: {broken}")


def _read_name(data: bytes, named: Beside) -> None:
    name, at = wide_text(data, 9)
    named.say("defined names", name)
    at = _formula(data, at, named, lambda text: named.say("defined names", text))
    if at < len(data):
        named.say("defined names", wide_text(data, at)[0])


def _read_sheet(package: zipfile.ZipFile, path: str, found: Relations, beside: Beside) -> None:
    links = {key: target for key, (kind, target, outside) in found.items() if kind == "hyperlink" and outside}
    try:
        with package.open(path) as member:
            row = 0
            for kind, data in records(cast(BinaryIO, member)):
                if kind == _ROW:
                    row = struct.unpack_from("<I", data)[0] + 1
                    beside.hidden_rows += bool(data[11] & 0x10)
                else:
                    _read_record(kind, data, row, links, beside)
    except _RECORD_FAULTS:
        beside.losses.append("what stands beside the cells could not be read to its end")
    for target in sheet_links(found, links):
        beside.say(LINK, target)
    broken = 0
    for named, target, outside in sorted(found.values()):
        try:
            if named == "comments" and not outside:
                with package.open(target) as member:
                    _read_comments(cast(BinaryIO, member), beside)
            elif named in ("drawing", "vmlDrawing") and not outside:
                with package.open(target) as member:
                    for text in texts(cast(BinaryIO, member)):
                        beside.say("drawings", text)
        except _RECORD_FAULTS:
            broken += 1
    if broken:
        beside.losses.append(f"comments and drawings that could not be read: {broken}")


def _read_record(kind: int, data: bytes, row: int, links: dict[str, str], beside: Beside) -> None:
    if kind in _FORMULAS:
        column = struct.unpack_from("<I", data)[0] + 1
        fixed = _FORMULAS[kind]
        at = wide_text(data, 8)[1] if fixed is None else 8 + fixed
        _formula(data, at + 2, beside, lambda text: beside.once(row, column, FORMULA, text))
    elif kind in (_SHARED, _ARRAY):
        first, _, column, _ = struct.unpack_from("<4I", data)
        at = 16 if kind == _SHARED else 17
        _formula(data, at, beside, lambda text: beside.once(first + 1, column + 1, FORMULA, text))
    elif kind == _COLUMNS:
        first, last, _, _, flags = struct.unpack_from("<4IH", data)
        if flags & 1:
            beside.hidden_columns += max(min(last, 16_383) - first + 1, 0)
    elif kind == _HEADERS:
        at = 2
        for _ in range(6):
            text, at = wide_text(data, at)
            for part in header_texts(text):
                beside.say("sheet headers", part)
    elif kind == _LINK:
        first, _, column, _ = struct.unpack_from("<4I", data)
        at = 16
        for index in range(4):  # relation, location, tooltip, shown
            text, at = wide_text(data, at)
            beside.at(first + 1, column + 1, LINK, text if index else links.get(text, ""))


def _read_comments(member: BinaryIO, beside: Beside) -> None:
    authors: list[str] = []
    row = column = 0
    for kind, data in records(member):
        if kind == _AUTHOR:
            authors.append(wide_text(data, 0)[0])
        elif kind == _COMMENT:
            author, row, _, column = struct.unpack_from("<4I", data)
            beside.comments += 1
            beside.at(row + 1, column + 1, AUTHOR, authors[author] if author < len(authors) else "")
        elif kind == _COMMENT_TEXT:
            beside.at(row + 1, column + 1, COMMENT, wide_text(data, 1)[0])


def _formula(data: bytes, at: int, beside: Beside, say: Callable[[str], None]) -> int:
    """Say the texts of the formula at `at` and return where it ends."""
    (size,) = struct.unpack_from("<I", data, at)
    try:
        for text in token_texts(data[at + 4 : at + 4 + size], wide=True):
            say(text)
    except UnknownToken:
        lost = "formulas of which the texts could not be read"
        if lost not in beside.losses:
            beside.losses.append(lost)
    at += 4 + size
    return at + 4 + (struct.unpack_from("<I", data, at)[0] if at + 4 <= len(data) else 0)


def wide_text(data: bytes, at: int) -> tuple[str, int]:
    """Return a text that tells its length, an empty one where there is none, and where it ends."""
    (count,) = struct.unpack_from("<I", data, at)
    if count == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * count
    if end > len(data):
        raise EOFError
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


def counted_texts(data: bytes) -> Iterator[str]:
    """Yield whatever in a record looks like a text that tells its length."""
    at = 0
    while at + 6 <= len(data):
        count = int.from_bytes(data[at : at + 4], "little")
        end = at + 4 + 2 * count
        if count > 0 and end <= len(data):
            text = data[at + 4 : end].decode("utf-16-le", "replace")
            if text.isprintable() and any(map(str.isalnum, text)):
                yield text
                at = end
                continue
        at += 1
