from __future__ import annotations

import gzip
import json
import unicodedata
from typing import Any

import pytest

from bpoaudit.model import AuditResult, Evidence, Severity, Status
from bpoaudit.report.sarif import MAX_RESULTS, MAX_TAGS, render_sarif

from .factories import evidence, source, verdict
from .golden import assert_golden
from .hostile import hostile_result, huge_result
from .many import RULES, ten_thousand
from .sample import DELIVERY, audit_result, clean_result, unassessed_result
from .schemas import sarif_errors

RESULTS = {
    "sample": audit_result(),
    "clean": clean_result(),
    "unassessed": unassessed_result(),
    "hostile": hostile_result(),
    "empty": audit_result(verdicts=()),
}


def _run(result: AuditResult) -> dict[str, Any]:
    (run,) = json.loads(render_sarif(result))["runs"]
    return run


def _results(result: AuditResult, rule: str) -> list[dict[str, Any]]:
    return [each for each in _run(result)["results"] if each["ruleId"] == rule]


def test_golden() -> None:
    assert_golden("report.sarif", render_sarif(audit_result()))


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_it_follows_the_schema(result: AuditResult) -> None:
    assert sarif_errors(render_sarif(result)) == []


def test_the_schema_refuses_what_is_wrong() -> None:
    assert sarif_errors(render_sarif(audit_result()).replace('"level": "error"', '"level": "severe"'))


def test_a_result_is_a_rule_in_a_field_and_not_a_finding() -> None:
    (result,) = _results(audit_result(), "gdpr/art5-1c-direct-identifiers-outside-agreed-fields")
    assert result["occurrenceCount"] == 12_181 + 6_090
    assert "EMAIL_ADDRESS (12,181) such as m•••@•••.org" in result["message"]["text"]
    assert len(result["locations"]) == 2


def test_each_field_of_each_source_is_a_result() -> None:
    failed = verdict(
        "gdpr/r", Status.FAIL, failed=4,
        evidence=(*(evidence(s, f, "PERSON", 3, "A•••") for s in ("a.csv", "b.csv") for f in ("x", "y")),),
        evidence_total=4,
    )  # fmt: skip
    results = _run(audit_result(verdicts=(failed,)))["results"]
    assert len(results) == 4
    assert len({each["partialFingerprints"]["primaryLocationLineHash"] for each in results}) == 4


@pytest.mark.parametrize(
    ("name", "uri", "steps"),
    [
        ("exports/tickets.csv", "exports/tickets.csv", ["notes", "record 4"]),
        ("Zahlen März/50%25 a%23b.csv", "Zahlen%20M%C3%A4rz/50%25%20a%23b.csv", ["notes", "record 4"]),
        ("q3.zip!inner.csv", "q3.zip", ["inner.csv", "notes", "record 4"]),
        ("staff.xlsx#old", "staff.xlsx", ["old", "notes", "record 4"]),
        ("q3.zip!a.xlsx#old", "q3.zip", ["a.xlsx#old", "notes", "record 4"]),
        ("../../etc//passwd", "etc/passwd", ["notes", "record 4"]),
        ("javascript:alert(1)", "javascript%3Aalert%281%29", ["notes", "record 4"]),
        ("//evil.example/x", "evil.example/x", ["notes", "record 4"]),
    ],
)
def test_the_artifact_is_the_file_and_the_rest_is_logical(name: str, uri: str, steps: list[str]) -> None:
    failed = verdict(
        "gdpr/r", Status.FAIL, failed=1, evidence=(evidence(name, "notes", "PERSON", 4, "A•••"),)
    )
    ((location,),) = (each["locations"] for each in _run(audit_result(verdicts=(failed,)))["results"])
    assert location["physicalLocation"]["artifactLocation"]["uri"] == uri
    assert [step["name"] for step in location["logicalLocations"]] == steps


@pytest.mark.parametrize(
    ("media_type", "name", "line"),
    [("text/plain", "log.txt", 4), ("application/jsonl", "e.jsonl", 4), ("text/csv", "t.csv", 1),
     ("text/plain", "q3.zip!log.txt", 1)],
)  # fmt: skip
def test_a_line_is_given_where_records_are_lines(media_type: str, name: str, line: int) -> None:
    result = audit_result(
        delivery=DELIVERY.model_copy(update={"sources": (source(name, media_type=media_type),)}),
        verdicts=(
            verdict("gdpr/r", Status.FAIL, failed=1, evidence=(evidence(name, "text", "PERSON", 4, "A•••"),)),
        ),
    )
    ((location,),) = (each["locations"] for each in _run(result)["results"])
    assert location["physicalLocation"]["region"] == {"startLine": line}


