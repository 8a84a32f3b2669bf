"""Members of archives that are unpacked from front to end: each is at hand while it is its turn."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.streamed import streamed
from bpoaudit.errors import SourceError

HOLD = 256 << 20
"""Bytes of a member that are held in memory while it is read. A larger one is unpacked again from the
front of the archive for each reading: that costs time, but few members are of that size."""

_BLOCK = 1 << 20


@contextmanager
def held(name: str, blocks: Iterable[bytes]) -> Iterator[Content]:
    """Hold what `blocks` give in a file that exists in memory only, while the context lasts.

    Where they break off with a `SourceError`, reading gives what came before, then raises it.
    """
    fault: SourceError | None = None
    with os.fdopen(os.memfd_create("bpoaudit"), "w+b") as file:
        try:
            for block in blocks:
                file.write(block)
        except SourceError as error:
            fault = error
        file.flush()
        # By number, not `self`: a child process that is given the path opens the same memory.
        path = Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")
        if fault is None:
            yield Content(name, lambda: path.open("rb"), size=file.tell(), path=path, seeks=True)
        else:
            yield Content(name, lambda: streamed(_until(path, fault)))


def _until(path: Path, fault: SourceError) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
    raise type(fault)(fault.message)
