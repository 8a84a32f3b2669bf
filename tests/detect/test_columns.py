"""Column verdicts: what a header and all values say together."""

from __future__ import annotations

import pytest

from bpoaudit.detect.columns import HEADER, ColumnEvidence, ColumnVerdict, judge_column
from bpoaudit.detect.headers import hints, is_text
from bpoaudit.detect.matches import Candidate, Match, resolve
from bpoaudit.detect.routing import Route, plan_field
from bpoaudit.detect.shapes import fits, is_prose, parse_date
from bpoaudit.masking import Key
from bpoaudit.model import FieldKind

KEY = Key(b"k" * 32)


@pytest.mark.parametrize(
    ("header", "entity"),
    [
        ("customer_email", "EMAIL_ADDRESS"), ("E-Mail", "EMAIL_ADDRESS"), ("firstName", "PERSON"), ("Nazwisko", "PERSON"),
        ("apellido_paterno", "PERSON"), ("Vorname", "PERSON"), ("birthDate", "DATE_OF_BIRTH"), ("Data urodzenia", "DATE_OF_BIRTH"),
        ("fecha_nacimiento", "DATE_OF_BIRTH"), ("PLZ", "POSTAL_CODE"), ("kod pocztowy", "POSTAL_CODE"), ("Straße", "STREET_ADDRESS"),
        ("Wohnort", "LOCATION"), ("sexo", "GENDER"), ("płeć", "GENDER"), ("telefon kontaktowy", "PHONE_NUMBER"), ("cvv2", "CARD_SECURITY_CODE"),
        ("member_id", "ACCOUNT_ID"), ("policyNumber", "ACCOUNT_ID"), ("diagnosis_code", "HEALTH"), ("PESEL", "PL_PESEL"),
        ("Full_Name", "PERSON"), ("patient.name.family", "PERSON"), ("pangalan", "PERSON"), ("naam", "PERSON"), ("prenume", "PERSON"),
    ],
)  # fmt: skip
def test_headers_promise_entities(header: str, entity: str) -> None:
    assert entity in hints(header)


@pytest.mark.parametrize(
    "header",
    [
        "order_id", "ticket_no", "tracking_number", "SKU", "transaction_id", "agent_id", "email_verified", "phone_count",
        "product_name", "file_name", "acid_level", "status", "created_at", "amount", "currency", "num_credit_cards", "card_type",
        "customer_segment", "store_city_id", "username_count", "invoice_number", "queue_name", "num_of_names",
    ],
)  # fmt: skip
def test_headers_of_things_promise_nothing(header: str) -> None:
    assert hints(header) == ()


@pytest.mark.parametrize(("header", "text"), [("notes", True), ("agent_comments", True), ("uwagi", True), ("comment_id", False), ("message_count", False), ("text_language", False)])  # fmt: skip
def test_headers_announce_text(header: str, text: bool) -> None:
    assert is_text(header) is text


def evidence(
    values: list[str], hinted: tuple[str, ...] = (), found: dict[str, Match] | None = None
) -> ColumnEvidence:
    """Count `values` as the detector would: header matches by shape, `found` by value."""
    seen = ColumnEvidence(records=len(values))
    for value in values:
        seen.non_empty += 1
        seen.distinct.add(KEY.sketch(value))
        digits = sum(c.isdigit() for c in value)
        if digits >= 5 and value.isdigit():
            seen.digit_lengths[digits] += 1
        matches = [Match(0, len(value), e, 0.5, HEADER) for e in hinted if fits(e, value)]
        if found and value in found:
            matches.append(found[value])
        seen.witness(value, 1, KEY.sketch(value), matches)
    return seen


def test_a_promise_that_values_keep_is_believed() -> None:
    verdict = judge_column(("PERSON",), evidence(["Ana Cruz", "Jo Reyes", "Li Wei"], ("PERSON",)))
    assert verdict.confidence == {"PERSON": 0.95}


