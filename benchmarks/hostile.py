"""Seconds that the patterns take on texts made to slow them down, the worst recogniser of each.

    python benchmarks/hostile.py [--size N] [--results PAGE]

A text is one piece of `tests/cases/hostile_pieces.yaml` over and over. What is linear takes ten times as long
on ten times the text; the last column says what it took.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import yaml
from measuring import pages

from bpoaudit.detect.recognizers import build

PIECES = Path(__file__).parents[1] / "tests" / "cases" / "hostile_pieces.yaml"


def main() -> None:
    """Print one line a text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="characters of each text")
    parser.add_argument("--results", type=Path, help="page whose section is written anew")
    options = parser.parse_args()
    recognizers = list(build("en"))
    rows = []
    for name, piece in yaml.safe_load(PIECES.read_text("utf-8")).items():
        text = piece * (options.size // len(piece))
        times = [(_seconds(each, text), each) for each in recognizers]
        worst, slowest = max(times, key=lambda pair: pair[0])
        growth = worst / max(_seconds(slowest, text[: len(text) // 10]), 0.001)
        total = sum(seconds for seconds, _ in times)
        rows.append([name, f"{total:.2f}", f"{worst:.2f}", slowest.name, f"{growth:.0f}"])
        print(*rows[-1], sep="\t", flush=True)
    if options.results:
        header = ["text", "all, s", "worst, s", "recogniser", "growth over a tenth"]
        pages.replace(options.results, "hostile texts", pages.table(header, rows))


def _seconds(recognizer: Any, text: str) -> float:
    began = time.process_time()
    recognizer.analyze(text)
    return time.process_time() - began


if __name__ == "__main__":
    main()
