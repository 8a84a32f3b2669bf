"""Characters a second on free text, beside Presidio's default engine with the same spaCy model.

    python benchmarks/throughput.py [--results PAGE]

Texts are those of the corpus (`benchmarks/corpus`), each once, of three kinds: short turns of chats, notes
and mails, and documents of some 4,000 characters. One process; the engines take turns, three times over
each kind; printed is the median of characters for each second of processor time. `bpoaudit` is everything
between reader and findings: patterns, both language models, spoken values, masking, fingerprints.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from measuring import engines, pages

from bpoaudit.detect.detector import Detector
from bpoaudit.detect.engine import Engine
from bpoaudit.detect.routing import FieldPlan, Route, SourcePlan
from bpoaudit.masking import Key
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import FieldValues, RecordBatch

DATA = Path(__file__).parent / "corpus" / "data"
ROUNDS = 3
CHARACTERS = 100_000
"""Of each kind that are read."""
SHORT = 30
"""Characters of the longest short turn."""
DOCUMENT = 4_000
"""Characters of a document."""
THRESHOLD = 0.4


def main() -> None:
    """Print one line for each kind of text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, help="page whose section `throughput` is written anew")
    options = parser.parse_args()
    engine = Engine()
    contestants: dict[str, Callable[[Sequence[str]], None]] = {
        "Presidio": _presidio(),
        "bpoaudit": lambda texts: _bpoaudit(engine, texts),
        "patterns": lambda texts: _patterns(engine, texts),
    }
    rows = []
    for kind, texts in _kinds().items():
        speeds = _speeds(contestants, texts)
        peer = speeds["Presidio"]
        told = [f"{speeds[name]:,.0f} ({speeds[name] / peer:.1f})" for name in contestants]
        rows.append([kind, f"{len(texts):,}", f"{sum(map(len, texts)) / len(texts):,.0f}", *told])
        print(*rows[-1], sep="\t", flush=True)
    if options.results:
        header = ["texts", "number", "length", "Presidio", "bpoaudit", "bpoaudit, patterns alone"]
        pages.replace(options.results, "throughput", pages.table(header, rows))


def _kinds() -> dict[str, list[str]]:
    read = [
        [json.loads(line)["text"] for half in ("dev", "held") for line in (DATA / half / name).open("rb")]
        for name in ("conversations.jsonl", "texts.jsonl")
    ]
    turns, notes = (list(dict.fromkeys(texts)) for texts in read)
    documents, current = [], ""
    for note in notes:
        current += note + "\n"
        if len(current) >= DOCUMENT:
            documents.append(current)
            current = ""
    kinds = {
        "short turns": [turn for turn in turns if len(turn) <= SHORT],
        "notes and mails": notes,
        "documents": documents,
    }
    # The templates stand in their order: every n-th text has some of each.
    return {
        kind: texts[:: 1 + sum(map(len, texts)) // CHARACTERS] for kind, texts in kinds.items()
    }  # fmt: skip


def _speeds(
    contestants: dict[str, Callable[[Sequence[str]], None]], texts: Sequence[str]
) -> dict[str, float]:
    """Return the characters that each handles in a second of processor time."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for run in contestants.values():
        run(texts[:20])  # what is only done once is not counted
    for _ in range(ROUNDS):
        for name, run in contestants.items():
            started = time.process_time()
            run(texts)
            seconds[name].append(time.process_time() - started)
    characters = sum(map(len, texts))
    return {name: characters / statistics.median(taken) for name, taken in seconds.items()}


def _presidio() -> Callable[[Sequence[str]], None]:
    analyzer = engines.default_analyzer()

    def run(texts: Sequence[str]) -> None:
        for text in texts:
            analyzer.analyze(text, "en")

    return run


def _bpoaudit(engine: Engine, texts: Sequence[str]) -> None:
    plan = SourcePlan(FieldKind.COLUMN, {"text": FieldPlan("text", Route.TEXT, written="en")})
    values = FieldValues("text", range(1, len(texts) + 1), texts)
    # A new detector remembers no text of the round before.
    Detector(engine, Key(bytes(32))).detect(RecordBatch(len(texts), (values,)), plan, {"text": "text"})


def _patterns(engine: Engine, texts: Sequence[str]) -> None:
    for text in texts:
        engine.patterns(text, THRESHOLD)


if __name__ == "__main__":
    main()
