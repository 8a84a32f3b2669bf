from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from bpoaudit.model import AuditResult, SourceStatus, Status
from bpoaudit.report.junit import MAX_SOURCES, render_junit

from .factories import source, verdict
from .golden import assert_golden
from .hostile import HOSTILE_NAMES, hostile_result
from .many import RULES, ten_thousand
from .sample import DELIVERY, audit_result, clean_result, unassessed_result
from .schemas import junit_errors

RESULTS = {
    "sample": audit_result(),
    "clean": clean_result(),
    "unassessed": unassessed_result(),
    "hostile": hostile_result(),
    "empty": audit_result(verdicts=()),
}


def _root(result: AuditResult) -> ET.Element:
    return ET.fromstring(render_junit(result))


def _case(result: AuditResult, name: str) -> ET.Element:
    (case,) = (case for case in _root(result).iter("testcase") if case.get("name") == name)
    return case


def test_golden() -> None:
    assert_golden("report.xml", render_junit(audit_result()))


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_it_follows_the_schema(result: AuditResult) -> None:
    assert junit_errors(render_junit(result)) == []


def test_the_schema_refuses_what_is_wrong() -> None:
    assert junit_errors(
        render_junit(audit_result()).replace("<failure", "<problem").replace("</failure", "</problem")
    )


@pytest.mark.parametrize(
    ("status", "element"),
    [
        (Status.PASS, None),
        (Status.FAIL, "failure"),
        (Status.UNKNOWN, "error"),
        (Status.ERROR, "error"),
        (Status.NOT_APPLICABLE, "skipped"),
        (Status.UPCOMING, "skipped"),
    ],
)
def test_each_outcome_has_its_element(status: Status, element: str | None) -> None:
    result = audit_result(verdicts=(verdict("gdpr/r", status, failed=1),))
    case = _case(result, "gdpr/r")
    assert [child.tag for child in case] == ([element] if element else [])


def test_an_accepted_failure_is_skipped_and_says_until_when() -> None:
    (skipped,) = _case(audit_result(), "gdpr/art5-1e-retention")
    assert skipped.tag == "skipped"
    assert skipped.get("type") == "waived"
    assert "until 2026-08-31" in (skipped.get("message") or "")


def test_a_failure_tells_severity_condition_place_and_fix() -> None:
    (failure,) = _case(audit_result(), "gdpr/art32-payment-card-clear")
    assert failure.get("type") == "high"
    assert failure.get("message") == "Payment card numbers are masked: 3 of 3 checked (100%)"
    text = failure.text or ""
    assert text.startswith(failure.get("message") or "none")
    assert "Where: exports/tickets.csv · notes: CREDIT_CARD (3) such as •••• •••• •••• ••11" in text
    assert "Recommendation: Mask to the last four digits before export." in text


def test_sources_that_were_not_read_are_a_suite_of_errors() -> None:
    (suite,) = (s for s in _root(audit_result()) if s.get("name") == "Sources not fully read")
    told = {case.get("name"): case[0].tag for case in suite.iter("testcase")}
    assert told == {
        "exports/archive_2025.zip": "error",
        "exports/broken.xlsx": "error",
        "exports/long.jsonl": "error",
        "recordings/hold.mp3": "skipped",
    }
    assert "Sources not fully read" not in {s.get("name") for s in _root(clean_result())}


def test_the_counts_are_those_of_the_cases() -> None:
    root = _root(audit_result())
    for node in (root, *root):
        for count, kind in (("failures", "failure"), ("errors", "error")):
            assert int(node.get(count, "")) == len(list(node.iter(kind)))
        assert int(node.get("tests", "")) == len(list(node.iter("testcase")))
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_breaks_out(name: str) -> None:
    failed = verdict(name, Status.FAIL, title=name, message=name, domain=name, criteria=name)
    result = audit_result(verdicts=(failed,), vendor={"vendor": {"name": name}})
    root = _root(result)
    assert {node.tag for node in root.iter()} <= {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "error",
        "skipped",
    }
    assert all(line.isprintable() for line in render_junit(result).splitlines())


def test_a_long_list_of_sources_is_cut_and_says_so() -> None:
    sources = tuple(source(f"{i:05}.bin", status=SourceStatus.UNSUPPORTED) for i in range(MAX_SOURCES + 500))
    root = _root(audit_result(delivery=DELIVERY.model_copy(update={"sources": sources})))
    (note,) = root.iter("system-out")
    assert note.text == "Showing 1,000 of 1,500 sources; -o audit.json writes all of them."


def test_ten_thousand_rules_are_all_there_in_a_size_that_build_servers_take() -> None:
    text = render_junit(ten_thousand())
    assert text.count("<failure ") == RULES
    assert len(text.encode()) < 30_000_000


def test_a_pass_that_checked_nothing_says_so() -> None:
    message = "There was nothing to check."
    verdicts = (verdict("r/a", Status.PASS), verdict("r/b", Status.PASS, checked=0, message=message))
    suite = ET.fromstring(render_junit(audit_result(verdicts=verdicts))).find("testsuite")
    assert suite is not None
    checked, nothing = suite.findall("testcase")
    assert list(checked) == []
    assert nothing.findtext("system-out") == f"A rule: {message}"
