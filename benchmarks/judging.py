"""Seconds and memory of judging: every rule of every pack over ten million findings, and from audit.json.

    python benchmarks/judging.py [--results PAGE]

The inventories are invented and the same every time: a few large sources, and many small ones. A group of
findings carries at most twenty pointers, as an audit keeps them, so the file has what a file of an audit
has. Each inventory is judged in a fresh process, which says its own peak resident memory, the inventory and
its pointers included. The columns are seconds of processor time: to build the facts, to judge them and to
score, and to judge audit.json again (`audit --from`), from the start of the command to its end.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from measuring import inventories, pages

from bpoaudit.gate import Thresholds
from bpoaudit.model import Severity
from bpoaudit.rejudge import judge_again
from bpoaudit.rules import bundled, choose_packs, facts_of, judge_all, load_packs
from bpoaudit.scoring import score
from bpoaudit.vendor import load_profile

DAY = date(2026, 11, 22)
SHAPES = {
    "a few large sources": inventories.Shape(sources=100, fields=10, groups=2, findings=10_000_000),
    "many sources": inventories.Shape(sources=20_000, fields=5, groups=2, findings=10_000_000),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process took."""

    rules: int
    facts: float
    judging: float
    memory: int
    """Peak resident memory, MiB."""


def main() -> None:
    """Print one line an inventory."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, help="page whose section is written anew")
    options = parser.parse_args()
    rows = []
    with TemporaryDirectory(prefix="bpoaudit-benchmark-") as folder:
        profile = Path(folder) / "vendor.yaml"
        profile.write_text(inventories.PROFILE, encoding="utf-8")
        for name, shape in SHAPES.items():
            with get_context("spawn").Pool(1) as fresh:
                measured = fresh.apply(_judged, (shape, profile))
            file = Path(folder) / "audit.json"
            with get_context("spawn").Pool(1) as fresh:
                fresh.apply(_written, (shape, profile, file))
            again, memory = _again(file, profile)
            rows.append([
                name, f"{shape.findings:,}", f"{shape.sources:,}", f"{shape.total_groups:,}",
                f"{measured.rules:,}", f"{measured.facts:.1f}", f"{measured.judging:.1f}",
                f"{measured.memory:,} MiB", f"{file.stat().st_size / 1e6:,.0f} MB", f"{again:.1f}",
                f"{memory:,} MiB",
            ])  # fmt: skip
            print(*rows[-1], sep="\t", flush=True)
    if options.results:
        header = [
            "inventory", "findings", "sources", "groups", "rules", "facts, s", "judging, s", "peak memory",
            "audit.json", "--from, s", "its peak memory",
        ]  # fmt: skip
        pages.replace(options.results, "judging", pages.table(header, rows))


def _judged(shape: inventories.Shape, path: Path) -> Measured:
    packs = load_packs(bundled())
    profile = load_profile(path)
    delivery, inventory = inventories.delivery(shape), inventories.inventory(shape)
    made = time.process_time()
    facts = facts_of(profile, delivery, inventory, inventories.measures(shape), DAY)
    built = time.process_time()
    verdicts = [each.verdict for each in judge_all(packs, facts)]
    score(verdicts, delivery.coverage)
    judged = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Measured(len(verdicts), built - made, judged - built, peak)


def _written(shape: inventories.Shape, path: Path, file: Path) -> None:
    profile = load_profile(path)
    packs, choices = choose_packs(bundled(), profile, DAY)
    now = datetime(2026, 11, 22, tzinfo=UTC).isoformat()
    again = judge_again(
        inventories.earlier(shape, profile), profile, packs, choices, thresholds=Thresholds(Severity.HIGH),
        run={"id": "benchmark", "started_at": now, "finished_at": now}, as_of=DAY,
    )  # fmt: skip
    file.write_text(again.model_dump_json(indent=1), encoding="utf-8")


def _again(file: Path, profile: Path) -> tuple[float, int]:
    """Run `audit --from` on a file; return its processor seconds and its peak memory in MiB."""
    program = str(Path(sys.executable).with_name("bpoaudit"))
    command = [program, "audit", "--from", str(file), "--vendor", str(profile), "--as-of", str(DAY)]
    packs = [word for name in bundled() for word in ("-r", name)]
    with subprocess.Popen([*command, *packs, "-f", "concise"], stdout=subprocess.DEVNULL) as run:
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode not in (0, 1, 3):
        raise SystemExit(f"bpoaudit audit --from ended with {run.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


if __name__ == "__main__":
    main()
