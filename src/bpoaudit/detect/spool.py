"""The spool: masked candidates of one source, batch after batch, until the columns are judged.

Small spools stay in memory; large ones go to an unnamed temporary file. Either way they hold
offsets, masked shapes and keyed fingerprints, never a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from types import TracebackType

import msgspec

from bpoaudit.detect.detector import ValueCandidates

_IN_MEMORY = 8 << 20

_encoded = msgspec.json.Encoder().encode
_batch = msgspec.json.Decoder(list[ValueCandidates]).decode


class Spool:
    """Batches of candidates in the order they were written."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY, mode="w+b")  # noqa: SIM115 (closed by close)

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, batch: Sequence[ValueCandidates]) -> None:
        """Append one batch."""
        self._file.write(_encoded(batch) + b"\n")

    def read(self) -> Iterator[list[ValueCandidates]]:
        """Yield the batches from the first."""
        self._file.seek(0)
        return map(_batch, self._file)

    def save(self, path: Path) -> None:
        """Write the batches to a file, for another process."""
        self._file.seek(0)
        with path.open("wb") as file:
            copyfileobj(self._file, file)


def read_saved(path: Path) -> Iterator[list[ValueCandidates]]:
    """Yield the batches of a spool that was saved."""
    with path.open("rb") as file:
        yield from map(_batch, file)
