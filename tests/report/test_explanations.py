from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from bpoaudit.report.console import MAX_KINDS, MAX_OF_SOURCE, print_explanations
from bpoaudit.report.explanations import kinds, reasons
from bpoaudit.report.fair_share import FEWEST
from bpoaudit.report.findings import FINDING_COLUMNS, findings_csv_header, findings_csv_line, findings_line

from .factories import finding
from .hostile import HOSTILE_NAMES

WHY: dict[str, Any] = {
    "recognizer": "UsSsnRecognizer",
    "pattern_name": "shape 1 of 3",
    "pattern": r"\d{3}-\d{2}-\d{4}",
    "original_score": 0.85,
    "score": 0.93,
    "supportive_context_word": "ssn",
    "validation_result": True,
    "textual_explanation": "Finds US_SSN by its shape.",
    "question": "US_SSN",
    "agreement": ["RampartRecognizer", "SpacyRecognizer"],
    "column": {
        "promised": True, "suggested": False, "values": 1200, "fit": 1100, "clear": 9, "proven": 3,
        "distinct": 700, "verdict": 0.95,
    },
    "settled_score": 0.95,
    "calibration": {"right": 58, "of": 60},
}  # fmt: skip


def test_every_reason_is_told() -> None:
    assert reasons(WHY) == (
        "Finds US_SSN by its shape",
        "as it reads, seen by UsSsnRecognizer",
        r"shape 1 of 3 \d{3}-\d{2}-\d{4}",
        "in reply to a question for US_SSN",
        "beside the word 'ssn'",
        "check digit verified",
        "RampartRecognizer and SpacyRecognizer say the same",
        "score 0.85, with what stands around it 0.93",
        "the header promises it",
        "fits 1,100 of 1,200 cells (700 different values, 9 clear, 3 proven)",
        "verdict on the column 0.95",
        "of 60 like it on labelled data 58 were right",
    )


def test_what_does_not_apply_is_not_told() -> None:
    assert reasons({"original_score": 0.6, "score": 0.6, "settled_score": 0.6}) == ("score 0.60",)
    column = WHY["column"] | {"promised": False, "suggested": True, "verdict": None}
    assert reasons({"column": column})[0] == "the values of its column suggest it"
    assert reasons({"column": column})[-1] == "stands by itself"
    assert reasons({}) == ()


def test_findings_that_came_about_alike_are_told_once() -> None:
    found = [finding(record=n, explanation=WHY) for n in range(1, 10_001)]
    found += [finding(record=7, explanation=WHY | {"score": 0.85}), finding(field="a", explanation=WHY)]
    assert [(kind.field, count) for kind, count in kinds(found)] == [
        ("a", 1),
        ("notes", 10_000),
        ("notes", 1),
    ]


def test_the_explanation_is_the_last_key_and_the_last_cell() -> None:
    explained = finding(explanation=WHY)
    line = json.loads(findings_line(explained))
    assert list(line)[-1] == "explanation"
    assert line["explanation"] == WHY
    [header] = csv.reader(io.StringIO(findings_csv_header(explain=True), newline=""))
    [row] = csv.reader(io.StringIO(findings_csv_line(explained), newline=""))
    assert tuple(header) == (*FINDING_COLUMNS, "explanation")
    assert len(row) == len(header)
    assert row[-1] == "; ".join(reasons(WHY))


def test_without_it_nothing_is_added() -> None:
    assert "explanation" not in findings_line(finding())
    assert "explanation" not in findings_csv_header()
    [row] = csv.reader(io.StringIO(findings_csv_line(finding()), newline=""))
    assert len(row) == len(FINDING_COLUMNS)


def test_the_terminal_shows_kinds_and_says_how_many_more_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    deep = [finding(source="deep.json", field=f"f{n:04}", explanation=WHY) for n in range(MAX_KINDS + 7)]
    last = [finding(source="z.csv", explanation=WHY)]
    print_explanations(kinds([*deep, *last]))
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("source ")] == ["source  deep.json", "source  z.csv"]
    assert sum(line.startswith("field ") for line in lines) == MAX_OF_SOURCE + 1
    assert "        - beside the word 'ssn'" in lines
    assert f"        and {MAX_KINDS + 7 - MAX_OF_SOURCE} more kinds of this source" in lines
    assert lines[-2] == (
        f"and {MAX_KINDS + 7 - MAX_OF_SOURCE} more kinds of findings in all; "
        "each is explained in -o findings.jsonl"
    )


def test_many_sources_share_the_room_and_an_output_that_was_given_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = [
        finding(source=f"{s:02}.csv", field=f"f{n:02}", explanation=WHY) for s in range(90) for n in range(30)
    ]
    print_explanations(kinds(found), [Path("out/all.csv")])
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("field ") for line in lines) == MAX_KINDS
    assert sum(line.startswith("source ") for line in lines) == MAX_KINDS // FEWEST
    assert lines[-2] == "and 2,500 more kinds of findings in all; each is explained in all.csv"


def test_nothing_found_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_explanations([])
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_is_text(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_explanations(kinds([finding(source=name, field=name, explanation=WHY)]))
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert all(line.startswith(("source  ", "field   ", "        ")) for line in out.splitlines() if line)
