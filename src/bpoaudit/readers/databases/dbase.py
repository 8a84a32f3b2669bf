"""dBASE and FoxPro tables."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.readers.batch import Member, Part
from bpoaudit.readers.format import Format
from bpoaudit.readers.isolated import run_parser
from bpoaudit.readers.options import ReadOptions

FORMATS = (
    Format(
        "dBASE, FoxPro", ("application/x-dbf",), (".dbf",), "dbfread",
        "a record is a row that is not deleted; deleted rows that still stand in the file are a source of "
        "their own (`#deleted records`); memo texts where their file lies beside the table",
        "memo texts (`.dbt`, `.fpt`) whose file is not beside the table",
    ),
)  # fmt: skip


def open_dbase(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield the rows, then the deleted ones, each with the files among their values.

    Raises `UnreadableSource` where the header is broken; the batches raise it where a value is.
    """
    yield from run_parser("dbase", content, media_type, how)
