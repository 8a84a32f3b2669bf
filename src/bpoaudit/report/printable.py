"""Names chosen by a vendor, made safe to look at: nothing invisible, nothing endless."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that move the cursor, turn the reading direction or show nothing."""

_COMMAND = re.compile(r"##(?=\w*\[)", re.ASCII)


def printable(text: str) -> str:
    r"""Return `text` with every control, format and line-break character spelled out (`\x1b`, `\u202e`).

    A file name can carry a terminal sequence, a line break that fakes a second line of output, or a
    right-to-left override that disguises an ending; spelled out, all of them can be seen and none acts.
    """
    if text.isprintable():
        return text
    return "".join(_spelled(char) if unicodedata.category(char) in _INVISIBLE else char for char in text)


def _spelled(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def inert(text: str) -> str:
    """Return `text` as `printable` does, for a line that a build server may read.

    Commands of Azure Pipelines (`##vso[`), of TeamCity and of older GitHub runners (`##[`) are understood
    anywhere in a line.
    """
    return _COMMAND.sub("## ", printable(text))


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters of `text`, its middle replaced by an ellipsis.

    The middle goes because both ends of a path tell it apart: the folder and the ending.
    """
    if len(text) <= limit:
        return text
    tail = (limit - 1) // 2
    return f"{text[: limit - 1 - tail]}…{text[-tail:]}"


def prose(text: str, limit: int = 400) -> str:
    """Return running text on one line, cut after `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
