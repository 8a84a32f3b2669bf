"""Open OLE compound files, and refuse those whose chains of sectors have no end."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import olefile

_HEADER = 512
_NUMBERS_OF_SECTORS = (44, 64, 72)
"""Where the header says how many sectors its tables have."""


def open_ole(stream: BinaryIO) -> olefile.OleFileIO:
    """Return the compound file in a stream that seeks.

    Raises `OLE_FAULTS`, also for tables that are larger than the file and for sectors that follow each
    other in a circle: olefile would go round as often as the size of a stream says, which may be any.
    """
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    header = stream.read(_HEADER)
    sector = 1 << min(int.from_bytes(header[30:32], "little"), 12)
    if any(int.from_bytes(header[at : at + 4], "little") * sector > size for at in _NUMBERS_OF_SECTORS):
        raise olefile.OleFileError("a table that is larger than the file")
    stream.seek(0)
    ole = olefile.OleFileIO(stream)
    try:
        _check_chains(ole)
    except BaseException:
        ole.close()
        raise
    return ole


def _check_chains(ole: olefile.OleFileIO) -> None:
    """Follow all streams together: a sector belongs to one of them at most."""
    entries = [each for each in ole.direntries if each is not None]
    streams = [each for each in entries if each.entry_type == olefile.STGTY_STREAM]
    large = [each.isectStart for each in streams if each.size >= ole.minisectorcutoff]
    small = [each.isectStart for each in streams if each.size < ole.minisectorcutoff]
    _follow([ole.root.isectStart, ole.first_mini_fat_sector, *large], ole.fat)
    if small and ole.first_mini_fat_sector < len(ole.fat):
        ole.loadminifat()
        _follow(small, ole.minifat)


def _follow(starts: Sequence[int], table: Sequence[int]) -> None:
    left = len(table)
    for start in starts:
        for _ in _chain(start, table):
            left -= 1
            if left < 0:
                raise olefile.OleFileError("sectors that follow each other in a circle")


def _chain(sector: int, table: Sequence[int]) -> Iterator[int]:
    while sector < len(table):  # the marks of an end are larger than any
        yield sector
        sector = table[sector]
