"""Conversations of files as an audit reads them: captions, texts, nested chats, segments."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bpoaudit.measures.conduct.tally import FIRST
from tests.measures.conftest import Measure, Told, measured_in

pytestmark = pytest.mark.slow

CALL = "Agent: hello\nCustomer: hi, my card is 4111 1111 1111 1111\nAgent: 4111 1111 1111 1111, thank you\n"
VTT = (
    "WEBVTT\n\n00:{0}:01.000 --> 00:{0}:04.000\n<v Agent>so you were\n\n"
    "00:{0}:05.000 --> 00:{0}:09.000\n<v Customer>yes\n"
)


def rows(told: Told, event: str) -> list[dict[str, Any]]:
    return [row for row in told["conduct"] if row["event"] == event]


def test_a_folder_of_calls(measure: Measure) -> None:
    chat = {
        "messages": [
            {"from": "agent", "text": "hi"},
            {"from": "customer", "text": "my mail is a@example.org"},
        ]
    }
    bad = {
        "messages": [
            {"from": "customer", "text": "hello"},
            {"from": "agent", "text": "tell me your password"},
        ]
    }
    told = measure(
        {
            "calls/a.txt": CALL,
            "b.vtt": VTT.format("00"),
            "c.vtt": VTT.format("40"),
            "b_part2.vtt": VTT.format("00"),
            "talk.txt": "Agent: hello\nCustomer: hi\n",
            "chats.json": json.dumps([chat] * 3 + [bad]),
            "one.txt": "Agent: tell me your password\nAgent: now\n",
        }
    )
    notice = {
        (r["source"], r["channel"], r["from_start"], r["heard"]) for r in rows(told, "recording_notice")
    }
    assert notice == {
        ("calls/a.txt", "voice", True, False),
        ("b.vtt", "voice", True, False),
        ("c.vtt", "voice", False, False),
        ("b_part2.vtt", "voice", False, False),
        ("talk.txt", "unknown", True, None),
    }
    (read_back,) = (r for r in rows(told, "card_read_back") if r["heard"])
    assert (read_back["source"], read_back["field"], read_back["record"]) == ("calls/a.txt", "text", 3)
    (asked,) = (r for r in rows(told, "password_asked") if r["heard"])
    assert (asked["source"], asked["field"], asked["record"]) == ("chats.json", "messages[*].text", 4)
    assert {r["channel"] for r in told["conduct"]} == {"voice", "chat", "unknown"}
    conversations = Counter[str]()
    for row in told["conduct"]:
        conversations[row["event"]] += row["conversations"]
    assert conversations["pin_asked"] == conversations["company_named"] == 9
    text = json.dumps(told)
    assert not [word for word in ("4111", "example.org", 'password"', "tell me") if word in text]


def test_many_are_counted_and_the_first_are_shown(tmp_path: Path) -> None:
    lines = "".join(
        f'{{"chat": "{n}", "from": "{who}", "text": "{text}"}}\n'
        for n in range(30)
        for who, text in (("customer", "hello"), ("agent", "what is your pin please"))
    )
    (tmp_path / "chats.jsonl").write_text(lines)
    asked = rows(measured_in(tmp_path), "pin_asked")
    assert sum(row["conversations"] for row in asked) == 30
    assert [row["record"] for row in asked[:FIRST]] == [2 * n for n in range(1, FIRST + 1)]
    assert asked[FIRST] == {
        "event": "pin_asked", "feed": None, "channel": "chat", "from_start": True, "heard": True, "turn": None,
        "conversations": 10, "source": None,
    }  # fmt: skip
