"""Records and bytes a processor second, beside what people use instead, and what each finds.

    python benchmarks/speed.py [--rows N] [--peer-rows N] [--rounds N] [--only WORKLOAD] [--results PAGE]

Deliveries are made on the spot, the same every time, of invented people only (`measuring/workloads.py`).
Every engine runs in a process of its own and is loaded and warm before the clock starts; what counts is the
processor time of that process and its children, the median of all rounds. Peers are given cells in memory,
bpoaudit reads the file and writes its findings. The time of the peers grows in proportion to their cells, so
they get the first `--peer-rows` rows; bpoaudit gets all, as it reads in a delivery. A planted value is found
where something that was found covers at least half of it, whatever it was taken for.

Peers that are not installed are left out: `pip install presidio-structured datafog scrubadub`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from measuring import contestants, pages
from measuring.workloads import WORKLOADS

HEADER = ("workload", "engine", "records", "size", "records/s", "KB/s", "times", "found", "peak memory")
PEER_SHARE = 10
"""Of how many rows a peer gets one, unless asked otherwise."""


def main() -> None:
    """Print one line for each engine and workload."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, help="records of every workload (50000 for a large run)")
    parser.add_argument("--peer-rows", type=int, help="of which peers get the first")
    parser.add_argument("--rounds", type=int, default=1, help="the median is told")
    parser.add_argument("--only", choices=WORKLOADS, action="append", help="workloads, repeatable")
    parser.add_argument("--ours", action="store_true", help="without peers")
    parser.add_argument("--results", type=Path, help="page whose section `speed` is written anew")
    options = parser.parse_args()
    peers = {} if options.ours else contestants.PEERS
    absent = [name for name, (package, _) in peers.items() if find_spec(package) is None]
    if absent:
        print(f"not installed, left out: {', '.join(absent)}", file=sys.stderr)
    rows = []
    for workload in options.only or WORKLOADS:
        records = options.rows or WORKLOADS[workload].records
        share = min(records, options.peer_rows or max(1, records // PEER_SHARE))
        slowest: float | None = None
        for name in (*(peer for peer in peers if peer not in absent), contestants.OURS):
            told = median_run(name, workload, records if name == contestants.OURS else share, options.rounds)
            rows.append(_row(name, workload, told, slowest))
            slowest = slowest or rate(told)
            print(*rows[-1], sep="\t", flush=True)
    if options.results:
        pages.replace(options.results, "speed", pages.table(HEADER, rows))


def median_run(name: str, workload: str, records: int, rounds: int) -> dict[str, Any]:
    """Return what an engine told, with the median of its seconds."""
    command = [sys.executable, contestants.__file__, name, workload, str(records)]
    runs = [
        json.loads(subprocess.run(command, capture_output=True, check=True).stdout.splitlines()[-1])
        for _ in range(rounds)
    ]
    seconds = statistics.median(run["seconds"] for run in runs)
    return {**runs[0], "seconds": max(seconds, 0.01)}


def rate(told: dict[str, Any]) -> float:
    return float(told["records"] / told["seconds"])


def _row(name: str, workload: str, told: dict[str, Any], first: float | None) -> list[str]:
    """Return one line of the table; `first` is the rate of the engine that all are measured by."""
    return [
        workload,
        name,
        f"{told['records']:,}",
        f"{told['bytes'] / 1e6:,.2f} MB",
        f"{rate(told):,.0f}",
        f"{told['bytes'] / told['seconds'] / 1e3:,.0f}",
        f"{rate(told) / (first or rate(told)):,.1f}",
        f"{told['found']:,} of {told['planted']:,}",
        f"{told['memory'] / 1024:,.0f} MiB",
    ]


if __name__ == "__main__":
    main()
