"""How much one file of a delivery may unpack to: archives and compressed files can grow without end."""

from __future__ import annotations

from bpoaudit.errors import LimitReached

MAX_MEMBERS = 100_000
"""Members of one file of the delivery, those of nested archives and attachments included."""
MAX_DEPTH = 8
"""Containers inside containers."""
MAX_RATIO = 200
"""Unpacked bytes for each byte of the file. Text shrinks to a tenth, a log full of repeats to a fiftieth."""
MIN_BYTES = 1 << 30
"""What even the smallest file may unpack to."""


class Budget:
    """What one file of the delivery, and everything inside it, may still unpack."""

    def __init__(self, size: int) -> None:
        """`size` are the bytes of the file as it was delivered."""
        self._bytes = max(MIN_BYTES, MAX_RATIO * size)
        self._most = self._bytes
        self._members = MAX_MEMBERS

    def spend(self, unpacked: int) -> None:
        """Count bytes that were unpacked for the first time. Raises `LimitReached`."""
        self._bytes -= unpacked
        if self._bytes < 0:
            raise LimitReached(f"unpacks to more than {self._most:,} bytes, {MAX_RATIO} times its size")

    def member(self) -> None:
        """Count a member that is taken up. Raises `LimitReached`."""
        if not self._members:
            raise LimitReached(f"more than {MAX_MEMBERS:,} members")
        self._members -= 1
