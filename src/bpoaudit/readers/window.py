"""A text that comes in blocks, seen through patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator


class Window:
    """The part of the text that is looked at, and where it begins. `repr` shows no content."""

    def __init__(self, blocks: Iterator[str]) -> None:
        self._blocks = blocks
        self._ended = False
        self._base = 0
        self.text = ""
        self.at = 0

    def __repr__(self) -> str:
        return f"Window(position={self.position})"

    @property
    def position(self) -> int:
        """Characters of the file before the place looked at."""
        return self._base + self.at

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self.at == len(self.text) and not self._more()

    def match(self, pattern: re.Pattern[str], longest: int, ahead: int = 0) -> re.Match[str] | None:
        """Match here or `ahead`, with as much text as the pattern needs and not much more than `longest`.

        Of what is found only the text counts: its places may be those of a text that is gone.
        """
        while True:
            found = pattern.match(self.text, self.at + ahead)
            held = len(self.text) - self.at - ahead
            if (found and found.end() < len(self.text)) or held > longest or not self._more():
                return found

    def skip_to(self, position: int) -> None:
        """Go forward."""
        while position > self._base + len(self.text):
            self.at = len(self.text)
            if not self._more():
                return
        self.at = position - self._base

    def _more(self) -> bool:
        """Read as much again as is held; tell whether there was anything."""
        held = len(self.text) - self.at
        pieces = [self.text[self.at :]]
        wanted = max(held, 1)
        while wanted > 0 and not self._ended:
            block = next(self._blocks, None)
            self._ended = block is None
            if block is not None:
                pieces.append(block)
                wanted -= len(block)
        self._base += self.at
        self.text, self.at = "".join(pieces), 0
        return len(self.text) > held
