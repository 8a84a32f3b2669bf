"""A process with all that it started: who they are, and what they hold."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

EVERY = 0.1
"""Seconds between two looks."""


def family(process: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:  # it has ended
        return
    for child in children:
        yield from family(int(child))


def held(process: int) -> int:
    """Return the KiB that a process holds; what it shares with others is divided among them."""
    try:
        status = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("Pss:"))


class Watched:
    """Looks at a process and all below it until it is told to stop."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._most = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> int:
        """Return the most that they held at once, in MiB."""
        self._stop.set()
        self._thread.join()
        return self._most >> 10

    def _watch(self) -> None:
        while not self._stop.wait(EVERY):
            self._most = max(self._most, sum(map(held, family(self._process))))
