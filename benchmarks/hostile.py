"""What becomes of deliveries made to bring an audit down, run through the command line.

    python benchmarks/hostile.py [CLASS ...] [--full] [--results PAGE]

Each class of `hostility/` is written to a folder of its own and scanned in a process of its own, with a
canary in every input. A line says how many inputs there were, what became of them, how often the program
failed, whether the canary came out again (standard output, standard error, every output, what was left
behind in the folder for temporary files), whether a file is missing in the result, and the most time and
memory. A class is named by any part of its line; on the page of results the lines of the others stay.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from hostility import containers, documents, texts, written
from hostility.planted import CANARY, Class, Refusal
from measuring import pages, process_tree

CLASSES = (*containers.CLASSES, *texts.CLASSES, *documents.CLASSES)
ALL = (*CLASSES, *written.REFUSALS)
PATIENCE = 1800
"""Seconds after which a run is ended and counts as a failure."""
_NEVER_READ = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
_SECTION = "hostile deliveries"
_HEADER = [
    "input",
    "tried",
    "outcomes",
    "found",
    "failures",
    "leaks",
    "not listed",
    "processor, s",
    "memory, MiB",
]


@dataclass
class Outcome:
    """What became of one class."""

    name: str
    tried: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    found: str = ""
    failures: int = 0
    leaks: int = 0
    unlisted: int = 0
    seconds: float = 0.0
    memory: int = 0

    def cells(self) -> list[str]:
        """Return its line of the table."""
        told = ", ".join(f"{count} {status}" for status, count in sorted(self.statuses.items()))
        counts = map(str, (self.failures, self.leaks, self.unlisted))
        return [
            self.name,
            str(self.tried),
            told,
            self.found,
            *counts,
            f"{self.seconds:.0f}",
            f"{self.memory:,}",
        ]


def main() -> None:
    """Run the classes; exit 1 where anything failed, leaked or was left out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("classes", nargs="*", metavar="CLASS", help="all of them, unless named")
    parser.add_argument("--full", action="store_true", help="a cell of two gigabytes, more broken samples")
    parser.add_argument("--results", type=Path, help="page whose lines are written anew")
    options = parser.parse_args()
    asked = [
        each for each in ALL if not options.classes or any(word in each.name for word in options.classes)
    ]
    if not asked:
        parser.error(f"no class has {' or '.join(options.classes)} in its line")
    outcomes = []
    for each in asked:
        with tempfile.TemporaryDirectory(prefix="bpoaudit-hostile-") as folder:
            if isinstance(each, Class):
                outcomes.append(_scan(each, Path(folder), options.full))
            else:
                outcomes.append(_refuse(each, Path(folder), options.full))
        print(*outcomes[-1].cells(), sep="\t", flush=True)
        if options.results:
            _keep(options.results, outcomes[-1])
    if any(o.failures or o.leaks or o.unlisted for o in outcomes):
        sys.exit(1)


def _keep(page: Path, outcome: Outcome) -> None:
    """Write one line anew; those of classes that there are no longer are left out."""
    lines = {line[0]: line for line in pages.rows(page, _SECTION)} | {outcome.name: outcome.cells()}
    kept = [lines[each.name] for each in ALL if each.name in lines]
    pages.replace(page, _SECTION, pages.table(_HEADER, kept))


def _scan(each: Class, folder: Path, full: bool) -> Outcome:
    delivery, out, temporary = (folder / name for name in ("delivery", "out", "tmp"))
    for made in (delivery, out, temporary):
        made.mkdir()
    each.make(delivery, full)
    files = sorted(_files(delivery))
    outcome = Outcome(each.name, len(files))
    stop = threading.Event()
    disturbing = threading.Thread(target=_disturb, args=(each, delivery, stop))
    if each.disturb is not None:
        disturbing.start()
    results = [out / "scan.json", out / "findings.jsonl", out / "findings.csv"]
    arguments = ["scan", str(delivery), *(word for path in results for word in ("-o", str(path)))]
    done = _run(arguments, temporary, outcome, closed=each.closed)
    stop.set()
    if each.disturb is not None:
        disturbing.join()
    outcome.failures += done.returncode not in (0, 3) or b"bpoaudit failed" in done.stderr
    outcome.leaks += _leaks(done, out, temporary)
    if done.returncode not in (0, 3):
        print(f"exit code {done.returncode}", file=sys.stderr)
        print(done.stderr.decode("utf-8", "replace")[-2000:], file=sys.stderr)
    if (out / "scan.json").is_file():
        result = json.loads((out / "scan.json").read_text("utf-8"))
        sources = {source["source"]: source["status"] for source in result["delivery"]["sources"]}
        outcome.statuses.update(sources.values())
        top = {name.replace("%", "") for name in sources if "!" not in name and "#" not in name}
        outcome.unlisted = max(0, len(files) - len(top)) if each.disturb is None else 0
    if each.planted and not outcome.failures:
        lines = [json.loads(line) for line in (out / "findings.jsonl").read_text("utf-8").splitlines()]
        found = {(line["source"], line["record"]) for line in lines}
        outcome.found = f"{len(found)} of {each.planted}"
    _open_all(delivery)
    return outcome


def _refuse(each: Refusal, folder: Path, full: bool) -> Outcome:
    files, out, temporary = (folder / name for name in ("files", "out", "tmp"))
    for made in (files, out, temporary):
        made.mkdir()
    each.make(files, full)
    tried = sorted(files.iterdir())
    outcome = Outcome(each.name, len(tried))
    for file in tried:
        done = _run(each.command(file), temporary, outcome)
        outcome.statuses["refused" if done.returncode == 2 else "taken"] += 1
        outcome.failures += done.returncode not in (0, 1, 2, 3) or b"bpoaudit failed" in done.stderr
        outcome.leaks += _leaks(done, out, temporary)
    return outcome


def _run(
    arguments: Sequence[str], temporary: Path, outcome: Outcome, *, closed: bool = False
) -> subprocess.CompletedProcess[bytes]:
    command = [str(Path(sys.executable).with_name("bpoaudit")), *arguments]
    if closed and os.geteuid() == 0:
        command = [*_NEVER_READ, *command]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "TMPDIR": str(temporary), "BPOAUDIT_KEY": "k" * 64}
    with subprocess.Popen(
        command, env=environment, cwd=temporary, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        watching = process_tree.Watched(process.pid)
        try:
            stdout, stderr = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
    outcome.memory = max(outcome.memory, watching.end())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    outcome.seconds = max(outcome.seconds, taken)
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)


def _disturb(each: Class, delivery: Path, stop: threading.Event) -> None:
    assert each.disturb is not None
    while not stop.is_set():
        try:
            each.disturb(delivery)
        except FileNotFoundError:  # its own doing
            continue
        time.sleep(0.05)


def _files(folder: Path) -> Iterator[Path]:
    """Yield everything that stands in a file's place."""
    for at, folders, names in os.walk(folder):
        yield from (Path(at) / name for name in names)
        yield from (Path(at) / name for name in folders if (Path(at) / name).is_symlink())


def _leaks(done: subprocess.CompletedProcess[bytes], *folders: Path) -> int:
    """Count the places where the canary came out again."""
    said = [done.stdout, done.stderr]
    said += [file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file()]
    said += [str(file).encode() for folder in folders for file in folder.rglob("*")]
    return sum(CANARY.encode() in text.lower() for text in said)


def _open_all(folder: Path) -> None:
    for at, folders, _ in os.walk(folder):
        for name in folders:
            if not (Path(at) / name).is_symlink():
                (Path(at) / name).chmod(0o700)


if __name__ == "__main__":
    main()
