"""Names of files that this program makes beside others."""

from __future__ import annotations

import os

MOST_BYTES = 255
"""Of a name, in the file systems of Linux and macOS."""


def shortened(name: str, *, before: str = "", after: str = "") -> str:
    """Return `name` between `before` and `after`, cut to the bytes that a name may have, at a character."""
    room = MOST_BYTES - len(os.fsencode(before + after))
    raw = os.fsencode(name)
    while len(raw) > room:
        name = name[:-1]
        raw = os.fsencode(name)
    return f"{before}{name}{after}"
