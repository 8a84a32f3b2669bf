from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.delivery.content import Content
from bpoaudit.errors import UnreadableSource
from bpoaudit.readers import ReadOptions, open_parts
from tests.readers.conftest import Seen, consume

ReadOne = Callable[..., Seen]


def test_an_array_of_records(read_one: ReadOne) -> None:
    seen = read_one('[{"a": {"b": [1, 2]}, "c": "x"}, {"a": {"b": []}, "c": "y"}, 5, [6, [7]]]', "t.json")
    assert seen.records == 4
    assert seen.fields == {
        "a.b[*]": [(1, "1"), (1, "2")],
        "c": [(1, "x"), (2, "y")],
        "[*]": [(3, "5"), (4, "6")],
        "[*][*]": [(4, "7")],
    }


def test_an_object_around_the_records(read_one: ReadOne) -> None:
    text = '{"v": 2, "tickets": [{"x": "a"}, {"x": "b", "y": [{"z": 1}]}], "meta": {"w": "m"}}'
    seen = read_one(text, "t.json")
    assert seen.records == 2
    assert seen.fields == {
        "v": [(1, "2")],
        "tickets[*].x": [(1, "a"), (2, "b")],
        "tickets[*].y[*].z": [(2, "1")],
        "meta.w": [(1, "m")],
    }


def test_an_object_without_arrays_is_one_record(read_one: ReadOne) -> None:
    seen = read_one('{"a": {"b": "c"}, "": "d"}', "t.json")
    assert (seen.records, seen.fields) == (1, {"a.b": [(1, "c")], '""': [(1, "d")]})


def test_values_as_they_are_written(read_one: ReadOne) -> None:
    numbers = '"id": 4111111111111111, "big": 12345678901234567890123, "p": 1.10'
    text = f'[{{{numbers}, "t": true, "f": false, "n": null}}]'
    seen = read_one(text, "t.json")
    assert {name: cells[0][1] for name, cells in seen.fields.items()} == {
        "id": "4111111111111111", "big": "12345678901234567890123", "p": "1.10", "t": "true", "f": "false",
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(read_one: ReadOne, encoding: str) -> None:
    assert read_one('[{"näme": "Zoë 😀"}]'.encode(encoding), "t.json").values("näme") == ["Zoë 😀"]


def test_bytes_that_are_not_utf8_are_a_loss_and_not_the_end(read_one: ReadOne) -> None:
    seen = read_one('[{"a": "é, ü", "b": "x'.encode() + b'\xe9"}, {"a": "last@example.org"}]', "t.json")
    assert seen.values("a") == ["é, ü", "last@example.org"]
    assert seen.values("b") == ["xé"]
    assert seen.part.losses == ["bytes that are not UTF-8, read as Windows-1252: 1"]


@pytest.mark.parametrize(
    ("tail", "records"), [('{"a": "cut off', 1), ("{]", 1), ("a word", 2), ("[" * 100_000, 1)]
)
def test_what_is_no_json_is_read_up_to_the_fault_and_then_said(
    read_one: ReadOne, tail: str, records: int
) -> None:
    seen = read_one('[{"a": "ann@example.org"},' + tail, "t.json")
    assert seen.values("a")[0] == "ann@example.org"
    assert seen.records == records
    assert isinstance(seen.error, UnreadableSource)
    assert "example" not in f"{seen.error!r} {seen.error.__cause__!r}"
    assert seen.error.__suppress_context__ or seen.error.__context__ is None


def test_a_number_without_end_is_said(read_one: ReadOne) -> None:
    seen = read_one("[" + "9" * 5000 + "]", "t.json")
    assert isinstance(seen.error, UnreadableSource)


@pytest.mark.parametrize(
    ("escaped", "clean"),
    [
        (r"x \ud800 y", "x \ufffd y"),
        (r"x \uDFFF y", "x \ufffd y"),
        (r"\ud800\ud800\udc00", "\ufffd\U00010000"),
        (r"\ude00\ud83d", "\ufffd\ufffd"),
        (r"\\ud800", r"\ud800"),
    ],
)
def test_half_a_surrogate_pair(read_one: ReadOne, escaped: str, clean: str) -> None:
    seen = read_one(f'[{{"a": "{escaped}", "{escaped}": "b"}}, {{"a": "c"}}]', "t.json")
    assert seen.error is None
    assert seen.values("a") == [clean, "c"]
    assert seen.values(clean) == ["b"]


def test_objects_with_endless_keys_do_not_make_endless_fields(read_one: ReadOne) -> None:
    text = json.dumps({f"user{index}@example.org": index for index in range(12_000)})
    seen = read_one(text, "t.json")
    assert len(seen.fields) == 10_001
    assert "user11999@example.org" in seen.values("*")
    assert "11999" in seen.values("*")


def test_an_empty_array(read_one: ReadOne) -> None:
    seen = read_one("[]", "t.json")
    assert (seen.records, seen.fields, seen.error) == (0, {}, None)


def test_the_stream_is_not_held(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text("[" + ",".join('{"a": "x"}' for _ in range(50_000)) + "]")
    (part,) = open_parts(Content.of_path(tmp_path / "t.json"), "application/json")
    assert next(part.batches).records == 2000


SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=12,
)


@given(document=st.lists(VALUES, max_size=20), batch_records=st.integers(1, 25))
def test_records_do_not_depend_on_the_batch_size(
    document: list[object], batch_records: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("json") / "t.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    (whole,) = map(consume, open_parts(Content.of_path(path), "application/json"))
    (pieces,) = map(
        consume, open_parts(Content.of_path(path), "application/json", ReadOptions(batch_records))
    )
    assert (pieces.records, pieces.fields) == (whole.records, whole.fields)
    assert whole.records == len(document)
    assert sum(map(len, whole.fields.values())) == sum(map(_leaves, document))


def _leaves(value: object) -> int:
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    if isinstance(value, list):
        return sum(map(_leaves, value))
    return value is not None and bool(str(value).strip())


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Ann",\n "tags": ["x", "y"]}\n{"name": "Bob",\n "tags": ["z"]}\n',
        '{"name": "Ann", "tags": ["x", "y"]}{"name": "Bob", "tags": ["z"]}',
    ],
)
def test_documents_one_after_another_are_records(read_one: ReadOne, text: str) -> None:
    seen = read_one(text, "t.json")
    assert seen.fields == {"name": [(1, "Ann"), (2, "Bob")], "tags[*]": [(1, "x"), (1, "y"), (2, "z")]}
    assert seen.records == 2
    assert "JSON documents in the file: 2" in seen.part.notes
    assert seen.error is None


