"""Which passages of a document both models read: those that are no prose, and those with addresses.

Rampart was trained on chats and forms. In the prose of a document it adds nothing to spaCy's names but
wrong ones, and takes more time than everything else together; addresses, headers and signatures it
reads better than any other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from bpoaudit.detect.matches import Match
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
    r"|(?P<before>[A-ZÀ-Þ][^\W\d_]{2,60}+)\.?,? \d{1,4}(?: ?[A-Za-z])?(?![\w/-]|[.,:]\d)"
)
"""`12 Acacia`, `Ringstrasse 5`."""


Passage = tuple[int, int]
"""Start and end in the text."""


def prose_of(text: str) -> tuple[Passage, ...]:
    """Return the lines of a document that are prose; none where the text is no document.

    A document is long, and not all in small letters as speech is written down.
    """
    if len(text) < LONG or text.islower():
        return ()
    return tuple((start, end) for start, end in _lines(text) if end - start >= _PROSE)


def is_in(match: Match, prose: Sequence[Passage]) -> bool:
    """Tell whether a match stands in one of the lines of `prose`, which are in order."""
    at = bisect_right(prose, match.start, key=lambda line: line[0]) - 1
    return at >= 0 and match.start < prose[at][1]


def to_be_read(text: str, prose: Sequence[Passage]) -> Iterator[Passage]:
    """Yield the passages of a document that are no prose, or may hold an address, in order."""
    start = end = 0
    for passage in _passages(text, frozenset(prose)):
        if passage[0] <= end:
            end = max(end, passage[1])
            continue
        if end:
            yield start, end
        start, end = passage
    if end:
        yield start, end


def _passages(text: str, prose: frozenset[Passage]) -> Iterator[Passage]:
    for start, end in _lines(text):
        if (start, end) not in prose:
            yield start, end
            continue
        for match in _NUMBERED.finditer(text, start, end):
            if _may_be_address(match["after"] or match["before"]):
                yield max(start, match.start() - _AROUND), min(end, match.end() + _AROUND)


def _lines(text: str) -> Iterator[Passage]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line)
        start += len(line)


def _may_be_address(name: str) -> bool:
    told = word(name)
    return not (is_month(told) or told in not_names().things or told in not_names().ordinary)
