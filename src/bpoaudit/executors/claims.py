"""Who analyses which piece of a file, where several processes read the same one.

Every reading of a file meets the same pieces in the same order and numbers them from 0: its name, a small
part of it, a batch of a large part. A piece is analysed by the one reading whose claim it is.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from typing import Protocol

_WIDTH = 8


class Claims(Protocol):
    """Tells one reading which pieces are its own. Can be sent to the process that reads."""

    def take(self, number: int) -> bool:
        """Whether the next piece is analysed here; asked once for each piece, in their order."""


@dataclass(frozen=True, slots=True)
class Everything:
    """The claims of a reading that is alone with its file."""

    def take(self, number: int) -> bool:
        """Take it."""
        return True


@dataclass(frozen=True, slots=True)
class EveryNth:
    """The claims of one of `count` readings that cannot speak with each other: every `count`-th piece."""

    first: int
    count: int

    def take(self, number: int) -> bool:
        """Take it if it is its turn."""
        return number % self.count == self.first


@dataclass(frozen=True, slots=True)
class Only:
    """The claims of a reading that does again what was lost."""

    numbers: frozenset[int]

    def take(self, number: int) -> bool:
        """Take it if it was lost."""
        return number in self.numbers


@dataclass(frozen=True, slots=True)
class FirstCome:
    """The claims of readings in forked processes of one machine: whoever comes first takes the next piece.

    So nobody waits for a slower one. The number of the next piece is kept in memory that the processes
    share. Who is killed lets go of the lock on it: the system sees to that.
    """

    board: int
    """Descriptor of the shared memory; see `open_board`."""
    file: int
    """Number of the file."""

    def take(self, number: int) -> bool:
        """Take it if nobody did before."""
        place = self.file * _WIDTH
        fcntl.lockf(self.board, fcntl.LOCK_EX, _WIDTH, place)
        try:
            following = int.from_bytes(os.pread(self.board, _WIDTH, place), "little")
            if number < following:
                return False
            os.pwrite(self.board, (number + 1).to_bytes(_WIDTH, "little"), place)
            return True
        finally:
            fcntl.lockf(self.board, fcntl.LOCK_UN, _WIDTH, place)


def open_board() -> int:
    """Return the descriptor of new memory for the claims of forked processes; to be closed."""
    return os.memfd_create("bpoaudit-claims")
