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
