"""Where the columns of a fixed-width file stand, as its profile declares it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FixedColumn:
    """A column by its place in the record."""

    name: str
    start: int
    """1-based, in characters."""
    width: int
    packed: bool = False
    """Packed decimal (COMP-3): two digits a byte, the sign in the last half."""


@dataclass(frozen=True, slots=True)
class FixedRecord:
    """A kind of record in a file that mixes several: header, detail, trailer."""

    name: str
    marker: str
    """What stands where the layout's marker is."""
    columns: tuple[FixedColumn, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the records of a file are cut; either `columns`, or `records` told apart by a marker."""

    columns: tuple[FixedColumn, ...] = ()
    records: tuple[FixedRecord, ...] = ()
    marker: FixedColumn | None = None
    """Where a record says of which kind it is."""
    encoding: str | None = None
    """A codec of Python's (`cp037`); None: to be found."""
    header_lines: int = 0
    record_length: int | None = None
    """Characters of a record where no line ends stand between them."""
