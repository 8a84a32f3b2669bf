"""Conversations in tables and JSON: which fields make one, and that batches never cut it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpoaudit.executors.work as work
from bpoaudit.delivery import discover
from bpoaudit.detect import Detector, Engine, NameBook, dialogue
from bpoaudit.detect.dialogue import Dialogue, conversations, find_dialogue, whole_conversations
from bpoaudit.errors import UnreadableSource
from bpoaudit.executors import FileTask, Worker
from bpoaudit.masking import Key
from bpoaudit.readers import open_parts
from bpoaudit.readers.batch import FieldValues, RecordBatch

KEY = Key(b"0" * 64)
TURNS = (
    ("c1", "agent", "thanks for calling, the security code on the back of the card please"),
    ("c2", "agent", "good morning, what is the order number"),
    ("c1", "customer", "one two three"),
    ("c2", "customer", "448"),
    ("c1", "agent", "and the code we sent you"),
    ("c2", "agent", "it arrives tomorrow"),
    ("c1", "customer", "481 516"),
)


def batch(**columns: Sequence[str]) -> RecordBatch:
    fields = tuple(
        FieldValues(name.replace("__", "."), range(1, len(values) + 1), values)
        for name, values in columns.items()
    )
    return RecordBatch(max(len(values) for values in columns.values()), fields)


def columns(*names: str) -> RecordBatch:
    return batch(**dict(zip(names, zip(*TURNS, strict=True), strict=True)))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("call_id", "speaker", "text"), Dialogue("text", "speaker", "call_id")),
        (("Conversation ID", "Sender Type", "Message Body"), Dialogue("Message Body", "Sender Type", "Conversation ID")),
        (("sessionId", "role", "content"), Dialogue("content", "role", "sessionId")),
        (("id_rozmowy", "mówca", "treść"), Dialogue("treść", "mówca", "id_rozmowy")),
        (("x__call", "x__from", "x__text"), Dialogue("x.text", "x.from", "x.call")),
        # the roles speak for themselves
        (("line", "column_2", "utterance"), Dialogue("utterance", "column_2", None)),
    ],
)  # fmt: skip
def test_fields_of_a_conversation(names: tuple[str, ...], found: Dialogue) -> None:
    head = columns(*names)
    assert find_dialogue([head], [head.fields[2].name], 2000) == found


def test_a_name_that_comes_back_is_a_speaker() -> None:
    said = ["what is your pin", "4921", "thanks, anything else", "no"]
    two = batch(author=["Ann", "Bo", "Ann", "Bo"], text=said)
    assert find_dialogue([two], ["text"], 2000) == Dialogue("text", "author")
    assert find_dialogue([batch(author=["Ann", "Bo", "Cy", "Di"], text=said)], ["text"], 2000) is None
    assert find_dialogue([batch(city=["Ann", "Bo", "Ann", "Bo"], text=said)], ["text"], 2000) is None
    assert find_dialogue([batch(author=["Ann", "Ann", "Ann", "Ann"], text=said)], ["text"], 2000) is None


def test_only_what_is_read_as_text_is_said() -> None:
    assert find_dialogue([columns("call", "role", "text")], [], 2000) is None
    assert find_dialogue([columns("call", "role", "address")], ["address"], 2000) is None
    assert find_dialogue([columns("call", "x__role", "y__text")], ["y.text"], 2000) is None


def test_the_head_decides_whatever_the_batch() -> None:
    late = batch(author=["Ann"] * 4 + ["Bo", "Ann"] * 4, text=["well then"] * 12)
    assert find_dialogue([late], ["text"], 4) is None
    assert find_dialogue([late], ["text"], 12) == Dialogue("text", "author")


def test_turns_by_conversation() -> None:
    one, two = conversations(columns("call_id", "speaker", "text"), Dialogue("text", "speaker", "call_id"))
    assert [turn.record for turn in one] == [0, 2, 4, 6]
    assert [turn.speaker for turn in two] == ["agent", "customer", "agent"]


def test_a_record_with_many_turns_is_a_conversation() -> None:
    nested = RecordBatch(
        2,
        (
            FieldValues("m[*].role", [1, 1, 2, 2, 2], ["agent", "user", "agent", "user", "agent"]),
            FieldValues("m[*].text", [1, 1, 2, 2], ["your pin", "4921", "your name", "Ann"]),
        ),
    )
    fields = find_dialogue([nested], ["m[*].text"], 2000)
    assert fields == Dialogue("m[*].text", "m[*].role")
    one, two = conversations(nested, fields)
    assert [turn.speaker for turn in one] == ["agent", "user"]
    assert [turn.speaker for turn in two] == [None, None]  # who said which cannot be told


@given(
    st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=40),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_records_come_back_whole_and_alike(rows: list[tuple[int, bool]], one: int, other: int) -> None:
    fields = Dialogue("text", "speaker", "call")

    def seen(size: int) -> list[tuple[int, list[tuple[str, list[int], list[str]]]]]:
        def batches() -> Iterator[RecordBatch]:
            for at in range(0, len(rows), size):
                part = rows[at : at + size]
                numbers = range(at + 1, at + 1 + len(part))
                yield RecordBatch(
                    len(part),
                    (
                        FieldValues("call", numbers, [str(call) for call, _ in part]),
                        FieldValues("text", [n for n, (_, said) in zip(numbers, part, strict=True) if said], ["a" for _, said in part if said]),
                    ),
                )  # fmt: skip

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dialogue, "WINDOW", 5)
            return [
                (b.records, [(f.name, list(f.records), list(f.values)) for f in b.fields])
                for b in whole_conversations(batches(), fields)
            ]

    # A column without any value in a batch has no place among its fields.
    def cells(batches: list[tuple[int, list[tuple[str, list[int], list[str]]]]]) -> list[object]:
        return [(count, sorted(f for f in fields if f[1])) for count, fields in batches]

    assert cells(seen(one)) == cells(seen(other))
    assert sum(count for count, _ in seen(one)) == len(rows)
    calls = [n for _, fields in seen(one) for name, numbers, _ in fields if name == "call" for n in numbers]
    assert calls == list(range(1, len(rows) + 1))


def test_a_conversation_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "WINDOW", 4)
    whole = batch(call=["a", "a", "b", "b", "b", "c"], text=list("123456"))
    cut = [list(b.fields[0].values) for b in whole_conversations([whole], Dialogue("text", "s", "call"))]
    assert cut == [["a", "a"], ["b", "b", "b", "c"]]


def test_what_was_read_before_a_fault_is_kept() -> None:
    def breaks() -> Iterator[RecordBatch]:
        yield columns("call", "role", "text")
        raise UnreadableSource("not JSON to its end")

    got = []
    with pytest.raises(UnreadableSource):
        got.extend(whole_conversations(breaks(), Dialogue("text", "role")))
    # `extend` keeps what came before the fault
    assert [b.records for b in got] == [len(TURNS)]


def _csv() -> str:
    out = io.StringIO()
    csv.writer(out).writerows([("call_id", "speaker", "text"), *TURNS])
    return out.getvalue()


def _nested() -> str:
    calls = {call: [{"who": w, "said": t} for c, w, t in TURNS if c == call] for call in ("c1", "c2")}
    return json.dumps([{"call": call, "turns": turns} for call, turns in calls.items()])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "records"),
    [
        ("chat.csv", _csv(), [3, 7]),
        ("chat.jsonl", "\n".join(json.dumps({"call": c, "role": w, "message": t}) for c, w, t in TURNS), [3, 7]),
        ("chat.json", json.dumps([{"call": c, "role": w, "body": t} for c, w, t in TURNS]), [3, 7]),
        ("calls.json", _nested(), [1, 1]),
    ],
)  # fmt: skip
def test_the_question_is_the_context_of_the_answer(
    name: str, content: str, records: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_text(content)
    engine, seen = Engine(), []
    for size in (1, 100):
        monkeypatch.setattr(
            work,
            "open_parts",
            lambda c, m, how, size=size: open_parts(c, m, replace(how, batch_records=size)),
        )
        folder = tmp_path / str(size)
        folder.mkdir()
        (file,) = discover([tmp_path / "in"])
        result = Worker(Detector(engine, KEY), NameBook(engine, KEY), folder)(FileTask(0, file))
        rows = [json.loads(line) for _, path in result.segments for line in path.read_text().splitlines()]
        seen.append(
            [(row[1], row[5]) for row in rows if row[5] in ("CARD_SECURITY_CODE", "ONE_TIME_PASSWORD", "PIN")]
        )
        assert {tally.kind for tally in result.inventory.fields.values()} == {"column"}
    assert seen[0] == seen[1]
    # In one record the order is that of the offsets.
    assert sorted(seen[0], key=lambda found: found[1]) == list(
        zip(records, ["CARD_SECURITY_CODE", "ONE_TIME_PASSWORD"], strict=True)
    )


SAID = (
    "what is your number please",
    "it is five five five oh",
    "thank you and your name",
    "Ann Lee is my name",
)


@pytest.mark.parametrize(
    ("names", "rows", "found"),
    [
        (("Von", "Nachricht"), ("Bo", "Ann"), Dialogue("Nachricht", "Von")),
        (("who", "said"), ("Bo", "Ann"), Dialogue("said", "who")),
        (("Channel", "Phrase"), ("0", "1"), Dialogue("Phrase", "Channel")),
        (("channel", "message"), ("email", "phone"), None),
        (("column_2", "column_3"), ("agent", "customer"), Dialogue("column_3", "column_2")),
        (("column_2", "column_3"), ("Bo", "Ann"), Dialogue("column_3", "column_2")),
    ],
)
def test_other_headers_and_none(
    names: tuple[str, str], rows: tuple[str, str], found: Dialogue | None
) -> None:
    speaker, text = names
    given = {"column_1": ["10:01", "10:02", "10:03", "10:04"], speaker: rows * 2, text: SAID}
    assert find_dialogue([batch(**given)], [text], 100) == found


def test_a_table_without_header_or_times_is_no_conversation_of_its_names() -> None:
    given = {"column_2": ("Bo", "Ann") * 2, "column_3": SAID}
    assert find_dialogue([batch(**given)], ["column_3"], 100) is None


def test_chats_that_only_an_id_tells_apart() -> None:
    given = {"id": ("1", "1", "2", "2"), "sender": ("Bo", "Ann") * 2, "text": SAID}
    assert find_dialogue([batch(**given)], ["text"], 100) == Dialogue("text", "sender", "id")
