"""Processor seconds and wall time until the program answers: its help, a check of all rules, ten rows.

    python benchmarks/startup.py [--results PAGE]

Medians of five runs, after one that does not count. The ten rows are audited against the profile that
`bpoaudit vendor init` writes.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from measuring import pages

ROUNDS = 5
HEADER = ("command", "processor seconds", "seconds")
_ROWS = "id,name,mail,notes\n" + "".join(
    f"{row},Ann Lee,ann.lee{row}@example.org,asked Maria Novak of Berlin to call back\n" for row in range(10)
)


def main() -> None:
    """Print one line for each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, help="page whose section `start-up` is written anew")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="bpoaudit-benchmark-") as folder:
        vendor, rows = Path(folder, "vendor.yaml"), Path(folder, "rows.csv")
        subprocess.run([_program(), "vendor", "init", "-o", vendor], capture_output=True, check=True)
        rows.write_text(_ROWS)
        commands = {
            "--help": ["--help"],
            "rules check": ["rules", "check"],
            "audit of ten rows": ["audit", rows, "--vendor", vendor, "-o", Path(folder, "report.html")],
        }
        table = [_measured(name, words) for name, words in commands.items()]
    if options.results:
        pages.replace(options.results, "start-up", pages.table(HEADER, table))


def _program() -> Path:
    return Path(sys.executable).with_name("bpoaudit")


def _measured(name: str, words: list[str | Path]) -> list[str]:
    runs = [_run(words) for _ in range(1 + ROUNDS)][1:]
    row = [name, *(f"{statistics.median(seconds):.2f}" for seconds in zip(*runs, strict=True))]
    print(*row, sep="\t", flush=True)
    return row


def _run(words: list[str | Path]) -> tuple[float, float]:
    """Return what a run took: processor seconds and wall time."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    ran = subprocess.run([_program(), *words], capture_output=True)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode not in (0, 1, 3):
        raise SystemExit(ran.stderr.decode())
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


if __name__ == "__main__":
    main()
