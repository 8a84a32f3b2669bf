"""What follows from who says what in which order; without language models."""

from __future__ import annotations

import pytest

from bpoaudit.detect.matches import Candidate, Match
from bpoaudit.measures.conduct.events import LATER, conversation, outcomes
from bpoaudit.measures.conduct.utterances import Said
from bpoaudit.model import MaskingState

ROLES = {"A": "agent", "C": "customer", "S": "system"}


def value(entity: str, mark: str, masking: MaskingState = MaskingState.CLEAR) -> Candidate:
    return Candidate(Match(0, 4, entity, 0.9, "test", masking), "•", mark)


def said(
    *lines: str, found: dict[int, tuple[Candidate, ...]] | None = None, roles: bool = True
) -> list[Said]:
    return [
        Said(n, line[0], ROLES.get(line[0]) if roles else None, line[3:], (found or {}).get(n, ()))
        for n, line in enumerate(lines, 1)
    ]


def told(turns: list[Said], spoken: bool | None = True) -> dict[str, tuple[bool | None, int | None]]:
    return {o.event: (o.heard, o.turn) for o in outcomes(conversation(turns), spoken)}


def test_turns_of_one_speaker_are_one() -> None:
    turns = said("A: hello", "A: you speak with ann. this call may be", "A: recorded for quality", "C: hi")
    assert told(turns)["recording_notice"] == (True, 1)
    place = next(o.place for o in outcomes(conversation(turns), True) if o.event == "recording_notice")
    assert place is not None
    assert place[0] == 2


def test_a_notice_of_the_customer_does_not_count() -> None:
    turns = said("A: hello", "C: I am recording this call", "A: fine")
    assert told(turns)["recording_notice"] == (False, None)


def test_late_is_late() -> None:
    lines = ["A: hm", "C: hm"] * 8 + ["A: by the way this call is recorded"]
    assert told(said(*lines))["recording_notice"] == (True, LATER)


def test_only_a_call_is_recorded() -> None:
    turns = said("A: hi", "C: hi")
    assert "recording_notice" not in told(turns, spoken=False)
    assert told(turns, spoken=None)["recording_notice"] == (None, None)


def test_without_roles_nothing_is_said_against_anybody() -> None:
    turns = said("1: tell me your pin", "2: why", "1: this is needed", roles=False)
    assert told(turns)["pin_asked"] == (None, None)
    assert told(turns)["company_named"] == (None, None)
    assert told(turns)["password_asked"] == (False, None)


def test_who_greets_is_the_agent() -> None:
    turns = said(
        "1: thank you for calling norwell how can i help", "2: hi", "1: tell me your pin", roles=False
    )
    assert told(turns)["pin_asked"] == (True, None)
    turns = said("1: thank you for calling norwell", "2: tell me your pin", roles=False)
    assert told(turns)["pin_asked"] == (False, None)


def test_a_card_after_a_pause_and_after_its_end() -> None:
    card = value("CREDIT_CARD", "x")
    lines = ("A: I will pause the recording now", "C: 4111", "A: I have resumed the recording", "C: 4111")
    assert told(said(*lines, found={2: (card,)}))["card_said_after_pause"] == (True, None)
    assert told(said(*lines, found={4: (card,)}))["card_said_after_pause"] == (False, None)
    assert "card_said_after_pause" not in told(said("A: hello", "C: 4111", found={2: (card,)}))


@pytest.mark.parametrize(("masking", "heard"), [(MaskingState.CLEAR, True), (MaskingState.PARTIAL, False)])
def test_only_a_clear_number_is_read_back(masking: MaskingState, heard: bool) -> None:
    found = {2: (value("CREDIT_CARD", "x"),), 3: (value("CREDIT_CARD", "x", masking),)}
    assert told(said("A: card?", "C: 4111", "A: 1111", found=found))["card_read_back"] == (heard, None)


def test_who_is_asked_first_is_told_rightly() -> None:
    balance = "A: your balance is ten pounds"
    assert told(said("C: hi", balance))["checked_before_disclosure"] == (False, None)
    checked = told(said("A: what is your date of birth", "C: may first", balance))
    assert checked["checked_before_disclosure"] == (True, None)
    in_one = told(said("C: hi", "A: for security confirm your name. your balance is ten pounds"))
    assert in_one["checked_before_disclosure"] == (True, None)
    after = told(said("C: hi", "A: your balance is ten pounds. now for security confirm your name"))
    assert after["checked_before_disclosure"] == (False, None)
    assert "checked_before_disclosure" not in told(said("A: hello", "C: hi"))


def test_what_the_customer_said_is_not_disclosed() -> None:
    birth = value("DATE_OF_BIRTH", "x")
    own = said("C: born in may", "A: in may, right", found={1: (birth,), 2: (birth,)})
    assert "checked_before_disclosure" not in told(own)
    new = said("C: hello", "A: you were born in may", found={2: (birth,)})
    assert told(new)["checked_before_disclosure"] == (False, None)


def test_a_wish_is_taken_up_or_not() -> None:
    wish = "C: stop calling me"
    assert told(said(wish, "A: I will remove your number"))["objection_taken_up"] == (True, None)
    assert told(said(wish, "A: but it is free"))["objection_taken_up"] == (False, None)
    late = [wish] + ["A: hm", "C: hm"] * 5 + ["A: I will remove your number"]
    assert told(said(*late))["objection_taken_up"] == (False, None)
    assert "objection_taken_up" not in told(said("A: stop calling me", "C: hm"))


def test_nothing_said_shows_in_repr() -> None:
    turns = said("A: secret words", "C: hi")
    assert "secret" not in repr(turns) + repr(conversation(turns))
