"""What JSON can escape and no text may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_HEX = "[0-9a-fA-F]"
_HIGH, _LOW, _HALF = (f"u[dD]{digit}{_HEX}{{2}}" for digit in ("[89abAB]", "[c-fC-F]", "[89a-fA-F]"))
_ESCAPE = re.compile(rf"\\(?:{_HIGH}\\{_LOW}|(?P<half>{_HALF})|.)", re.DOTALL)
_SURROGATE = re.compile(rf"\\{_HALF}")
_BEGUN = re.compile(
    rf"\\u(?:[dD](?:[89a-fA-F](?:{_HEX}(?:{_HEX}(?:\\(?:u(?:[dD](?:[c-fC-F]{_HEX}?)?)?)?)?)?)?)?)?"
)
_LONGEST_BEGUN = len(r"\ud83d\ude0")


def without_halves(blocks: Iterable[str]) -> Iterator[str]:
    r"""Yield the text of JSON with `\ufffd` for each escaped half of a surrogate pair.

    yajl makes of such a half what is not UTF-8, or a character that nobody wrote. Blocks may end anywhere.
    """
    held = ""
    for block in blocks:
        text = held + block
        end = _end(text)
        text, held = text[:end], text[end:]
        if text:
            yield _clean(text)
    if held:
        yield _clean(held)


def _end(text: str) -> int:
    """Return where the escape begins that the next block may go on with, or the length of the text."""
    if "\\" not in text[-_LONGEST_BEGUN:]:
        return len(text)
    end = 0
    for escape in _ESCAPE.finditer(text):
        end = escape.end()
        if len(text) - escape.start() <= _LONGEST_BEGUN and _BEGUN.fullmatch(text, escape.start()):
            return escape.start()
    # What stands behind the last whole escape is text, but for a backslash at the end.
    return len(text) - text.endswith("\\", end)


def _clean(text: str) -> str:
    # Most texts escape no pairs at all.
    return _ESCAPE.sub(_replaced, text) if _SURROGATE.search(text) else text


def _replaced(escape: re.Match[str]) -> str:
    return r"\ufffd" if escape["half"] else escape[0]
