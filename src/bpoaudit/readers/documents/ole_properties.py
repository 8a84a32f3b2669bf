"""The properties of old Office files (MS-OLEPS): author, title, who saved it last, and what users added."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import olefile

OLE_FAULTS = (
    OSError, ValueError, IndexError, TypeError, KeyError, OverflowError, AttributeError, RecursionError,
    ZeroDivisionError, struct.error,
)  # fmt: skip
"""What comes of a compound file that is broken."""

_STREAMS = ("\x05SummaryInformation", "\x05DocumentSummaryInformation")
_DICTIONARY, _CODE_PAGE = 0, 1
_I2, _LPSTR, _LPWSTR, _VECTOR = 0x02, 0x1E, 0x1F, 0x1000
_UNICODE = 1200
_MOST = 10_000


def property_texts(ole: olefile.OleFileIO) -> Iterator[str]:
    """Yield the texts among the properties, and the names that users gave to theirs. Raises `OLE_FAULTS`."""
    for name in _STREAMS:
        if ole.exists(name):
            with ole.openstream(name) as stream:
                data = stream.read()
            (sets,) = struct.unpack_from("<I", data, 24)
            for index in range(min(sets, 2)):
                (start,) = struct.unpack_from("<I", data, 44 + 20 * index)
                yield from _set_texts(data[start:])


def _set_texts(data: bytes) -> Iterator[str]:
    (count,) = struct.unpack_from("<I", data, 4)
    places = dict(struct.unpack_from("<II", data, 8 + 8 * index) for index in range(min(count, _MOST)))
    page = 1252
    if _CODE_PAGE in places:
        kind, found = struct.unpack_from("<IH", data, places[_CODE_PAGE])
        page = found if kind == _I2 else page
    for number, at in sorted(places.items()):
        if number == _DICTIONARY:
            yield from _names(data, at, page)
        elif number != _CODE_PAGE:
            yield from _value(data, at, page)


def _names(data: bytes, at: int, page: int) -> Iterator[str]:
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    for _ in range(min(count, _MOST)):
        (length,) = struct.unpack_from("<I", data, at + 4)
        length *= 2 if page == _UNICODE else 1
        yield _text(data[at + 8 : at + 8 + length], page)
        at += 8 + length + (-length % 4 if page == _UNICODE else 0)


def _value(data: bytes, at: int, page: int) -> Iterator[str]:
    (kind,) = struct.unpack_from("<I", data, at)
    at, count = at + 4, 1
    if kind & _VECTOR:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    if kind & ~_VECTOR not in (_LPSTR, _LPWSTR):
        return
    for _ in range(min(count, _MOST)):
        (length,) = struct.unpack_from("<I", data, at)
        wide = kind & ~_VECTOR == _LPWSTR
        length *= 2 if wide else 1
        yield _text(data[at + 4 : at + 4 + length], _UNICODE if wide else page)
        at += 4 + length + (-length % 4 if wide or not kind & _VECTOR else 0)


def _text(data: bytes, page: int) -> str:
    codec = {65001: "utf-8", _UNICODE: "utf-16-le"}.get(page, f"cp{page}")
    try:
        text = data.decode(codec, "replace")
    except LookupError:
        text = data.decode("cp1252", "replace")
    return text.partition("\0")[0]
