"""The findings of each source as they lie on the disk while an audit runs: masked, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path

import msgspec

from bpoaudit.model import Finding

_PLACE = attrgetter("record", "field", "start", "end", "entity")
_encoded = msgspec.json.Encoder().encode
_finding = msgspec.json.Decoder(Finding).decode

Segments = Sequence[tuple[str, Path]]
"""(source, file of its findings), in the order of the sources."""


def findings_of(segments: Segments) -> Iterator[Finding]:
    """Yield the findings by source, record, field and start.

    Segments are in the order of their sources; several of one source (its name, its properties, its
    rows) are each in order, and merged.
    """
    for _, same in groupby(segments, key=itemgetter(0)):
        streams = [_findings_in(path) for _, path in same]
        yield from streams[0] if len(streams) == 1 else merge(*streams, key=_PLACE)


def write_segment(path: Path, findings: Iterable[Finding]) -> None:
    """Write findings of one source that are in order."""
    with path.open("wb") as file:
        for finding in findings:
            file.write(_encoded(finding) + b"\n")


def _findings_in(path: Path) -> Iterator[Finding]:
    with path.open("rb") as file:
        yield from map(_finding, file)
