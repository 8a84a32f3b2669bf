"""Whether memory stays flat: mixed deliveries, scanned and audited in one process, again and again.

    python benchmarks/soak.py [--minutes 30] [--results PAGE]

A round scans every sample delivery and one file of each format, and audits the sample vendors in turn.
After each round it says what the process and its parsers hold, how many files it has open and what lies in
its folder for temporary files. The first quarter of the rounds warms up; of the rest the last third may not
hold more than `MOST` times the first. Exits 1 where it does, where files stay open or behind, and where there
were fewer rounds than can tell.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))

from measuring import pages, process_tree

FIXTURES = Path(__file__).parents[1] / "fixtures"
VENDORS = ("nadwisla-payroll", "deccan-claims", "bayani-connect")
MOST = 1.05
LEAST = 4 * len(VENDORS)
"""Rounds: each vendor warms up once, and then three times what is held is compared."""
_HEADER = ["round", "minutes", "memory, MiB", "open files", "temporary files"]


def main() -> None:
    """Go round until the time is over."""
    shown = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=shown)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--results", type=Path, help="page whose section is written anew")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bpoaudit-soak-") as folder:
        tempfile.tempdir = folder
        rows = _rounds(Path(folder), options.minutes)
    if len(rows) < LEAST:
        sys.exit(f"{len(rows)} rounds tell nothing of growth; give it the minutes for {LEAST}")
    memory = [row[2] for row in rows[len(rows) // 4 :]]
    third = len(memory) // 3
    growth = median(memory[-third:]) / median(memory[:third])
    steady = rows[-1][3] <= rows[len(rows) // 4][3] and rows[-1][4] == 0
    shares = [rows[len(rows) * at // 8] for at in range(8)]
    told = [[str(round(value)) for value in row] for row in [*shares, rows[-1]]]
    summary = f"{len(rows)} rounds, the last third of them with {growth:.3f} times the memory of the first."
    print(summary)
    if options.results:
        pages.replace(options.results, "soak", f"{summary}\n\n{pages.table(_HEADER, told)}")
    if growth > MOST or not steady:
        sys.exit("memory, open files or temporary files grow")


def _rounds(folder: Path, minutes: float) -> list[tuple[float, ...]]:
    import bpoaudit

    began = time.monotonic()
    rows: list[tuple[float, ...]] = []
    while not rows or time.monotonic() - began < minutes * 60:
        name = VENDORS[len(rows) % len(VENDORS)]
        bpoaudit.scan([FIXTURES / "formats" / "delivery"])
        bpoaudit.audit([FIXTURES / name / "delivery"], FIXTURES / name / "vendor.yaml")
        gc.collect()
        memory = sum(map(process_tree.held, process_tree.family(os.getpid()))) / 1024
        opened = sum(1 for _ in Path("/proc/self/fd").iterdir())
        left = sum(1 for path in folder.rglob("*") if path.is_file())
        rows.append((len(rows) + 1, (time.monotonic() - began) / 60, memory, opened, left))
        print(*(f"{value:.1f}" for value in rows[-1]), sep="\t", flush=True)
    return rows


if __name__ == "__main__":
    main()
