"""What an audit of many small files costs with an empty cache, with a full one, and after one file changed.

    python benchmarks/incremental.py [--files N] [--results PAGE]

Tickets, chats and calls of invented people, the same every time, a thousand files of some twenty records
each. Printed are the processor seconds of whole runs of `bpoaudit scan`, start-up included, how many files
were read, and whether the inventory is the same as without a cache, byte for byte.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from measuring import pages

FILES = 1000
RECORDS = 20
HEADER = ("cache", "files", "read", "processor seconds", "the same result")
_FIXED = {"BPOAUDIT_KEY": "0" * 64, "SOURCE_DATE_EPOCH": "1763800000", "BPOAUDIT_RUN_ID": "benchmark"}
_USE = re.compile(r"cache: ([\d,]+) of ([\d,]+) files were not read again")
_SAID = (
    "the parcel for {name} has not arrived", "please write to {mail}", "call me on +1 212 555 {number:04}",
    "the card is 4111 1111 1111 1111", "thank you, that is all", "invoice {number} was paid twice",
)  # fmt: skip
_NAMES = ("Ann Lee", "Maria Novak", "Tom Becker", "Ines Prado", "Jan Kowal", "Ravi Menon")


def main() -> None:
    """Print one line for each state of the cache."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--results", type=Path, help="page whose section `incremental` is written anew")
    options = parser.parse_args()
    rows = []
    with TemporaryDirectory(prefix="bpoaudit-benchmark-") as folder:
        for row in _measured(Path(folder), options.files):
            print(*row, sep="\t", flush=True)
            rows.append(row)
    if options.results:
        pages.replace(options.results, "incremental", pages.table(HEADER, rows))


def _measured(folder: Path, files: int) -> Iterator[list[str]]:
    delivery, cache = folder / "delivery", folder / "cache"
    delivery.mkdir()
    paths = [_file(delivery, number) for number in range(files)]
    yield _run("none", delivery, folder / "none.json", files)
    yield _run("empty", delivery, folder / "cold.json", files, cache, folder / "none.json")
    yield _run("full", delivery, folder / "warm.json", files, cache, folder / "none.json")
    paths[files // 2].write_text(_text(files // 2, seed=1))
    row = _run("one file changed", delivery, folder / "changed.json", files, cache)
    _run("none", delivery, folder / "none.json", files)
    same = (folder / "changed.json").read_bytes() == (folder / "none.json").read_bytes()
    yield [*row[:-1], "yes" if same else "no"]


def _run(
    state: str, delivery: Path, out: Path, files: int, cache: Path | None = None, like: Path | None = None
) -> list[str]:
    program = Path(sys.executable).with_name("bpoaudit")
    command = [program, "scan", delivery, "-o", out, *(["--cache", cache] if cache else [])]
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(command, env=os.environ | _FIXED, capture_output=True, text=True, check=True)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    use = _USE.search(ran.stderr)
    read = files - int(use[1].replace(",", "")) if use else files
    same = "" if like is None else "yes" if like.read_bytes() == out.read_bytes() else "no"
    return [state, f"{files:,}", f"{read:,}", f"{seconds:,.1f}", same]


def _file(folder: Path, number: int) -> Path:
    path = folder / (f"{number:04}.csv" if number % 2 else f"{number:04}.txt")
    path.write_text(_text(number))
    return path


def _text(number: int, seed: int = 0) -> str:
    """Return a table of tickets, or a chat."""
    chance = random.Random(number * 2 + seed)
    lines = []
    for record in range(RECORDS):
        name = chance.choice(_NAMES)
        mail = f"{name.casefold().replace(' ', '.')}{chance.randrange(90)}@example.org"
        said = chance.choice(_SAID).format(name=name, mail=mail, number=chance.randrange(10_000))
        speaker = "Agent" if record % 2 else "Customer"
        lines.append(f"T-{number}-{record},{mail},{said}" if number % 2 else f"{speaker}: {said}")
    return "\n".join((["ticket,mail,notes"] if number % 2 else []) + lines) + "\n"


if __name__ == "__main__":
    main()
