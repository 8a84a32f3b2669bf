"""What an engine finds comes back to the row it was found in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from measuring import engines
from measuring.sets import LabelledSet, Row, corpus_sets, group_of
from measuring.spans import Found

from bpoaudit.delivery.turns import find_speakers, parse_turn

TEXTS = LabelledSet(
    "texts",
    (Row("t1", "call ann", ((5, 8, "PERSON"),)), Row("t2", "nothing", ())),
    frozenset({"PERSON"}),
    frozenset({"PERSON"}),
    group_of,
)
CALLS = LabelledSet(
    "calls",
    (
        Row("c1", "your card", (), "one", "Agent"),
        Row("c2", "4111 1111", (), "one", "Customer"),
        Row("c3", "1111 1111", (), "one", "Customer"),
        Row("d1", "hello", (), "two", "Agent"),
    ),
    frozenset({"CREDIT_CARD"}),
    frozenset({"CREDIT_CARD"}),
    group_of,
)


def test_findings_come_back_to_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def scan(folder: Path) -> list[dict[str, Any]]:
        assert [json.loads(line)["text"] for line in (folder / "texts.jsonl").open()] == [
            "call ann",
            "nothing",
        ]
        assert (folder / "calls" / "one.txt").read_text().splitlines()[0] == "Agent: your card"
        why = {"settled_score": 0.8, "agreement": ["B"]}
        told = {"field": "text", "recognizer": "A", "confidence": 0.9, "explanation": why}
        card = told | {"entity": "CREDIT_CARD", "source": "calls/one.txt", "record": 2, "start": 0, "end": 9}
        return [
            told | {"entity": "PERSON", "source": "texts.jsonl", "record": 1, "start": 5, "end": 8},
            card | {"spans": [[2, 0, 9], [3, 0, 9]]},
            card | {"field": "speaker", "spans": []},
        ]

    monkeypatch.setattr(engines, "scan", scan)
    found = engines.ours([TEXTS, CALLS])
    assert found["texts"] == [[Found(5, 8, "PERSON", 0.9, "A", 0.8, True)], []]
    piece = Found(0, 9, "CREDIT_CARD", 0.9, "A", 0.8, True)
    assert found["calls"] == [[], [piece], [piece], []]


def test_conversations_of_the_corpus_read_as_conversations() -> None:
    """A turn that opened like another speaker's, or a form, would move what follows it."""
    turns: dict[str, list[Row]] = {}
    for labelled in corpus_sets():
        for row in labelled.rows:
            if row.conversation:
                turns.setdefault(row.conversation, []).append(row)
    for rows in turns.values():
        lines = [f"{row.speaker}: {row.text}" for row in rows]
        assert find_speakers(lines).converse
        for row, line in zip(rows, lines, strict=True):
            turn = parse_turn(line)
            assert turn is not None
            assert (turn.speaker, line[turn.start :]) == (row.speaker, row.text)
