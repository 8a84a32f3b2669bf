"""Line ends that a page's layout put into the middle of a sentence, a number or an address."""

from __future__ import annotations

import re
from itertools import pairwise

_HYPHEN = "\ufffe"
"""What PDFium writes for a hyphen at the end of a line, instead of the hyphen and the line end."""
_SHORTEST_LINE = 30
_OPEN_ADDRESS = re.compile(r"[\w.+-]@(?:[\w-]*|[\w.-]+[.-])\Z|[\w-][+_-]\Z")
_REST_OF_ADDRESS = re.compile(r"@?[\w.-]*\w")
_BROKEN_NUMBER = re.compile(r"\d[-/.]\Z")
_GOES_ON = re.compile(r"[a-z\d(+]")


def mend_line_ends(text: str) -> str:
    r"""Return the text with line ends taken out where a word, number or address goes on behind them.

    An address broken inside (`jane.doe@exam` / `ple.org`) is put together; the line end of a full line
    of prose becomes a space where the next line begins with a small letter or a digit, so that a card
    number or an IBAN that was wrapped is one again. Rows of a table, headings and lists stay lines.
    All other line ends are `\n`.
    """
    text = re.sub(rf"(?<=[^\W\d_]){_HYPHEN}(?=[^\W\d_])", "", text).replace(_HYPHEN, "-")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    out = [lines[0]]
    for before, line in pairwise(lines):
        out += [_between(before, line), line]
    return "".join(out)


def _between(before: str, line: str) -> str:
    last, first = before.split(" ")[-1], line.split(" ", 1)[0]
    if _is_address(last, first):
        return ""
    if len(before) >= _SHORTEST_LINE and _GOES_ON.match(line):
        written = before.replace(" ", "")
        if sum(map(str.isalpha, written)) * 5 > len(written) * 3:
            return "" if _BROKEN_NUMBER.search(last) and first[:1].isdigit() else " "
    return "\n"


def _is_address(last: str, first: str) -> bool:
    """Tell whether an e-mail address begins with one and goes on with the other."""
    if first.startswith("@") and last[-1:].isalnum():
        return True
    if not (_OPEN_ADDRESS.search(last) and _REST_OF_ADDRESS.match(first)):
        return False
    return "@" in last or "@" in first
