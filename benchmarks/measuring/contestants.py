"""Run one engine over one workload in a process of its own, and tell what it took and found.

    python benchmarks/measuring/contestants.py ENGINE WORKLOAD RECORDS

Prints JSON: processor seconds of the analysis alone (models are loaded and warm), peak memory in KiB, and
how many of the planted values lie in something that was found. Peers are given the cells in memory; they
have nothing to read. No engine here makes a request.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import bpoaudit
from measuring.workloads import WORKLOADS, Cell, Cells

Spans = Mapping[Cell, Sequence[tuple[int, int]]]
BATCH = 128
_WARM = 20
_SENTENCE = "She called about the parcel again and asked when it would be delivered.\n"
"""Prose, so that what tells its language is loaded too."""


def batch_analyzer() -> Callable[[Cells], Spans]:
    """Presidio's batch engine over the columns, with the key of each as its context, as it does itself."""
    from presidio_analyzer import BatchAnalyzerEngine

    from measuring import engines

    engine = BatchAnalyzerEngine(engines.default_analyzer())

    def run(cells: Cells) -> Spans:
        return {
            (told.key, record): [(r.start, r.end) for r in results]
            for told in engine.analyze_dict(cells.columns, "en", batch_size=BATCH)
            for record, results in enumerate(told.recognizer_results, start=1)
            if results
        }

    return run


def structured() -> Callable[[Cells], Spans]:
    """presidio-structured: one entity a column; every cell of such a column counts as found."""
    from pandas import DataFrame
    from presidio_structured import PandasAnalysisBuilder

    from measuring import engines

    builder = PandasAnalysisBuilder(engines.default_analyzer())

    def run(cells: Cells) -> Spans:
        told = builder.generate_analysis(DataFrame(cells.columns), language="en")
        return {
            (name, record): [(0, len(value))]
            for name in told.entity_mapping
            for record, value in enumerate(cells.columns[name], start=1)
        }

    return run


def datafog() -> Callable[[Cells], Spans]:
    """datafog's patterns on each cell."""
    os.environ["DATAFOG_NO_TELEMETRY"] = "1"
    from datafog.engine import scan

    return _each(lambda text: [(e.start, e.end) for e in scan(text, engine="regex").entities])


def scrubadub() -> Callable[[Cells], Spans]:
    """scrubadub's default detectors on each cell."""
    scrubber = importlib.import_module("scrubadub").Scrubber()
    return _each(lambda text: [(f.beg, f.end) for f in scrubber.iter_filth(text)])


def _each(found: Callable[[str], list[tuple[int, int]]]) -> Callable[[Cells], Spans]:
    def run(cells: Cells) -> Spans:
        return {
            (name, record): spans
            for name, column in cells.columns.items()
            for record, text in enumerate(column, start=1)
            if (spans := found(text))
        }

    return run


PEERS: Mapping[str, tuple[str, Callable[[], Callable[[Cells], Spans]]]] = {
    "BatchAnalyzerEngine": ("presidio_analyzer", batch_analyzer),
    "presidio-structured": ("presidio_structured", structured),
    "datafog": ("datafog", datafog),
    "scrubadub": ("scrubadub", scrubadub),
}
"""By name: the package that must be installed, and what makes it ready."""
OURS = "bpoaudit"


def measured(name: str, workload: str, records: int) -> dict[str, Any]:
    """Return what one engine takes for so many records of a workload, and how much it finds."""
    made = WORKLOADS[workload]
    with TemporaryDirectory(prefix="bpoaudit-benchmark-") as folder:
        path = Path(folder) / f"input{made.ending}"
        cells = made.make(path, records)
        size = path.stat().st_size
        if name == OURS:
            seconds, found = _scan(path)
        else:
            run = PEERS[name][1]()
            run(Cells({key: column[:_WARM] for key, column in cells.columns.items()}))
            before = _processor_seconds()
            found = run(cells)
            seconds = _processor_seconds() - before
    planted = sum(map(len, cells.planted.values()))
    return {
        "seconds": seconds,
        "records": records,
        "bytes": size,
        "planted": planted,
        "found": sum(_met(spans, found.get(cell, ())) for cell, spans in cells.planted.items()),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }


def _scan(path: Path) -> tuple[float, Spans]:
    """Scan as the command line does; the time is less what the scan of one sentence takes: the models."""
    sentence, told = path.with_name("sentence.txt"), path.with_name("findings.jsonl")
    sentence.write_text(_SENTENCE)
    times = []
    for each in (sentence, sentence, path):  # the first one imports
        before = _processor_seconds()
        bpoaudit.scan([each], outputs=[told])
        times.append(_processor_seconds() - before)
    found: dict[Cell, list[tuple[int, int]]] = {}
    for line in told.read_text("utf-8").splitlines():
        finding = json.loads(line)
        own = [[finding["record"], finding["start"], finding["end"]]]
        for record, start, end in finding.get("spans") or own:
            found.setdefault((finding["field"], record), []).append((start, end))
    return times[2] - times[1], found


def _met(spans: Iterable[tuple[int, int]], found: Sequence[tuple[int, int]]) -> int:
    """Count the planted values of which at least half lies in what was found."""
    return sum(
        2 * sum(max(0, min(end, e) - max(start, s)) for s, e in found) >= end - start for start, end in spans
    )


def _processor_seconds() -> float:
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    engine, workload, records = sys.argv[1:]
    print(json.dumps(measured(engine, workload, int(records))))
