"""Accuracy on labelled texts and conversations, beside Presidio's default engine with the same spaCy model.

    python benchmarks/accuracy.py [EVAL] [--sets en_sgd,corpus_dev_texts] [--no-peer] [--errors N]

EVAL (default `../shared/eval`) is a folder of public sets with their scorer; where it is not at hand,
only the project's own corpus is measured. Texts go through the command line, as a user's would.
`--errors` shows what was missed or wrong, never of a held set. What the figures mean: docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from measuring.engines import ours, peers
from measuring.pages import figure, replace, table
from measuring.reliability import BINS, Judged, dump, judged, shares
from measuring.sets import LabelledSet, corpus_sets, public_sets, scorer_of
from measuring.spans import Found, Score, score

Findings = Mapping[str, Sequence[Sequence[Found]]]
OURS, PEER = "bpoaudit", "Presidio"


def main() -> None:
    """Measure, print and, where asked, put the figures on the page of results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/eval"), metavar="EVAL")
    parser.add_argument("--sets", help="only these, separated by commas")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="examples of each kind of error")
    parser.add_argument("--dump", type=Path, metavar="JSONL", help="every finding: confidence, right or not")
    parser.add_argument("--results", type=Path, metavar="PAGE", help="write the figures there too")
    options = parser.parse_args()

    public = options.folder.is_dir()
    if not public:
        print(f"there are no public sets at {options.folder}: only the project's own corpus is measured")
    sets = (public_sets(options.folder) if public else []) + corpus_sets()
    if options.sets:
        wanted = options.sets.split(",")
        unknown = set(wanted) - {labelled.name for labelled in sets}
        if unknown:
            sys.exit(f"no such set: {', '.join(sorted(unknown))}")
        sets = [labelled for labelled in sets if labelled.name in wanted]

    told: dict[str, Findings] = {OURS: ours(sets)}
    if not options.no_peer:
        found = iter(peers([row.text for labelled in sets for row in labelled.rows]))
        told[PEER] = {labelled.name: [next(found) for _ in labelled.rows] for labelled in sets}
    if public:
        check_scorer(options.folder, sets, told)
    judgements = {s.name: judged(told[OURS][s.name], s) for s in sets if not s.weak}

    sections = dict(pages(sets, told, judgements))
    print("\n\n".join(sections.values()))
    for labelled in sets:
        if options.errors and not labelled.held:
            examples = errors(labelled, told[OURS][labelled.name], options.errors)
            print(f"\n{labelled.name}", *examples, sep="\n")
    if options.dump:
        dump(options.dump, [(name, each) for name, every in judgements.items() for each in every])
    if options.results:
        for section, content in sections.items():
            replace(options.results, section, content)


def check_scorer(folder: Path, sets: Sequence[LabelledSet], told: Mapping[str, Findings]) -> None:
    """Compare our scores of the public sets with those of their own scorer.

    Raises:
        ValueError: a figure differs.
    """
    public = scorer_of(folder)
    for labelled in sets:
        if labelled.name.startswith("corpus_"):
            continue
        gold = [{"id": row.id, "text": row.text, "spans": row.spans} for row in labelled.rows]
        for engine, findings in told.items():
            told_rows = [
                {"id": row.id, "spans": [f[:4] for f in found]}
                for row, found in zip(labelled.rows, findings[labelled.name], strict=True)
            ]
            theirs = public.score(gold, told_rows, labelled.labels)
            for label, counted in _scores(labelled, findings).items():
                same = (
                    theirs[label]["gold"] == counted.gold
                    and theirs[label]["pred"] == counted.predicted
                    and theirs[label]["strict"] == counted.strict_figures()
                    and theirs[label]["overlap"] == counted.overlap_figures()
                )
                if not same:
                    raise ValueError(f"{labelled.name}, {label}, {engine}: the scorers disagree")


