"""A cut that leaves something of everyone: no source takes the room of all others."""

from __future__ import annotations

from collections.abc import Collection

FEWEST = 5
"""Rows of a source below which a list rather ends than tells still less of each."""


def fair_share(sizes: Collection[int], room: int, most: int, fewest: int = FEWEST) -> int:
    """Return how many rows each source may have, where `sizes` rows are to fit into `room`.

    Never more than `most`, nor less than `fewest`: then the sources that come last go without.
    """
    for share in range(most, fewest, -1):
        if sum(min(size, share) for size in sizes) <= room:
            return share
    return fewest
