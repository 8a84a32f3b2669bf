"""Write the project's own labelled corpus: texts, conversations and tables, in two halves.

    python benchmarks/make_corpus.py [-o DIR]

Fills `DIR/dev` and `DIR/held` (DIR is `benchmarks/corpus/data` unless given) with `texts.jsonl` and
`conversations.jsonl` (`{"id", "text", "spans": [[start, end, entity], …]}`, a turn a line with its
`conversation`, `turn` and `speaker`) and with `tables/*.csv` beside `tables/truth.json`. The same
bytes every time; a row depends on its own template alone.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from corpus.filling import write
from corpus.identifiers import IDENTIFIERS
from corpus.templates import CONVERSATIONS, HALVES, TABLES, TEXTS, Template, read
from corpus.values import Scene, terms

DATA = Path(__file__).parent / "corpus" / "data"
SEED = 20260115
SPEAKERS = {"A": "Agent", "C": "Customer"}

_COUNTRY_OF = {identifier.key: identifier.country for identifier in IDENTIFIERS}
_LENGTHS = (30, 60)


def main() -> None:
    """Write both halves afresh."""
    parser = argparse.ArgumentParser(description="Write the labelled corpus.")
    parser.add_argument("-o", "--output", type=Path, default=DATA)
    folder = parser.parse_args().output
    for half in HALVES:
        target = folder / half
        shutil.rmtree(target, ignore_errors=True)
        (target / "tables").mkdir(parents=True)
        _write_lines(target / "texts.jsonl", texts(half))
        _write_lines(target / "conversations.jsonl", conversations(half))
        truth = {}
        for name, content, labels in tables(half):
            (target / "tables" / f"{name}.csv").write_bytes(content)
            truth[name] = {"columns": labels}
        page = json.dumps(truth, ensure_ascii=False, indent=1) + "\n"
        (target / "tables" / "truth.json").write_text(page, "utf-8", newline="\n")


def texts(half: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of all text templates of a half."""
    for template in _of(half, TEXTS, "text"):
        for number in range(template.rows):
            scene, drawn = _scene(template, number)
            written = write(template.content.replace("@", drawn) if drawn else template.content, scene)
            yield {
                "id": f"{template.id}-{number:03d}",
                "text": written.text,
                "spans": [list(span) for span in written.spans],
            }


def conversations(half: str) -> Iterator[dict[str, Any]]:
    """Yield the turns of all conversations of a half."""
    for template in _of(half, CONVERSATIONS, "turns"):
        for number in range(template.rows):
            scene, _ = _scene(template, number)
            name = f"{template.id}-{number:03d}"
            for turn, line in enumerate(template.content, start=1):
                speaker, _, said = line.partition(": ")
                written = write(said, scene, template.style)
                yield {
                    "id": f"{name}-{turn:02d}",
                    "conversation": name,
                    "turn": turn,
                    "speaker": SPEAKERS[speaker],
                    "text": written.text,
                    "spans": [list(span) for span in written.spans],
                }


def tables(half: str) -> Iterator[tuple[str, bytes, dict[str, str | None]]]:
    """Yield name, content and labels by column of all tables of a half."""
    for template in _of(half, TABLES, "columns"):
        for number in range(template.rows):
            name = f"{template.id.removeprefix('table-')}-{number}"
            rng = Random(f"{SEED} {template.id} {number}")
            country = template.countries[number % len(template.countries)]
            text = io.StringIO(newline="")
            writer = csv.writer(text, delimiter=template.delimiter, lineterminator="\n")
            writer.writerow(header for header, _, _ in template.content)
            for row in range(rng.randint(*_LENGTHS)):
                scene = Scene(rng, country, template.language, row)
                writer.writerow([write(cell, scene).text for _, _, cell in template.content])
            labels = {header: label for header, label, _ in template.content}
            yield name, text.getvalue().encode(), labels


def _of(half: str, kinds: tuple[str, ...], content: str) -> Iterator[Template]:
    return (template for template in read(kinds, content) if template.half == half)


def _scene(template: Template, number: int) -> tuple[Scene, str]:
    """Return the scene of a row, and what `@` stands for in it."""
    rng = Random(f"{SEED} {template.id} {number}")
    country, drawn = template.countries[number % len(template.countries)], ""
    if template.draw:
        drawn = template.draw[number % len(template.draw)]
        country = _COUNTRY_OF[drawn]
    elif template.draw_term:
        drawn = rng.choice(terms()[template.draw_term])
    return Scene(rng, country, template.language, number), drawn


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(lines, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
