"""What the pages of a PDF say, by PDFium."""

from __future__ import annotations

import ctypes
import mmap
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

NO_PAGE: dict[str, Any] = {"fields": None, "images": 0, "large": 0, "covered": 0}
"""A page that cannot be read."""

_LARGE = 500 * 500
_MAX_OVERLAPS = 200_000
_MAX_STATES = 20

Box = tuple[float, float, float, float]


def read_page(document: pypdfium2.PdfDocument, index: int) -> dict[str, Any]:
    """Return the text of a page as its first field, its images, the large ones, and its covered texts.

    An image is large from an eighth of the page on, in a form from 500 times 500 pixels. A piece of
    text is covered where a shape of few lines, filled without letting anything through, was drawn over
    the whole of it afterwards.
    """
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return dict(NO_PAGE)
    text = page.get_textpage().get_text_range()
    area = page.get_width() * page.get_height()
    images = large = 0
    texts: list[pypdfium2.PdfObject] = []
    boxes: list[Box] = []
    covered: set[int] = set()
    overlaps = 0
    for each in page.get_objects(
        [pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=5
    ):
        if each.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            images += 1
            large += is_large(each, area)
        elif each.level:
            continue  # its place is told in the coordinates of the form it belongs to
        elif each.type == pdfium.FPDF_PAGEOBJ_TEXT:
            texts.append(each)
        elif (texts or boxes) and overlaps < _MAX_OVERLAPS and _hides(each):
            boxes += [text.get_bounds() for text in texts]
            texts.clear()
            overlaps += len(boxes)
            outer = each.get_bounds()
            covered.update(at for at, box in enumerate(boxes) if _is_inside(box, outer))
    page.close()
    return {"fields": [["text", text]], "images": images, "large": large, "covered": len(covered)}


def is_large(image: pypdfium2.PdfObject, area: float) -> bool:
    """Tell whether an image may be more than a logo, on a page of that area."""
    return _pixels(image) > _LARGE if image.level else _area(image.get_bounds()) * 8 > area


def _pixels(image: pypdfium2.PdfObject) -> int:
    """Return the size of an image in a form, whose place on the page is not told."""
    width, height = image.get_px_size()
    return int(width * height)


def _area(box: Box) -> float:
    left, bottom, right, top = box
    return abs((right - left) * (top - bottom))


def _hides(path: pypdfium2.PdfObject) -> bool:
    """Tell whether a path is filled without letting anything through."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    return bool(
        pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
        and fill.value != pdfium.FPDF_FILLMODE_NONE
        and pdfium.FPDFPageObj_GetFillColor(path, red, green, blue, alpha)
        and alpha.value == 255
        and pdfium.FPDFPath_CountSegments(path) <= 6
    )


def _is_inside(box: Box, outer: Box) -> bool:
    left, bottom, right, top = box
    slack = (top - bottom) / 5
    return (
        outer[0] - slack <= left <= right <= outer[2] + slack
        and outer[1] - slack <= bottom < top <= outer[3] + slack
    )


def earlier_lines(
    document: pypdfium2.PdfDocument, data: mmap.mmap, ends: list[int], password: str
) -> dict[int, list[str]]:
    """Return, by page, the lines of earlier states of the file that no page of it shows any more."""
    shown = (
        {hash(line) for index in range(len(document)) for line in _lines(document, index)} if ends else set()
    )
    gone: dict[int, list[str]] = {}
    for end in reversed(ends[-_MAX_STATES:]):
        try:
            state = pypdfium2.PdfDocument(data[:end], password or None)
        except pypdfium2.PdfiumError:
            continue  # the first part of a file made for the web is no state of its own
        for index in range(len(state)):
            lines = [line for line in _lines(state, index) if line.strip() and hash(line) not in shown]
            shown.update(map(hash, lines))
            if lines:
                gone.setdefault(min(index, len(document) - 1), []).append("\r\n".join(lines))
        state.close()
    return gone


def _lines(document: pypdfium2.PdfDocument, index: int) -> list[str]:
    try:
        return str(document[index].get_textpage().get_text_range()).split("\r\n")
    except pypdfium2.PdfiumError:
        return []