def test_a_promise_that_values_break_is_not() -> None:
    verdict = judge_column(("PERSON",), evidence(["A-1", "B-2", "C-3", "Ana Cruz"], ("PERSON",)))
    assert verdict.confidence == {}


def test_check_digits_met_by_chance_are_rejected() -> None:
    numbers = [str(4000000000000000 + i) for i in range(200)]
    lucky = {n: Match(0, 16, "CREDIT_CARD", 1.0, "CreditCardRecognizer") for n in numbers[::10]}
    verdict = judge_column((), evidence(numbers, found=lucky))
    assert "CREDIT_CARD" in verdict.rejected
    assert verdict.settle([Candidate(lucky[numbers[0]], "••", "")]) == ()


def test_a_single_card_among_codes_stands() -> None:
    card = "4111111111111111"
    found = {card: Match(0, 16, "CREDIT_CARD", 1.0, "CreditCardRecognizer")}
    verdict = judge_column((), evidence([f"REF-{i}" for i in range(500)] + [card], found=found))
    (standing,) = verdict.settle([Candidate(found[card], "••", "")])
    assert standing.match.entity == "CREDIT_CARD"


def test_one_repeated_value_does_not_confirm_itself() -> None:
    found = {"Paris": Match(0, 5, "LOCATION", 0.85, "X")}
    seen = evidence(["Paris"] * 80 + ["n-1", "n-2"], found=found)
    assert judge_column((), seen).confidence == {}


def test_the_promised_entity_wins_over_another_that_fits() -> None:
    verdict = ColumnVerdict({"DATE_OF_BIRTH": 0.95, "DATE_TIME": 0.9})
    dob = Match(0, 10, "DATE_OF_BIRTH", 0.5, HEADER)
    day = Match(0, 10, "DATE_TIME", 0.9, "DateRecognizer")
    (standing,) = verdict.settle([Candidate(day, "•", ""), Candidate(dob, "•", "")])
    assert standing.match.entity == "DATE_OF_BIRTH"
    assert standing.match.score == 0.95


def test_patterns_beat_the_language_model() -> None:
    ner = Match(0, 20, "PERSON", 0.85, "SpacyRecognizer")
    card = Match(4, 20, "CREDIT_CARD", 1.0, "CreditCardRecognizer")
    phone = Match(0, 20, "PHONE_NUMBER", 0.6, "PhoneRecognizer")
    assert resolve([ner, phone, card]) == (card,)
    assert resolve([ner, phone]) == (phone,)


@pytest.mark.parametrize(
    ("name", "values", "route"),
    [
        ("notes", ["ok"], Route.TEXT),
        ("x", ["please call the customer back", "she has not been reached", "x"], Route.TEXT),
        ("address", ["12 Old Mill Road Springfield", "7 High Street Upper Flat"], Route.COLUMN),
        ("city", ["Cebu", "Davao"], Route.COLUMN),
    ],
)
def test_routes(name: str, values: list[str], route: Route) -> None:
    assert plan_field(name, values, FieldKind.COLUMN).route is route


@pytest.mark.parametrize(("text", "prose"), [("please call me back", True), ("ORD-1 ORD-2 ORD-3 ORD-4", False), ("Ana Cruz", False), ("a\nb", True)])  # fmt: skip
def test_prose(text: str, prose: bool) -> None:
    assert is_prose(text) is prose


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("2026-05-01", (2026, 5, 1, False)), ("01.05.2026", (2026, 1, 5, True)), ("31/12/1999", (1999, 31, 12, True)),
        ("2026-13-01", None), ("99/99/2026", None), ("20260501", (2026, 5, 1, False)), ("1234567890", None), ("2026-05-01T10:00:00Z", (2026, 5, 1, False)),
    ],
)  # fmt: skip
def test_dates(text: str, parsed: object) -> None:
    assert parse_date(text) == parsed
