"""How time and memory grow with a delivery: ten times the records, and files larger than memory should be.

    python benchmarks/growth.py [--rows N] [--only WORKLOAD] [--results PAGE]
    python benchmarks/growth.py --large FILE [--gb N] [--results PAGE]

Each scan is `bpoaudit scan FILE -o findings.jsonl` in a process of its own: its processor seconds, less those
for an empty file, and its peak resident memory (of the largest of its processes), models included. The large
files are the tickets of `speed.py` without end, no row twice, lines of its sparse log, and its log of lines
that all hold something.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from measuring import pages
from measuring.workloads import WORKLOADS, ticket_rows

TIMES = 10
ROWS = {"tickets": 2_000, "tickets without notes": 4_000, "log": 20_000, "nested JSON": 2_000}
LARGE = {"tickets.csv": 1, "service.log": 10, "busy.log": 0.2}
"""Gigabytes of the large files."""
GIGABYTE = 1_000_000_000
_LINES = 200_000
"""Lines of a log that come again and again, each time of another run, so that none comes twice."""


class Scan(NamedTuple):
    """What a scan took."""

    seconds: float
    memory: int
    """KiB at the peak."""


def main() -> None:
    """Print one line a workload, or one a large file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, help="records of the smaller file")
    parser.add_argument("--only", choices=ROWS, action="append", help="workloads, repeatable")
    parser.add_argument("--large", choices=LARGE, action="append", help="a large file instead, repeatable")
    parser.add_argument("--gb", type=float, help="gigabytes of a large file")
    parser.add_argument("--results", type=Path, help="page whose section is written anew")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="bpoaudit-benchmark-") as temporary:
        folder = Path(temporary)
        sections = {}
        for name in dict.fromkeys(options.large or ()):
            row = _large(folder, name, options.gb or LARGE[name])
            sections[f"large {name}"] = pages.table(["size", "seconds", "KB/s", "peak memory"], [row])
        if not options.large:
            header = ["workload", "records", "seconds", "records", "seconds", "time", "memory", "memory"]
            rows = [_grown(folder, name, options.rows or ROWS[name]) for name in options.only or ROWS]
            sections["growth"] = pages.table(header, rows)
    for name, table in sections.items():
        if options.results:
            pages.replace(options.results, name, table)


def _grown(folder: Path, name: str, records: int) -> list[str]:
    """Scan a workload twice, the second time with ten times the records."""
    told = []
    for number in (records, TIMES * records):
        path = folder / f"input{WORKLOADS[name].ending}"
        WORKLOADS[name].make(path, number)
        told += [f"{number:,}", _scanned(path)]
    _, small, _, large = told
    assert isinstance(small, Scan)
    assert isinstance(large, Scan)
    row = [
        name,
        f"{records:,}",
        f"{small.seconds:,.1f}",
        f"{TIMES * records:,}",
        f"{large.seconds:,.1f}",
        f"{large.seconds / small.seconds:.1f} times",
        f"{large.memory / 1024:,.0f} MiB",
        f"{large.memory / small.memory:.2f} times",
    ]
    print(*row, sep="\t", flush=True)
    return row


def _large(folder: Path, name: str, gigabytes: float) -> list[str]:
    path = folder / name
    _write(path, int(gigabytes * GIGABYTE))
    size = path.stat().st_size
    scan = _scanned(path)
    path.unlink()
    row = [
        f"{size / 1e6:,.0f} MB",
        f"{scan.seconds:,.0f}",
        f"{size / scan.seconds / 1e3:,.0f}",
        f"{scan.memory / 1024:,.0f} MiB",
    ]
    print(name, *row, sep="\t", flush=True)
    return row


def _write(path: Path, size: int) -> None:
    """Write a file of at least `size` bytes, a few thousand records at a time."""
    with path.open("w", newline="", encoding="utf-8") as file:
        if path.suffix == ".csv":
            writer, rows = csv.writer(file), ticket_rows()
            while file.tell() < size:
                writer.writerows(islice(rows, 10_000))
            return
        if path.name == "busy.log":
            lines = WORKLOADS["log"].draw(_LINES).columns["text"]
            records = _LINES * size // sum(len(line) + 1 for line in lines)
            file.writelines(f"{line}\n" for line in WORKLOADS["log"].draw(records).columns["text"])
            return
        lines = WORKLOADS["log, sparse"].draw(_LINES).columns["text"]
        for run in count():
            file.write("".join(f"{line} run={run}\n" for line in lines))
            if file.tell() >= size:
                return


def _scanned(path: Path) -> Scan:
    blank = path.with_name("blank.txt")
    blank.write_text("-")
    empty, full = _scan(blank), _scan(path)
    return Scan(max(full.seconds - empty.seconds, 0.01), full.memory)


def _scan(path: Path) -> Scan:
    program = Path(sys.executable).parent / "bpoaudit"
    findings = path.with_name("findings.jsonl")
    command = [str(part) for part in (program, "scan", path, "-o", findings, "--jobs", 1)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 3):
        sys.exit(f"the scan of {path.name} ended with {child.returncode}")
    return Scan(used.ru_utime + used.ru_stime, used.ru_maxrss)


if __name__ == "__main__":
    main()
