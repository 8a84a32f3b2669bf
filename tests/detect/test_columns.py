"""Column verdicts: what a header and all values say together."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.detect.columns import HEADER, ColumnEvidence, ColumnVerdict, judge_column
from bpoaudit.detect.masked import masking_state
from bpoaudit.detect.matches import Candidate, Match, resolve
from bpoaudit.detect.routing import HEAD_RECORDS, FieldPlan, Route, plan_field, plan_source
from bpoaudit.detect.shapes import fits, is_amount, is_prose, is_random_uuid, parse_date
from bpoaudit.masking import Key
from bpoaudit.model import FieldKind, MaskingState
from bpoaudit.readers.batch import FieldValues, RecordBatch

KEY = Key(b"k" * 32)


def plan(*hints: str, suggested: tuple[str, ...] = (), denied: tuple[str, ...] = ()) -> FieldPlan:
    return FieldPlan("x", Route.COLUMN, hints, suggested, frozenset(denied))


def evidence(
    values: list[str], hinted: tuple[str, ...] = (), found: dict[str, Match] | None = None
) -> ColumnEvidence:
    """Count `values` as the detector would: header matches by shape, `found` by value."""
    seen = ColumnEvidence(records=len(values))
    for value in values:
        seen.non_empty += 1
        seen.distinct.add(KEY.sketch(value))
        seen.observe(value, 1)
        matches = [Match(0, len(value), e, 0.5, HEADER) for e in hinted if fits(e, value)]
        if found and value in found:
            matches.append(found[value])
        seen.witness(value, 1, KEY.sketch(value), matches)
    return seen


def test_a_promise_that_values_keep_is_believed() -> None:
    verdict = judge_column(plan("PERSON"), evidence(["Ana Cruz", "Jo Reyes", "Li Wei"], ("PERSON",)))
    assert verdict.confidence == {"PERSON": 0.95}


def test_a_promise_that_values_break_is_not() -> None:
    verdict = judge_column(plan("PERSON"), evidence(["A-1", "B-2", "C-3", "Ana Cruz"], ("PERSON",)))
    assert verdict.confidence == {}


def test_check_digits_met_by_chance_are_rejected() -> None:
    numbers = [str(4000000000000000 + i) for i in range(200)]
    lucky = {n: Match(0, 16, "CREDIT_CARD", 1.0, "CreditCardRecognizer") for n in numbers[::10]}
    verdict = judge_column(plan(), evidence(numbers, found=lucky))
    assert "CREDIT_CARD" in verdict.rejected
    assert verdict.settle([Candidate(lucky[numbers[0]], "••", "")]) == ()


def test_a_single_card_among_codes_stands() -> None:
    card = "4111111111111111"
    found = {card: Match(0, 16, "CREDIT_CARD", 1.0, "CreditCardRecognizer")}
    verdict = judge_column(plan(), evidence([f"REF-{i}" for i in range(500)] + [card], found=found))
    (standing,) = verdict.settle([Candidate(found[card], "••", "")])
    assert standing.match.entity == "CREDIT_CARD"


def test_one_repeated_value_does_not_confirm_itself() -> None:
    found = {"Paris": Match(0, 5, "LOCATION", 0.85, "X")}
    seen = evidence(["Paris"] * 80 + ["n-1", "n-2"], found=found)
    assert judge_column(plan(), seen).confidence == {}


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


def test_a_mixed_column_keeps_what_a_recogniser_agrees_with() -> None:
    phones = [f"+1 212 555 01{at:02}" for at in range(10)]
    found = {phone: Match(0, len(phone), "PHONE_NUMBER", 0.6, "PhoneRecognizer") for phone in phones}
    mixed = evidence(phones + [f"call office {at}" for at in range(25)], found=found)
    assert judge_column(plan("PHONE_NUMBER"), mixed).confidence == {"PHONE_NUMBER": 0.75}
    assert judge_column(plan(), mixed).confidence == {}


def test_what_the_head_suggests_needs_the_whole_column() -> None:
    names = [f"Ana {letter}cruz" for letter in "abcdefghij"]
    suggesting = plan(suggested=("PERSON",))
    assert judge_column(suggesting, evidence(names, ("PERSON",))).confidence == {"PERSON": 0.7}
    assert judge_column(suggesting, evidence(names + ["A-1"] * 10, ("PERSON",))).confidence == {}


def test_a_word_of_the_header_that_is_taken_back_makes_no_entity() -> None:
    ages = [f"{at} years" for at in range(20, 40)]
    context = {age: Match(0, 2, "AGE", 0.7, "AgeRecognizer") for age in ages}
    seen = evidence(ages, found=context)
    candidate = Candidate(context[ages[0]], "<AGE>", "")
    assert judge_column(plan(denied=("AGE",)), seen).settle([candidate]) == ()
    assert judge_column(plan(), seen).settle([candidate]) == (candidate,)


def test_dates_stand_only_where_they_may_be_somebodys() -> None:
    days = [f"2026-08-{day:02}" for day in range(1, 20)]
    found = {day: Match(0, 10, "DATE_TIME", 0.85, "DateRecognizer") for day in days}
    candidate = Candidate(found[days[0]], "••••-••-••", "")
    (standing,) = judge_column(plan(), evidence(days, found=found)).settle([candidate])
    assert standing.match.score == 0.6
    of_record = FieldPlan("created", Route.COLUMN, event_date=True)
    assert judge_column(of_record, evidence(days, found=found)).settle([candidate]) == ()


def test_a_date_among_codes_is_no_surprise() -> None:
    found = {"2026-08-01": Match(0, 10, "DATE_TIME", 0.85, "DateRecognizer")}
    verdict = judge_column(plan(), evidence([f"REF-{at}" for at in range(50)] + ["2026-08-01"], found=found))
    assert verdict.settle([Candidate(found["2026-08-01"], "•", "")]) == ()


def test_a_masked_value_is_told_by_the_match_that_saw_the_mask() -> None:
    clear = Match(0, 16, "CREDIT_CARD", 0.95, "CreditCardRecognizer")
    masked = Match(0, 16, "CREDIT_CARD", 0.75, "MaskedRecognizer", MaskingState.MASKED)
    verdict = ColumnVerdict({"CREDIT_CARD": 0.95})
    (standing,) = verdict.settle([Candidate(clear, "•", ""), Candidate(masked, "•", "")])
    assert standing.match.masking is MaskingState.MASKED


# --- the merge law -------------------------------------------------------------------------------

_CELLS = st.sampled_from(
    ["2026-01-02", "03/04/2025", "2026-01-02 10:00", "4111111111111111", "12345", "Ana Cruz", "n", "x@y.org"]
)


@st.composite
def cells(draw: st.DrawFn) -> tuple[str, int, tuple[Match, ...]]:
    value = draw(_CELLS)
    entities = draw(st.lists(st.sampled_from(["PERSON", "CREDIT_CARD", "DATE_TIME"]), max_size=3))
    matches = tuple(
        Match(0, draw(st.sampled_from([1, len(value)])), e, draw(st.sampled_from([0.3, 0.6, 0.95])), draw(st.sampled_from([HEADER, "R"])))
        for e in entities
    )  # fmt: skip
    return value, draw(st.integers(1, 5)), matches


def counted(seen: list[tuple[str, int, tuple[Match, ...]]]) -> ColumnEvidence:
    total = ColumnEvidence()
    for value, count, matches in seen:
        total.records += count
        total.non_empty += count
        total.distinct.add(KEY.sketch(value))
        total.observe(value, count)
        total.witness(value, count, KEY.sketch(value), matches)
    return total


def flat(seen: ColumnEvidence) -> object:
    """What can be seen of evidence."""
    return (
        seen.records, seen.non_empty, seen.nothing, seen.distinct.count, dict(seen.digit_lengths), dict(seen.dates), seen.timestamps,
        {e: (f.whole, f.part, f.proven, f.best, f.distinct.count, dict(f.digit_lengths)) for e, f in seen.entities.items()},
    )  # fmt: skip


@given(st.lists(cells(), max_size=30), st.lists(st.integers(0, 30), max_size=4), st.randoms())
def test_evidence_does_not_depend_on_how_the_column_was_cut(
    seen: list[tuple[str, int, tuple[Match, ...]]], cuts: list[int], random: Random
) -> None:
    borders = [0, *sorted(min(cut, len(seen)) for cut in cuts), len(seen)]
    parts = [counted(seen[low:high]) for low, high in pairwise(borders)]
    random.shuffle(parts)
    merged = ColumnEvidence()
    for part in parts:
        merged.merge(part)
    assert flat(merged) == flat(counted(seen))
    for hints in ((), ("PERSON",), ("CREDIT_CARD", "PERSON")):
        assert judge_column(plan(*hints), merged) == judge_column(plan(*hints), counted(seen))


# --- the plan of a source ------------------------------------------------------------------------


def test_only_the_head_decides_whatever_the_batches() -> None:
    labels = ["A-1"] * HEAD_RECORDS + ["please call the customer back"] * HEAD_RECORDS

    def batches(size: int) -> list[RecordBatch]:
        return [
            RecordBatch(size, (FieldValues("x", range(at + 1, at + 1 + size), labels[at : at + size]),))
            for at in range(0, len(labels), size)
        ]

    assert {plan_source(batches(size), FieldKind.COLUMN).of("x").route for size in (500, 2000, 4000)} == {
        Route.COLUMN
    }


@pytest.mark.parametrize(
    ("header", "shares", "hints", "suggested"),
    [
        ("name", {"PERSON": 0.4, "LOCATION": 0.1}, ("PERSON",), ()),
        ("name", {"PERSON": 0.1, "LOCATION": 0.0}, (), ()),
        ("name", {"PERSON": 0.3, "LOCATION": 0.7}, (), ()),
        ("name", None, ("PERSON",), ()),
        ("first name", {"PERSON": 0.0, "LOCATION": 0.0}, ("PERSON",), ()),
        ("region", {"PERSON": 0.0, "LOCATION": 0.6}, ("LOCATION",), ()),
        ("region", {"PERSON": 0.0, "LOCATION": 0.3}, (), ()),
        ("state", {"PERSON": 0.0, "LOCATION": 0.0}, (), ()),
        ("column_3", {"PERSON": 0.7, "LOCATION": 0.1}, (), ("PERSON",)),
        ("column_3", {"PERSON": 0.1, "LOCATION": 0.8}, (), ("LOCATION",)),
        ("INSTNM", {"PERSON": 0.1, "LOCATION": 0.8}, (), ()),
        ("product", {"PERSON": 0.9, "LOCATION": 0.0}, (), ()),
    ],
)  # fmt: skip
def test_the_language_model_speaks_where_the_header_does_not(
    header: str, shares: dict[str, float] | None, hints: tuple[str, ...], suggested: tuple[str, ...]
) -> None:
    planned = plan_field(
        header, ["open", "closed", "waiting", "done"] * 3, FieldKind.COLUMN, lambda values: shares
    )
    assert (planned.hints, planned.suggested) == (hints, suggested)


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("****1234", "masked"), ("12345***", "partial"), ("j***@x.org", "masked"), ("jo***@x.org", "partial"), ("[REDACTED]", "masked"),
        ("5.54563E+15", "partial"), ("tok_8f3k2j1h", "masked"), ("d41d8cd98f00b204e9800998ecf8427e", "masked"), ("J*** S****", "masked"),
        ("$2b$12$KIXQ0f1pTz9oZJm1yQe3Uu", "masked"), ("4111111111111111", "clear"), ("Max Xavier", "clear"), ("5E+2", "clear"),
    ],
)  # fmt: skip
def test_masking_state(value: str, state: str) -> None:
    assert masking_state(value) == state


@pytest.mark.parametrize(("text", "amount"), [("$29278", True), ("1 234,50 zł", True), ("-5 %", True), ("EUR 12.5", True), ("29278", False), ("$", False)])  # fmt: skip
def test_amounts(text: str, amount: bool) -> None:
    assert is_amount(text) is amount


@pytest.mark.parametrize(
    ("text", "random"),
    [
        ("706973e7-22d9-4aff-8de9-d246ceba2131", True), ("706973E7-22D9-4AFF-8DE9-D246CEBA2131", True),
        ("706973e7-22d9-4aff-8de9", False), ("00000000-0000-4000-a000-234567890124", False),
        ("41111111-1111-1111-8000-d246ceba2131", False), ("706973e7-22d9-4aff-8de9-d246ceba2131 ", False),
    ],
)  # fmt: skip
def test_only_an_identifier_without_a_long_number_is_random(text: str, random: bool) -> None:
    assert is_random_uuid(text) is random


@pytest.mark.parametrize(
    ("entity", "text", "fit"),
    [
        ("POSTAL_CODE", "2351.0", True), ("CARD_SECURITY_CODE", "123.0", True), ("POSTAL_CODE", "$29278", False), ("CREDIT_CARD", "5.54563E+15", True),
        ("PERSON", "राजेश कुमार", True), ("PERSON", "A-113", False), ("STREET_ADDRESS", "verified", False), ("AGE", "121", False), ("AGE", "٣", False),
        ("DATE_OF_BIRTH", "1966", True), ("DATE_OF_BIRTH", "-9461", False), ("NO_SUCH", "x", False),
        ("STREET_ADDRESS", "ann.lee2@example.org", False), ("PHONE_NUMBER", "4111 1111 1111 1111", False), ("PHONE_NUMBER", "212-555-0142 x123456", True), ("PHONE_NUMBER", "00 44 20 7946 0018 1234", True),
    ],
)  # fmt: skip
def test_shapes(entity: str, text: str, fit: bool) -> None:
    assert fits(entity, text) is fit
