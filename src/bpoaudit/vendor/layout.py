"""Fixed-width files: where their columns stand."""

from __future__ import annotations

import codecs
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from bpoaudit.delivery import layout
from bpoaudit.vendor.words import Count, Name, Section

Place = Annotated[int, Field(ge=1, le=1_000_000)]
_TAKEN = frozenset(("between", "beyond", "undeclared", "heading"))
"""Fields of what no column covers."""


def _codec(label: str) -> str:
    try:
        codec = codecs.lookup(label).name
        bytes(range(0x40, 0x5B)).decode(codec, "replace")
    except LookupError:
        raise ValueError("no encoding of that name is known; cp037, cp500 and cp1140 are EBCDIC") from None
    return codec


class LayoutColumn(Section):
    """A column of a fixed-width file."""

    name: Name
    start: Place
    """Its first character; the first of a record is 1."""
    width: Place
    packed: bool = False
    """Packed decimal (COMP-3), as mainframes write amounts and numbers."""

    def declared(self) -> layout.FixedColumn:
        """Return it for the reader."""
        return layout.FixedColumn(self.name, self.start, self.width, self.packed)


class LayoutMarker(Section):
    """Where a record says of which kind it is."""

    start: Place
    width: Place


class LayoutRecord(Section):
    """A kind of record. Its fields are called `name.column`."""

    name: Name
    marker: Name
    """What stands at the marker, without the space around it: `01`."""
    columns: Annotated[tuple[LayoutColumn, ...], Field(min_length=1)]


class FixedWidth(Section):
    """How a fixed-width file is cut: `columns`, or `record_types` told apart by a `marker`."""

    columns: tuple[LayoutColumn, ...] = ()
    record_types: tuple[LayoutRecord, ...] = ()
    marker: LayoutMarker | None = None
    encoding: Annotated[str, Field(max_length=40), AfterValidator(_codec)] | None = None
    """A codec such as `cp037` or `windows-1250`; found by content where it is left out."""
    header_lines: Count = 0
    """Lines above the first record."""
    record_length: Place | None = None
    """Characters of a record, where no line ends stand between records."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.columns) == bool(self.record_types):
            raise ValueError("a layout has either columns or record_types")
        if bool(self.record_types) != (self.marker is not None):
            raise ValueError("record_types and marker go together")
        for columns in (self.columns, *(kind.columns for kind in self.record_types)):
            names = [column.name for column in columns]
            if len(set(names)) < len(names):
                raise ValueError("two columns have the same name")
            if not _TAKEN.isdisjoint(names):
                raise ValueError(f"no column can be called {', '.join(sorted(_TAKEN))}")
            if self.record_length is None and any(column.packed for column in columns):
                raise ValueError("packed columns need a record_length: their bytes can look like line ends")
        for what in ("name", "marker"):
            if len({getattr(kind, what) for kind in self.record_types}) < len(self.record_types):
                raise ValueError(f"two record_types have the same {what}")
        return self

    def declared(self) -> layout.Layout:
        """Return it for the reader."""
        marker = layout.FixedColumn("", self.marker.start, self.marker.width) if self.marker else None
        kinds = (
            layout.FixedRecord(kind.name, kind.marker, tuple(column.declared() for column in kind.columns))
            for kind in self.record_types
        )
        columns = tuple(column.declared() for column in self.columns)
        return layout.Layout(
            columns, tuple(kinds), marker, self.encoding, self.header_lines, self.record_length
        )
