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


@pytest.mark.parametrize(
    "line",
    ["http://example.org", "12:30", "Mar 10 06:12:44 it began", "[10:02] well", "- hi", "", "no label here"],
)
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


LOGS = [
    [
        f"Mar  9 {10 + at}:12:02 lb01 haproxy[14389]: 192.0.2.{at}:33317 http-in/srv1 10/0/30 200 2750"
        for at in range(4)
    ],
    [f"2026-03-10T10:12:0{at}Z web0{at % 2} systemd: Started session {at}" for at in range(6)],
    [f"17/06/09 20:10:0{at} INFO {name}: found it" for at, name in enumerate(["a.Block", "b.Exec"] * 3)],
    [f"20:10:0{at} {name}: saved" for at, name in enumerate(["store.OrderService", "net.MailSender"] * 3)],
    [f"{name}: connection from 192.0.2.{at}" for at, name in enumerate(["postgres", "redis"] * 3)],
    [f"{name}: request={at} took 31 ms" for at, name in enumerate(["Billing", "Orders"] * 3)],
]


@pytest.mark.parametrize("lines", LOGS)
def test_the_lines_of_programs_are_no_conversation(lines: list[str]) -> None:
    assert not find_speakers(lines).converse


def test_records_written_one_below_the_other_are_no_conversation() -> None:
    record = ["Customer: Maria", "City: Lima", "Plan: Gold", "Fee: free"]
    assert not find_speakers(record * 3).converse
    assert find_speakers(
        ["Ann: hi", "Bob: hi", "Cy: yes", "Ann: ok", "Dee: no", "Bob: so", "Dee: bye"]
    ).converse
    assert find_speakers(["Agent: hi", "Customer: yes", "Supervisor: no", "Bot: bye"]).converse


def test_support_for_machines_is_a_conversation() -> None:
    lines = [
        "Agent: what is the address of the server",
        "Client: it is 192.0.2.7",
        "Agent: thanks",
        "Client: ok",
    ]
    assert find_speakers(lines).converse
