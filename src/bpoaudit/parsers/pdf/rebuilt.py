"""Put the pages of a PDF together again whose tree of pages is lost, as where a file breaks off."""

from __future__ import annotations

import mmap
import re

_PAGE = re.compile(
    rb"(?<!\d)(\d{1,9}) (\d{1,5}) obj\b(?:(?!endobj).){0,4096}?/Type\s*/Page(?![A-Za-z])", re.DOTALL
)
_NUMBER = re.compile(rb"(?<!\d)(\d{1,9}) \d{1,5} obj\b")
_MOST_PAGES = 100_000


def rebuilt(data: mmap.mmap) -> bytes | None:
    """Return the file with a new tree of its pages in the order they stand in, or None without pages.

    Pages inside compressed object streams cannot be found this way.
    """
    pages = [match[1] + b" " + match[2] + b" R" for match in _PAGE.finditer(data)][:_MOST_PAGES]
    if not pages:
        return None
    free = max(int(match[1]) for match in _NUMBER.finditer(data)) + 1
    kids = b" ".join(dict.fromkeys(pages))
    tree = b"\nendobj\n%d 0 obj\n<< /Type /Pages /Count %d /Kids [%b] >>\nendobj\n" % (
        free,
        len(set(pages)),
        kids,
    )
    catalog = b"%d 0 obj\n<< /Type /Catalog /Pages %d 0 R >>\nendobj\n" % (free + 1, free)
    trailer = b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n0\n%%%%EOF\n" % (free + 2, free + 1)
    return data[:] + tree + catalog + trailer
