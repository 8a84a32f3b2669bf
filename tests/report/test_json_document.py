from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.errors import DocumentError
from bpoaudit.model import AuditResult
from bpoaudit.report.json_document import load_result, render_json, result_schema

from .golden import FOLDER, assert_golden
from .hostile import hostile_result
from .sample import SCORE, audit_result, clean_result, scan_result, unassessed_result

RESULTS = [audit_result(), clean_result(), unassessed_result(), hostile_result()]


def test_golden() -> None:
    assert_golden("audit.json", render_json(audit_result()))


def test_the_golden_document_can_still_be_read() -> None:
    assert load_result(FOLDER / "audit.json") == audit_result()


@pytest.mark.parametrize("result", RESULTS)
def test_what_is_read_back_gives_the_same_bytes(result: AuditResult, tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    path.write_text(render_json(result), encoding="utf-8")
    again = load_result(path)
    assert again == result
    assert render_json(again) == render_json(result)


@pytest.mark.parametrize("result", RESULTS)
def test_documents_follow_the_published_schema(result: AuditResult) -> None:
    schema = result_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(render_json(result)), schema)


def test_the_schema_refuses_what_the_model_refuses() -> None:
    document = json.loads(render_json(audit_result()))
    for change in ({"schema_version": "2"}, {"gate": None}, {"more": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document | change, result_schema())


def test_the_contract_keys_are_always_there() -> None:
    document = json.loads(render_json(unassessed_result()))
    (verdict,) = document["verdicts"]
    assert {"waiver", "baseline", "subjects", "evidence"} <= set(verdict)
    assert {"records_total", "reason"} <= set(document["delivery"]["sources"][0])
    assert document["score"]["value"] is None


def test_canonical_form() -> None:
    text = render_json(audit_result(measures={"b": 0.1 + 0.2, "a": -0.0, "c": [1 / 3, {"d": 1}]}))
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert json.loads(text)["measures"] == {"a": 0.0, "b": 0.3, "c": [0.333333, {"d": 1}]}
    assert "-0.0" not in text
    assert all(list(d) == sorted(d) for d in _objects(json.loads(text)))
    assert not re.search(r"\d\.\d{7}", text)


def _objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(d for item in value.values() for d in _objects(item))]
    if isinstance(value, list):
        return [d for item in value for d in _objects(item)]
    return []


def test_a_number_that_json_does_not_know_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        render_json(audit_result(score=SCORE.model_copy(update={"coverage": float("nan")})))


@given(st.permutations(list(audit_result().vendor)))
def test_the_order_of_keys_does_not_show(keys: list[str]) -> None:
    vendor = audit_result().vendor
    assert render_json(audit_result(vendor={key: vendor[key] for key in keys})) == render_json(audit_result())


SECRET = "cnr.canary.4411@example.org"


def _with(**changes: Any) -> bytes:
    return json.dumps(json.loads(render_json(audit_result())) | changes).encode()


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"", "Invalid JSON", "--schema"),
        (b"{", "Invalid JSON", "--schema"),
        (b"\xff\xfe\x00", "Invalid JSON", "--schema"),
        (b"[" * 100_000, "Invalid JSON", "--schema"),
        (b"[]", "Input should be an object", "--schema"),
        (_with(schema_version="2"), "schema_version is not 1", "another version"),
        (_with(more=SECRET), "more: Extra inputs are not permitted", "--schema"),
        (_with(gate={"passed": SECRET, "exit_code": SECRET, "reasons": []}), "gate.passed: .*and 1 more", "--sch"),
        (render_json(scan_result()).encode(), "result of a scan", "bpoaudit audit"),
    ],
)  # fmt: skip
def test_a_wrong_document_says_where_and_never_what(
    data: bytes, message: str, hint: str, tmp_path: Path
) -> None:
    path = tmp_path / "audit.json"
    path.write_bytes(data)
    with pytest.raises(DocumentError, match=message) as caught:
        load_result(path)
    assert caught.value.message.startswith(str(path))
    assert hint in (caught.value.hint or "")
    assert SECRET not in caught.value.message


def test_a_shape_that_shows_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    path.write_text(render_json(audit_result()).replace("j•••@•••.com", SECRET))
    with pytest.raises(DocumentError, match="masked shape") as caught:
        load_result(path)
    assert SECRET not in caught.value.message


def test_a_missing_file_is_a_document_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        load_result(tmp_path / "none.json")


BROKEN = {
    "audit.as_of": "2026-13-45",
    "audit.started_at": "2026-06-30T08:00:00",
    "audit.finished_at": "soon",
    "vendor.vendor": ["not", "a", "section"],
    "vendor.processing.countries": [1],
    "measures.dates": {"not": "rows"},
    "measures.dates.0.over_limit": "many",
    "measures.dates.0.oldest": "1e9",
    "score.deductions.0.points": 1e308,
}


@pytest.mark.parametrize("place", BROKEN)
def test_what_reports_reckon_with_is_checked_when_it_is_loaded(place: str, tmp_path: Path) -> None:
    document = json.loads((Path(__file__).parents[1] / "golden" / "audit.json").read_text("utf-8"))
    *steps, last = (int(step) if step.isdecimal() else step for step in place.split("."))
    held = document
    for step in steps:
        held = held[step]
    held[last] = BROKEN[place]
    path = tmp_path / "audit.json"
    path.write_text(json.dumps(document))
    with pytest.raises(DocumentError, match=r"audit|vendor|measures|score") as error:
        load_result(path)
    assert "soon" not in error.value.message
