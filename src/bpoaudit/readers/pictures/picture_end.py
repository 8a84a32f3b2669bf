"""Where a picture ends: a file may go on behind it, and viewers do not show that."""

from __future__ import annotations

import mmap
import re
import struct

_PNG_HEAD, _GIF_HEAD = 8, 13
_NOT_IN_A_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_ALONE = {0x01, *range(0xD0, 0xD9)}
"""Markers of JPEG that stand without a length (ITU-T T.81, table B.1)."""
_SCAN, _END = 0xDA, 0xD9
_GIF_EXTENSION, _GIF_IMAGE = 0x21, 0x2C


def picture_end(data: mmap.mmap, media_type: str) -> int | None:
    """Return the offset behind the picture; None where its format, or a fault, does not tell."""
    find = {
        "image/png": _png,
        "image/jpeg": _jpeg,
        "image/gif": _gif,
        "image/webp": _riff,
        "image/bmp": _bmp,
    }.get(media_type)
    try:
        end = find(data) if find else None
    except (IndexError, struct.error):
        return None
    return end if end is not None and end <= len(data) else None


def _png(data: mmap.mmap) -> int:
    """Go from chunk to chunk: length, type, content, checksum (PNG 5.3)."""
    at = _PNG_HEAD
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        at += 12 + int(length)
        if kind == b"IEND":
            return at


def _jpeg(data: mmap.mmap) -> int | None:
    """Go from segment to segment; those of a scan go on to the next marker (ITU-T T.81 B.1.1)."""
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        at += 1 if marker == 0xFF else 2
        if marker == _END:
            return at
        if marker == 0xFF or marker in _ALONE:
            continue
        at += int(struct.unpack_from(">H", data, at)[0])
        if marker == _SCAN:
            following = _NOT_IN_A_SCAN.search(data, at)
            if following is None:
                return None
            at = following.start()
    return None


def _gif(data: mmap.mmap) -> int | None:
    """Go from block to block (GIF89a, appendix B)."""
    at = _GIF_HEAD + _colours(data[10])
    while (kind := data[at]) in (_GIF_EXTENSION, _GIF_IMAGE):
        at += 2 if kind == _GIF_EXTENSION else 11 + _colours(data[at + 9])
        while length := data[at]:
            at += 1 + length
        at += 1
    return at + 1 if kind == ord(";") else None


def _colours(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _riff(data: mmap.mmap) -> int:
    """Read the size of the file's only chunk, which is padded to two bytes."""
    size = int(struct.unpack_from("<I", data, 4)[0])
    return 8 + size + size % 2


def _bmp(data: mmap.mmap) -> int | None:
    """Read the size of the file, 0 in some that are fine."""
    return int(struct.unpack_from("<I", data, 2)[0]) or None