def pages(
    sets: Sequence[LabelledSet], told: Mapping[str, Findings], judgements: Mapping[str, list[Judged]]
) -> Iterator[tuple[str, str]]:
    """Yield section and content: public sets, the corpus, how reliable confidence is."""
    corpus = [labelled for labelled in sets if labelled.name.startswith("corpus_")]
    public = [labelled for labelled in sets if labelled not in corpus]
    for section, members in (("public sets", public), ("corpus", corpus)):
        if members:
            yield section, f"{_totals(members, told)}\n\n{_entities(members, told)}"
    yield "reliability", _reliability(judgements)


def _scores(labelled: LabelledSet, findings: Findings) -> dict[str, Score]:
    return score(labelled.gold, findings[labelled.name], labelled.group, labelled.labels)


def _totals(sets: Sequence[LabelledSet], told: Mapping[str, Findings]) -> str:
    header = ["set, by overlap", "labels", *(f"{e} {f}" for e in told for f in ("P", "R", "F1", "F2"))]
    rows = []
    for labelled in sets:
        line, gold = list[str](), 0
        for findings in told.values():
            scores = _scores(labelled, findings)
            total = sum((s for label, s in scores.items() if label in labelled.core), Score())
            line += _shown(total.overlap_figures(), labelled.weak)
            gold = total.gold
        rows.append([labelled.name, str(gold), *line])
    return table(header, rows)


def _entities(sets: Sequence[LabelledSet], told: Mapping[str, Findings]) -> str:
    header = ["entity", "engine", "labels", "found"]
    header += [f"{kind} {name}" for kind in ("strict", "overlap") for name in ("P", "R", "F1", "F2")]
    parts = []
    for labelled in sets:
        scores = {engine: _scores(labelled, findings) for engine, findings in told.items()}
        rows = []
        for label in sorted(set().union(*scores.values()), key=lambda e: (-_gold(scores, e), e)):
            for engine, by_label in scores.items():
                s = by_label.get(label, Score())
                strict, overlap = s.strict_figures(), s.overlap_figures()
                shown = [*_shown(strict, labelled.weak), *_shown(overlap, labelled.weak)]
                rows.append([label, engine, str(s.gold), str(s.predicted), *shown])
        parts.append(f"### {labelled.name}\n\n{table(header, rows)}")
    return "\n\n".join(parts)


def _gold(scores: Mapping[str, dict[str, Score]], label: str) -> int:
    return max(by_label.get(label, Score()).gold for by_label in scores.values())


def _shown(values: Sequence[float], weak: bool) -> list[str]:
    return ["", figure(values[1]), "", ""] if weak else [figure(value) for value in values]


def _reliability(judgements: Mapping[str, list[Judged]]) -> str:
    header = ["set", *(f"{low:.1f} to {high:.1f}" for low, high in BINS)]
    rows = [[name, *_bins(every)] for name, every in judgements.items()]
    rows.append(["all", *_bins([each for every in judgements.values() for each in every])])
    return table(header, rows)


def _bins(every: Sequence[Judged]) -> list[str]:
    return [f"{right / total:.2f} of {total}" if total else "" for right, total in shares(every)]


def errors(labelled: LabelledSet, findings: Sequence[Sequence[Found]], most: int) -> Iterator[str]:
    """Yield what was missed and what was wrong, up to `most` of each entity."""
    seen: Counter[tuple[str, str]] = Counter()
    lines: dict[tuple[str, str], list[str]] = {}
    for row, found in zip(labelled.rows, findings, strict=True):
        gold = [(start, end, labelled.group(label)) for start, end, label in row.spans]
        told = [(f.start, f.end, labelled.group(f.entity)) for f in found]
        for kind, spans, others in (("missed", gold, told), ("wrong", told, gold)):
            for start, end, label in spans:
                meets = {other for a, b, other in others if a < end and start < b}
                if label in labelled.labels and label not in meets:
                    seen[kind, label] += 1
                    around = row.text[max(0, start - 40) : end + 30]
                    line = f"    {row.id}: {row.text[start:end]!r} in {around!r}"
                    lines.setdefault((kind, label), []).append(line + f" is {sorted(meets)}" * bool(meets))
    for (kind, label), count in seen.most_common():
        yield f"  {kind} {label}: {count}"
        yield from lines[kind, label][:: max(1, count // most)][:most]


if __name__ == "__main__":
    main()
