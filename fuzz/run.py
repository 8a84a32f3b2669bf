"""Fuzz readers, loaders and patterns, one target after the other.

    python fuzz/run.py [TARGET ...] [--seconds 600] [--list] [--keep]

The seconds are shared among the targets. What was met on the way stays in `build/fuzz` and is gone on with
the next time; an input that breaks a promise is kept there as `TARGET-crash-…`, and the run exits 1.
`--keep` adds to `fuzz/corpus` what reaches code that nothing there does.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
HOME = HERE.parent
sys.path.insert(0, str(HERE))

from targets import TARGETS, Target  # noqa: E402

from written import BUNDLED  # noqa: E402

WORK = HOME / "build" / "fuzz"
KEPT = HERE / "corpus"
MOST_MEMORY = 2048
"""MiB that one target may hold, corpus and interpreter included."""
MOST_KEPT = 40 << 10
"""Bytes of a target's part of the kept corpus; it comes with every clone."""


def main() -> None:
    """Run the targets; exit 1 if any of them found something."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all of them, unless named")
    parser.add_argument("--seconds", type=int, default=600, help="for all targets together")
    parser.add_argument("--list", action="store_true", help="name the targets and their seeds")
    parser.add_argument("--keep", action="store_true", help="add to the kept corpus what is new")
    options = parser.parse_args()
    if unknown := {*options.targets} - TARGETS.keys():
        parser.error(f"no target is called {', '.join(sorted(unknown))}; see --list")
    names = options.targets or list(TARGETS)
    if options.list:
        for name in names:
            print(f"{name:14} {len([*_seeds(name, TARGETS[name])])} seeds")
        return
    found = [name for name in names if not _fuzz(name, max(1, options.seconds // len(names)))]
    if options.keep:
        for name in names:
            _keep(name)
    if found:
        sys.exit(f"found something: {', '.join(found)}; the inputs are in {WORK}")


def _fuzz(name: str, seconds: int) -> bool:
    """Fuzz one target, and tell whether its promises held."""
    target = TARGETS[name]
    met, seeds = WORK / name, WORK / "seeds" / name
    for folder in (met, seeds, KEPT / name):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in _seeds(name, target):
        (seeds / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    print(f"{name}: {seconds} s", flush=True)
    log = WORK / f"{name}.log"
    with log.open("wb") as output:
        done = subprocess.run(
            _command(name, target, seconds, met, KEPT / name, seeds), stdout=output, stderr=output
        )
    said = log.read_text("utf-8", "replace").splitlines()
    print(
        *[line for line in said if line.startswith(("stat::number", "stat::peak", "stat::slowest"))], sep="\n"
    )
    if done.returncode:
        print(*said[-40:], sep="\n")
    return done.returncode == 0


def _command(name: str, target: Target, seconds: int, *corpora: Path) -> list[str]:
    return [
        sys.executable, str(HERE / "one.py"), name, *map(str, corpora),
        f"-max_total_time={seconds}", f"-max_len={target.most_bytes}", f"-timeout={target.seconds}",
        f"-rss_limit_mb={MOST_MEMORY}", f"-artifact_prefix={WORK}/{name}-", "-print_final_stats=1",
        "-close_fd_mask=0",
    ]  # fmt: skip


def _seeds(name: str, target: Target) -> Iterator[bytes]:
    """Yield the files that a target begins with, but for those too large for it."""
    yield from BUNDLED.get(name, ())
    for pattern in target.seeds:
        for path in sorted(HOME.glob(pattern)):
            if path.is_file() and path.stat().st_size <= target.most_bytes:
                yield path.read_bytes()


def _keep(name: str) -> None:
    """Add what is new to the kept corpus, the smallest first, as far as there is room."""
    new = WORK / "new" / name
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    base = [str(KEPT / name), str(WORK / "seeds" / name)]
    # libFuzzer adds to the first folder what the others have that it has not.
    for path in base:
        for file in sorted(Path(path).iterdir()):
            shutil.copyfile(file, new / file.name)
    before = {file.name for file in new.iterdir()}
    done = subprocess.run(
        [sys.executable, str(HERE / "one.py"), name, "-merge=1", str(new), str(WORK / name)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
    )  # fmt: skip
    if "successful" not in done.stderr:  # its exit code is 0 all the same
        sys.exit(f"{name}: libFuzzer did not tell what is new\n{done.stderr[-1000:]}")
    room = MOST_KEPT - sum(file.stat().st_size for file in (KEPT / name).iterdir())
    for file in sorted(new.iterdir(), key=lambda file: file.stat().st_size):
        room -= file.stat().st_size
        if file.name not in before and room >= 0:
            shutil.copyfile(file, KEPT / name / file.name)


if __name__ == "__main__":
    main()
