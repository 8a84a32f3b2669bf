from __future__ import annotations

import pytest

from bpoaudit.model import Deduction, Evidence, Reference, Remediation, Severity, Status
from bpoaudit.report.cards import MAX_CARDS, MAX_EVIDENCE, accepted_cards, finding_cards
from bpoaudit.report.follow_up import action_plan, outcomes, questions
from bpoaudit.report.html import render_html

from .factories import evidence, verdict, waived
from .sample import SCORE, audit_result


def _card(**changes: object):  # type: ignore[no-untyped-def]
    (card,) = finding_cards(audit_result(verdicts=(verdict("r", Status.FAIL, **changes),))).rows
    return card


def test_findings_are_the_failures_nobody_accepted_worst_first() -> None:
    cards = finding_cards(audit_result())
    assert [(card.ref, card.rule) for card in cards.rows] == [
        ("F1", "gdpr/art9-special-category-free-text"),
        ("F2", "gdpr/art32-payment-card-clear"),
        ("F3", "gdpr/art5-1c-direct-identifiers-outside-agreed-fields"),
        ("F4", "bpo-baseline/certificate-expired"),
    ]
    assert [card.rule for card in accepted_cards(audit_result()).rows] == ["gdpr/art5-1e-retention"]


def test_within_a_severity_points_lost_come_before_items_failed() -> None:
    rules = (
        verdict("many", Status.FAIL, checked=900, failed=900),
        verdict("costly", Status.FAIL, checked=9, failed=9),
        verdict("few", Status.FAIL, checked=9, failed=1),
    )
    score = SCORE.model_copy(update={"value": 98.0, "deductions": (Deduction(rule="costly", points=2.0),)})
    cards = finding_cards(audit_result(verdicts=rules, score=score))
    assert [card.rule for card in cards.rows] == ["costly", "many", "few"]


def test_a_card_says_how_many_of_how_many() -> None:
    card = _card(checked=18_402, failed=214, subjects=173)
    assert card.condition == "214 of 18,402 checked (1.2%)"
    assert card.people == "173"


@pytest.mark.parametrize(("subjects", "shown"), [(None, None), (0, "0"), (3, "<5"), (5, "5")])
def test_few_people_are_not_counted_out(subjects: int | None, shown: str | None) -> None:
    assert _card(subjects=subjects).people == shown


def test_evidence_is_capped_with_its_total() -> None:
    rows = tuple(evidence("a.csv", "notes", "PERSON", i, "A•••") for i in range(20))
    card = _card(evidence=rows, evidence_total=4_000)
    assert len(card.evidence) == MAX_EVIDENCE
    assert card.evidence_total == 4_000
    assert card.message == "First in a.csv · notes."
    assert card.has_extracts


def test_without_a_message_the_places_are_named() -> None:
    rows = (evidence("a.csv", "x", "PERSON", 1, "A•••"), evidence("b.csv", "y", "PERSON", 1, "B•••"))
    assert _card(evidence=rows, evidence_total=2).message == "In a.csv · x and b.csv · y."
    assert _card(evidence=rows, evidence_total=2, message="2 of 9 are clear").message == "2 of 9 are clear."
    assert _card().message == ""


def test_evidence_about_facts_has_no_extract_table() -> None:
    card = _card(evidence=(Evidence(label="ISO 27001:2022"),), evidence_total=1)
    assert not card.has_extracts
    assert card.evidence[0].place == "ISO 27001:2022"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("http://data.europa.eu/eli/reg/2016/679", None),
        ("javascript:alert(1)", None),
        (" https://example.org", None),
        (None, None),
    ],
)
def test_only_https_becomes_a_link(url: str | None, link: str | None) -> None:
    card = _card(references=(Reference(control="c", eli=url),), remediation=Remediation(text="Fix.", url=url))
    assert card.citations[0].url == link
    assert card.url == link


