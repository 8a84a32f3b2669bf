"""Hold how many times faster than Presidio's batch engine bpoaudit is against what it was before.

    python benchmarks/guard.py [--rounds N] [--only WORKLOAD] [--write]

Both engines run in the same minutes on the same machine, over small workloads of `speed.py`, and only the
ratio of their rates counts, so that neither a slower machine nor a busy one speaks. The floors stand in
`guard.yaml`. Exits 1 where a ratio is below its floor by more than the tolerance, or where bpoaudit finds
fewer of the planted values than the peer. `--write` measures and writes new floors, for who made it faster.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml
from measuring import contestants
from speed import median_run, rate

PEER = "BatchAnalyzerEngine"
FLOORS = Path(__file__).with_suffix(".yaml")
_HEAD = """\
# How many times the rate of BatchAnalyzerEngine that of bpoaudit is at least, by workload of speed.py:
# `python benchmarks/guard.py` measures it again, `--write` rewrites it. `tolerance`: the share of a floor
# that may be missing, as runs differ.
"""


def main() -> None:
    """Print one line for each workload."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="the median counts")
    parser.add_argument("--only", action="append", help="workloads, repeatable")
    parser.add_argument("--write", action="store_true", help="write the measured ratios as floors")
    options = parser.parse_args()
    floors = yaml.safe_load(FLOORS.read_text())
    workloads = floors["workloads"]
    if unknown := {*(options.only or ())} - workloads.keys():
        parser.error(f"{FLOORS.name} has no workload {', '.join(sorted(unknown))}")
    fallen = []
    for name in options.only or workloads:
        floor = workloads[name]
        times, lost = _measured(name, floor, options.rounds)
        least = floor["times"] * (1 - floors["tolerance"])
        fine = times >= least and not lost
        print(name, f"{times:.1f} times", f"at least {least:.1f}", _told(fine, lost), sep="\t", flush=True)
        if not fine:
            fallen.append(name)
        floor["times"] = round(times, 1)
    if options.write:
        FLOORS.write_text(_HEAD + yaml.safe_dump(floors, sort_keys=False))
    elif fallen:
        sys.exit(1)


def _measured(name: str, floor: dict[str, Any], rounds: int) -> tuple[float, bool]:
    """Return how many times faster bpoaudit is, and whether it finds less."""
    peer = median_run(PEER, name, floor["peer_records"], rounds)
    ours = median_run(contestants.OURS, name, floor["records"], rounds)
    lost = ours["found"] * peer["planted"] < peer["found"] * ours["planted"]
    return rate(ours) / rate(peer), lost


def _told(fine: bool, lost: bool) -> str:
    return "finds less" if lost else "" if fine else "slower"


if __name__ == "__main__":
    main()
