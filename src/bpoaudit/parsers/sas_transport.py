"""Data sets of a SAS transport file: the library under pyreadstat knows of one only.

A file is a header, then for each data set a member header, its variables and its rows, in records of
80 bytes (TS-140, "The Record Layout of a Data Set in SAS Transport Format").
"""

from __future__ import annotations

import io
import mmap
from collections.abc import Callable
from functools import partial
from pathlib import Path

RECORD = 80
"""Bytes of a record; a file is a whole number of them."""
_MEMBER = (
    b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!",
    b"HEADER RECORD*******MEMBV8  HEADER RECORD!!!!!!!",
)


def data_sets(path: str) -> list[Callable[[], io.BytesIO]]:
    """Return for each data set what opens it as a transport file of its own."""
    begins: list[int] = []
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for member in _MEMBER:
            at = data.find(member)
            while at >= 0:
                if at % RECORD == 0:
                    begins.append(at)
                at = data.find(member, at + 1)
        begins.sort()
        ends = [*begins[1:], len(data)]
    spans = zip(begins, ends, strict=False)
    return [partial(_data_set, path, begins[0], begin, end) for begin, end in spans]


def _data_set(path: str, header: int, begin: int, end: int) -> io.BytesIO:
    with Path(path).open("rb") as file:
        first = file.read(header)
        file.seek(begin)
        return io.BytesIO(first + file.read(end - begin))
