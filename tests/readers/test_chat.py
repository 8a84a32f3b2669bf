from __future__ import annotations

from collections.abc import Callable

import pytest

from bpoaudit.model import FieldKind
from tests.readers.conftest import Seen

ReadOne = Callable[..., Seen]

CALL = """Call ID: 123
Agent ID: 99
Agent Name: Joy Cruz

[10:02:11] AGENT: thank you for calling
[10:02:15] CALLER: my name: is
  Ann Lee

Note: she said 5
[10:03:00] AGENT: bye last@example.org
"""


def test_turns(read_one: ReadOne) -> None:
    seen = read_one(CALL, "t.txt")
    assert seen.part.kind is FieldKind.TRANSCRIPT
    assert (seen.records, seen.batches) == (3, 1)
    assert seen.fields["text"] == [
        (1, "thank you for calling"),
        (2, "my name: is\n  Ann Lee\n\nNote: she said 5"),
        (3, "bye last@example.org"),
    ]
    assert seen.values("speaker") == ["AGENT", "CALLER", "AGENT"]
    assert [turn.seconds for turn in seen.turns] == [0.0, 4.0, 49.0]


def test_the_lines_before_the_call_are_read_and_speak_not(read_one: ReadOne) -> None:
    header = read_one(CALL, "t.txt").fields["header"]
    assert header == [(1, "Call ID: 123"), (1, "Agent ID: 99"), (1, "Agent Name: Joy Cruz")]


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("Agent: hi\nCustomer: yo\n", [("Agent", None), ("Customer", None)]),
        ("(00:01) Caller - hi\n(01:04) Agent - yo\n", [("Caller", 0.0), ("Agent", 63.0)]),
        (
            "2026-05-01 23:59 John Smith: hi\n2026-05-02 00:01 Ann Lee: yo\n",
            [("John Smith", 0.0), ("Ann Lee", 120.0)],
        ),
        ("[11:59:00 PM] Ann: hi\n[12:01:00 AM] Bob: yo\n", [("Ann", 0.0), ("Bob", 120.0)]),
        ("Maria: hi\nJoy: yo\nMaria: ok\nJoy: bye\n", [("Maria", None), ("Joy", None)] * 2),
    ],
)
def test_ways_to_label_a_turn(read_one: ReadOne, text: str, turns: list[tuple[str, float | None]]) -> None:
    seen = read_one(text, "t.txt")
    assert [(turn.speaker, turn.seconds) for turn in seen.turns] == turns
    assert seen.values("text")[:2] == ["hi", "yo"]


def test_no_line_is_lost(read_one: ReadOne) -> None:
    seen = read_one(CALL, "t.txt")
    text = "\n".join(value for name in ("header", "text") for value in seen.values(name))
    for line in CALL.splitlines():
        assert line.split("] ")[-1].split(": ", line.startswith("["))[-1].strip() in text


def test_an_endless_turn_is_read_in_pieces(read_one: ReadOne) -> None:
    line = "and then " * 1000 + "\n"
    seen = read_one("Agent: hi\nCustomer: well\n" + line * 300 + "Agent: last@example.org\n", "t.txt")
    assert sum(map(len, seen.values("text"))) >= 300 * 9000
    assert max(map(len, seen.values("text"))) < 2 << 20
    assert seen.values("text")[-1] == "last@example.org"
    assert seen.values("speaker") == ["Agent", "Customer", "Customer", "Customer", "Agent"]


def test_a_fault_in_the_encoding_is_said_once(read_one: ReadOne) -> None:
    seen = read_one("Agent: ñandú, ¿sí?\nCustomer: Jos".encode() + b"\xe9\n", "t.txt")
    assert seen.values("text")[1] == "José"
    assert seen.part.losses == ["bytes that are not UTF-8, read as Windows-1252: 1"]


EXPORTS = [
    (
        "\u200e[12/05/2026, 10:02:11] Ann: \u200ehi\r\n[12/05/2026, 10:02:30] +48 601 234 567: yes\nAgent: no\n"
        "[12/05/2026, 10:05:11] Ann changed the subject\n",
        [("Ann", None, 0.0), ("+48 601 234 567", None, 19.0), (None, "system", 180.0)],
        ["\u200ehi", "yes\nAgent: no", "Ann changed the subject"],
    ),
    (
        "12.05.26, 23:59 - Ann: hi, you\n13.05.26, 00:01 - ~\u202fBo: yes, me\n",
        [("Ann", None, 0.0), ("Bo", None, 120.0)],
        ["hi, you", "yes, me"],
    ),
    (
        "5/12/26, 10:02\u202fPM - Ann: hi\n5/12/26, 10:04\u202fPM - Bo: <Media omitted>\n",
        [("Ann", None, 0.0), ("Bo", None, 120.0)],
        ["hi", "<Media omitted>"],
    ),
    (
        "10:02:11\t From  Ann Lee to  Everyone:\r\n\thi\r\n10:03:11 From Bo to Ann Lee(Direct Message) : yes\r\n",
        [("Ann Lee", None, 0.0), ("Bo", None, 60.0)],
        ["hi", "yes"],
    ),
    (
        "00:01:02\tAnn Lee:\thi\n00:01:10\tBo:\tyes\n",
        [("Ann Lee", None, 0.0), ("Bo", None, 8.0)],
        ["hi", "yes"],
    ),
    (
        "Ann Lee  0:05\nhi\n\nSpeaker 2  0:12\nyes\n\nAnn Lee  0:30\nok\n",
        [("Ann Lee", None, 0.0), ("Speaker 2", None, 7.0), ("Ann Lee", None, 25.0)],
        ["hi", "yes", "ok"],
    ),
    (
        "[10:02 AM] Ann Lee\nhi\n\n[10:05 AM] Bo Roy\nyes\n\n[10:07 AM] Ann Lee\nok\n",
        [("Ann Lee", None, 0.0), ("Bo Roy", None, 180.0), ("Ann Lee", None, 300.0)],
        ["hi", "yes", "ok"],
    ),
    (
        "Q.  Your name?\nA.  Ann Lee.\nQ.  Where do you live?\nA.  Here.\n",
        [("Q", None, None), ("A", None, None)] * 2,
        ["Your name?", "Ann Lee.", "Where do you live?", "Here."],
    ),
]


@pytest.mark.parametrize(("text", "turns", "said"), EXPORTS)
def test_what_messengers_and_recorders_write(
    read_one: ReadOne, text: str, turns: list[tuple[str | None, str | None, float | None]], said: list[str]
) -> None:
    seen = read_one(text, "t.txt")
    assert [(turn.speaker, turn.role, turn.seconds) for turn in seen.turns] == turns
    assert seen.values("text") == said


def test_whom_a_message_is_for(read_one: ReadOne) -> None:
    text = "10:02:11 From Ann to Everyone: hi\n10:03:11 From Bo to cy@example.org(Direct Message) : yes\n"
    assert read_one(text, "t.txt").fields["to"] == [(1, "Everyone"), (2, "cy@example.org(Direct Message)")]


def test_appointments_are_no_conversation(read_one: ReadOne) -> None:
    day = "Breakfast 08:00\nLunch 12:30\nDinner 18:00\n"
    assert read_one(f"Monday\n{day}Tuesday\n{day}", "t.txt").part.kind is FieldKind.TEXT


def test_roles(read_one: ReadOne) -> None:
    seen = read_one("Agent 1: hi\nCustomer: yes\nBot: bye\n", "t.txt")
    assert [turn.role for turn in seen.turns] == ["agent", "customer", "system"]
