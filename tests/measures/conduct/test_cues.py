"""Cues are heard in whatever words stand around them, and not where they are denied."""

from __future__ import annotations

import pytest

from bpoaudit.measures.conduct.cues import cues
from bpoaudit.rules.measured import CONDUCT
from tests.steps import steps

USED = {
    "recording_notice", "company_named", "identity_check", "disclosure", "recording_paused", "recording_resumed",
    "one_time_password_asked", "pin_asked", "password_asked", "objection", "erasure_request",
    "request_taken_up", "deletion_promised", "private_contact", "greeting", "by_phone", "in_writing",
}  # fmt: skip


def events(text: str) -> set[str]:
    return {heard.event for heard in cues().heard(text)}


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ("recording_notice", "this call is uh being recorded"),
        ("recording_notice", "No. This call is recorded."),
        ("recording_notice", "just so you know we record all of our calls"),
        ("recording_notice", "le informo que la llamada va a ser grabada"),
        ("recording_notice", "das Gespräch wird aufgezeichnet"),
        ("recording_notice", "a ligação está sendo gravada"),
        ("recording_notice", "rozmowa jest nagrywana"),
        ("recording_notice", "cet appel peut être enregistré"),
        ("pin_asked", "could you please tell me um your PIN"),
        ("one_time_password_asked", "read me the six digits we texted you"),
        ("password_asked", "I need your full password"),
        ("private_contact", "here is my own number"),
        ("objection", "please don't ever call me again"),
        ("erasure_request", "I want you to delete all my data"),
        ("recording_paused", "I'm pausing the recording"),
        ("company_named", "thank you for calling Lakeside Gas"),
    ],
)
def test_what_is_said(event: str, text: str) -> None:
    assert event in events(text)
    assert event in events(text.upper())


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ("recording_notice", "this call is not recorded"),
        ("recording_notice", "we do not record our calls"),
        ("recording_notice", "esta llamada no se graba"),
        ("recording_notice", "das Gespräch wird nicht aufgezeichnet"),
        ("recording_notice", "I have a record of your order"),
        ("recording_notice", "we record that in the notes for you"),
        ("one_time_password_asked", "I just need your zip code and your phone number"),
        ("one_time_password_asked", "me dice su código postal y su teléfono móvil"),
        ("pin_asked", "we never need your PIN"),
        ("pin_asked", "pin the note to the board"),
        ("password_asked", "please do not share your password"),
        ("company_named", "thank you for calling how can I help"),
        ("private_contact", "what is your personal number"),
        ("objection", "please call me again tomorrow"),
        ("erasure_request", "delete the second item of my order"),
        ("deletion_promised", "I cannot delete your data"),
    ],
)
def test_what_is_not_said(event: str, text: str) -> None:
    assert event not in events(text)


def test_a_cue_tells_where_it_stands() -> None:
    (heard,) = (each for each in cues().heard("Guten Tag. Das Gespräch wird aufgezeichnet!") if each.event == "recording_notice")  # fmt: skip
    assert (heard.start, heard.end) == (15, 42)


def test_every_language_has_cues_for_every_event() -> None:
    assert {cue.event for cue in cues().cues} == USED
    assert len(cues().cues) > 7 * len(USED)


def test_the_rules_know_all_events() -> None:
    said_by_company = {"one_time_password_asked", "pin_asked", "password_asked", "deletion_promised"}
    assert said_by_company <= CONDUCT & USED


def test_a_cue_across_slices_of_a_long_text() -> None:
    for before in (3_994, 3_999, 4_000, 4_012):
        assert events("word " * before + "this call is being recorded") >= {"recording_notice"}


def test_cost_grows_with_the_text_alone() -> None:
    text = "call recorded stop calling me delete my data what is your pin " * 200
    cues().heard(text)
    once = steps(lambda: cues().heard(text))
    assert steps(lambda: cues().heard(text * 8)) < 9 * once
