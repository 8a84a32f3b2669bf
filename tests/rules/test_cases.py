"""The runner of the cases beside the rules, and the bundled packs through it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpoaudit.errors import RulePackError
from bpoaudit.rules import CaseResult, bundled, load_packs, run_cases
from tests.rules.conftest import RULE, write_pack

CASES = """\
rule: demo/card
cases:
  - name: clear card fails
    findings:
      - {source: a.csv, field: notes, record: 7, entity: CREDIT_CARD, confidence: 0.9, masking: clear}
      - {source: a.csv, field: notes, record: 8, entity: CREDIT_CARD, confidence: 0.9, masking: masked, count: 4}
    expect: {status: fail, checked: 5, failed: 1, failing: [{source: a.csv, record: 7}]}
  - name: masked card passes
    findings: [{source: a.csv, field: notes, entity: CREDIT_CARD, masking: masked}]
    expect: {status: pass, checked: 1}
  - name: nothing read
    scan: {delivery: missing}
    expect: {status: unknown, missing: [scan.delivery]}
  - name: other vendors
    profile: {vendor: {services: [finance]}}
    expect: {status: not_applicable}
"""


def _run(tmp_path: Path, cases: str | None) -> list[CaseResult]:
    files = {"card.yaml": RULE} if cases is None else {"card.yaml": RULE, "card.test.yaml": cases}
    return run_cases(load_packs([str(write_pack(tmp_path / "demo", files))])[0])


def _problems(tmp_path: Path, before: str, after: str) -> list[str]:
    assert before in CASES
    results = _run(tmp_path, CASES.replace(before, after, 1))
    return [problem for result in results for problem in result.problems]


def test_cases_that_hold(tmp_path: Path) -> None:
    results = _run(tmp_path, CASES)

    assert [result.passed for result in results] == [True] * 4
    assert results[0].place.endswith("card.test.yaml:3")


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("status: pass", "status: fail", "expected fail, got pass"),
        ("checked: 5", "checked: 2", "expected 2 checked, got 5"),
        ("failed: 1", "failed: 3", "expected 3 failed, got 1"),
        ("record: 7}]", "record: 8}]", "no failing item has source: a.csv, record: 8"),
        ("record: 7}]", "recrod: 7}]", "evidence has no 'recrod'; did you mean 'record'?"),
        ("missing: [scan.delivery]", "missing: [client.country]",
         "expected client.country to be missing, got scan.delivery"),
        ("missing: [scan.delivery]", "missing: []", "expected nothing to be missing, got scan.delivery"),
    ],
)  # fmt: skip
def test_cases_that_do_not_hold_say_how(tmp_path: Path, before: str, after: str, problem: str) -> None:
    assert problem in _problems(tmp_path, before, after)


def test_one_bad_case_does_not_stop_the_others(tmp_path: Path) -> None:
    results = _run(tmp_path, CASES.replace("checked: 5", "checked: 6"))

    assert [result.passed for result in results] == [False, True, True, True]


def test_a_rule_needs_a_case_for_pass_and_one_for_fail(tmp_path: Path) -> None:
    assert "has no case that expects fail" in _problems(tmp_path, "status: fail", "status: unknown")
    assert [result.problems for result in _run(tmp_path / "none", None)] == [("has no card.test.yaml",)]


def test_cases_without_their_rule_are_a_problem(tmp_path: Path) -> None:
    files = {"card.yaml": RULE, "card.test.yaml": CASES, "crad.test.yaml": CASES}
    results = run_cases(load_packs([str(write_pack(tmp_path / "demo", files))])[0])

    assert results[-1].problems == ("there is no rule for these cases",)


def test_a_known_gap_is_no_failure_until_it_closes(tmp_path: Path) -> None:
    extra = "  - name: gap\n    todo: true\n    expect: {status: fail}\n"
    assert all(result.passed for result in _run(tmp_path / "open", CASES + extra))

    closed = extra.replace("status: fail", "status: pass")
    assert _run(tmp_path / "closed", CASES + closed)[-1].problems == (
        "the known gap has closed: take `todo` out",
    )


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "entity: CREDIT_CARD, confidence",
            "entitty: CREDIT_CARD, confidence",
            "5:50: unknown key 'entitty'",
        ),
        ("status: fail", "status: failed", "7:22: 'failed' is not a known word here; did you mean 'fail'?"),
        ("[finance]", "[finanse]", "15:35: 'finanse' is not a known word here; did you mean 'finance'?"),
        (
            "services: [finance]",
            "servces: [finance]",
            "15:24: unknown key 'servces'; did you mean 'services'?",
        ),
        (
            "rule: demo/card",
            "rule: demo/other",
            "1:7: these are the cases of 'demo/card', by the file's name",
        ),
    ],
)
def test_faults_in_a_case_have_a_place(tmp_path: Path, before: str, after: str, message: str) -> None:
    with pytest.raises(RulePackError) as caught:
        _run(tmp_path, CASES.replace(before, after, 1))

    assert f"card.test.yaml:{message}" in str(caught.value)


@pytest.mark.parametrize("name", bundled())
def test_the_cases_of_the_bundled_packs_hold(name: str) -> None:
    (pack,) = load_packs([name])

    assert [result for result in run_cases(pack) if not result.passed] == []
