"""What a zip says of its members: its directory, and the headers before the members themselves.

Written after PKWARE's APPNOTE 6.3.10, WinZip's AES note and the Info-ZIP extra fields. `zipfile` holds all
entries at once and refuses the whole archive for one name that does not decode or one field that lies;
here an entry comes at a time, and what stands before a fault is kept.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from bpoaudit.errors import UnreadableSource

LOCAL, CENTRAL, DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x07\x08"
_END = b"PK\x05\x06"
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END_RECORD = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_BEHIND = 1 << 20
"""How much may follow the archive in the file for its directory still to be found."""
_BLOCK = 1 << 20
_LONGEST_DESCRIPTOR = 24

_ENCRYPTED, _DESCRIBED, _UTF8, _HIDDEN = 1, 1 << 3, 1 << 11, 1 << 13
_PATH_64, _UNICODE_PATH, _UNICODE_COMMENT, _AES, _STRONG = 1, 0x7075, 0x6375, 0x9901, 0x0017
_AES_METHOD = 99


class Aes(NamedTuple):
    """What the WinZip extra field says."""

    version: int
    """2: the checksum is left out."""
    key: int
    """Bytes of the key."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A member as a header describes it. `repr` shows no name."""

    name: str
    at: int
    """Where its own header begins in the file."""
    packed: int
    """Bytes it takes in the archive."""
    size: int
    """Bytes it unpacks to."""
    checksum: int
    method: int
    flags: int
    stamp: int
    attributes: int = 0
    volume: int = 0
    comment: str = ""
    aes: Aes | None = None

    def __repr__(self) -> str:
        return f"Entry(method={self.method})"

    @property
    def encrypted(self) -> bool:
        """Whether it is under a password."""
        return bool(self.flags & _ENCRYPTED)

    @property
    def strong(self) -> bool:
        """Whether it is under PKWARE's own encryption, which hides names too."""
        return bool(self.flags & (_HIDDEN | 1 << 6))

    @property
    def described(self) -> bool:
        """Whether sizes and checksum follow the member."""
        return bool(self.flags & _DESCRIBED)

    @property
    def is_link(self) -> bool:
        """Whether the mode of the system it was made on says so."""
        return self.attributes >> 28 == 0o12


class Directory(NamedTuple):
    """Where the directory is, and what stands at its end."""

    start: int
    end: int
    """Where the archive ends in the file."""
    entries: int
    shift: int
    """Bytes that stand before the archive; offsets do not count them."""
    volume: int
    """Which part of a split archive this is, from 0."""
    comment: str


def find_directory(file: BinaryIO, size: int) -> Directory | None:
    """Return where the directory of an archive of `size` bytes is; None where there is none to be found."""
    behind = file.seek(max(0, size - _BEHIND))
    tail = file.read(_BEHIND)
    at = len(tail)
    while (at := tail.rfind(_END, 0, at)) >= 0:
        if len(tail) - at >= _END_RECORD.size and (found := _directory(file, behind + at, tail[at:])):
            return found
    return None


def behind_directory(file: BinaryIO) -> list[str]:
    """Say how much follows a zip in its file, where that zip is a document."""
    size = file.seek(0, 2)
    directory = find_directory(file, size)
    behind = size - directory.end if directory else 0
    return [f"bytes behind the document, not read: {behind:,}"] if behind else []


def _directory(file: BinaryIO, at: int, tail: bytes) -> Directory | None:
    _, volume, _, _, entries, length, offset, comment = _END_RECORD.unpack_from(tail)
    end = at + _END_RECORD.size + comment
    text = _text(tail[_END_RECORD.size : _END_RECORD.size + comment], 0)
    before = at
    if (wide := _wide_directory(file, at)) is not None:
        volume, entries, length, offset, before = wide
    start = before - length
    for first, shift in ((start, start - offset), (offset, 0)):
        if first < 0 or shift < 0:
            continue
        file.seek(first)
        if file.read(4) == CENTRAL or (not entries and not length):
            return Directory(first, end, entries, shift, volume, text)
    return None


def _wide_directory(file: BinaryIO, at: int) -> tuple[int, int, int, int, int] | None:
    """Read the end record of a Zip64 archive: volume, entries, length, offset, and where it stands."""
    if at < _LOCATOR_64.size + _END_64.size:
        return None
    file.seek(at - _LOCATOR_64.size)
    signature, _, offset, _ = _LOCATOR_64.unpack(file.read(_LOCATOR_64.size))
    if signature != b"PK\x06\x07":
        return None
    for place in (at - _LOCATOR_64.size - _END_64.size, offset):
        if place + _END_64.size > at:
            continue
        file.seek(place)
        record = _END_64.unpack(file.read(_END_64.size))
        if record[0] == b"PK\x06\x06":
            return record[4], record[7], record[8], record[9], place
    return None


def directory_entries(file: BinaryIO, directory: Directory) -> Iterator[Entry]:
    """Yield the members in the order of the directory. Raises `UnreadableSource` where it breaks off."""
    file.seek(directory.start)
    for number in range(directory.entries):
        fixed = file.read(_CENTRAL.size)
        if len(fixed) < _CENTRAL.size or not fixed.startswith(CENTRAL):
            told = f"{number:,} of {directory.entries:,}"
            raise UnreadableSource(f"its directory breaks off after {told} members")
        (_, _, _, flags, method, time, _, checksum, packed, size,
         name, extra, comment, volume, _, attributes, at) = _CENTRAL.unpack(fixed)  # fmt: skip
        rest = file.read(name + extra + comment)
        raw, about, said = rest[:name], rest[name : name + extra], rest[name + extra :]
        fields = _extra_fields(about)
        size, packed, at, volume = _widened(fields, size, packed, at, volume)
        yield _entry(
            raw, fields, flags, method, time, checksum, packed, size, at + directory.shift,
            attributes, volume, _unicode(fields.get(_UNICODE_COMMENT), said, flags),
        )  # fmt: skip


