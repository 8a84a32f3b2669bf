from __future__ import annotations

from collections.abc import Callable

import pytest

from bpoaudit.model import FieldKind
from tests.readers.conftest import Seen

ReadOne = Callable[..., Seen]


def test_a_line_a_record(read_one: ReadOne) -> None:
    seen = read_one("one\r\n\n  two ann@example.org  \nthree", "t.txt")
    assert seen.part.kind is FieldKind.TEXT
    assert seen.part.field_names == ("text",)
    assert seen.records == 4
    assert seen.fields == {"text": [(1, "one"), (3, "  two ann@example.org  "), (4, "three")]}


def test_only_line_ends_end_lines(read_one: ReadOne) -> None:
    seen = read_one("a\x0cb\u2028c\x85d\ne\n", "t.txt")
    assert seen.values("text") == ["a\x0cb\u2028c\x85d", "e"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_very_long_line_is_read_in_pieces_between_words(read_one: ReadOne, count: int, end: str) -> None:
    long = "ann@example.org " * (count << 16) + "bob@example.org"
    seen = read_one(f"first{end}{long}{end}last{end}{long}", "t.txt")
    pieces = [text for record, text in seen.fields["text"] if record == 2]
    assert "".join(pieces) == long
    assert len(pieces) == count + 1
    assert all(len(piece) <= 1 << 20 and piece.startswith(("ann@", "bob@")) for piece in pieces)
    assert [text for record, text in seen.fields["text"] if record in (1, 3)] == ["first", "last"]
    assert (seen.records, seen.part.losses) == (4, [])
    assert "lines over 1,048,576 characters, read in pieces: 2" in seen.part.notes


def test_a_long_line_without_a_blank_is_read_in_pieces(read_one: ReadOne) -> None:
    seen = read_one("x" * (5 << 19) + "\nlast", "t.txt")
    assert [(record, len(text)) for record, text in seen.fields["text"]] == [
        (1, 1 << 20), (1, 1 << 20), (1, 1 << 19), (2, 4),
    ]  # fmt: skip


@pytest.mark.parametrize("before", [0, 1, 2])
def test_lines_end_alike_where_blocks_end(read_one: ReadOne, before: int) -> None:
    text = "x" * ((64 << 10) - 2 + before)
    for end in ("\n", "\r\n", "\r"):
        assert read_one(f"{text}{end}a{end}{end}b", "t.txt").fields["text"] == [(1, text), (2, "a"), (4, "b")]


def test_a_line_of_just_the_longest_length_loses_nothing(read_one: ReadOne) -> None:
    for end in ("\n", "\r\n", ""):
        seen = read_one("x" * (1 << 20) + end, "t.txt")
        assert len(seen.values("text")[0]) == 1 << 20
        assert (seen.records, seen.part.losses) == (1, [])


def test_batches(read_one: ReadOne) -> None:
    seen = read_one("line\n" * 25, "t.txt", 10)
    assert (seen.records, seen.batches) == (25, 3)
    assert seen.fields["text"][-1] == (25, "line")


def test_the_encoding_is_noted(read_one: ReadOne) -> None:
    assert read_one("é".encode("utf-16"), "t.txt").part.notes == ["encoding utf-16-le with byte order mark"]


def test_lines_of_one_length_are_noted(read_one: ReadOne) -> None:
    note = "lines of one length: a layout in the vendor profile would tell columns apart"
    line = "{:06}{:40}\n"
    assert note in read_one("".join(line.format(n, "Ann") for n in range(9)), "t.txt").part.notes
    assert note not in read_one("".join(line.format(n, "Ann") for n in range(3)), "t.txt").part.notes
    assert note not in read_one("short\n" * 9, "t.txt").part.notes


@pytest.mark.parametrize(
    "text",
    [
        "shift:\n  team: north\n  on_call: last@example.org\n",
        "[mail]\nname = x\nowner = last@example.org\n",
        '[owner]\nname = "x"\nmail = "last@example.org"\n',
    ],
)
def test_settings_keep_their_lines(read_one: ReadOne, text: str) -> None:
    seen = read_one(text, "t.conf")
    assert seen.part.media_type == "text/plain"
    assert [record for record, line in seen.fields["text"] if "last@example.org" in line] == [3]
