from __future__ import annotations

from collections.abc import Callable

import pytest

from bpoaudit.model import FieldKind
from tests.readers.conftest import Seen

ReadOne = Callable[..., Seen]

VTT = """WEBVTT - call of Ann Lee
Kind: captions

STYLE
::cue { color: red }

NOTE about bob@example.org

intro
00:01.000 --> 00:02.500 align:start
<v Agent>your <i>email</i> please

00:00:03.000 --> 00:00:05.000
<v.loud Customer>a&amp;b <c@example.org>
second <00:00:04.000>line</v>

3
01:00:06.000 --> 01:00:07.000
Maria: bye

01:00:08.000 --> 01:00:09.000
Maria: last@example.org

NOTE end
"""


def test_webvtt(read_one: ReadOne) -> None:
    seen = read_one(VTT, "t.vtt")
    assert seen.part.kind is FieldKind.TRANSCRIPT
    assert (seen.records, seen.batches) == (4, 1)
    assert seen.fields["text"] == [
        (1, "your email please"),
        (2, "a&b <c@example.org>\nsecond line"),
        (3, "bye"),
        (4, "last@example.org"),
    ]
    assert seen.fields["speaker"] == [(1, "Agent"), (2, "Customer"), (3, "Maria"), (4, "Maria")]
    assert [(turn.speaker, turn.seconds) for turn in seen.turns] == [
        ("Agent", 1.0), ("Customer", 3.0), ("Maria", 3606.0), ("Maria", 3608.0),
    ]  # fmt: skip


def test_what_is_not_said_is_read_too(read_one: ReadOne) -> None:
    notes = read_one(VTT, "t.vtt").fields["note"]
    assert [record for record, _ in notes] == [1, 1, 1, 1, 4]
    text = " ".join(value for _, value in notes)
    for piece in ("Ann Lee", "color: red", "bob@example.org", "intro", "NOTE end"):
        assert piece in text


def test_settings_that_are_none_are_read(read_one: ReadOne) -> None:
    seen = read_one("WEBVTT\n\n00:01.000 --> 00:02.000 ann@example.org\nhi\n", "t.vtt")
    assert seen.values("note") == [" ann@example.org"]


def test_two_voices_in_a_cue(read_one: ReadOne) -> None:
    seen = read_one("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>hi\n<v Bob>yo\n", "t.vtt")
    assert seen.values("text") == ["hi\nyo"]
    assert sorted(seen.values("speaker")) == ["Ann", "Bob"]


def test_a_file_of_notes_has_no_records(read_one: ReadOne) -> None:
    seen = read_one("WEBVTT\n\nNOTE ann@example.org\n", "t.vtt")
    assert (seen.records, seen.fields) == (0, {"note": [(0, "NOTE ann@example.org")]})


def test_subrip(read_one: ReadOne) -> None:
    text = (
        "1\r\n00:00:01,000 --> 00:00:02,000\r\nAgent: hello\r\n\r\n"
        "2\r\n00:00:03,500 --> 00:00:04,000\r\n<i>Caller:</i> my mail\r\nis a@example.org\r\n"
        "3\r\n00:00:05,000 --> 00:00:06,000\r\n{\\an8}ok <b>5</b>\r\n"
    )
    seen = read_one(text, "t.srt")
    assert seen.fields["text"] == [(1, "hello"), (2, "my mail\nis a@example.org"), (3, "ok 5")]
    assert seen.values("speaker") == ["Agent", "Caller"]
    assert [turn.seconds for turn in seen.turns] == [1.0, 3.5, 5.0]
    assert "note" not in seen.fields


@pytest.mark.parametrize("batch_records", [1, 3, 2000])
def test_a_conversation_is_one_batch(read_one: ReadOne, batch_records: int) -> None:
    cues = "".join(f"00:{index:02}.000 --> 00:{index:02}.900\nturn {index}\n\n" for index in range(50))
    seen = read_one("WEBVTT\n\n" + cues, "t.vtt", batch_records)
    assert (seen.batches, seen.records, len(seen.turns)) == (1, 50, 50)


def test_only_a_very_long_one_is_split(read_one: ReadOne) -> None:
    seen = read_one("WEBVTT\n\n" + "00:01.000 --> 00:02.000\nyes\n\n" * 20_001, "t.vtt")
    assert (seen.batches, seen.records) == (2, 20_001)
    assert seen.fields["text"][-1] == (20_001, "yes")


def test_hostile_markup_takes_no_time(read_one: ReadOne) -> None:
    seen = read_one("WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<v <c <lang " * 40_000 + "\n", "t.vtt")
    assert seen.records == 1
    assert len(seen.values("text")[0]) > 400_000


def test_repr_shows_nothing(read_one: ReadOne) -> None:
    seen = read_one(VTT, "t.vtt")
    assert "Maria" not in repr(seen.turns)


def test_metadata_of_teams(read_one: ReadOne) -> None:
    cue = '{"spokenLanguage": "en-us", "speakerName": "Ann Lee", "spokenText": "mail ann@example.org"}'
    seen = read_one(f"WEBVTT\n\n00:00:16.200 --> 00:00:17.700\n{cue}\n", "t.vtt")
    assert (seen.values("text"), seen.values("speaker")) == (["mail ann@example.org"], ["Ann Lee"])
    assert seen.fields["note"] == [(1, "en-us")]
