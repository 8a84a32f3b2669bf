from __future__ import annotations

from collections.abc import Callable

import pytest

from bpoaudit.model import FieldKind
from tests.readers.conftest import Seen

ReadOne = Callable[..., Seen]


def test_a_line_a_record(read_one: ReadOne) -> None:
    seen = read_one('{"text": "hi"}\n\n{"text": "yo", "tags": ["a", {"b": 1}]}\n', "t.jsonl")
    assert seen.part.kind is FieldKind.COLUMN
    assert seen.records == 2
    assert seen.fields == {
        "text": [(1, "hi"), (3, "yo")],
        "tags[*]": [(3, "a")],
        "tags[*].b": [(3, "1")],
    }


def test_lines_of_arrays_and_single_values(read_one: ReadOne) -> None:
    seen = read_one('[1, {"a": 2}]\n"s"\n{"a": null}\n', "t.jsonl")
    assert seen.fields == {"[*]": [(1, "1")], "[*].a": [(1, "2")], "text": [(2, "s")]}
    assert seen.records == 3


def test_values_as_they_are_written(read_one: ReadOne) -> None:
    line = '{"id": 4111111111111111, "p": 1.10, "e": 1E5, "t": true, "n": null, "x": NaN}\n'
    seen = read_one(line * 2, "t.jsonl")
    assert {name: cells[0][1] for name, cells in seen.fields.items()} == {
        "id": "4111111111111111", "p": "1.10", "e": "1E5", "t": "true",
    }  # fmt: skip


def test_a_key_that_comes_twice_is_read_twice(read_one: ReadOne) -> None:
    seen = read_one('{"mail": "ann@example.org", "mail": "x"}\n{"mail": "y"}\n', "t.jsonl")
    assert seen.fields["mail"] == [(1, "ann@example.org"), (1, "x"), (2, "y")]


BROKEN = ['{"text": "cut ann@example.org', "ann@example.org", "[" * 100_000 + "ann@example.org"]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_line_is_a_loss_and_its_text_is_read(read_one: ReadOne, broken: str) -> None:
    seen = read_one(f'{{"text": "a"}}\n{broken}\n{{"text": "last"}}\n', "t.jsonl")
    assert seen.fields["text"] == [(1, "a"), (2, broken), (3, "last")]
    assert seen.records == 3
    assert seen.part.losses == ["lines that are not JSON, read as plain text: 1"]


def test_half_a_surrogate_pair(read_one: ReadOne) -> None:
    seen = read_one('{"a\\ud800": "x \\udfff y"}\n{"b": 1}\n', "t.jsonl")
    assert seen.fields["a\ufffd"] == [(1, "x \ufffd y")]


def test_the_last_line_without_end(read_one: ReadOne) -> None:
    seen = read_one('{"a": 1}\r\n{"a": "last@example.org"}', "t.jsonl")
    assert seen.fields["a"] == [(1, "1"), (2, "last@example.org")]


@pytest.mark.parametrize("batch_records", [1, 3, 7])
def test_records_do_not_depend_on_the_batch_size(read_one: ReadOne, batch_records: int) -> None:
    lines = "".join(f'{{"a": {index}, "b": ["x", "{index}"]}}\n' for index in range(20))
    whole, pieces = read_one(lines, "t.jsonl"), read_one(lines, "t.jsonl", batch_records)
    assert pieces.fields == whole.fields
    assert pieces.batches == -(-20 // batch_records)


@pytest.mark.parametrize("first", ['["id", "mail"]', "[]", "[1, 2]", '[{"a": 1}]'])
def test_a_first_line_that_is_an_array(read_one: ReadOne, first: str) -> None:
    seen = read_one(first + '\n{"mail": "ann@example.org"}\n{"mail": "bob@example.org"}\n', "t.jsonl")
    assert seen.fields["mail"] == [(2, "ann@example.org"), (3, "bob@example.org")]
