"""Fit the table of confidences from labelled data, and show how far confidence can be trusted.

    python benchmarks/calibrate.py EVAL [--write]

EVAL is a folder of public sets, as for `accuracy.py`. The table is fitted on those and on the
development half of the corpus; with `--write` it takes the place of the steps in
`src/bpoaudit/detect/confidence.yaml`, whose thresholds stay. What is printed was not fitted on: the held
half of the corpus, and the public sets by cross-fitting (fit on one half of the rows or tables, look at
the other).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from measuring.calibration import Sample, fitted, written
from measuring.engines import ours
from measuring.pages import replace as replace_section
from measuring.pages import table
from measuring.reliability import BINS, Judged, judged, shares
from measuring.sets import corpus_sets, public_sets
from measuring.tables import findings_of, table_sets
from measuring.tables import judged as judged_cells

from bpoaudit.detect.confidence import Origin, Step, read

TABLE = Path(__file__).parents[1] / "src" / "bpoaudit" / "detect" / "confidence.yaml"
STEPS = "steps:\n"


class Told(NamedTuple):
    """One judged finding and where it comes from."""

    set: str
    held: bool
    half: int
    """Of its set: rows and tables take turns."""
    column: str
    """Whose cells are right or wrong together; empty for text."""
    finding: Judged

    @property
    def origin(self) -> Origin:
        """What is calibrated together with it."""
        return Origin(self.finding.recognizer, self.finding.entity, bool(self.column), self.finding.agreed)


Fitted = Mapping[Origin, Sequence[Step]]


def main() -> None:
    """Fit, print and, where asked, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="EVAL")
    parser.add_argument("--write", action="store_true", help="put the steps into the package")
    parser.add_argument("--results", type=Path, metavar="PAGE", help="write the figures there too")
    options = parser.parse_args()
    told = [*_texts(options.folder), *_cells(options.folder)]
    steps = _fitted(each for each in told if not each.held)
    shown = _reliability(told, steps)
    print(shown)
    if options.write:
        thresholds = TABLE.read_text("utf-8").partition(STEPS)[0]
        TABLE.write_text(thresholds + STEPS + written(steps), "utf-8", newline="\n")
    if options.results:
        replace_section(options.results, "calibration", shown)


def _texts(folder: Path) -> Iterator[Told]:
    sets = [labelled for labelled in [*public_sets(folder), *corpus_sets()] if not labelled.weak]
    found = ours(sets)
    for labelled in sets:
        for at, (row, findings) in enumerate(zip(labelled.rows, found[labelled.name], strict=True)):
            for each in judged([findings], replace(labelled, rows=(row,))):
                yield Told(labelled.name, labelled.held, at % 2, "", each)


def _cells(folder: Path) -> Iterator[Told]:
    sets = table_sets(folder)
    found = findings_of(sets)
    for labelled in sets:
        halves = {source: at % 2 for at, source in enumerate(sorted(labelled.tables))}
        for finding in found[labelled.name]:
            column = f"{finding['source']} {finding['field']}"
            for each in judged_cells(labelled, [finding]):
                yield Told(labelled.name, labelled.held, halves[finding["source"]], column, each)


def _fitted(told: Iterable[Told]) -> dict[Origin, list[Step]]:
    """Fit the findings of text one by one, those of a column as one."""
    samples = []
    columns: set[tuple[str, str, Origin, float]] = set()
    for each in told:
        one = (each.set, each.column, each.origin, each.finding.score)
        if not each.column or one not in columns:
            columns.add(one)
            samples.append(Sample(each.set, each.origin, each.finding.score, each.finding.right))
    return fitted(samples)


def _reliability(told: Sequence[Told], steps: Fitted) -> str:
    """Return how many findings were right by their confidence, before and after, where nothing was fitted."""
    known = [each for each in told if not each.held]
    crossed = {half: _fitted(each for each in known if each.half != half) for half in (0, 1)}
    rows = []
    for name in dict.fromkeys(each.set for each in told):
        members = [each for each in told if each.set == name]
        after = [_read(each, steps if each.held else crossed[each.half]) for each in members]
        if members[0].held or not name.startswith("corpus_"):
            rows += _lines(name, members, after)
    groups: dict[str, list[Told]] = {}
    for each in told:
        if each.held or not each.set.startswith("corpus_"):
            kind = "columns" if each.column else "texts"
            groups.setdefault(f"{kind}, {'held half' if each.held else 'public'}", []).append(each)
    for name, members in groups.items():
        rows += _lines(name, members, [_read(e, steps if e.held else crossed[e.half]) for e in members])
    return table(["set", "", *(f"{low:.1f} to {high:.1f}" for low, high in BINS[1:])], rows)


def _lines(name: str, told: Sequence[Told], after: Sequence[Judged]) -> Iterator[list[str]]:
    before = [each.finding._replace(confidence=each.finding.score) for each in told]
    for label, findings in (("score", before), ("confidence", after)):
        counts = shares(findings)[1:]
        yield [name, label, *(f"{right / of:.2f} of {of}" if of else "" for right, of in counts)]


def _read(told: Told, steps: Fitted) -> Judged:
    confidence = read(steps.get(told.origin, ()), told.finding.score).confidence
    return told.finding._replace(confidence=confidence)


if __name__ == "__main__":
    main()
