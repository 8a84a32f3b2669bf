from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bpoaudit.errors import ResponseError
from bpoaudit.model import AuditResult, Status
from bpoaudit.report.edition import Edition
from bpoaudit.report.html import render_html
from bpoaudit.report.responses import MAX_TEXT, ResponseForm, Responses, load_responses, render_form

from .editions import answered
from .factories import DIGEST
from .golden import assert_golden
from .hostile import HOSTILE_NAMES, hostile_result
from .markup import parse
from .sample import audit_result, clean_result

CARDS = "gdpr/art32-payment-card-clear"
HEAD = "apiVersion: bpoaudit/v1\nkind: Responses\naudit: 2026-06-30-meridian\nresponses:\n"


def load(tmp_path: Path, text: str, result: AuditResult | None = None) -> Any:
    path = tmp_path / "responses.yaml"
    path.write_text(text, encoding="utf-8")
    return load_responses(path, result or audit_result())


def text_of(edition: Edition) -> str:
    return " ".join(parse(render_html(audit_result(), edition)).full_text.split())


# --- the form ----------------------------------------------------------------------------------------


def test_golden() -> None:
    assert_golden("responses.yaml", render_form(audit_result()))


def test_the_form_asks_for_each_rule_that_failed_or_is_open_and_for_no_other() -> None:
    asked = [each["rule"] for each in yaml.safe_load(render_form(audit_result()))["responses"]]
    open_ones = {v.rule for v in audit_result().verdicts if v.status in (Status.FAIL, Status.UNKNOWN)}
    assert set(asked) == open_ones
    assert len(asked) == len(open_ones)


@pytest.mark.parametrize("result", [audit_result(), clean_result()])
def test_an_empty_form_is_read_back_as_no_answer(tmp_path: Path, result: AuditResult) -> None:
    assert load(tmp_path, render_form(result), result).given == {}


def test_hostile_names_stay_in_the_comments_of_the_form(tmp_path: Path) -> None:
    result = hostile_result()
    unique = result.model_copy(
        update={
            "verdicts": tuple(
                v.model_copy(update={"rule": f"gdpr/{i}", "title": HOSTILE_NAMES[i % len(HOSTILE_NAMES)]})
                for i, v in enumerate(result.verdicts)
            ),
            "audit": result.audit.model_copy(update={"id": 'x"\nkind: Owned'}),
        }
    )
    assert load(tmp_path, render_form(unique), unique).given == {}
    assert render_form(unique).isascii() or "\u202e" not in render_form(unique)


# --- read back ---------------------------------------------------------------------------------------


def test_answers_are_read(tmp_path: Path) -> None:
    filled = f"{HEAD}  - {{rule: {CARDS}, answer: fix, by: 2026-09-30, owner: Head of IT}}\n"
    responses = load(tmp_path, filled)
    assert responses.given[CARDS].by.isoformat() == "2026-09-30"
    assert responses.digest.startswith("sha256:")


def test_an_answer_from_before_the_audit_is_refused(tmp_path: Path) -> None:
    head = HEAD.replace("responses:\n", "answered_on: {}\nresponses: []\n")
    day = audit_result().audit.finished_at[:10]
    assert load(tmp_path, head.format(day)).answered_on.isoformat() == day
    with pytest.raises(ResponseError, match=f"responses.yaml:4:14: lies before {day}"):
        load(tmp_path, head.format("2020-01-01"))


