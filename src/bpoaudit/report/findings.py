"""One finding as a line of `findings.jsonl` or of `findings.csv`."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from functools import lru_cache

from bpoaudit.model import Finding
from bpoaudit.report.explanations import reasons
from bpoaudit.report.printable import printable

FINDING_COLUMNS = (
    "source", "record", "field", "start", "end", "entity", "confidence", "recognizer", "category",
    "masked", "fingerprint", "masking", "region", "spans",
)  # fmt: skip
"""The columns of `findings.csv`, in the order of the keys of `findings.jsonl`."""

_encoded = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` would make one for each line

EXPLANATION = "explanation"
"""The column after these where explanations were asked for."""

_FORMULA_START = frozenset("=+-@＝＋－＠")
_FORMULA_INSIDE = re.compile(r"(;\s*)(?=[=+\-@＝＋－＠])")
"""Where a spreadsheet that splits at semicolons, as many of Europe's do, would see a formula start."""


def findings_line(finding: Finding) -> str:
    """Return one JSON object with its newline, keys in the contract's order.

    `region`, `spans` and `explanation` are there only when the finding has them.
    """
    f = finding
    line = (
        f'{{"source": {_quoted(f.source)}, "record": {f.record}, "field": {_quoted(f.field)}, '
        f'"start": {f.start}, "end": {f.end}, "entity": {_quoted(f.entity)}, '
        f'"confidence": {round(f.confidence, 2)}, "recognizer": {_quoted(f.recognizer)}, '
        f'"category": {_quoted(f.category)}, "masked": {_quoted(f.masked)}, '
        f'"fingerprint": {_encoded(f.fingerprint)}, "masking": {_quoted(f.masking.value)}'
    )
    if f.region is not None:
        line += f', "region": {_quoted(f.region)}'
    if f.spans:
        line += f', "spans": {_encoded(f.spans)}'
    if f.explanation is not None:
        line += f', "explanation": {_encoded(f.explanation)}'
    return line + "}\n"


@lru_cache(maxsize=4096)
def _quoted(text: str | None) -> str:
    """Return what many findings have in common as JSON."""
    return _encoded(text)


def findings_csv_header(explain: bool = False) -> str:
    """Return the first line of `findings.csv`; `explain` adds the column of explanations."""
    return csv_line((*FINDING_COLUMNS, EXPLANATION) if explain else FINDING_COLUMNS)


def findings_csv_line(finding: Finding) -> str:
    """Return one finding as a line of `findings.csv`."""
    spans = " ".join(f"{record}:{start}-{end}" for record, start, end in finding.spans)
    cells: list[str | int] = [
        finding.source, finding.record, finding.field, finding.start, finding.end, finding.entity,
        f"{finding.confidence:.2f}", finding.recognizer, finding.category or "", finding.masked,
        finding.fingerprint, finding.masking.value, finding.region or "", spans,
    ]  # fmt: skip
    if finding.explanation is not None:
        cells.append("; ".join(reasons(finding.explanation)))
    return csv_line(cells)


def csv_line(cells: Iterable[str | int]) -> str:
    """Return one RFC 4180 line with CRLF that no spreadsheet takes for a formula.

    What starts like a formula gets an apostrophe before it (OWASP, CSV injection); control
    characters are spelled out, so a line break in a file name cannot make a second record.
    """
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_cell(cell) for cell in cells])
    return buffer.getvalue()


def _cell(value: str | int) -> str | int:
    if isinstance(value, int):
        return value
    text = _FORMULA_INSIDE.sub(r"\1'", printable(value))
    return f"'{text}" if text.lstrip()[:1] in _FORMULA_START else text
