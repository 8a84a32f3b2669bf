"""Write the files a run was asked for: every report from the result, findings streamed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from heapq import merge
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path

from bpoaudit.errors import UsageError
from bpoaudit.model import AuditResult, Finding, MaskingState, ScanResult
from bpoaudit.report import (
    FINDINGS_ENDINGS,
    atomic_file,
    ending_of,
    findings_csv_header,
    findings_csv_line,
    findings_line,
    render,
    render_json,
    write_atomically,
)

_PLACE = attrgetter("record", "field", "start", "end", "entity")
_NAMES = tuple(f.name for f in fields(Finding))

Segments = Sequence[tuple[str, Path]]


def wants_findings(outputs: Sequence[Path]) -> bool:
    """Whether any output holds single findings. Raises `UsageError` for an unknown ending."""
    endings = {ending_of(path) for path in outputs}
    return not endings.isdisjoint(FINDINGS_ENDINGS)


def check_outputs(outputs: Sequence[Path], inputs: Iterable[Path | None] = ()) -> None:
    """Raise `UsageError` now for what would fail after an hour of reading: folders, endings, doubles.

    No output may replace one of `inputs` (profile, key) or a file that lies in one (delivery).
    """
    read = [path.resolve() for path in inputs if path is not None]
    for path in outputs:
        ending_of(path)
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent} to write {path.name} to", "make it first")
        if path.exists() and any(path.resolve().is_relative_to(source) for source in read):
            raise UsageError(f"{path} is read by this run and would be overwritten", "name another file")
        if path.is_dir():
            raise UsageError(f"{path} is a folder", "name a file, such as report.html")
    if len({path.resolve() for path in outputs}) != len(outputs):
        raise UsageError("two outputs have the same name")


def write_outputs(
    result: AuditResult | ScanResult, segments: Segments, outputs: Sequence[Path], explain: bool = False
) -> None:
    """Write all `outputs`; the format goes by the ending. Raises `OutputError` and `UsageError`.

    With `explain` the findings say how they came about, and a `.csv` has a column for it.
    """
    for path in outputs:
        ending = ending_of(path)
        if ending in FINDINGS_ENDINGS:
            _write_findings(segments, path, ending, explain)
        elif isinstance(result, AuditResult):
            write_atomically(path, render(result, ending))
        elif ending == ".json":
            write_atomically(path, render_json(result))
        else:
            raise UsageError(f"a scan has no {ending} report", "use .json, .jsonl or .csv, or run an audit")


def _write_findings(segments: Segments, path: Path, ending: str, explain: bool) -> None:
    line = findings_csv_line if ending == ".csv" else findings_line
    with atomic_file(path) as file:
        if ending == ".csv":
            file.write(findings_csv_header(explain).encode())
        for finding in findings_of(segments):
            file.write(line(finding).encode())


def findings_of(segments: Segments) -> Iterator[Finding]:
    """Yield the findings by source, record, field and start.

    Segments are in the order of their sources; several of one source (its name, its properties, its
    rows) are each in order, and merged.
    """
    for _, same in groupby(segments, key=itemgetter(0)):
        yield from merge(*(_findings_in(path) for _, path in same), key=_PLACE)


def _findings_in(path: Path) -> Iterator[Finding]:
    with path.open(encoding="ascii") as file:
        for line in file:
            told = dict(zip(_NAMES, json.loads(line), strict=True))
            told["masking"] = MaskingState(told["masking"])
            told["spans"] = tuple((record, start, end) for record, start, end in told["spans"])
            yield Finding(**told)
