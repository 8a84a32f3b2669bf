"""How well it is heard what agents and customers say: the events of transcripts.

    python benchmarks/conduct.py [--results PAGE]

Invented conversations in seven languages are read, detected and measured as an audit does it, each by
itself. `dialogues/dev.yaml` was looked at while the cues were written, `dialogues/held.yaml` was written
afterwards in other words and never. Of the first one what went wrong is listed, never of the second.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from measuring.pages import figure, replace, table
from measuring.spans import figures

from bpoaudit.delivery import discover
from bpoaudit.detect import Detector, Engine, NameBook
from bpoaudit.executors import FileTask, Worker
from bpoaudit.masking import Key

FOLDER = Path(__file__).with_name("dialogues")
SETS = {"dev": False, "held": True}
"""Names, and whether nobody looks at what went wrong."""
SPEAKERS = {"A": "Agent", "C": "Customer", "S": "System", "1": "Speaker 1", "2": "Speaker 2"}
ALSO_HEARD = {
    "checked_before_disclosure": "disclosure",
    "card_said_after_pause": "pause",
    "objection_taken_up": "objection",
    "erasure_request_taken_up": "erasure_request",
}
"""What is counted only where something else was heard before it."""

Counts = Mapping[str, Counter[str]]


def main() -> None:
    """Measure, print and, where asked, put the figures on the page of results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, metavar="PAGE", help="write the figures there too")
    options = parser.parse_args()

    key = Key(b"conduct of agents".ljust(32, b"."))
    engine = Engine()
    worker = Worker(Detector(engine, key), NameBook(engine, key), None)
    parts, wrong = [], []
    for name, held in SETS.items():
        dialogues = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
        counts, mistakes = compared(dialogues, worker)
        parts.append(f"### {name}: {len(dialogues)} conversations\n\n{_figures(counts)}")
        wrong += [] if held else mistakes
    content = "\n\n".join(parts)
    print(content)
    print(*wrong, sep="\n")
    if options.results:
        replace(options.results, "conduct", content)


def compared(dialogues: Sequence[Mapping[str, Any]], worker: Worker) -> tuple[Counts, list[str]]:
    """Return hits, misses and false alarms by event, and what went wrong in words."""
    counts: dict[str, Counter[str]] = {}
    wrong = []
    for dialogue in dialogues:
        expected, heard = set(dialogue["heard"]), set(heard_in(dialogue, worker))
        for event in expected | heard:
            kind = "found" if event in expected & heard else "missed" if event in expected else "false"
            counts.setdefault(event, Counter())[kind] += 1
            if kind != "found":
                wrong.append(f"  {dialogue['name']}: {kind} {event}")
    return counts, wrong


def heard_in(dialogue: Mapping[str, Any], worker: Worker) -> Iterator[str]:
    """Yield the events that are heard in one conversation, written down as a transcript."""
    with tempfile.TemporaryDirectory() as folder:
        lines = (f"{SPEAKERS[turn[0]]}: {turn[3:]}\n" for turn in dialogue["turns"])
        (Path(folder) / dialogue["file"]).write_text("".join(lines), "utf-8")
        (file,) = discover([Path(folder)])
        rows = worker(FileTask(0, file)).measured.told()["conduct"]
    for row in rows:
        if row["heard"]:
            yield row["event"]
        if row["event"] in ALSO_HEARD:
            yield ALSO_HEARD[row["event"]]


def _figures(counts: Counts) -> str:
    rows = [[event, *_shown(counts[event])] for event in sorted(counts)]
    rows.append(["all", *_shown(sum(counts.values(), Counter()))])
    return table(["event", "said", "heard", "P", "R", "F1"], rows)


def _shown(count: Counter[str]) -> list[str]:
    found, missed, false = count["found"], count["missed"], count["false"]
    shares = figures(found, found + false, found, found + missed)[:3]
    return [str(found + missed), str(found + false), *map(figure, shares)]


if __name__ == "__main__":
    main()
