"""Reading speed by format, beside the library that people use for it, and the peak memory of large files.

    python benchmarks/reading.py [--results PAGE]            some 20 MB of each format
    python benchmarks/reading.py --large [--results PAGE]    1 GB of CSV and the like: peak memory
    python benchmarks/reading.py --scan [--results PAGE]     a small file of each: a whole scan

Files are made on the spot, the same every time, and hold invented people only. What is measured is reading
alone, from the file to batches of text, without detection. Speed: megabytes of the file for each second of
processor time, child processes included, best of three; the peer reads the same file to its last value as
text. Memory: the peak resident memory of a fresh process (and of its largest child) that reads the file as
an audit does, archive members and attachments included; memory files are part of it where they are touched
and are named beside it. Scan: bytes of the file for each second of processor time that `bpoaudit scan` takes,
less what it takes for an empty file: what `bpoaudit.estimate` reckons with.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from measuring import consuming, formats, pages

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.estimate import START, seconds

ROUNDS = 3
SMALLER = 60
"""How much smaller a file is that is also searched for personal data."""


def main() -> None:
    """Print one line a format, or one a large file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="peak memory of large files instead of speed")
    parser.add_argument("--scan", action="store_true", help="reading and detection together")
    parser.add_argument("--results", type=Path, help="page whose section is written anew")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="bpoaudit-benchmark-") as folder:
        if options.large:
            rows = [_large(Path(folder), name) for name in formats.LARGE]
            header = ["file", "size", "records", "peak memory", "of a child", "seconds"]
        elif options.scan:
            rows = list(_scanned(Path(folder)))
            header = ["format", "size", "records", "KB/s of a scan", "reckoned with"]
        else:
            rows = [_small(Path(folder), name) for name in formats.SMALL]
            header = ["format", "size", "records", "bpoaudit MB/s", "peer MB/s", "peer"]
    if options.results:
        section = "memory of reading" if options.large else "scanning" if options.scan else "reading"
        pages.replace(options.results, section, pages.table(header, rows))


def _small(folder: Path, name: str) -> list[str]:
    make, rows, peer_name, peer = formats.SMALL[name]
    path = folder / name
    make(path, rows)
    size = path.stat().st_size
    records = 0

    def ours() -> None:
        nonlocal records
        records = consuming.read_file(path)

    speeds = [f"{size / 1e6 / _seconds(ours):,.1f}"]
    speeds.append(f"{size / 1e6 / _seconds(lambda: peer(path)):,.1f}" if peer else "")
    path.unlink()
    row = [name, f"{size / 1e6:,.1f} MB", f"{records:,}", *speeds, peer_name]
    print(*row, sep="\t", flush=True)
    return row


def _large(folder: Path, name: str) -> list[str]:
    path = folder / name
    make, rows = formats.LARGE[name]
    make(path, rows)
    size = path.stat().st_size
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, consuming.__file__, str(path)], capture_output=True, text=True, check=True
    )
    records, own, child = map(int, ran.stdout.split())
    path.unlink()
    seconds = time.monotonic() - began
    row = [
        name, f"{size / 1e6:,.0f} MB", f"{records:,}", f"{own / 1024:,.0f} MiB", f"{child / 1024:,.0f} MiB",
        f"{seconds:,.0f}",
    ]  # fmt: skip
    print(*row, sep="\t", flush=True)
    return row


def _scanned(folder: Path) -> Iterator[list[str]]:
    blank = folder / "blank.txt"
    blank.write_text("-")
    start = min(_seconds_of_scan(blank) for _ in range(ROUNDS))
    for name, (make, rows, *_) in formats.SMALL.items():
        path = folder / name
        make(path, rows // SMALLER)
        size = path.stat().st_size
        with Content.of_path(path) as content:
            reckoned = size / (seconds([(media_type(content), size)], 1) - START)
        rate = size / max(_seconds_of_scan(path) - start, 0.1)
        row = [
            name,
            f"{size / 1e3:,.0f} KB",
            f"{rows // SMALLER:,}",
            f"{rate / 1e3:,.0f}",
            f"{reckoned / 1e3:,.0f}",
        ]
        path.unlink()
        print(*row, sep="\t", flush=True)
        yield row


def _seconds_of_scan(path: Path) -> float:
    program, found = Path(sys.executable).with_name("bpoaudit"), path.with_name("found.jsonl")
    command = [str(each) for each in (program, "scan", path, "-o", found)]
    return _seconds(lambda: subprocess.run(command, capture_output=True, check=True), 1)


def _seconds(read: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        began = _processor_seconds()
        read()
        times.append(_processor_seconds() - began)
    return min(times)


def _processor_seconds() -> float:
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
