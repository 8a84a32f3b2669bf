"""`scan --explain`: every finding says how it came about, and nothing that it found."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import PLANTED, Run, leaks

pytestmark = pytest.mark.slow

OUTPUTS = ("-o", "f.jsonl", "-o", "f.csv", "-o", "s.json")


@pytest.fixture
def explained(run: Run, delivery: Path, key: Path, tmp_path: Path) -> list[dict[str, Any]]:
    done = run("scan", delivery, "--explain", "--key-file", key, *OUTPUTS)
    assert done.returncode == 0, done.stderr
    (tmp_path / "stdout").write_text(done.stdout)
    return [json.loads(line) for line in (tmp_path / "f.jsonl").read_text("utf-8").splitlines()]


def test_every_finding_explains_itself_without_a_value(
    explained: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert all({"original_score", "score", "settled_score"} <= f["explanation"].keys() for f in explained)
    for name in ("stdout", "f.jsonl", "f.csv", "s.json"):
        assert leaks((tmp_path / name).read_bytes(), PLANTED) == []
    [mail] = [f for f in explained if f["source"] == "tickets.csv" and f["record"] == 1]
    column = mail["explanation"]["column"]
    assert column["promised"] is True
    assert (column["values"], column["fit"]) == (2500, 2500)
    assert column["distinct"] == 8
    cards = [f for f in explained if f["entity"] == "CREDIT_CARD"]
    assert {f["explanation"]["validation_result"] for f in cards} == {True}
    [name] = [f for f in explained if f["field"] == "@name"]
    assert name["source"].startswith("export of <EMAIL_ADDRESS:")
    assert len(explained) > 2500
    # The terminal tells kinds of findings.
    lines = (tmp_path / "stdout").read_text().splitlines()
    assert len(lines) < 200
    assert any(line.endswith("mail  EMAIL_ADDRESS  2,500 clear") for line in lines)


def test_without_the_flag_the_outputs_are_as_they_were(
    explained: list[dict[str, Any]], run: Run, delivery: Path, key: Path, tmp_path: Path
) -> None:
    with_flag = {name: (tmp_path / name).read_text("utf-8") for name in ("f.csv", "s.json")}
    done = run("scan", delivery, "--key-file", key, *OUTPUTS)
    assert done.returncode == 0, done.stderr
    bare = [{name: f[name] for name in f if name != "explanation"} for f in explained]
    assert [json.loads(line) for line in (tmp_path / "f.jsonl").read_text("utf-8").splitlines()] == bare
    rows = list(csv.reader(with_flag["f.csv"].splitlines()))
    assert [row[:-1] for row in rows] == list(
        csv.reader((tmp_path / "f.csv").read_text("utf-8").splitlines())
    )
    assert (tmp_path / "s.json").read_text("utf-8") == with_flag["s.json"]
