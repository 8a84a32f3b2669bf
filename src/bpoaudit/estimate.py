"""Roughly how long a reading will take, from sizes and media types alone."""

from __future__ import annotations

from collections.abc import Iterable

from bpoaudit.delivery.compression import COMPRESSIONS
from bpoaudit.delivery.media import ODS, SLOWLY_READ, XLS, XLSB, XLSX, ZIP
from bpoaudit.delivery.shapes import CSV, JSON, JSONL, TSV

START = 4.0
"""Seconds until the language models are loaded."""

_TEXT = 20_000
_TABLE = 40_000
_RATES = {
    CSV: _TABLE,
    TSV: _TABLE,
    # Cells are packed smaller than they are as text.
    XLSX: 15_000,
    XLSB: 15_000,
    XLS: 20_000,
    ODS: 15_000,
    "application/vnd.sqlite3": _TABLE,
    "application/vnd.apache.parquet": 13_000,
    JSON: 50_000,
    JSONL: 50_000,
    "application/xml": 60_000,
    # Of a page or picture hardly anything is text.
    "application/pdf": 100_000,
    "image/": 1_000_000,
    "audio/": 100_000_000,
    "video/": 100_000_000,
    ZIP: 15_000,
    **dict.fromkeys(COMPRESSIONS, _TEXT // 5),
}
"""Bytes of a file that one process reads and searches in a second, roughly what
`benchmarks/reading.py --scan` measured; formats not listed are taken for text, which takes longest."""


def seconds(files: Iterable[tuple[str, int]], jobs: int) -> float:
    """Estimate the time for files of (media type, bytes) on `jobs` processes.

    They read large files together, but for those that are slowly read.
    """
    times = [(media_type, size / _rate(media_type)) for media_type, size in files]
    alone = (time for media_type, time in times if media_type.startswith(SLOWLY_READ))
    return START + max([sum(time for _, time in times) / jobs, *alone]) if times else 0.0


def _rate(media_type: str) -> int:
    group = f"{media_type.partition('/')[0]}/"
    return _RATES.get(media_type) or _RATES.get(group) or _TEXT