def test_a_document_after_a_long_one_goes_on_counting(read_one: ReadOne) -> None:
    seen = read_one(json.dumps([{"a": "x" * 70_000}, {"a": "y"}]) + '\n{"b":\n "z"}', "t.json")
    assert [record for record, _ in seen.fields["a"]] == [1, 2]
    assert (seen.fields["b"], seen.records) == ([(3, "z")], 3)


FAR = ",\n".join(json.dumps({"id": n, "note": "y" * 90}) for n in range(2000))
"""Further than what is looked at to tell JSON from JSON5."""


@pytest.mark.parametrize("batch_records", [1, 2000])
@pytest.mark.parametrize("word", ["NaN", "-Infinity", "Infinity", "[1, 2,]"])
def test_what_programs_write_in_place_of_json_is_read_to_the_end(
    read_one: ReadOne, word: str, batch_records: int
) -> None:
    last = '{"id": 2001, "mail": "a@example.org"}'
    data = f'[{FAR}, {{"id": 2000, "rate": {word}, "note": "x: NaN, y"}}, {last},]'
    seen = read_one(data.encode(), batch_records=batch_records)
    assert seen.error is None
    assert seen.records == 2002
    assert seen.fields["note"][-1] == (2001, "x: NaN, y")
    assert seen.fields["mail"] == [(2002, "a@example.org")]
    assert [record for record, _ in seen.fields["id"]] == list(range(1, 2003))


def test_comments_far_into_json_are_said(read_one: ReadOne) -> None:
    seen = read_one(f'[{FAR}, // ann@example.org\n {{"id": 2000, "mail": "a@example.org"}}]'.encode())
    assert seen.fields["mail"] == [(2001, "a@example.org")]
    assert seen.part.losses == ["comments in JSON, not read: 1"]


def test_json_that_is_broken_for_json5_too_is_a_fault_behind_what_was_read(
    read_one: ReadOne,
) -> None:
    seen = read_one(f'[{FAR}, {{"id": 2000,, "mail": "a@example.org"}}]'.encode())
    assert isinstance(seen.error, UnreadableSource)
    assert seen.records == 2000
