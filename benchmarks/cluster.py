"""What a Dask cluster costs: a scheduler and two workers on this machine, over the made-up deliveries.

    python benchmarks/cluster.py [--megabytes N] [--files N] [--results PAGE]

Each delivery is split into as many files; `small files` are files of a thousand bytes or so. Printed are, in
processor seconds, what the workers took for a megabyte (models loaded before), and what the scheduler and
this machine took for 1,000 files, the folding of results included; the messages (batches of them count once)
and bytes that came to and left the scheduler, those of findings included; and by how much the memory of this
process grew at most. Of a night of eight hours: the cores that workers need for 10 TB of it, and
the files that one scheduler can hand out.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import psutil
from distributed import Client
from measuring import pages, traffic, workloads

from bpoaudit.delivery import discover
from bpoaudit.executors import FileTask, Worker
from bpoaudit.executors.dask import spread_on
from bpoaudit.executors.setup import EngineSetup, Setup, packed
from bpoaudit.inventory import Inventory
from bpoaudit.masking import Key

KINDS = ("tickets", "log", "calls")
WORKERS = 2
NIGHT = 8 * 3600
"""Seconds."""
NIGHTLY = 10_000_000
"""Megabytes: 10 TB."""
SMALL = 3
"""Records of a small file."""


class Cost(NamedTuple):
    """What was counted so far."""

    workers: float
    """Processor seconds, as those that follow."""
    scheduler: float
    client: float
    messages: int
    bytes: int


def main() -> None:
    """Print one line for each kind of delivery."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=2, help="of each kind")
    parser.add_argument("--files", type=int, default=20, help="that they are split into")
    parser.add_argument("--small", type=int, default=1000, help="small files")
    parser.add_argument("--results", type=Path, help="page whose section `cluster` is written anew")
    options = parser.parse_args()
    setup = Setup(EngineSetup("auto", None, False, packed(())), Key(b"0" * 32))
    worker = setup.worker(setup.engine.load(), None)
    rows = []
    with TemporaryDirectory(prefix="bpoaudit-benchmark-") as name, _cluster(Path(name)) as (address, cost):
        _made(Path(name) / "warm", "tickets", WORKERS * 4, 5)
        _audited(address, Path(name) / "warm", worker, setup)
        for kind in KINDS:
            folder = Path(name) / kind
            _made(folder, kind, options.files, _records(kind, options.megabytes / options.files))
            rows.append([kind, *_row(address, folder, worker, setup, cost)])
            print(*rows[-1], sep="\t", flush=True)
        folder = Path(name) / "small files"
        _made(folder, "tickets", options.small, SMALL)
        rows.append([folder.name, *_row(address, folder, worker, setup, cost)])
        print(*rows[-1], sep="\t", flush=True)
    if options.results:
        header = [
            "delivery", "size", "files", "findings", "workers, s/MB", "cores for 10 TB",
            "scheduler, s/1,000 files", "this machine, s/1,000 files", "files a night",
            "messages a file", "messages a GB", "MB through it a GB", "memory grew by",
        ]  # fmt: skip
        pages.replace(options.results, "cluster", pages.table(header, rows))


def _row(address: str, folder: Path, worker: Worker, setup: Setup, cost: Callable[[], Cost]) -> list[str]:
    files = list(folder.iterdir())
    size = sum(path.stat().st_size for path in files) / 1e6
    before, memory = cost(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = _audited(address, folder, worker, setup)
    took = Cost(*(now - then for now, then in zip(cost(), before, strict=True)))
    grew = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    thousands = len(files) / 1000
    return [
        f"{size:.1f} MB", f"{len(files):,}", f"{found:,}",
        f"{took.workers / size:.2f}", f"{took.workers / size * NIGHTLY / NIGHT:,.0f}",
        f"{took.scheduler / thousands:.1f}", f"{took.client / thousands:.1f}",
        f"{NIGHT / took.scheduler * len(files):,.0f}",
        f"{took.messages / len(files):.1f}", f"{took.messages / size * 1000:,.0f}",
        f"{took.bytes / size / 1000:,.1f}", f"{grew / 1024:.0f} MiB",
    ]  # fmt: skip


def _audited(address: str, folder: Path, worker: Worker, setup: Setup) -> int:
    """Read a delivery on the cluster and fold its results; return the number of findings."""
    tasks = [FileTask(number, file) for number, file in enumerate(discover([folder]))]
    inventory, measured = Inventory(), worker.measuring.nothing()
    with TemporaryDirectory(prefix="bpoaudit-benchmark-") as findings:
        for result in spread_on(address, tasks, replace(worker, findings=Path(findings)), setup):
            inventory.merge(result.inventory)
            measured.merge(result.measured)
    tallies = [tally for each in inventory.fields.values() for tally in each.entities.values()]
    return sum(group.count for tally in tallies for group in tally.groups.values())


def _made(folder: Path, kind: str, files: int, records: int) -> None:
    """Write a delivery of `files` tables or logs with so many records each."""
    folder.mkdir()
    workload = workloads.WORKLOADS[kind]
    with TemporaryDirectory() as elsewhere:
        whole = Path(elsewhere) / "whole"
        workload.make(whole, files * records)
        lines = whole.read_text("utf-8").splitlines(keepends=True)
    header = [lines.pop(0)] if workload.ending == ".csv" else []
    share = -(-len(lines) // files)
    for number, at in enumerate(range(0, len(lines), share)):
        text = "".join([*header, *lines[at : at + share]])
        (folder / f"{number:05}{workload.ending}").write_text(text, "utf-8")


def _records(kind: str, megabytes: float) -> int:
    """Return how many records are so many megabytes."""
    workload = workloads.WORKLOADS[kind]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "probe"
        workload.make(path, 200)
        return max(1, int(megabytes * 1e6 / (path.stat().st_size / 200)))


@contextmanager
def _cluster(folder: Path) -> Iterator[tuple[str, Callable[[], Cost]]]:
    """Start a scheduler and workers; yield the address and what tells the cost so far."""
    program = str(Path(sys.executable).parent / "dask")
    quiet = ("--no-dashboard", "--preload", str(traffic.__file__))
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, words: Sequence[str]) -> None:
        with (folder / f"{name}.txt").open("wb") as log:
            started.append(subprocess.Popen([program, *words], stdout=log, stderr=subprocess.STDOUT))

    try:
        start("scheduler", ["scheduler", "--host", "127.0.0.1", "--port", "0", *quiet])
        address = _said(folder / "scheduler.txt", r"Scheduler at: +(tcp://\S+)")
        for number in range(WORKERS):
            own = ["--nthreads", "1", "--no-dashboard", "--local-directory", str(folder / f"own-{number}")]
            start(f"worker-{number}", ["worker", address, *own])
        for number in range(WORKERS):
            _said(folder / f"worker-{number}.txt", r"Registered to: +(tcp://\S+)")
        scheduler, *workers = (psutil.Process(each.pid) for each in started)
        with Client(address, set_as_default=False) as client:

            def cost() -> Cost:
                told = client.run_on_scheduler(lambda dask_scheduler: dict(dask_scheduler.traffic))
                spent = sum(_spent(each) for worker in workers for each in (worker, *worker.children(True)))
                return Cost(spent, _spent(scheduler), time.process_time(), told["messages"], told["bytes"])

            yield address, cost
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(30)


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _said(log: Path, pattern: str) -> str:
    for _ in range(2400):
        if found := re.search(pattern, log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise SystemExit(f"the cluster did not start:\n{log.read_text()}")


if __name__ == "__main__":
    main()
