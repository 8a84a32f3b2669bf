"""How well columns are told apart, beside the rule of presidio-structured.

    python benchmarks/columns.py [EVAL] [--no-peer]

EVAL (default `../shared/eval`) holds `tables/*.csv` with `tables/truth.json`; where it is not at hand,
only the project's own tables are measured. The peer takes a column for the most common entity among
the results of Presidio's default engine on 60 of its cells, with the same spaCy model. Columns that
were wrong are listed, never of a held set.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from measuring.pages import figure, replace, table
from measuring.reliability import dump
from measuring.spans import figures
from measuring.tables import TableSet, Taken, findings_of, judged, most_common, table_sets, taken

OURS, PEER = "bpoaudit", "most common entity"
NOTHING = "none"
KINDS = ("found", "missed", "false")


def main() -> None:
    """Measure, print and, where asked, put the figures on the page of results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/eval"), metavar="EVAL")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--dump", type=Path, metavar="JSONL", help="every finding: confidence, right or not")
    parser.add_argument("--results", type=Path, metavar="PAGE", help="write the figures there too")
    options = parser.parse_args()

    if not options.folder.is_dir():
        print(f"there are no public tables at {options.folder}: only the project's own are measured")
    sets = table_sets(options.folder)
    findings = findings_of(sets)
    told = {OURS: {labelled.name: taken(labelled, findings[labelled.name]) for labelled in sets}}
    if not options.no_peer:
        told[PEER] = most_common(sets)

    content = "\n\n".join([_totals(sets, told), *(_one(labelled, told) for labelled in sets)])
    print(content)
    for labelled in sets:
        if not labelled.held:
            print(f"\n{labelled.name}", *_wrong(labelled, told[OURS][labelled.name]), sep="\n")
    if options.dump:
        dump(options.dump, [(s.name, each) for s in sets for each in judged(s, findings[s.name])])
    if options.results:
        replace(options.results, "columns", content)


def _totals(sets: Sequence[TableSet], told: Mapping[str, Mapping[str, Taken]]) -> str:
    header = ["tables", "with personal data", "without", "engine", "P", "R", "F1", "false columns"]
    rows = []
    for labelled in sets:
        groups = [group for _, group in labelled.scored()]
        positive = sum(group is not None for group in groups)
        for engine, by_set in told.items():
            counts = sum(_counted(labelled, by_set[labelled.name]).values(), Counter())
            shown = [*_shown(counts), str(_false_columns(labelled, by_set[labelled.name]))]
            rows.append([labelled.name, str(positive), str(len(groups) - positive), engine, *shown])
    return table(header, rows)


def _one(labelled: TableSet, told: Mapping[str, Mapping[str, Taken]]) -> str:
    by_engine = {engine: _counted(labelled, by_set[labelled.name]) for engine, by_set in told.items()}
    rows = [
        [group, engine, *(str(counted[group][kind]) for kind in KINDS), *_shown(counted[group])]
        for group in sorted(set().union(*by_engine.values()))
        for engine, counted in by_engine.items()
    ]
    parts = [table(["entity", "engine", *KINDS, "P", "R", "F1"], rows)]
    mixed = [
        [label, judged_as, engine, str(count)]
        for engine, by_set in told.items()
        for (label, judged_as), count in sorted(_confused(labelled, by_set[labelled.name]).items())
    ]
    if mixed:
        parts.append(table(["is", "taken for", "engine", "columns"], mixed))
    return f"### {labelled.name}\n\n" + "\n\n".join(parts)


def _counted(labelled: TableSet, told: Taken) -> defaultdict[str, Counter[str]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for column, label in labelled.scored():
        groups = told.get(column, set())
        if label is not None:
            counts[label]["found" if label in groups else "missed"] += 1
        for group in groups - {label}:
            counts[group]["false"] += 1
    return counts


def _false_columns(labelled: TableSet, told: Taken) -> int:
    return sum(label is None and bool(told.get(column)) for column, label in labelled.scored())


def _confused(labelled: TableSet, told: Taken) -> Counter[tuple[str, str]]:
    """Count what was taken for something else: (label, judged)."""
    return Counter(
        (label or NOTHING, " + ".join(sorted(told.get(column, ()))) or NOTHING)
        for column, label in labelled.scored()
        if told.get(column, set()) != ({label} if label else set())
    )


def _wrong(labelled: TableSet, told: Taken) -> Iterator[str]:
    for (source, header), label in labelled.scored():
        groups = told.get((source, header), set())
        if groups != ({label} if label else set()):
            judged_as = " + ".join(sorted(groups)) or NOTHING
            yield f"  {source} {header!r}: {label or NOTHING} taken for {judged_as}"


def _shown(counts: Mapping[str, int]) -> list[str]:
    found, missed, false = counts["found"], counts["missed"], counts["false"]
    return [figure(value) for value in figures(found, found + false, found, found + missed)[:3]]


if __name__ == "__main__":
    main()
