"""Outlook data files (PST, OST): known, and not read."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import PST
from bpoaudit.errors import UnsupportedSource
from bpoaudit.readers.batch import Part
from bpoaudit.readers.format import Format
from bpoaudit.readers.options import ReadOptions

FORMATS = (
    Format(
        "Outlook data files", (PST,), (".pst", ".ost"), "none",
        "nothing; the file is listed", "all of it: have its folders exported as MSG or MBOX",
    ),
)  # fmt: skip


def open_pst(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part]:
    """Raise `UnsupportedSource`, which says what to ask the vendor for."""
    raise UnsupportedSource("an Outlook data file (PST, OST); its folders can be exported as MSG or MBOX")
