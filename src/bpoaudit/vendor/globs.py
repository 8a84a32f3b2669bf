"""Match names against globs in time linear in the name, whatever the pattern."""

from __future__ import annotations

import re
from functools import lru_cache

SOURCE_SEPARATORS = "/!#"
"""Between folders, before an archive's or a mail's member, before a sheet."""

_TOKEN = re.compile(r"\*\*/|\*\*|.", re.DOTALL)


@lru_cache(maxsize=1024)
def _tokens(pattern: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(pattern))


@lru_cache(maxsize=4096)  # the fields of one source are those of the next
def matches(pattern: str, name: str, separators: str = "") -> bool:
    """Tell whether all of `name` fits `pattern`.

    `?` is one character and `*` any number of them, none a separator; `**` is any text; `**/` is
    nothing, or any text that ends in a separator. Everything else stands for itself.
    """
    tokens = _tokens(pattern)
    # All positions in the pattern that the name so far can have led to; no backtracking.
    positions = _enter(tokens, 0)
    for char in name:
        separator = char in separators
        following: set[int] = set()
        for position in positions:
            step = tokens[position] if position < len(tokens) else ""
            if step == "**/":
                following.add(position)
                if separator:
                    following |= _enter(tokens, position + 1)
            elif step == "**" or (step == "*" and not separator):
                following |= _enter(tokens, position)
            elif step == char or (step == "?" and not separator):
                following |= _enter(tokens, position + 1)
        positions = following
    return len(tokens) in positions


def _enter(tokens: tuple[str, ...], position: int) -> set[int]:
    """Return `position` and those after it that need no character."""
    reached = {position}
    while position < len(tokens) and tokens[position] in ("*", "**", "**/"):
        position += 1
        reached.add(position)
    return reached