def own_header(file: BinaryIO, at: int) -> tuple[Entry, int] | None:
    """Return what the header before a member says, and where the member begins; None where none stands."""
    file.seek(at)
    fixed = file.read(_LOCAL.size)
    if len(fixed) < _LOCAL.size or not fixed.startswith(LOCAL):
        return None
    _, _, flags, method, time, _, checksum, packed, size, name, extra = _LOCAL.unpack(fixed)
    rest = file.read(name + extra)
    fields = _extra_fields(rest[name:])
    size, packed, _, _ = _widened(fields, size, packed, 0, 0)
    entry = _entry(rest[:name], fields, flags, method, time, checksum, packed, size, at, 0, 0, "")
    return entry, at + _LOCAL.size + name + extra


def entries_between(file: BinaryIO, start: int, end: int) -> Iterator[tuple[Entry, int]]:
    """Yield the members that stand from `start` on, and where each ends, without a directory.

    Ends where what follows a member is not a member. The last may break off.
    """
    at = start
    while at < end and (found := own_header(file, at)) is not None:
        entry, begin = found
        if begin > end:
            return
        if entry.described and not entry.packed:
            entry, at = _described(file, entry, begin, end)
        else:
            at = begin + entry.packed
            at += _descriptor_length(file, at) if entry.described else 0
        yield entry, min(at, end)


def _described(file: BinaryIO, entry: Entry, begin: int, end: int) -> tuple[Entry, int]:
    """Find the sizes behind a member that was written as a stream, and where the next one begins.

    They are known by telling the distance to where the member began. Without them it goes to the end.
    """
    file.seek(begin)
    base, window = begin, b""
    while base < end and (block := file.read(min(_BLOCK, end - base - len(window)))):
        window += block
        for sign in re.finditer(rb"PK(?:\x07\x08|\x03\x04|\x01\x02)", window):
            known = sign[0] == DESCRIPTOR
            for form in (struct.Struct("<3L"), struct.Struct("<L2Q")):
                # Without a signature of its own it ends where that of the next header begins.
                place = sign.end() if known else sign.start() - form.size
                if place < 0 or place + form.size > len(window):
                    continue
                checksum, packed, size = form.unpack_from(window, place)
                if packed == base + (sign.start() if known else place) - begin:
                    return _with(entry, checksum, packed, size), base + place + form.size
        kept = min(len(window), _LONGEST_DESCRIPTOR)
        base, window = base + len(window) - kept, window[len(window) - kept :]
    return _with(entry, 0, end - begin, -1), end


def _with(entry: Entry, checksum: int, packed: int, size: int) -> Entry:
    return Entry(
        entry.name, entry.at, packed, size, checksum, entry.method, entry.flags, entry.stamp, aes=entry.aes
    )


def _descriptor_length(file: BinaryIO, at: int) -> int:
    file.seek(at)
    head = file.read(_LONGEST_DESCRIPTOR + 4)
    start = 4 if head.startswith(DESCRIPTOR) else 0
    for length in (start + 12, start + 20):
        if head[length : length + 2] == b"PK":
            return length
    return start + 12 if start else 0


def _entry(
    raw: bytes, fields: dict[int, bytes], flags: int, method: int, time: int, checksum: int, packed: int,
    size: int, at: int, attributes: int, volume: int, comment: str,
) -> Entry:  # fmt: skip
    aes = None
    if method == _AES_METHOD and len(fields.get(_AES, b"")) >= 7:
        version, _, strength, method = struct.unpack_from("<H2sBH", fields[_AES])
        aes = Aes(version, 8 * (strength + 1))
    if _STRONG in fields:
        flags |= 1 << 6
    # The byte that tells a wrong password of the old cipher from the right one.
    stamp = time >> 8 if flags & _DESCRIBED else checksum >> 24
    name = _unicode(fields.get(_UNICODE_PATH), raw, flags)
    return Entry(name, at, packed, size, checksum, method, flags, stamp, attributes, volume, comment, aes)


def _extra_fields(raw: bytes) -> dict[int, bytes]:
    fields: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(raw):
        kind, length = struct.unpack_from("<2H", raw, at)
        fields.setdefault(kind, raw[at + 4 : at + 4 + length])
        at += 4 + length
    return fields


def _widened(
    fields: dict[int, bytes], size: int, packed: int, at: int, volume: int
) -> tuple[int, int, int, int]:
    """Put the Zip64 values where the header has no room for them; they stand there in this order."""
    wide = fields.get(_PATH_64, b"")
    values = []
    for value, form in ((size, "<Q"), (packed, "<Q"), (at, "<Q"), (volume, "<L")):
        length = struct.calcsize(form)
        if value == (0xFFFF if form == "<L" else 0xFFFF_FFFF) and len(wide) >= length:
            (value,) = struct.unpack_from(form, wide)
            wide = wide[length:]
        values.append(value)
    return values[0], values[1], values[2], values[3]


def _unicode(field: bytes | None, raw: bytes, flags: int) -> str:
    """Decode a name or comment; an Info-ZIP field holds it again in UTF-8, if it is still the same."""
    if field is not None and field[:5] == struct.pack("<BL", 1, zlib.crc32(raw)):
        return _text(field[5:], _UTF8)
    return _text(raw, flags)


def _text(raw: bytes, flags: int) -> str:
    if flags & _UTF8:
        return raw.decode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")  # what most programs write, flag or not
    except UnicodeDecodeError:
        return raw.decode("cp437")