def test_a_failure_outside_the_delivery_points_at_the_profile() -> None:
    (result,) = _results(audit_result(), "bpo-baseline/certificate-expired")
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "vendor.yaml"
    assert location["logicalLocations"] == [
        {"name": "ISO 27001:2022, issued by Example Cert", "kind": "fact"}
    ]


def test_severity_is_a_level_and_a_number_that_code_scanning_bands_alike() -> None:
    bands = {Severity.CRITICAL: (9, 10), Severity.HIGH: (7, 9), Severity.MEDIUM: (4, 7), Severity.LOW: (0, 4)}
    rules = {rule["id"]: rule for rule in _run(audit_result())["tool"]["driver"]["rules"]}
    for each in audit_result().verdicts:
        least, most = bands[each.severity]
        assert least < float(rules[each.rule]["properties"]["security-severity"]) < most
        assert {"security", each.domain} <= set(rules[each.rule]["properties"]["tags"])


def test_tags_stay_within_the_limit() -> None:
    packs = tuple(f"pack-{i}" for i in range(40))
    (rule,) = _run(audit_result(verdicts=(verdict("gdpr/r", Status.PASS, packs=packs),)))["tool"]["driver"][
        "rules"
    ]
    assert len(rule["properties"]["tags"]) == MAX_TAGS


def test_only_failures_are_results_and_every_rule_is_listed() -> None:
    run = _run(audit_result())
    failed = {v.rule for v in audit_result().verdicts if v.status is Status.FAIL}
    assert {each["ruleId"] for each in run["results"]} == failed
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted(v.rule for v in audit_result().verdicts)
    assert all(rules[each["ruleIndex"]] == each["ruleId"] for each in run["results"])


def test_a_waiver_is_a_suppression_from_outside() -> None:
    (result,) = _results(audit_result(), "gdpr/art5-1e-retention")
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "Purge job ships" in suppression["justification"]
    assert sum("suppressions" in each for each in _run(audit_result())["results"]) == 1


def test_the_baseline_shows() -> None:
    states = {each["ruleId"]: each.get("baselineState") for each in _run(audit_result())["results"]}
    assert states == {v.rule: v.baseline for v in audit_result().verdicts if v.status is Status.FAIL}


def test_what_was_not_read_or_judged_is_a_notification() -> None:
    (invocation,) = _run(audit_result())["invocations"]
    told = [(each["descriptor"]["id"], each["level"]) for each in invocation["toolExecutionNotifications"]]
    assert told == [("source-not-read", "error")] * 3 + [
        ("rule-not-judged", "warning"), ("rule-not-judged", "warning"), ("rule-not-judged", "error"),
    ]  # fmt: skip
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 1
    (clean,) = _run(clean_result())["invocations"]
    assert clean["executionSuccessful"] is True
    assert clean["toolExecutionNotifications"] == []


def test_a_vendor_has_a_category_of_its_own_and_fingerprints_outlive_the_run() -> None:
    again = audit_result(audit=audit_result().audit.model_copy(update={"id": "another/run"}))
    first, second = _run(audit_result()), _run(again)
    assert first["automationDetails"]["id"] == "bpoaudit/meridian/2026-06-30-meridian"
    assert second["automationDetails"]["id"].rpartition("/")[0] == "bpoaudit/meridian"
    assert first["results"] == second["results"]


def test_nothing_in_a_message_is_a_link_or_a_placeholder() -> None:
    failed = verdict(
        "gdpr/r", Status.FAIL, failed=1, evidence=(Evidence(label="[a](https://e.example) {0} \\"),)
    )
    (result,) = _run(audit_result(verdicts=(failed,)))["results"]
    assert r"\[a\](https://e.example) {{0}} \\." in result["message"]["text"]


def test_no_name_is_invisible() -> None:
    text = render_sarif(hostile_result())
    assert {unicodedata.category(char) for char in text.replace("\n", "")}.isdisjoint(
        {"Cc", "Cf", "Cs", "Zl"}
    )


def test_the_first_place_of_every_rule_goes_before_the_second_of_any() -> None:
    run = _run(huge_result(failed=MAX_RESULTS // 4, sources=1))
    assert len(run["results"]) == MAX_RESULTS // 4
    result = ten_thousand()
    log = render_sarif(result)
    run = json.loads(log)["runs"][0]
    assert len(run["results"]) == len({each["ruleId"] for each in run["results"]}) == MAX_RESULTS
    assert {each["level"] for each in run["results"]} == {"error"}
    (note,) = (
        each["message"]["text"]
        for each in run["invocations"][0]["toolExecutionNotifications"]
        if each["descriptor"]["id"] == "list-cut"
    )
    assert note == f"showing 5,000 of {3 * RULES:,} results"
    assert len(gzip.compress(log.encode())) < 10_000_000
