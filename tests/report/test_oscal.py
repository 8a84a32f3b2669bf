from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import pytest

from bpoaudit.model import AuditResult, Status
from bpoaudit.report.oscal import render_oscal

from .factories import source, verdict
from .golden import assert_golden
from .hostile import hostile_result, huge_result
from .many import RULES, ten_thousand
from .sample import DELIVERY, audit_result, clean_result, unassessed_result
from .schemas import oscal_errors

RESULTS = {
    "sample": audit_result(),
    "clean": clean_result(),
    "unassessed": unassessed_result(),
    "hostile": hostile_result(),
    "huge": huge_result(failed=20, sources=300),
    "empty": audit_result(verdicts=(), delivery=DELIVERY.model_copy(update={"sources": ()})),
}


def _document(result: AuditResult) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render_oscal(result))["assessment-results"]
    return document


def _by_rule(objects: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {p["value"]: each for each in objects for p in each.get("props", ()) if p["name"] == "rule"}


def test_golden() -> None:
    assert_golden("report.oscal.json", render_oscal(audit_result()))


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_it_follows_the_schema(result: AuditResult) -> None:
    assert oscal_errors(render_oscal(result)) == []


def test_the_schema_refuses_what_is_wrong() -> None:
    assert oscal_errors(render_oscal(audit_result()).replace('"state": "satisfied"', '"state": "maybe"'))
    assert oscal_errors(render_oscal(audit_result()).replace('"target-id": "', '"target-id": "/'))


def test_what_passed_or_failed_is_a_finding_and_what_is_open_is_none() -> None:
    (results,) = _document(audit_result())["results"]
    findings, observations = _by_rule(results["findings"]), _by_rule(results["observations"])
    states = {rule: each["target"]["status"]["state"] for rule, each in findings.items()}
    assert states == {
        v.rule: "satisfied" if v.status is Status.PASS else "not-satisfied"
        for v in audit_result().verdicts
        if v.status in (Status.PASS, Status.FAIL)
    }
    assert set(observations) == {v.rule for v in audit_result().verdicts}


def test_every_reference_leads_somewhere_and_every_identifier_is_used_once() -> None:
    document = _document(audit_result())
    (results,) = document["results"]
    text = json.dumps(document)
    defined = re.findall(r'(?<!-)"uuid": "([^"]+)"', text)
    assert len(set(defined)) == len(defined)
    used = set(re.findall(r'"(?:observation|risk|actor|component)-uuid": "([^"]+)"', text))
    used |= {document["import-ap"]["href"].removeprefix("#")}
    used |= {uuid for each in document["metadata"]["responsible-parties"] for uuid in each["party-uuids"]}
    assert used <= set(defined)
    objectives = {
        part["id"]
        for each in document["local-definitions"]["objectives-and-methods"]
        for part in each["parts"]
    }
    assert {each["target"]["target-id"] for each in results["findings"]} <= objectives


def test_a_failure_is_a_risk_with_masked_evidence_and_a_recommendation() -> None:
    (results,) = _document(audit_result())["results"]
    rule = "gdpr/art32-payment-card-clear"
    finding, observation = _by_rule(results["findings"])[rule], _by_rule(results["observations"])[rule]
    (evidence,) = observation["relevant-evidence"]
    assert evidence["description"] == (
        r"exports/tickets.csv · notes, record 4411, CREDIT\_CARD, •••• •••• •••• ••11, 3 times"
    )
    (related,) = finding["related-risks"]
    (risk,) = (each for each in results["risks"] if each["uuid"] == related["risk-uuid"])
    assert risk["status"] == "open"
    assert risk["remediations"][0]["description"] == "Mask to the last four digits before export."


def test_a_cut_list_of_evidence_says_so() -> None:
    (results,) = _document(audit_result())["results"]
    observation = _by_rule(results["observations"])["gdpr/art9-special-category-free-text"]
    assert len(observation["relevant-evidence"]) == 20
    assert "Showing the first 20 of 214 failing items." in observation["description"]


def test_a_waiver_is_an_approved_deviation() -> None:
    (results,) = _document(audit_result())["results"]
    (risk,) = (each for each in results["risks"] if each["status"] == "deviation-approved")
    props = {prop["name"]: prop["value"] for prop in risk["props"]}
    assert props["waiver-approved-by"] == "dpo@northwind.example"
    assert props["waiver-expires-on"] == "2026-08-31"


def test_what_was_not_read_is_an_observation() -> None:
    (results,) = _document(audit_result())["results"]
    (observation,) = (each for each in results["observations"] if each.get("types") == ["discovery"])
    assert observation["description"] == "3 sources could not be fully read."
    assert len(observation["relevant-evidence"]) == 3
    sources = tuple(source(f"{i}.bin", status="unsupported") for i in range(900))
    many = audit_result(delivery=DELIVERY.model_copy(update={"sources": sources}))
    (results,) = _document(many)["results"]
    (observation,) = (each for each in results["observations"] if each.get("types") == ["discovery"])
    assert observation["description"] == "900 sources could not be fully read. Showing 200 of 900."


def test_identifiers_are_those_of_the_run() -> None:
    assert render_oscal(audit_result()) == render_oscal(audit_result())
    again = audit_result(audit=audit_result().audit.model_copy(update={"id": "another"}))
    assert _document(again)["uuid"] != _document(audit_result())["uuid"]


def test_a_rule_is_a_token() -> None:
    result = audit_result(verdicts=(verdict("9 wörter/§:x", Status.PASS, references=()),))
    (results,) = _document(result)["results"]
    (finding,) = results["findings"]
    assert finding["target"]["target-id"] == "_9_w_rter.__x"


def test_no_name_is_invisible() -> None:
    text = render_oscal(hostile_result())
    assert {unicodedata.category(char) for char in text.replace("\n", "")}.isdisjoint(
        {"Cc", "Cf", "Cs", "Zl"}
    )


def test_ten_thousand_rules_are_all_there() -> None:
    (results,) = _document(ten_thousand())["results"]
    assert len(results["findings"]) == len(results["risks"]) == RULES
