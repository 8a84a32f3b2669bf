from __future__ import annotations

import pytest

from bpoaudit.delivery.turns import find_speakers, parse_turn

LINES = [
    ("[10:02:11] AGENT: hello", "AGENT", "[10:02:11]", "hello"),
    ("Agent: hi", "Agent", None, "hi"),
    ("Agent   : hi", "Agent", None, "hi"),
    ("**Agent:** hi", "Agent", None, "hi"),
    ("(00:01) Caller - my number is: 5", "Caller", "(00:01)", "my number is: 5"),
    ("2026-05-01 10:02 John Smith: x", "John Smith", "2026-05-01 10:02", "x"),
    ("01/05/2026, 10:02 - Maria: y", "Maria", "01/05/2026, 10:02", "y"),
    ("[2026-05-01T10:02:11Z] bot: q", "bot", "[2026-05-01T10:02:11Z]", "q"),
    ("[00:01 - 00:04] Speaker 1: yes", "Speaker 1", "[00:01 - 00:04]", "yes"),
    ("Agent (10:02:11): z", "Agent", "10:02:11", "z"),
    ("10:02 AM Priya: ok", "Priya", "10:02 AM", "ok"),
    ("प्रिया: नमस्ते", "प्रिया", None, "नमस्ते"),
]


@pytest.mark.parametrize(("line", "speaker", "time", "text"), LINES)
def test_a_line_that_opens_a_turn(line: str, speaker: str, time: str | None, text: str) -> None:
    turn = parse_turn(line)
    assert turn is not None
    assert turn.speaker == speaker
    assert (turn.time or "").strip() == (time or "")
    assert line[turn.start :] == text
    assert speaker not in repr(turn)


@pytest.mark.parametrize("line", ["http://example.org", "12:30", "[10:02] well", "- hi", "", "no label here"])
def test_a_line_that_does_not(line: str) -> None:
    assert parse_turn(line) is None


def test_form_and_log_labels_are_no_speakers() -> None:
    forms = ["Call ID: 1", "Agent Name: Joy", "10:02 ERROR: x"]
    lines = [*forms, "Agent: hi", "Ann: yo", "Ann: yes", "Once: no"]
    speakers = find_speakers(lines)
    assert speakers.labels == {"Agent", "Ann"}
    assert (speakers.turns, speakers.lines) == (3, 7)


def test_notes_are_no_conversation() -> None:
    assert not find_speakers(["Remember: buy milk", "more", "Important: call"]).converse
    assert find_speakers(["Maria: hi", "Joy: yes", "Maria: ok", "Joy: bye"]).converse
