"""What is planted in hostile inputs, and what a class of them is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MAIL = "zarquonia.quell77@example.org"
CANARY = "zarquonia"
"""Stands in every input; wherever it comes out again is a leak."""
LINE = f"write to {MAIL} about the order\n"


@dataclass(frozen=True)
class Class:
    """A kind of hostile input."""

    name: str
    make: Callable[[Path, bool], None]
    """Writes the delivery to a folder; told whether size is no matter (`--full`)."""
    planted: int = 0
    """Records with `MAIL` or another identifier that have to be found all the same."""
    disturb: Callable[[Path], None] | None = None
    """Changes the delivery while it is read, again and again."""
    closed: bool = False
    """Whether the program is to run without a superuser's right to read what it may not."""


@dataclass(frozen=True)
class Refusal:
    """A file of the user's that no run may take, and the command that is given it."""

    name: str
    make: Callable[[Path, bool], None]
    """Writes the files to a folder, each of them one try."""
    command: Callable[[Path], list[str]]
    """The arguments for one of the files."""
