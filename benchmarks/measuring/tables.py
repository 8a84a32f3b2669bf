"""Labelled tables: what each column holds, and what an engine takes it for.

A column counts as found for a group when findings of that group make up at least half of the letters
and digits of at least half of its non-empty cells. So a description that mentions a phone number is
not a column of phone numbers.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bpoaudit.catalog import CATALOG
from measuring.engines import peers, said_of, scan
from measuring.reliability import Judged
from measuring.sets import CORPUS, group_of

SAMPLED_CELLS = 60
IGNORED = "IGNORE"

_PUBLIC_LABELS = {"ADDRESS": "LOCATION", "ZIP": "LOCATION", "DOB": "DATE"}
_PUBLIC_GROUPS = frozenset(
    ("PERSON", "EMAIL", "PHONE", "LOCATION", "CREDIT_CARD", "US_SSN", "IBAN", "IP", "DATE", "URL")
)

Column = tuple[str, str]
"""Table, header."""
Taken = dict[Column, set[str]]
"""The groups that each column is taken for."""


@dataclass(slots=True)
class Table:
    """One labelled table. A label is None for a column of nobody's data."""

    labels: Mapping[str, str | None]
    columns: dict[str, dict[int, str]] = field(default_factory=dict)
    """Non-empty cells by column and record."""


@dataclass(frozen=True)
class TableSet:
    """The labelled tables of one folder."""

    name: str
    folder: Path
    tables: Mapping[str, Table]
    """By file name."""
    groups: frozenset[str]
    """Groups that are scored; columns with another label are left out."""
    held: bool = False

    def scored(self) -> Iterator[tuple[Column, str | None]]:
        """Yield the columns that are scored, with their group."""
        for source, table in sorted(self.tables.items()):
            for header, label in table.labels.items():
                group = _PUBLIC_LABELS.get(label, group_of(label)) if label else None
                if table.columns.get(header) and (group is None or group in self.groups):
                    yield (source, header), group


def table_sets(public: Path) -> list[TableSet]:
    """Return the public tables where they are at hand, and both halves of the corpus."""
    groups = frozenset(map(group_of, CATALOG))
    found = [
        TableSet(f"corpus_{half}_tables", folder, _read(folder), groups, held=half == "held")
        for half in ("dev", "held")
        for folder in (CORPUS / half / "tables",)
    ]
    folder = public / "tables"
    if folder.is_dir():
        found.insert(0, TableSet("public_tables", folder, _read(folder), _PUBLIC_GROUPS))
    return found


def findings_of(sets: Sequence[TableSet]) -> dict[str, list[dict[str, Any]]]:
    """Return what bpoaudit finds in the tables of each set, `source` being the file's name."""
    told: dict[str, list[dict[str, Any]]] = {labelled.name: [] for labelled in sets}
    with TemporaryDirectory() as temporary:
        for labelled in sets:
            (Path(temporary) / labelled.name).mkdir()
            for source in labelled.tables:
                shutil.copyfile(labelled.folder / source, Path(temporary) / labelled.name / source)
        for finding in scan(Path(temporary)):
            name, _, source = finding["source"].partition("/")
            told[name].append(finding | {"source": source})
    return told


def taken(labelled: TableSet, findings: Sequence[Mapping[str, Any]]) -> Taken:
    """Return what findings cover: the groups of each column."""
    covered: defaultdict[tuple[Column, str], Counter[int]] = defaultdict(Counter)
    for found in findings:
        cell = labelled.tables[found["source"]].columns.get(found["field"], {}).get(found["record"])
        group = group_of(found["entity"])
        if cell is not None and group in labelled.groups:
            column = (found["source"], found["field"])
            covered[column, group][found["record"]] += _size(cell[found["start"] : found["end"]])
    told: Taken = defaultdict(set)
    for ((source, header), group), sizes in covered.items():
        cells = labelled.tables[source].columns[header]
        if 2 * sum(2 * sizes[record] >= _size(cell) for record, cell in cells.items()) >= len(cells):
            told[source, header].add(group)
    return told


def most_common(sets: Sequence[TableSet]) -> dict[str, Taken]:
    """Return what presidio-structured would take each column for: the most common entity of its cells."""
    sampled = {
        (labelled.name, column): _sample(labelled, column)
        for labelled in sets
        for column, _ in labelled.scored()
    }
    found = iter(peers([cell for cells in sampled.values() for cell in cells]))
    told: dict[str, Taken] = {labelled.name: defaultdict(set) for labelled in sets}
    groups = {labelled.name: labelled.groups for labelled in sets}
    for (name, column), cells in sampled.items():
        seen = Counter(f.entity for _ in cells for f in next(found))
        for entity, _ in seen.most_common(1):
            if group_of(entity) in groups[name]:
                told[name][column].add(group_of(entity))
    return told


def judged(labelled: TableSet, findings: Sequence[Mapping[str, Any]]) -> list[Judged]:
    """Judge each finding of a scored column: right where the column is labelled with its group.

    What stands in the sentences of a column of text is left out, as only whole columns are labelled.
    """
    labels = dict(labelled.scored())
    told = []
    for found in findings:
        column, group = (found["source"], found["field"]), group_of(found["entity"])
        if "column" in found["explanation"] and column in labels and group in labelled.groups:
            confidence, recognizer, score, agreed = said_of(found)
            right = group == labels[column]
            told.append(Judged(found["entity"], recognizer, confidence, right, score, agreed))
    return told


def _sample(labelled: TableSet, column: Column) -> list[str]:
    cells = list(labelled.tables[column[0]].columns[column[1]].values())
    return cells[:: max(1, len(cells) // SAMPLED_CELLS)][:SAMPLED_CELLS]


def _size(text: str) -> int:
    """Count letters and digits, or all characters where there are none."""
    return sum(map(str.isalnum, text)) or len(text)


def _read(folder: Path) -> dict[str, Table]:
    """Read truth and cells. Columns without a header are named as the readers name them."""
    csv.field_size_limit(1 << 22)
    tables = {}
    for name, about in json.loads((folder / "truth.json").read_text("utf-8")).items():
        with (folder / f"{name}.csv").open(encoding="utf-8", errors="replace", newline="") as file:
            head = file.readline()
            file.seek(0)
            delimiter = max(",;", key=head.count)
            header, *rows = [row for row in csv.reader(file, delimiter=delimiter) if row]
        names = [cell.strip() or f"column_{at + 1}" for at, cell in enumerate(header)]
        labels = {
            label.strip() or names[header.index(label)]: kind for label, kind in about["columns"].items()
        }
        table = tables[f"{name}.csv"] = Table(labels)
        for at, column in enumerate(names):
            table.columns[column] = {
                record: row[at] for record, row in enumerate(rows, 1) if at < len(row) and row[at].strip()
            }
    return tables
