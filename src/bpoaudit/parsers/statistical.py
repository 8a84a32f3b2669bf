"""SPSS, SAS and Stata files through pyreadstat, with the labels of variables and of coded values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyreadstat
from pyreadstat import PyreadstatError, ReadstatError

from bpoaudit.errors import UnreadableSource
from bpoaudit.parsers.cells import Raw, cell_text
from bpoaudit.parsers.sas_transport import RECORD as SAS_RECORD
from bpoaudit.parsers.sas_transport import data_sets
from bpoaudit.parsers.sections import Batch, Column, Request, Section, broken, column_of, metadata_section

XPORT = "application/x-sas-xport"

FAULTS = (
    PyreadstatError, ReadstatError, OSError, ArithmeticError, LookupError, TypeError, ValueError,
)  # fmt: skip
"""What pyreadstat raises for a file that is not what it claims to be."""

LABEL = "{} (label)"
"""Field of what the coded values of a variable mean."""

_CHUNK_CELLS = 2_000_000
_CHUNK_BYTES = 64 << 20

Reading = Callable[..., tuple[dict[str, list[Any]], Any]]

_READ: dict[str, tuple[Reading, dict[str, Any]]] = {
    "application/x-spss-sav": (pyreadstat.read_sav, {"user_missing": True}),
    "application/x-spss-por": (pyreadstat.read_por, {}),
    "application/x-stata-dta": (pyreadstat.read_dta, {"user_missing": True}),
    "application/x-sas-data": (pyreadstat.read_sas7bdat, {"user_missing": True}),
    XPORT: (pyreadstat.read_xport, {}),
}


def parse(request: Request) -> Iterator[Section]:
    """Yield the labels as metadata, then the rows, of each data set; coded values with their labels."""
    read, options = _READ[request.media_type]
    if request.media_type != XPORT or len(sets := data_sets(request.path)) < 2:
        yield from _data_set(partial(read, request.path, output_format="dict", **options), None, request)
        return
    for number, data in enumerate(sets, 1):
        yield from _data_set(
            lambda data=data, **how: read(data(), output_format="dict", **how), number, request
        )


def _data_set(read: Reading, number: int | None, request: Request) -> Iterator[Section]:
    raw = Raw(request.signatures)
    try:
        _, about = read(metadataonly=True)
    except FAULTS:
        problem = UnreadableSource("broken, truncated or of an unknown release: its header cannot be read")
        if number is None:
            raise problem from None
        yield Section(str(number), "column", broken(problem))
        return
    table = None if number is None else f"{number} {raw.escaped(about.table_name or '')}".rstrip()
    names = [raw.escaped(name) for name in about.column_names]
    said = [(raw.escaped(name), raw.escaped(text)) for name, text in _said(about)]
    yield metadata_section(said, table, names)
    section = Section(table, "column", iter(()), names)
    section.batches = _batches(read, about, section, request)
    yield section


def _said(about: Any) -> Iterator[tuple[str, str]]:
    yield "file label", about.file_label or ""
    yield "table name", about.table_name or ""
    for note in about.notes or ():
        yield "notes", str(note)
    for name, label in about.column_names_to_labels.items():
        yield f"label.{name}", label or ""
    for name, labels in about.variable_value_labels.items():
        for value, label in labels.items():
            yield f"value labels.{name}", f"{cell_text(value)} = {label}"


def _batches(read: Reading, about: Any, section: Section, request: Request) -> Iterator[Batch]:
    raw = Raw(request.signatures)
    first, chunk = 1, _chunk(about)
    ended = False
    while not ended:
        try:
            columns, _ = read(row_offset=first - 1, row_limit=chunk)
        except FAULTS:
            columns, ended = _as_numbers(read, first - 1, chunk, section)
        rows = max(map(len, columns.values()), default=0)
        for start in range(0, rows, request.batch_records):
            yield _batch(columns, start, min(start + request.batch_records, rows), first, about, raw)
        first += rows
        if rows < chunk:
            break
    section.notes += raw.notes()
    section.losses += raw.losses()
    if ended:
        raise UnreadableSource(f"broken or truncated after record {first - 1:,}")
    if request.media_type == XPORT and Path(request.path).stat().st_size % SAS_RECORD:
        section.losses.append("truncated: it ends in the midst of a record")
    if (about.number_rows or 0) > first - 1:
        section.losses.append(f"truncated: {about.number_rows - first + 1:,} records are missing")


def _chunk(about: Any) -> int:
    """Return how many rows are read at once: each reading passes over those before it."""
    width = max(1, sum((about.variable_storage_width or {}).values()))
    cells = max(1, len(about.column_names))
    return int(max(1000, min(_CHUNK_CELLS // cells, _CHUNK_BYTES // width)))


def _as_numbers(
    read: Reading, offset: int, count: int, section: Section
) -> tuple[dict[str, list[Any]], bool]:
    """Read rows with dates as the numbers that are stored, where one is no day of the calendar."""
    try:
        columns, _ = read(row_offset=offset, row_limit=count, disable_datetime_conversion=True)
    except FAULTS:
        return {}, True
    note = "dates that no calendar has: given, with those around them, as the numbers that are stored"
    if note not in section.notes:
        section.notes.append(note)
    return columns, False


def _batch(columns: Any, start: int, stop: int, first: int, about: Any, raw: Raw) -> Batch:
    found: list[Column] = []
    for name, cells in columns.items():
        part = cells[start:stop]
        name = raw.escaped(name)
        found.append(column_of(name, first + start, [_text(cell, raw) for cell in part]))
        if labels := about.variable_value_labels.get(name):
            meanings = [raw.escaped(str(labels.get(cell, ""))) for cell in part]
            found.append(column_of(LABEL.format(name), first + start, meanings))
    return Batch(first + start, stop - start, [column for column in found if column.values])


def _text(cell: Any, raw: Raw) -> str:
    if cell is None:
        return ""
    return raw.escaped(cell) if isinstance(cell, str) else cell_text(cell)
