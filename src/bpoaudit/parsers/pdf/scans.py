"""Pages and images of a PDF that are pictures, read by OCR where it is installed."""

from __future__ import annotations

from functools import cache
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from bpoaudit.errors import UnsupportedSource
from bpoaudit.parsers import ocr
from bpoaudit.parsers.ocr_tally import PAGE_SECONDS, Read
from bpoaudit.parsers.pdf.pages import is_large

SECONDS = PAGE_SECONDS + 20
"""Processor time for one picture."""

_DOTS = 300 / 72
"""Pixels for a point: what a letter of usual size needs to be told."""
_MOST_PIXELS = 40_000_000
_MOST_IMAGES = 50


@cache
def engine() -> ocr.Engine | None:
    """Return what reads pictures, if there is anything."""
    try:
        return ocr.load()
    except UnsupportedSource:
        return None


def engine_name() -> str:
    """Return its name, version and languages."""
    reader = engine()
    return reader.name if reader else ""


def pictures(page: dict[str, Any]) -> int:
    """Return how many pictures there are to read on a page: the page itself where it has no text."""
    if page["fields"] is None:
        return 0
    count = 1 if is_scan(page) else min(page["large"], _MOST_IMAGES)
    return count if count and engine() is not None else 0  # loaded when the first picture is met


def is_scan(page: dict[str, Any]) -> bool:
    """Tell whether a page has images and no text."""
    return page["images"] > 0 and not any(text.strip() for _, text in page["fields"][:1])


def read_pictures(document: pypdfium2.PdfDocument, index: int, scan: bool) -> list[Read]:
    """Read a page as it would be printed (`scan`), or its large images; what cannot be drawn is left out."""
    reader = engine()
    if reader is None:
        return []
    page = document[index]
    area = max(page.get_width() * page.get_height(), 1)
    if scan:
        scale = min(_DOTS, (_MOST_PIXELS / area) ** 0.5)
        return [reader.read(page.render(scale=scale, grayscale=True).to_pil())]
    read: list[Read] = []
    for image in page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=5):
        width, height = image.get_px_size()
        drawable = min(width, height) >= ocr.SMALLEST and width * height <= _MOST_PIXELS
        if drawable and is_large(image, area) and len(read) < _MOST_IMAGES:
            try:
                drawn = image.get_bitmap(render=True)
            except pypdfium2.PdfiumError:
                continue
            read.append(reader.read(drawn.to_pil()))
    return read
