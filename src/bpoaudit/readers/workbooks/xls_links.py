"""The hyperlinks of XLS (MS-OSHARED 2.3.7): where they lead, and what they show."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from uuid import UUID

_URL = UUID("79eac9e0-baf9-11ce-8c82-00aa004ba90b").bytes_le
_FILE = UUID("00000303-0000-0000-c000-000000000046").bytes_le
_MONIKER, _LOCATION, _DISPLAY, _FRAME, _PLAIN = 0x01, 0x08, 0x10, 0x80, 0x100


def link_texts(data: bytes) -> Iterator[str]:
    """Yield the texts of a hyperlink object, from its version on. Raises `struct.error` where it is cut."""
    _, flags = struct.unpack_from("<II", data)
    at = 8
    for flag in (_DISPLAY, _FRAME):
        if flags & flag:
            text, at = _wide(data, at)
            yield text
    if flags & _MONIKER and flags & _PLAIN:
        text, at = _wide(data, at)
        yield text
    elif flags & _MONIKER:
        kind, at = data[at : at + 16], at + 16
        if kind == _URL:
            (size,) = struct.unpack_from("<I", data, at)
            yield data[at + 4 : at + 4 + size].decode("utf-16-le", "replace").partition("\0")[0]
            at += 4 + size
        elif kind == _FILE:
            _, size = struct.unpack_from("<HI", data, at)
            at += 6
            yield data[at : at + size].decode("latin-1").partition("\0")[0]
            at += size + 24
            (more,) = struct.unpack_from("<I", data, at)
            if more:
                (size,) = struct.unpack_from("<I", data, at + 4)
                yield data[at + 10 : at + 10 + size].decode("utf-16-le", "replace")
            at += 4 + more
        else:
            return
    if flags & _LOCATION:
        yield _wide(data, at)[0]


def _wide(data: bytes, at: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * count
    return data[at + 4 : end].decode("utf-16-le", "replace").rstrip("\0"), end
