"""Read a file to its last byte, as an audit does, and without a detector.

    python benchmarks/measuring/consuming.py FILE

Prints records, and the peak resident memory of this process and of its largest child in KiB. Nothing is
imported that the readers do not need.
"""

from __future__ import annotations

import resource
import sys
from contextlib import ExitStack
from pathlib import Path

from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.compression import COMPRESSIONS, decompressed
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import media_type
from bpoaudit.readers import Member, ReadOptions, open_parts


def read_file(path: Path) -> int:
    """Return the records of a file and of everything inside it."""
    return _read(Content.of_path(path), Budget(path.stat().st_size))


def _read(content: Content, budget: Budget) -> int:
    """Read everything, as an audit does; return the records."""
    records = 0
    with ExitStack() as opened:
        opened.enter_context(content)
        media = media_type(content)
        while media in COMPRESSIONS:
            content = opened.enter_context(decompressed(content, media, budget))
            media = media_type(content)
        for piece in open_parts(content, media, ReadOptions(budget=budget)):
            if not isinstance(piece, Member):
                records += sum(batch.records for batch in piece.batches)
            elif piece.content is not None:
                records += _read(piece.content, budget)
    return records


if __name__ == "__main__":
    records = read_file(Path(sys.argv[1]))
    print(
        records,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
    )
