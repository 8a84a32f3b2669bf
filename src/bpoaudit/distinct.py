"""Count distinct values without keeping them: exact while few, estimated when many."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

EXACT_DISTINCT = 100_000
"""Up to here counts are exact."""


class DistinctCount:
    """Counts distinct keyed 64-bit hashes: exact up to 100,000, beyond that an estimate.

    Keeps the smallest `EXACT_DISTINCT` hashes (k minimum values, Bar-Yossef et al. 2002), a set
    whose union is independent of order, so the estimate merges as exactly as the count does.
    """

    __slots__ = ("_bound", "_kept", "_pending", "_saturated")

    def __init__(self) -> None:
        self._kept: npt.NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
        self._pending: set[int] = set()
        self._saturated = False
        self._bound = 1 << 64
        """From here on hashes make no difference."""

    def add(self, sketch: int) -> None:
        """Count one keyed hash."""
        if sketch < self._bound:
            self._pending.add(sketch)
            if len(self._pending) >= 4096:
                self._settle()

    def _settle(self) -> None:
        if self._pending:
            self._keep(np.fromiter(self._pending, dtype=np.uint64, count=len(self._pending)))
            self._pending.clear()

    def _keep(self, more: npt.NDArray[np.uint64]) -> None:
        # What is kept is in order: a stable sort takes that for one run, `union1d` would hash it all.
        union = np.sort(np.concatenate((self._kept, more)), kind="stable")
        union = union[np.append(True, union[1:] != union[:-1])] if len(union) else union
        self._saturated = self._saturated or len(union) > EXACT_DISTINCT
        self._kept = union[:EXACT_DISTINCT]
        if self._saturated and len(self._kept):
            self._bound = int(self._kept[-1])

    def merge(self, other: DistinctCount) -> None:
        """Take in another count."""
        self._settle()
        other._settle()
        self._saturated = self._saturated or other._saturated
        self._keep(other._kept)

    def common(self, other: DistinctCount) -> int:
        """Return how many hashes both keep: so many values at least are in both."""
        self._settle()
        other._settle()
        return len(np.intersect1d(self._kept, other._kept, assume_unique=True))

    def among(self, sketches: Iterable[int]) -> int:
        """Return how many of `sketches` are kept."""
        self._settle()
        return int(np.isin(np.fromiter(sketches, dtype=np.uint64), self._kept).sum())

    def smallest(self, count: int) -> list[int]:
        """Return the smallest hashes that are kept, up to `count`."""
        self._settle()
        return [int(sketch) for sketch in self._kept[:count]]

    def to_bytes(self) -> bytes:
        """Return what is kept, to be counted on another day (`from_bytes`)."""
        self._settle()
        return bytes([self._saturated]) + self._kept.astype("<u8").tobytes()

    @classmethod
    def from_bytes(cls, told: bytes) -> DistinctCount:
        """Return the count that `to_bytes` told. Raises `ValueError` where it did not."""
        count = cls()
        count._saturated = told[:1] == b"\1"
        count._keep(np.frombuffer(told, dtype="<u8", offset=1).astype(np.uint64))
        return count

    @property
    def estimated(self) -> bool:
        """Whether `count` is an estimate."""
        self._settle()
        return self._saturated

    @property
    def count(self) -> int:
        """The number of distinct values (standard error about 0.3 % where estimated)."""
        self._settle()
        if not self._saturated:
            return len(self._kept)
        fraction = (float(self._kept[-1]) + 1.0) / 2.0**64
        return round((EXACT_DISTINCT - 1) / fraction)
