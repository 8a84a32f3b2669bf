"""What the report says of accuracy, taken from the page of results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bpoaudit import __version__
from bpoaudit.catalog import CATALOG
from measuring.sets import group_of

PAGE = Path(__file__).parents[1] / "RESULTS.md"
SHIPPED = Path(__file__).parents[2] / "src" / "bpoaudit" / "report" / "accuracy.yaml"
OURS = "bpoaudit"

HELD_TEXTS = ("corpus_held_texts", "corpus_held_conversations")
"""The halves of the corpus that nobody looked at while the detector was written."""

HEAD = """\
# Written by benchmarks/shipped_figures.py from benchmarks/RESULTS.md: what was measured, for the report.
# By overlap: a found span that shares a character with a labelled one of the same entity.
"""

Row = dict[str, str]


def shipped(page: str) -> str:
    """Return the file that belongs to a page of results."""
    public, corpus, columns = (_section(page, name) for name in ("public sets", "corpus", "columns"))
    held = [row for row in _rows(corpus) if row.get("set, by overlap") in HELD_TEXTS]
    tables = [row for row in _rows(columns) if row.get("engine") == OURS and "tables" in row]
    document: dict[str, Any] = {
        "version": __version__,
        "sets": [
            *(_texts(row, "set, by overlap", "invented") for row in held),
            *(_columns(row) for row in tables if not row["tables"].startswith("corpus_dev")),
            *(_texts(row, "set, by overlap", "public") for row in _rows(public) if "set, by overlap" in row),
        ],
        "entities": list(_entities(corpus)),
    }
    lines = [f"version: {document['version']}"]
    for part in ("sets", "entities"):
        lines += [f"{part}:", *(f"  - {_flow(entry)}" for entry in document[part])]
    return HEAD + "\n".join(lines) + "\n"


def _flow(entry: dict[str, Any]) -> str:
    return yaml.safe_dump(entry, default_flow_style=True, sort_keys=False, width=2**16).strip()


def _texts(row: Row, name: str, data: str) -> dict[str, Any]:
    return {
        "set": row[name],
        "data": data,
        "what": "conversations" if row[name].endswith("conversations") else "texts",
        "of": int(row["labels"]),
        "precision": _figure(row[f"{OURS} P"]),
        "recall": _figure(row[f"{OURS} R"]),
    }


def _columns(row: Row) -> dict[str, Any]:
    return {
        "set": row["tables"],
        "data": "invented" if row["tables"].startswith("corpus_") else "public",
        "what": "columns",
        "of": int(row["with personal data"]),
        "precision": _figure(row["P"]),
        "recall": _figure(row["R"]),
    }


def _entities(corpus: str) -> Iterator[dict[str, Any]]:
    members: dict[str, list[str]] = {}
    for entity in sorted(CATALOG):
        members.setdefault(group_of(entity), []).append(entity)
    for name in HELD_TEXTS:
        part = corpus.partition(f"### {name}\n")[2].partition("\n### ")[0]
        for row in _rows(part):
            if row["engine"] == OURS and row["entity"] in members and int(row["labels"]):
                yield {
                    "entities": members[row["entity"]],
                    "set": name,
                    "of": int(row["labels"]),
                    "precision": _figure(row["overlap P"]),
                    "recall": _figure(row["overlap R"]),
                }


def _figure(text: str) -> float | None:
    return float(text) if text else None


def _section(page: str, name: str) -> str:
    found = re.search(f"<!-- {name}: begin -->\n(.*?)<!-- {name}: end -->", page, re.DOTALL)
    if found is None:
        raise ValueError(f"{PAGE.name} has no section {name}")
    return found[1]


def _rows(text: str) -> Iterator[Row]:
    """Yield the rows of every table of a text by the names of their columns."""
    names: list[str] | None = None
    for line in text.splitlines():
        if not line.startswith("|"):
            names = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if names is None:
            names = cells
        elif not set("".join(cells)) <= set("-:"):
            yield dict(zip(names, cells, strict=True))
