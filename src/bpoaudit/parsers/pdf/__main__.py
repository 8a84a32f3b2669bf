"""Run as a program: read PDF files one after another, write what they hold to standard output.

PDFium is written in C++ and pypdf follows whatever a file says, so both can crash, hang or ask for all
memory on hostile bytes. They have a process of their own, with limits; `readers.child_process` keeps it,
because a delivery may hold ten thousand files. A limit ends the process, and the next one goes on behind
the page it happened on.

Each line of standard input asks for one file, `{"path": …, "passwords": […], "structure": true, "first": 0}`;
what comes back is a JSON value a line:

    {"pages": 300, "encrypted": false, "whole": true}      the file is open
    {"field": "properties", "text": "…"}                   what belongs to no page
    {"structure": 0, "files": 1}                           that was all of it; objects that are broken
    {"page": 1, "fields": [["text", "…"]], "images": 0, …} a page; `fields` is null where it is broken
    {"scanned": [["…", 120, 10800, 3, true]], "by": "…"}   its pictures, read by OCR (`pictures` of them)
    {"attachment": "…"} and {"data": "…"}                  a file inside, in Base64, or its `problem`
    {"end": true}                                          or `{"error": "password"}`, `{"error": "broken"}`
"""

from __future__ import annotations

import base64
import ctypes
import io
import json
import logging
import mmap
import re
import signal
import sys
import time
from typing import Any, BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium

from bpoaudit.parsers.limits import limit_memory
from bpoaudit.parsers.pdf.pages import NO_PAGE, earlier_lines, read_page
from bpoaudit.parsers.pdf.rebuilt import rebuilt
from bpoaudit.parsers.pdf.scans import SECONDS, engine_name, is_scan, pictures, read_pictures
from bpoaudit.parsers.pdf.structure import Structure

MAX_BYTES = 3 << 30
"""Address space."""
STRUCTURE_SECONDS = 120
PAGE_SECONDS = 30
"""Processor time of a step; its end is the end of the process."""
FILE_SECONDS = 900
"""Processor time of a file; the pages it does not reach are told as lost."""

_BLOCK = 3 << 18
_END = re.compile(rb"startxref\s+[1-9]\d*\s+%%EOF")


def main() -> None:
    """Read one file for each line of standard input."""
    limit_memory(MAX_BYTES)
    logging.disable()  # pypdf's warnings quote the file
    for line in sys.stdin:
        _read(**json.loads(line))
        _allow(0)


def _read(path: str, passwords: list[str], structure: bool, first: int) -> None:
    began = time.process_time()
    _allow(STRUCTURE_SECONDS)
    with open(path, "rb") as file:  # noqa: PTH123 (a path in /proc that names memory of another process)
        # Private pages of the file itself: PDFium jumps about in them, and nothing is copied.
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        opened = _open((ctypes.c_ubyte * len(data)).from_buffer(data), passwords)
        whole = opened != "broken"
        source: BinaryIO = file
        if not whole and (repaired := rebuilt(data)):
            opened = _open(repaired, passwords)
            source = io.BytesIO(repaired)
        if isinstance(opened, str):
            _write({"error": opened}, flush=True)
            return
        document, password = opened
        encrypted = pdfium.FPDF_GetSecurityHandlerRevision(document) != -1
        ends = [match.end() for match in _END.finditer(data)]
        _write({"pages": len(document), "encrypted": encrypted, "whole": whole and bool(ends)}, flush=True)
        inside = Structure(source, password, len(document)) if structure else None
        for field, text in inside.apart() if inside else ():
            _write({"field": field, "text": text})
        earlier = earlier_lines(document, data, ends[:-1], password) if structure else {}
        _write(
            {"structure": inside.broken if inside else 0, "files": inside.files if inside else 0}, flush=True
        )
        for index in range(first, len(document)):
            if time.process_time() - began > FILE_SECONDS:
                _write({"page": len(document), **NO_PAGE, "lost": len(document) - index}, flush=True)
                break
            _allow(PAGE_SECONDS)
            page = read_page(document, index)
            if page["fields"] is not None:
                page["fields"] += inside.pages.get(index, []) if inside else []
                page["fields"] += [["earlier text", text] for text in earlier.get(index, [])]
            count = pictures(page)
            _write({"page": index + 1, **page, "pictures": count}, flush=True)
            if count:
                began -= time.process_time()
                _allow(SECONDS * count)
                _write(
                    {"scanned": read_pictures(document, index, is_scan(page)), "by": engine_name()},
                    flush=True,
                )
                began += time.process_time()
        document.close()
        _allow(STRUCTURE_SECONDS)
        if inside:
            _attachments(inside)
    _write({"end": True}, flush=True)


def _open(data: Any, passwords: list[str]) -> tuple[pypdfium2.PdfDocument, str] | str:
    """Return the document and its password, or what stands in the way: `broken`, `password`."""
    for password in ("", *passwords):
        try:
            return pypdfium2.PdfDocument(data, password or None), password
        except pypdfium2.PdfiumError as error:
            if error.err_code != pdfium.FPDF_ERR_PASSWORD:
                return "broken"
    return "password"


def _attachments(inside: Structure) -> None:
    for name, data in inside.attachments():
        if isinstance(data, str):
            _write({"attachment": name, "problem": data})
            continue
        _write({"attachment": name})
        for at in range(0, len(data), _BLOCK):
            _write({"data": base64.b64encode(data[at : at + _BLOCK]).decode("ascii")})


def _allow(seconds: int) -> None:
    """Let the process use that much processor time from now on; then a signal ends it."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _write(message: dict[str, Any], *, flush: bool = False) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")) + "\n")
    if flush:
        sys.stdout.flush()  # the next step may be the last


if __name__ == "__main__":
    main()
