"""Every platform: turns with role, time and channel; what the words say; what else the export keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bpoaudit.model import FieldKind
from bpoaudit.readers.platforms import FORMATS, PLATFORMS
from tests.readers.conftest import Seen

Read = Callable[..., list[Seen]]

CLEAR, MASKED, LAST = "my card is 4111 1111 1111 1111", "my card is [PII]", "mail ann@example.org"


def words(text: str, key: str = "word", **more: Any) -> list[dict[str, Any]]:
    return [
        {key: word, "start": at, "end": at + 1, "confidence": 0.9} | more
        for at, word in enumerate(text.split())
    ]


CALLS: dict[str, tuple[Any, list[tuple[str | None, str | None, float | None]]]] = {
    "contact_lens": (
        {
            "Channel": "VOICE",
            "Participants": [
                {"ParticipantId": "u1", "ParticipantRole": "CUSTOMER"},
                {"ParticipantId": "u2", "ParticipantRole": "AGENT"},
            ],
            "Transcript": [
                {"Content": "hello", "ParticipantId": "u2", "BeginOffsetMillis": 500},
                {
                    "Content": MASKED, "ParticipantId": "u1", "BeginOffsetMillis": 2000,
                    "Items": [{"Content": word} for word in CLEAR.split()],
                    "Redaction": {"RedactionTimestamps": [{"BeginOffsetMillis": 1, "EndOffsetMillis": 2}]},
                },
                {"Content": LAST, "ParticipantId": "u1", "BeginOffsetMillis": 9000},
            ],
        },
        [("AGENT", "agent", 0.5), ("CUSTOMER", "customer", 2.0), ("CUSTOMER", "customer", 9.0)],
    ),
    "genesys": (
        {
            "conversationId": "c", "mediaType": "call",
            "transcripts": [{"phrases": [
                {"text": "hello", "participantPurpose": "internal", "startTimeMs": 1772000000000},
                {"text": MASKED, "participantPurpose": "external", "startTimeMs": 1772000002000,
                 "words": words(CLEAR)},
                {"text": LAST, "participantPurpose": "external", "startTimeMs": 1772000009000},
            ]}],
        },
        [("internal", "agent", 0.0), ("external", "customer", 2.0), ("external", "customer", 9.0)],
    ),
    "twilio": (
        {
            "channel": {"participants": [
                {"channel_participant": 1, "role": "Customer"}, {"channel_participant": 2, "role": "Agent"}]},
            "sentences": [
                {"transcript": "hello", "media_channel": 2, "start_time": "0.5"},
                {"transcript": MASKED, "media_channel": 1, "start_time": "2", "words": words(CLEAR)},
                {"transcript": LAST, "media_channel": 1, "start_time": "9"},
            ],
        },
        [("Agent", "agent", 0.5), ("Customer", "customer", 2.0), ("Customer", "customer", 9.0)],
    ),
    "google": (
        {
            "callMetadata": {"customerChannel": 1, "agentChannel": 2},
            "transcript": {"transcriptSegments": [
                {"text": "hello", "channelTag": 2, "messageTime": "2026-02-25T06:13:00Z"},
                {"text": MASKED, "channelTag": 1, "messageTime": "2026-02-25T06:13:02Z", "words": words(CLEAR)},
                {"text": LAST, "channelTag": 1, "messageTime": "2026-02-25T06:13:09Z"},
            ]},
        },
        [("agent", "agent", 0.0), ("customer", "customer", 2.0), ("customer", "customer", 9.0)],
    ),
    "deepgram": (
        {"results": {
            "channels": [{"alternatives": [{
                "transcript": f"hello {MASKED} {LAST}",
                "words": words(f"hello {CLEAR} {LAST}"),
            }]}],
            "utterances": [
                {"transcript": "hello", "speaker": 0, "start": 0.5, "words": words("hello")},
                {"transcript": MASKED, "speaker": 1, "start": 2.0, "words": words(CLEAR)},
                {"transcript": LAST, "speaker": 1, "start": 9.0, "words": words(LAST)},
            ],
        }},
        [("0", None, 0.5), ("1", None, 2.0), ("1", None, 9.0)],
    ),
    "assemblyai": (
        {
            "text": f"hello {MASKED} {LAST}",
            "utterances": [
                {"text": "hello", "speaker": "A", "start": 500, "end": 900},
                {"text": MASKED, "speaker": "B", "start": 2000, "end": 8000, "words": words(CLEAR, "text")},
                {"text": LAST, "speaker": "B", "start": 9000, "end": 9900},
            ],
        },
        [("A", None, 0.5), ("B", None, 2.0), ("B", None, 9.0)],
    ),
    "aircall": (
        {"transcription": {"content": {"utterances": [
            {"text": "hello", "participant_type": "internal", "start_time": 0.5},
            {"text": MASKED, "participant_type": "external", "start_time": 2.0, "words": words(CLEAR)},
            {"text": LAST, "participant_type": "external", "start_time": 9.0},
        ]}}},
        [("internal", "agent", 0.5), ("external", "customer", 2.0), ("external", "customer", 9.0)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_turns_with_role_and_time(read: Read, name: str) -> None:
    document, turns = CALLS[name]
    seen = read(json.dumps(document), "t.json")[0]
    assert seen.part.kind is FieldKind.TRANSCRIPT
    assert seen.part.facts["channel"] == "voice"
    assert seen.fields["text"] == [(1, "hello"), (2, MASKED), (3, LAST)]
    assert [(turn.speaker, turn.role, turn.seconds) for turn in seen.turns] == turns


@pytest.mark.parametrize("name", CALLS)
def test_clear_words_beside_a_masked_text_are_read_once(read: Read, name: str) -> None:
    seen = read(json.dumps(CALLS[name][0]), "t.json")
    assert seen[0].fields["words"] == [(2, CLEAR)]
    everything = [value for part in seen for column in part.fields for value in part.values(column)]
    assert sum(LAST in value for value in everything) == 1
    assert not any(value in ("0.9", "4111") for value in everything)


@pytest.mark.parametrize("name", CALLS)
def test_what_else_an_export_keeps_is_read(read: Read, name: str) -> None:
    document = CALLS[name][0] | {
        "zz": {"phones": ["+48 601 234 567"], "text": "note"},
        "text ": "x",
        "speaker": "Bo",
    }
    rest = read(json.dumps(document), "t.json")[1]
    assert rest.part.kind is FieldKind.COLUMN
    assert rest.values("zz.phones[*]") == ["+48 601 234 567"]
    assert rest.values("zz.text") == ["note"]
    assert rest.values("$.speaker") == ["Bo"]


@pytest.mark.parametrize("name", CALLS)
def test_lines_of_documents_are_conversations_of_their_own(read: Read, name: str) -> None:
    line = json.dumps(CALLS[name][0] | {"zz": "n@example.org"})
    turns, rest = (read(f"{line}\n\n{line}\n", "t.jsonl", batch_records=size) for size in (1, 2000))
    assert [seen.fields for seen in turns] == [seen.fields for seen in rest]
    assert turns[0].part.facts["conversations"] == turns[0].batches == 2
    assert [record for record, _ in turns[0].fields["text"]] == [1, 2, 3, 4, 5, 6]
    assert turns[1].fields["zz"] == [(1, "n@example.org"), (3, "n@example.org")]


@pytest.mark.parametrize("name", CALLS)
def test_a_document_that_breaks_off_is_read_as_far_as_it_goes(read: Read, name: str) -> None:
    text = json.dumps(CALLS[name][0])
    seen = read(text[:-2], "t.json")
    assert [part.part.kind for part in seen] == [FieldKind.COLUMN]
    assert seen[0].error is not None
    assert any(LAST in seen[0].values(column) for column in seen[0].fields)


@pytest.mark.parametrize("name", CALLS)
def test_other_shapes_under_the_same_keys_lose_nothing(read: Read, name: str) -> None:
    document = json.loads(json.dumps(CALLS[name][0]).replace('"hello"', '{"odd": ["odd@example.org"]}', 1))
    seen = read(json.dumps(document), "t.json")
    everything = [value for part in seen for column in part.fields for value in part.values(column)]
    assert "odd@example.org" in everything
    assert any(LAST in value for value in everything)


ODD = [None, 7, "odd@example.org", [1, "odd@example.org", None], {"odd": "odd@example.org"}]


@pytest.mark.parametrize("name", CALLS)
def test_whatever_stands_in_a_place_is_read(read: Read, name: str) -> None:
    for place in places(CALLS[name][0]):
        for odd in ODD:
            document = json.loads(json.dumps(CALLS[name][0]))
            holder = document
            for key in place[:-1]:
                holder = holder[key]
            holder[place[-1]] = odd
            text = json.dumps(document)
            seen = read(text, "t.json")
            everything = [value for part in seen for column in part.fields for value in part.values(column)]
            for value in ("odd@example.org", "ann@example.org"):
                assert (value in text) == any(value in each for each in everything), (place, odd)


def places(value: Any, place: tuple[str | int, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [p for key, each in pairs for p in [(*place, key), *places(each, (*place, key))]]


def test_a_key_that_comes_twice_is_read_twice(read: Read) -> None:
    twice = '{"Transcript": [{"Content": "a@example.org", "Content": "b@example.org"}]}'
    (seen,) = read(twice, "t.json")
    assert seen.fields["Transcript[*].Content"] == [(1, "a@example.org"), (1, "b@example.org")]


def test_redactions_are_counted(read: Read) -> None:
    assert read(json.dumps(CALLS["contact_lens"][0]), "t.json")[0].part.facts["redacted"] == 1


def test_pieces_of_a_stream_are_one_conversation(read: Read) -> None:
    def event(contact: str, text: str, second: int) -> str:
        turn = {
            "Content": text,
            "ParticipantRole": "CUSTOMER",
            "Time": {"AbsoluteTime": f"2026-02-25T06:13:{second:02}Z"},
        }
        return json.dumps({"ContactId": contact, "Channel": "CHAT", "Segments": [{"Transcript": turn}]})

    lines = [event("a", "one", 0), event("b", "two", 1), event("a", "three", 5)]
    seen = read("\n".join(lines), "t.jsonl")[0]
    assert seen.values("text") == ["one", "three", "two"]
    assert (seen.batches, [turn.seconds for turn in seen.turns]) == (2, [0.0, 5.0, 0.0])


def test_no_text_holds_what_no_text_may(read: Read) -> None:
    text = (
        '{"Transcript": [{"Content": "a\\ud800\\u0000b", "DisplayName": "\\udfff"}], "k\\ud800": "\\u0000v"}'
    )
    for seen in read(text, "t.json"):
        for column in seen.fields:
            for value in (column, *seen.values(column)):
                assert "\0" not in value
                value.encode()


@pytest.mark.parametrize(
    "document", [{}, [], {"Transcript": "x"}, {"results": {"channels": 1}}, {"messages": [1, None]}]
)
def test_what_is_no_conversation_is_json(read: Read, document: object) -> None:
    text = json.dumps(
        {"doc": document, "marks": ["Transcript", "Content", "results", "channels", "alternatives"]}
    )
    assert [seen.part.kind for seen in read(text, "t.json")] == [FieldKind.COLUMN]


def test_a_larger_export_is_read_as_json_and_says_so(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpoaudit.readers.platforms.reading.MAX_CHARACTERS", 100)
    (seen,) = read(json.dumps(CALLS["genesys"][0]), "t.json")
    assert seen.part.kind is FieldKind.COLUMN
    assert "more than 100 characters: turns are read as fields" in seen.part.notes


def test_each_platform_is_described() -> None:
    assert len(FORMATS) == len(PLATFORMS)
    assert not any(each.media_types for each in FORMATS)  # they are JSON to whoever asks for a type
