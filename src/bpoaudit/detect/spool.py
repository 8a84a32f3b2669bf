"""The spool: masked candidates of one source, batch after batch, until the columns are judged.

Small spools stay in memory; large ones go to an unnamed temporary file. Either way they hold
offsets, masked shapes and keyed fingerprints, never a value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any

from bpoaudit.detect.detector import ValueCandidates
from bpoaudit.detect.explanation import from_told
from bpoaudit.detect.matches import Candidate, Match
from bpoaudit.model import MaskingState

_IN_MEMORY = 8 << 20
_STATES = {state.value: state for state in MaskingState}


class Spool:
    """Batches of candidates in the order they were written."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY, mode="w+", encoding="ascii")  # noqa: SIM115 (closed by close)

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, batch: Sequence[ValueCandidates]) -> None:
        """Append one batch."""
        rows = [(v.field, v.records, v.final, [_row(c) for c in v.candidates]) for v in batch]
        self._file.write(json.dumps(rows, separators=(",", ":")) + "\n")

    def read(self) -> Iterator[list[ValueCandidates]]:
        """Yield the batches from the first."""
        self._file.seek(0)
        return map(_batch, self._file)

    def save(self, path: Path) -> None:
        """Write the batches to a file, for another process."""
        self._file.seek(0)
        with path.open("w", encoding="ascii") as file:
            copyfileobj(self._file, file)


def read_saved(path: Path) -> Iterator[list[ValueCandidates]]:
    """Yield the batches of a spool that was saved."""
    with path.open(encoding="ascii") as file:
        yield from map(_batch, file)


def _batch(line: str) -> list[ValueCandidates]:
    return [
        ValueCandidates(field, tuple(records), final, tuple(map(_candidate, rows)))
        for field, records, final, rows in json.loads(line)
    ]


def _row(candidate: Candidate) -> tuple[Any, ...]:
    m, c = candidate.match, candidate
    found = (m.start, m.end, m.entity, m.score, m.recognizer, m.masking, m.region, m.also)
    return (*found, m.why and m.why.told(), c.masked, c.fingerprint, c.spans)


def _candidate(row: Sequence[Any]) -> Candidate:
    start, end, entity, score, recognizer, masking, region, also, why, masked, fingerprint, spans = row
    state, told = _STATES[masking], None if why is None else from_told(why)
    match = Match(start, end, entity, score, recognizer, state, region, tuple(also), told)
    return Candidate(match, masked, fingerprint, tuple((r, first, last) for r, first, last in spans))
