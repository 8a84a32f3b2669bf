"""What a second process is worth: one large file, and many small ones, by one process and by several.

    python benchmarks/processes.py [--jobs N] [--megabytes M] [--files F] [--rounds R] [--results PAGE]

Wall time counts here, so the machine should have nothing else to do: the load before each run is printed.
Deliveries are those of `speed.py` (`measuring/workloads.py`), each as one file and as `--files` files of the
same size together. Every run is a whole `bpoaudit scan`, loading of the models included, in a session of its
own. Memory is the highest peak (VmHWM) of any of its processes; pages that they share are counted in each.
The outputs of all runs of a delivery must be the same bytes. What the machine itself gains is told by as many
scans of the whole delivery by one process each, side by side, which have nothing to do with each other.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from measuring import pages
from measuring.workloads import WORKLOADS

MEASURED = ("tickets", "log")
HEADER = ("delivery", "size", "processes", "wall s", "CPU s", "gain", "peak memory of a process")
_FIXED = {"BPOAUDIT_KEY": "0f" * 32, "SOURCE_DATE_EPOCH": "1790000000", "BPOAUDIT_RUN_ID": "benchmark"}
_SAMPLE_RECORDS = 500


class Run(NamedTuple):
    """What one run took."""

    wall: float
    cpu: float
    memory: int
    """In KiB."""
    outputs: str
    """SHA-256 of all that was written."""


def main() -> None:
    """Print one line for each delivery and number of processes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes that are held against one")
    parser.add_argument("--megabytes", type=float, default=50, help="of each delivery")
    parser.add_argument("--files", type=int, default=200, help="small files of a delivery")
    parser.add_argument("--rounds", type=int, default=1, help="the median is told")
    parser.add_argument("--only", choices=MEASURED, action="append", help="workloads, repeatable")
    parser.add_argument("--results", type=Path, help="page whose section `processes` is written anew")
    options = parser.parse_args()
    rows = []
    for workload in options.only or MEASURED:
        for files in (1, options.files):
            with TemporaryDirectory(prefix="bpoaudit-benchmark-") as folder:
                delivery = Path(folder) / "delivery"
                size = _make(delivery, workload, options.megabytes * 1e6, files)
                name = f"{workload}, {files:,} file{'s' if files > 1 else ''}"
                one: Run | None = None
                for told, measured, scans in (
                    ("1", partial(_run, delivery, 1), 1),
                    (f"{options.jobs}", partial(_run, delivery, options.jobs), 1),
                    (f"{options.jobs} scans apart", partial(_apart, delivery, options.jobs), options.jobs),
                ):
                    run = _median(measured, options.rounds)
                    one = one or run
                    if run.outputs != one.outputs:
                        sys.exit(f"{name}: {told} processes give other bytes than one")
                    rows.append(_row(name, size, told, run, scans * one.wall / run.wall))
                    print(*rows[-1], sep="\t", flush=True)
    if options.results:
        pages.replace(options.results, "processes", pages.table(HEADER, rows))


def _make(folder: Path, workload: str, size: float, files: int) -> int:
    """Write a delivery of about `size` bytes; return how many they are."""
    folder.mkdir()
    made = WORKLOADS[workload]
    sample = folder / f"sample{made.ending}"
    made.make(sample, _SAMPLE_RECORDS)
    records = int(size / sample.stat().st_size * _SAMPLE_RECORDS)
    sample.unlink()
    for number in range(files):
        made.make(folder / f"{number:05}{made.ending}", max(1, records // files))
    return sum(path.stat().st_size for path in folder.iterdir())


def _median(measured: Callable[[], Run], rounds: int) -> Run:
    runs = [measured() for _ in range(rounds)]
    assert len({run.outputs for run in runs}) == 1, "two runs give different bytes"
    return runs[0]._replace(
        wall=statistics.median(run.wall for run in runs),
        cpu=statistics.median(run.cpu for run in runs),
        memory=max(run.memory for run in runs),
    )


def _apart(delivery: Path, number: int) -> Run:
    """Scan a delivery so many times at once, by one process each."""
    with ThreadPoolExecutor(number) as waiting:
        runs = [*waiting.map(partial(_run, delivery), [1] * number)]
    assert len({run.outputs for run in runs}) == 1, "two runs give different bytes"
    return runs[0]._replace(
        wall=max(run.wall for run in runs),
        cpu=sum(run.cpu for run in runs),
        memory=max(run.memory for run in runs),
    )


def _run(delivery: Path, jobs: int) -> Run:
    print(f"load {os.getloadavg()[0]:.2f}", file=sys.stderr)
    with TemporaryDirectory(prefix="bpoaudit-benchmark-") as folder:
        outputs = [Path(folder) / "findings.jsonl", Path(folder) / "scan.json"]
        command = [
            str(Path(sys.executable).parent / "bpoaudit"), "scan", str(delivery), "--jobs", str(jobs),
            *(word for path in outputs for word in ("-o", str(path))),
        ]  # fmt: skip
        began = time.monotonic()
        process = subprocess.Popen(
            command, env={**os.environ, **_FIXED}, start_new_session=True, stdout=subprocess.DEVNULL
        )
        memory = 0
        while True:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            memory = max(memory, _peak(process.pid))
            time.sleep(0.1)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"bpoaudit scan ended with {process.returncode}")
        written = hashlib.sha256(b"".join(path.read_bytes() for path in outputs)).hexdigest()
        return Run(wall, used.ru_utime + used.ru_stime, memory, written)


def _peak(session: int) -> int:
    """Return the highest peak of resident memory of a process of a session, in KiB."""
    peaks = [0]
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):  # it has ended meanwhile
            if os.getsid(int(status.parent.name)) == session:
                lines = status.read_text().splitlines()
                peaks += [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return max(peaks)


def _row(name: str, size: int, processes: str, run: Run, gain: float) -> list[str]:
    return [
        name,
        f"{size / 1e6:,.1f} MB",
        processes,
        f"{run.wall:,.1f}",
        f"{run.cpu:,.1f}",
        f"{gain:.2f}",
        f"{run.memory / 1024:,.0f} MiB",
    ]


if __name__ == "__main__":
    main()