def test_a_waiver_shows_who_answers_for_it() -> None:
    (card,) = accepted_cards(audit_result()).rows
    (waiver,) = card.waivers.rows
    assert (waiver.id, waiver.category) == ("W-2026-014", "Risk accepted")
    assert waiver.approved_by == "dpo@northwind.example"
    assert waiver.expires_on == "2026-08-31"
    assert card.accepted
    assert card.accepted_part is None


def test_what_is_accepted_in_part_is_a_finding_and_says_so() -> None:
    (card,) = [card for card in finding_cards(audit_result()).rows if card.waivers.rows]
    assert not card.accepted
    assert card.accepted_part == "6,090 of 18,271"
    assert card.standing == "Known"


def test_a_failure_with_many_waivers_says_how_many_are_shown() -> None:
    many = waived(others=tuple(waived(id=f"W-{n}") for n in range(30)))
    result = audit_result(verdicts=(verdict("gdpr/a", Status.FAIL, waiver=many),))
    (card,) = accepted_cards(result).rows
    assert (len(card.waivers.rows), card.waivers.total) == (5, 31)
    assert "5 of 31 waivers are shown." in render_html(result)


@pytest.mark.parametrize(
    ("missing", "asks"),
    [
        (("contract.breach_notice_hours",), "is that so, and which document shows it?"),
        (("scan.delivery", "security.mfa"), "is that so, and which document shows it?"),
        ((), "is that so, and which document shows it?"),
        (
            ("scan.delivery",),
            "does that hold in what could not be read? Can it be delivered in a readable form?",
        ),
    ],
)
def test_an_unknown_rule_becomes_a_question(missing: tuple[str, ...], asks: str) -> None:
    rule = verdict("r", Status.UNKNOWN, title="MFA is on.", missing=missing)
    (row,) = questions(audit_result(verdicts=(rule,))).rows
    assert row.question == f"“MFA is on”: {asks}"


def test_what_is_missing_is_named_as_it_is_written() -> None:
    (row,) = questions(audit_result()).rows[:1]
    assert row.facts == (("contract.breach_notice_hours", "contract: breach notice hours"),)
    derived = verdict(
        "r",
        Status.UNKNOWN,
        missing=("flows.mechanism_valid", "suppressed"),
        answered_in=("transfers[].mechanism", "--suppression"),
    )
    (row,) = questions(audit_result(verdicts=(derived,))).rows
    assert row.facts == (
        ("transfers[].mechanism", "transfers: mechanism"),
        ("--suppression", "option of the audit"),
    )


def test_what_only_the_delivery_could_tell_is_no_fact_to_write() -> None:
    heard = verdict("r", Status.UNKNOWN, missing=("conduct.heard",), message="The delivery does not tell.")
    (row,) = questions(audit_result(verdicts=(heard,))).rows
    assert (row.facts, row.message) == ((), "The delivery does not tell.")


def test_an_error_is_not_tested_and_not_a_question() -> None:
    assert [row.rule for row in questions(audit_result()).rows] == [
        "gdpr/art28-breach-notice",
        "gdpr/art32-archive-encryption",
    ]
    (row,) = outcomes(v for v in audit_result().verdicts if v.status is Status.ERROR).rows
    assert "ZZ is not known" in row.reason


def test_every_finding_has_its_action() -> None:
    cards = finding_cards(audit_result())
    actions = action_plan(cards)
    assert [(a.ref, a.anchor, a.text) for a in actions.rows] == [
        (c.ref, c.anchor, c.recommendation) for c in cards.rows
    ]
    assert [a.regain for a in actions.rows] == ["24.0", "13.1", "11.3", "1.2"]


def test_cards_are_capped_and_say_so() -> None:
    many = tuple(verdict(f"r{i:04}", Status.FAIL, severity=list(Severity)[i % 4]) for i in range(300))
    cards = finding_cards(audit_result(verdicts=many))
    assert len(cards.rows) == MAX_CARDS
    assert cards.total == 300
    assert cards.cut
    assert {card.severity for card in cards.rows} == {Severity.CRITICAL, Severity.HIGH}