@pytest.mark.parametrize(
    ("entry", "line", "message"),
    [
        ("  - {rule: gdpr/no-such, answer: accept}", 5, "judged no rule 'gdpr/no-such'"),
        ("  - {rule: gdpr/art32-payment-card-claer, answer: accept}", 5, f"did you mean '{CARDS}'"),
        ("  - {rule: gdpr/passed-01, answer: accept}", 5, "nothing to answer: the rule is passed"),
        (f"  - {{rule: {CARDS}, answer: accept}}\n  - {{rule: {CARDS}}}", 6, "answered twice, first in line 5"),
        (f"  - {{rule: {CARDS}, answer: fix, by: 2026-02-30}}", 5, "valid date"),
        (f"  - {{rule: {CARDS}, answer: fix, by: soon}}", 5, "valid date"),
        (f"  - {{rule: {CARDS}, answer: fix, by: 2026-06-29}}", 5, "lies before 2026-06-30"),
        (f"  - {{rule: {CARDS}, answer: fix}}", 5, "a fix needs the day"),
        (f"  - {{rule: {CARDS}, answer: dispute}}", 5, "a dispute needs its reason"),
        (f"  - {{rule: {CARDS}, answer: dispute, reason: '  '}}", 5, "a dispute needs its reason"),
        (f"  - {{rule: {CARDS}, reason: because}}", 5, "the answer is missing"),
        (f"  - {{rule: {CARDS}, answer: agree}}", 5, "'agree' is not a known word"),
        (f"  - {{rule: {CARDS}, answer: accept, reason: {'x' * (MAX_TEXT + 1)}}}", 5, "at most 1000 characters"),
        (f"  - {{rule: {CARDS}, answer: accept, score: 100}}", 5, "unknown key 'score'"),
        (f"  - {{rule: {CARDS}, answer: accept}}\n  - [", 7, ""),
    ],
)  # fmt: skip
def test_an_error_says_the_line(tmp_path: Path, entry: str, line: int, message: str) -> None:
    with pytest.raises(ResponseError) as caught:
        load(tmp_path, f"{HEAD}{entry}\n")
    assert message in caught.value.message
    assert f"responses.yaml:{line}" in caught.value.message


def test_responses_to_another_audit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ResponseError, match=r"responses\.yaml:3:\d+: answers the audit 'other'"):
        load(
            tmp_path, HEAD.replace("2026-06-30-meridian", "other").replace("responses:\n", "responses: []\n")
        )


def test_responses_hold_for_an_audit_that_was_judged_again(tmp_path: Path) -> None:
    again = audit_result()
    options = {**again.audit.options, "judged_again": again.audit.id}
    again = again.model_copy(update={"audit": again.audit.model_copy(update={"id": "b", "options": options})})
    assert load(tmp_path, f"{HEAD}  - {{rule: {CARDS}, answer: accept}}\n", again).given


# --- in the report -----------------------------------------------------------------------------------


def test_answers_stand_on_the_card_in_the_questions_and_in_the_plan() -> None:
    page = parse(render_html(audit_result(), answered()))
    card = next(e for e in page.all("article") if e.attributes["id"] == "finding-f1")
    assert "To be fixed by 2026-08-15" in card.full_text
    assert "Head of operations" in card.full_text
    plan, questions = (
        next(e for e in page.all("section") if e.attributes["id"] == name).full_text
        for name in ("plan", "questions")
    )
    assert "Drop the field from the export." in plan
    assert "2026-08-15" in plan
    assert "Disputed" in plan
    assert "Annex 3 says 24 hours." in questions
    whole = " ".join(page.full_text.split())
    assert "answered 4 of 7 findings and questions: 2 accepted, 1 to be fixed and 1 disputed" in whole
    assert "by Vendor compliance on 2026-07-10" in whole


def test_answers_change_neither_the_result_nor_the_score() -> None:
    with_answers, without = (parse(render_html(audit_result(), e)) for e in (answered(), Edition()))
    for name in ("sentence", "range", "legend"):
        told = [
            [e.full_text for e in page.all() if e.attributes.get("class") == name][:1]
            for page in (with_answers, without)
        ]
        assert told[0] == told[1]
    assert [e.full_text for e in with_answers.all("tfoot")] == [e.full_text for e in without.all("tfoot")]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_what_the_vendor_writes_is_shown_and_does_not_act(name: str) -> None:
    pages = [
        render_html(audit_result(), Edition(responses=Responses(DIGEST, told, None, {CARDS: form})))
        for told in (name, "words")
        for form in [ResponseForm(rule=CARDS, answer="dispute", reason=told, action=told, owner=told)]
    ]
    tags = [[element.tag for element in parse(html).all()] for html in pages]
    assert tags[0] == tags[1]
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]", pages[0])
