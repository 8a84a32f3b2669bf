"""The conversations of the benchmark are well-formed, and counted as they should be."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import conduct
import pytest
import yaml

from bpoaudit.rules.measured import CONDUCT


def _worker(rows: list[dict[str, Any]]) -> Any:
    measured = SimpleNamespace(told=lambda: {"conduct": rows})
    return lambda task: SimpleNamespace(measured=measured)


@pytest.mark.parametrize("name", conduct.SETS)
def test_every_conversation_expects_events_that_there_are(name: str) -> None:
    dialogues: list[Mapping[str, Any]] = yaml.safe_load((conduct.FOLDER / f"{name}.yaml").read_text("utf-8"))
    assert len(dialogues) == 20
    for dialogue in dialogues:
        assert set(dialogue["heard"]) <= CONDUCT | set(conduct.ALSO_HEARD.values())
        assert all(turn[0] in conduct.SPEAKERS and turn[1:3] == ": " for turn in dialogue["turns"])


def test_no_conversation_is_in_both_sets() -> None:
    dev, held = (
        yaml.safe_load((conduct.FOLDER / f"{name}.yaml").read_text("utf-8")) for name in conduct.SETS
    )
    said = [
        {turn[3:].casefold() for each in dialogues for turn in each["turns"]} for dialogues in (dev, held)
    ]
    assert {turn for turn in said[0] & said[1] if len(turn) > 20} == set()


def test_hits_misses_and_false_alarms() -> None:
    dialogue = {"name": "one", "file": "a.txt", "turns": ["A: hi"], "heard": ["pin_asked", "objection"]}
    rows = [
        {"event": "objection_taken_up", "heard": False},
        {"event": "private_contact", "heard": True},
        {"event": "pin_asked", "heard": None},
    ]
    counts, wrong = conduct.compared([dialogue], _worker(rows))
    assert {event: dict(count) for event, count in counts.items()} == {
        "objection": {"found": 1},
        "pin_asked": {"missed": 1},
        "private_contact": {"false": 1},
    }
    assert sorted(wrong) == ["  one: false private_contact", "  one: missed pin_asked"]
