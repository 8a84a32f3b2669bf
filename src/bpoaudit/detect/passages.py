"""Which passages of a document the second model reads: those that are no prose, and those with addresses.

Rampart was trained on chats and forms. In the prose of a document it adds nothing to spaCy's names but
wrong ones, and takes more time than everything else together; addresses, headers and signatures it
reads better than any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpoaudit.detect.not_names import not_names, word
from bpoaudit.detect.recognizers.date import is_month

LONG = 1000
"""Characters from which on a text in sentence case is a document."""

_PROSE = 160
"""Characters from which on a line of a document is prose."""
_AROUND = 100
"""Characters on both sides of a number in prose that may be of an address."""
_NUMBERED = re.compile(
    r"(?<![\w.,/§-])\d{1,5}[A-Za-z]?,? (?P<after>[A-ZÀ-Þ][^\W\d_]+)"
    r"|(?P<before>[A-ZÀ-Þ][^\W\d_]{2,})\.?,? \d{1,4}(?: ?[A-Za-z])?(?![\w/-]|[.,:]\d)"
)
"""`12 Acacia`, `Ringstrasse 5`."""


def is_document(text: str) -> bool:
    """Tell whether a text is a document: long, and not all in small letters as speech is written down."""
    return len(text) >= LONG and not text.islower()


def to_be_read(text: str) -> Iterator[tuple[int, int]]:
    """Yield the passages of a document that are no prose, or may hold an address, in order."""
    start = end = 0
    for passage in _passages(text):
        if passage[0] <= end:
            end = max(end, passage[1])
            continue
        if end:
            yield start, end
        start, end = passage
    if end:
        yield start, end


def _passages(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in text.splitlines(keepends=True):
        if len(line) < _PROSE:
            yield at, at + len(line)
        else:
            for match in _NUMBERED.finditer(line):
                if _may_be_address(match["after"] or match["before"]):
                    yield (
                        max(at, at + match.start() - _AROUND),
                        min(at + len(line), at + match.end() + _AROUND),
                    )
        at += len(line)


def _may_be_address(name: str) -> bool:
    told = word(name)
    return not (is_month(told) or told in not_names().things or told in not_names().ordinary)
