"""Write names that a vendor chose into YAML: as scalars that read back the same, or inside comments."""

from __future__ import annotations

import re

from bpoaudit.report.printable import printable, shorten

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_WORDS = frozenset({"null", "true", "false"})
_LONGEST = 120


def quoted(text: str) -> str:
    """Return a scalar that a YAML parser reads as `text`, in one line and with nothing invisible in it."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return '"' + printable(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def comment(text: str) -> str:
    """Return `text` for a comment: in one line, nothing invisible, not too long."""
    return shorten(printable(text), _LONGEST)
