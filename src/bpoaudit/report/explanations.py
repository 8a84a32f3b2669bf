"""How findings came about, in words: one line of reasons for all findings that came about alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from bpoaudit.model import Finding
from bpoaudit.report import words


class Kind(NamedTuple):
    """What findings have in common that are explained together."""

    source: str
    field: str
    entity: str
    recognizer: str
    masking: str
    confidence: float
    reasons: tuple[str, ...]


def kinds(findings: Iterable[Finding]) -> list[tuple[Kind, int]]:
    """Return the kinds among the findings with their number, sorted by place, entity and number."""
    counts = Counter(
        Kind(
            f.source,
            f.field,
            f.entity,
            f.recognizer,
            f.masking.value,
            f.confidence,
            reasons(f.explanation or {}),
        )
        for f in findings
    )
    return sorted(counts.items(), key=lambda item: (item[0][:3], -item[1], item[0]))


def reasons(explanation: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the reasons of one finding, in the order in which they came to bear."""
    return tuple(_reasons(explanation))


def _reasons(told: Mapping[str, Any]) -> Iterator[str]:
    if "textual_explanation" in told:
        yield told["textual_explanation"].rstrip(".")
    if "recognizer" in told:
        yield f"as it reads, seen by {told['recognizer']}"
    if "pattern_name" in told:
        yield told["pattern_name"] + (f" {told['pattern']}" if "pattern" in told else "")
    if "question" in told:
        yield f"in reply to a question for {told['question']}"
    if "supportive_context_word" in told:
        yield f"beside the word {told['supportive_context_word']!r}"
    if told.get("validation_result"):
        yield "check digit verified"
    if "agreement" in told:
        others = told["agreement"]
        yield f"{' and '.join(others)} {'says' if len(others) == 1 else 'say'} the same"
    yield from _scores(told)
    if "column" in told:
        yield from _column(told["column"])
    if "calibration" in told:
        right, of = told["calibration"]["right"], told["calibration"]["of"]
        yield f"of {words.number(of)} like it on labelled data {words.number(right)} were right"


def _scores(told: Mapping[str, Any]) -> Iterator[str]:
    if "score" in told:
        before, after = told["original_score"], told["score"]
        context = f"score {before:.2f}, with what stands around it {after:.2f}"
        yield f"score {after:.2f}" if before == after else context


def _column(column: Mapping[str, Any]) -> Iterator[str]:
    if column["promised"]:
        yield "the header promises it"
    elif column["suggested"]:
        yield "the values of its column suggest it"
    fit = words.share(column["fit"], column["values"])
    distinct = words.number(column["distinct"])
    clear, proven = words.number(column["clear"]), words.number(column["proven"])
    yield f"fits {fit} cells ({distinct} different values, {clear} clear, {proven} proven)"
    verdict = column["verdict"]
    yield "stands by itself" if verdict is None else f"verdict on the column {verdict:.2f}"
