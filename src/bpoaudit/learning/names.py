"""From the published name of a source to the pattern of its feed, open where dates and numbers stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bpoaudit.comparison.feeds import DATE, undated
from bpoaudit.public_names import REPLACED

ANY = "*"
_OPEN = "\0"
"""Stands for what is left open until the name's own `*` are out of the way."""

_ENDING = re.compile(r"(?:\.(?=[^.]*[A-Za-z])(?![QqVvWwRr]\d+$)[A-Za-z0-9]{1,8}){1,8}$")
_DIGITS = re.compile(r"\d+")
_HEXADECIMAL = re.compile(
    r"(?<![^\W_])(?=[0-9a-f-]{0,128}\d)(?=[0-9a-f-]{0,128}[a-f])"
    r"(?:[0-9a-f]{8,}+(?:-[0-9a-f]{4,}+)*|[0-9a-f]{4,7}+(?:-[0-9a-f]{4,}+)+)(?![^\W_])"
)
_OPENED = re.compile(f"{_OPEN}(?:[-_. ]?{_OPEN})*")
_PARTS = re.compile(r"([/!#])")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of Unicode: controls, formats, halves of characters, private and unassigned ones, breaks."""
_LONGEST = 400


def holds_personal_data(name: str) -> bool:
    """Tell whether personal data was replaced in a published name."""
    return REPLACED.search(name) is not None


def literal(name: str) -> str:
    """Return a pattern that fits `name` and next to nothing else; a pattern cannot quote `*`, so it gets `?`.

    So does what nobody can see, and a profile therefore must not hold; a very long name is cut.
    """
    fits = "".join("?" if char == ANY or unicodedata.category(char) in _UNSEEN else char for char in name)
    return fits if len(fits) <= _LONGEST else fits[:_LONGEST] + ANY


def pattern_of(source: str) -> str | None:
    """Return the pattern of the feed that a source belongs to: dates and numbers in its name are left open.

    A sheet or table belongs to its file. None where a part of the name would fit anything, because
    all of it was personal data.
    """
    made = []
    for part in _PARTS.split(source.rpartition("#")[0] or source):
        pattern = part if _PARTS.fullmatch(part) else _open(part)
        if pattern is None:
            return None
        made.append(pattern)
    whole = "".join(made)
    return whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST]}**"


def _open(part: str) -> str | None:
    ending = _ENDING.search(part)
    stem, tail = (part[: ending.start()], ending.group()) if ending else (part, "")
    if not re.search(r"[^\W\d_]", REPLACED.sub("", undated(stem).replace(DATE, ""))):
        # Nothing but numbers: `*` would fit every file of the folder.
        return (
            None
            if holds_personal_data(stem)
            else literal(_DIGITS.sub(lambda m: "?" * len(m[0]), stem) + tail)
        )
    stem = REPLACED.sub(_OPEN, stem)
    stem = undated(stem).replace(DATE, _OPEN)
    stem = _DIGITS.sub(_OPEN, _HEXADECIMAL.sub(_OPEN, stem))
    stem = _OPENED.sub(_OPEN, stem)
    return ANY.join(literal(piece) for piece in (stem + tail).split(_OPEN))


def whole_folder(patterns: Sequence[str]) -> str | None:
    """Return the one pattern of files that share folder and ending, None where they do not."""
    places = {place_of(pattern) for pattern in patterns}
    if len(places) != 1:
        return None
    ((folder, ending),) = places
    return f"{folder}*{ending}" if ending else None


def place_of(pattern: str) -> tuple[str, str]:
    """Return the folder and the ending of a pattern."""
    cut = max(pattern.rfind("/"), pattern.rfind("!")) + 1
    ending = _ENDING.search(pattern[cut:])
    return pattern[:cut], ending.group() if ending else ""


def slug(pattern: str) -> str:
    """Return an id for the feed of a pattern: its last part in lower case, without what is open."""
    cut = max(pattern.rfind("/"), pattern.rfind("!")) + 1
    for part in (_ENDING.sub("", pattern[cut:]), pattern[:cut]):
        words = re.sub(r"[^a-z0-9]+", "-", part.casefold()).strip("-")
        if words:
            return words[:48].strip("-")
    return "feed"
