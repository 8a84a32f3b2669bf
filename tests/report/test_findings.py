from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.model import MaskingState
from bpoaudit.report.findings import (
    FINDING_COLUMNS,
    csv_line,
    findings_csv_header,
    findings_csv_line,
    findings_line,
)

from .factories import FINGERPRINT, finding
from .hostile import HOSTILE_NAMES


def test_a_line_has_the_keys_of_the_contract_in_its_order() -> None:
    assert findings_line(finding(source="exports/tickets.csv")) == (
        '{"source": "exports/tickets.csv", "record": 12, "field": "notes", "start": 10, "end": 25, '
        '"entity": "PHONE_NUMBER", "confidence": 0.85, "recognizer": "PhoneRecognizer", '
        '"category": "https://w3id.org/dpv/pd#TelephoneNumber", "masked": "+•• ••• ••• ••32", '
        f'"fingerprint": "{FINGERPRINT}", "masking": "clear"}}\n'
    )


def test_region_and_spans_stand_there_when_known() -> None:
    line = json.loads(findings_line(finding(region="IE", spans=((12, 0, 4), (13, 2, 9)), category=None)))
    assert line["region"] == "IE"
    assert line["spans"] == [[12, 0, 4], [13, 2, 9]]
    assert line["category"] is None


def test_confidence_has_two_decimals() -> None:
    assert '"confidence": 0.67,' in findings_line(finding(confidence=2 / 3))


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_one_finding_is_one_line_whatever_the_names(name: str) -> None:
    line = findings_line(finding(source=name, field=name))
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert "\x1b" not in line
    assert json.loads(line)["source"] == name


def _cells(line: str) -> list[str]:
    (row,) = csv.reader(io.StringIO(line, newline=""))
    return row


def test_csv_columns() -> None:
    line = findings_csv_line(finding(region="IE", spans=((12, 0, 4), (13, 2, 9))))
    row = dict(zip(_cells(findings_csv_header()), _cells(line), strict=True))
    assert tuple(row) == FINDING_COLUMNS
    assert row["record"] == "12"
    assert row["confidence"] == "0.85"
    assert row["masked"] == "'+•• ••• ••• ••32"
    assert row["masking"] == MaskingState.CLEAR
    assert row["spans"] == "12:0-4 13:2-9"


@pytest.mark.parametrize(
    ("cell", "written"),
    [("=1+1", "'=1+1"), ("+49", "'+49"), ("-2", "'-2"), ("@SUM(A1)", "'@SUM(A1)"), ("  =1", "'  =1"),
     ("＝1", "'＝1"), ("\t=1", "\\x09=1"), ("a;=1", "a;'=1"), ("a; +1;b", "a; '+1;b"), ("a=1", "a=1"), ("", ""), (-2, "-2")],
)  # fmt: skip
def test_formulas_are_defused(cell: str | int, written: str) -> None:
    assert _cells(csv_line([cell])) == [written]


@given(st.lists(st.text() | st.sampled_from(HOSTILE_NAMES), min_size=1, max_size=4))
def test_no_name_makes_a_formula_or_a_second_record(cells: list[str]) -> None:
    line = csv_line(cells)
    assert line.endswith("\r\n")
    row = _cells(line)
    assert len(row) == len(cells)
    assert not any(cell.lstrip()[:1] in {"=", "+", "-", "@", "\t", "\r"} for cell in row if cell.strip())
    # A spreadsheet of another country splits at semicolons, wherever they stand.
    split = line.removesuffix("\r\n").split(";")
    assert not any(part.lstrip()[:1] in {"=", "+", "-", "@"} for part in split[1:])
