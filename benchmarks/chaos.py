"""What becomes of a scan whose processes are killed at random.

    python benchmarks/chaos.py [--runs 10] [--jobs 2] [--seed 8] [--results PAGE]

A delivery is scanned undisturbed, and then again and again while processes that the scan has started,
workers and parsers, are ended with SIGKILL every few seconds. Held against the first run: the scan ends
with a documented exit code, every file is listed, what it calls read has the same findings, and nothing of
what is lost is called read.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from measuring import pages, process_tree

DELIVERY = Path(__file__).parents[1] / "fixtures" / "formats" / "delivery"
FIRST, BETWEEN = 4.0, (1.0, 6.0)
"""Seconds before the first kill, when the models are loaded, and from one to the next."""


class Run(NamedTuple):
    """What came of one scan."""

    code: int
    kills: int
    statuses: dict[str, str]
    """By source."""
    findings: Counter[str]
    """How many there are of each source."""


def main() -> None:
    """Run and compare; exit 1 where something does not hold."""
    shown = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=shown)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--results", type=Path, help="page whose section is written anew")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    whole = _scan(options.jobs, None)
    rows, wrong = [], []
    for number in range(1, options.runs + 1):
        run = _scan(options.jobs, chance)
        wrong += [f"run {number}: {fault}" for fault in _faults(run, whole)]
        told = ", ".join(
            f"{count} {status}" for status, count in sorted(Counter(run.statuses.values()).items())
        )
        rows.append([str(number), str(run.kills), str(run.code), told])
        print(*rows[-1], sep="\t", flush=True)
    if options.results:
        header = ["run", "processes killed", "exit code", "sources"]
        pages.replace(options.results, "chaos", pages.table(header, rows))
    if wrong:
        sys.exit("\n".join(wrong))


def _faults(run: Run, whole: Run) -> list[str]:
    if run.code not in (0, 3):
        return [f"exit code {run.code}"]
    faults = []
    files = {name for name in whole.statuses if "!" not in name and "#" not in name}
    if missing := files - run.statuses.keys():
        faults.append(f"not listed: {sorted(missing)}")
    for source, status in run.statuses.items():
        if status == "read" and run.findings[source] != whole.findings[source]:
            faults.append(
                f"{source} is called read with {run.findings[source]} of {whole.findings[source]} findings"
            )
    if run.code == 0 and "unreadable" in {run.statuses[name] for name in files} and not whole.code:
        faults.append("exit code 0 with something lost")
    return faults


def _scan(jobs: int, chance: random.Random | None) -> Run:
    with tempfile.TemporaryDirectory(prefix="bpoaudit-chaos-") as folder:
        result, findings = Path(folder) / "scan.json", Path(folder) / "findings.jsonl"
        command = [
            str(Path(sys.executable).with_name("bpoaudit")), "scan", str(DELIVERY), "--executor", "process",
            "--jobs", str(jobs), "-o", str(result), "-o", str(findings),
        ]  # fmt: skip
        environment = {**os.environ, "BPOAUDIT_KEY": "k" * 64, "TMPDIR": folder}
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            kills = _disturb(process, chance) if chance is not None else 0
            process.wait()
        if not result.is_file():
            return Run(process.returncode, kills, {}, Counter())
        sources = json.loads(result.read_text("utf-8"))["delivery"]["sources"]
        found = Counter(json.loads(line)["source"] for line in findings.read_text("utf-8").splitlines())
        return Run(process.returncode, kills, {each["source"]: each["status"] for each in sources}, found)


def _disturb(process: subprocess.Popen[bytes], chance: random.Random) -> int:
    kills = 0
    time.sleep(FIRST)
    while process.poll() is None:
        if below := [each for each in process_tree.family(process.pid) if each != process.pid]:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(below), signal.SIGKILL)
                kills += 1
        time.sleep(chance.uniform(*BETWEEN))
    return kills


if __name__ == "__main__":
    main()
