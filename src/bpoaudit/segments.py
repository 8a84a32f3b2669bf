"""The findings of each source as they lie on the disk while an audit runs: masked, in order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from heapq import merge
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path

from bpoaudit.model import Finding, MaskingState

_PLACE = attrgetter("record", "field", "start", "end", "entity")
_NAMES = tuple(f.name for f in fields(Finding))
_MASKING, _SPANS = _NAMES.index("masking"), _NAMES.index("spans")

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


def _findings_in(path: Path) -> Iterator[Finding]:
    with path.open(encoding="ascii") as file:
        for line in file:
            told = json.loads(line)
            told[_MASKING] = MaskingState(told[_MASKING])
            told[_SPANS] = tuple((record, start, end) for record, start, end in told[_SPANS])
            yield Finding(*told)
