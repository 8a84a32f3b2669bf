"""What is told of pictures that were read by OCR."""

from __future__ import annotations

from typing import NamedTuple

PAGE_SECONDS = 100
"""For one picture, in all directions that are tried."""
UNSURE = 60
"""Confidence (0-100) under which a word is called uncertain; it is kept all the same."""
_POOR = 50


class Read(NamedTuple):
    """What was read of one picture. `repr` shows no content."""

    text: str
    words: int
    confidence: int
    """Sum over the words, each 0-100."""
    unsure: int
    """Words under `UNSURE`."""
    in_time: bool

    def __repr__(self) -> str:
        return f"Read(words={self.words})"


class Tally:
    """What is to be told of the pictures of one file."""

    def __init__(self) -> None:
        self.pages = self.words = self.confidence = self.unsure = 0
        self.empty = self.poor = self.late = 0

    def add(self, read: Read) -> None:
        """Count one picture."""
        self.pages += 1
        self.words += read.words
        self.confidence += read.confidence
        self.unsure += read.unsure
        self.late += not read.in_time
        self.empty += read.in_time and not read.words
        self.poor += bool(read.words) and read.confidence < _POOR * read.words

    def notes(self, engine: str) -> list[str]:
        """Say by what it was read, and how sure that is."""
        if not self.pages:
            return []
        said = f"{self.pages:,} read by OCR with {engine}: {self.words:,} words"
        if self.words:
            said += f", mean confidence {round(self.confidence / self.words)} of 100"
            said += f", {round(100 * self.unsure / self.words)} % of them under {UNSURE}"
        if self.empty:
            said += f"; without words: {self.empty:,}"
        return [said]

    def losses(self) -> list[str]:
        """Say what could not be read."""
        said = []
        if self.poor:
            said.append(f"pictures that OCR could hardly read (handwriting, photographs): {self.poor:,}")
        if self.late:
            said.append(f"pictures that OCR did not finish within {PAGE_SECONDS} seconds: {self.late:,}")
        return said
