"""Reading YAML: what stays text, what is refused, and where an error points to."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from bpoaudit.documents import MAX_BYTES, MAX_DEPTH, MAX_NODES, Place, load_yaml, parse_yaml, validate
from bpoaudit.errors import DocumentError, ProfileError


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("off", "off"),
        ("22:22", "22:22"),
        ("2026-01-31", "2026-01-31"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("<<", "<<"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-7", -7),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("'1'", "1"),
        ('"true"', "true"),
        ("|-\n  12", "12"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(written: str, read: object) -> None:
    value = parse_yaml(f"key: {written}\n", "f").data["key"]

    assert value == read
    assert type(value) is type(read)


def test_keys_are_always_text() -> None:
    assert parse_yaml("on: 1\n1: 2\nnull: 3\nyes: 4\n", "f").data == {"on": 1, "1": 2, "null": 3, "yes": 4}


def test_nothing_at_all_is_null() -> None:
    assert parse_yaml("# only a comment\n", "f").data is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb:\n  c: 2\n  c: 3\n", "f:4:3: the key 'c' is given twice"),
        ("a: &x 1\n", "f:1:4: anchors (&name) are not allowed"),
        ("a: *x\n", "f:1:4: aliases (*name) are not allowed; write the value out"),
        ("- !!python/object:os.system 1\n", "f:1:3: tags (!name) are not allowed"),
        ("- !!str 1\n", "f:1:3: tags (!name) are not allowed"),
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document (---) is not allowed"),
        ("? [a]\n: 1\n", "f:1:3: a key must be plain text"),
        ("a: .inf\n", "f:1:4: infinity and not-a-number are not allowed"),
        ("a: -.INF\n", "f:1:4: infinity and not-a-number are not allowed"),
        ("a: .nan\n", "f:1:4: infinity and not-a-number are not allowed"),
        ("a: 1e999\n", "f:1:4: this number is too large"),
        ("a: 4111111111111111111111\n", "f:1:4: this number is too long; write an identifier in quotes"),
        ("a:\n\tb: 1\n", "f:2:1: found character that cannot start any token"),
        ("a: [1, 2\n", "f:2:1: did not find expected ',' or ']'"),
        ("a: \x07\n", "f:1:4: control characters are not allowed"),
        ("é: [ü, !x y]\n", "f:1:8: tags (!name) are not allowed"),
    ],
)
def test_what_is_refused_and_where(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_yaml(text, "f")

    assert str(caught.value) == message


def test_the_error_is_of_the_kind_that_was_asked_for() -> None:
    with pytest.raises(ProfileError) as caught:
        parse_yaml("a: *x\n", "vendor.yaml", ProfileError)

    assert (caught.value.file, caught.value.line, caught.value.column) == ("vendor.yaml", 1, 4)


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )

    with pytest.raises(DocumentError, match="f:1:4: anchors"):
        parse_yaml(bomb, "f")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening: str) -> None:
    with pytest.raises(DocumentError, match=f"nested more than {MAX_DEPTH} levels deep"):
        parse_yaml(opening * 200_000, "f")


def test_nesting_at_the_limit_is_read() -> None:
    assert parse_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f").data
    with pytest.raises(DocumentError):
        parse_yaml("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "f")


def test_too_many_values_are_refused() -> None:
    with pytest.raises(DocumentError, match="holds more than"):
        parse_yaml("[" + "a," * (MAX_NODES + 1) + "]", "f")


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))

    with pytest.raises(DocumentError, match="is larger than 5 MiB"):
        load_yaml(path)


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="No such file"):
        load_yaml(tmp_path / "missing.yaml")
    with pytest.raises(DocumentError, match="Is a directory"):
        load_yaml(tmp_path)


def test_text_that_is_not_utf_8_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: 1\nb: Café\n".encode("latin-1"))

    with pytest.raises(DocumentError, match=r"latin\.yaml:2:7: is not UTF-8 text"):
        load_yaml(path)


def test_a_byte_order_mark_is_not_content(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")

    assert load_yaml(path).data == {"a": 1}


def test_places_point_to_values_and_keys() -> None:
    document = parse_yaml("a:\n  - b: 1\n    c: [x, y]\n", "f")

    assert document.place(("a", 0, "c", 1)) == Place(3, 12)
    assert document.place(("a", 0, "c"), key=True) == Place(3, 5)
    assert document.place(("a", 0, "c")) == Place(3, 8)


def test_steps_that_are_not_written_are_left_out() -> None:
    document = parse_yaml("a:\n  b: 1\n", "f")

    assert document.place(("a", "union-member", "b")) == Place(2, 6)
    assert document.place(("a", "missing")) == Place(2, 3)
    assert document.place(("nowhere",)) == Place(1, 1)


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    colour: str


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    hours: int = 0
    share: float = 0.0
    flag: bool = False
    inner: tuple[Inner, ...] = ()


def _message(text: str) -> str:
    with pytest.raises(DocumentError) as caught:
        validate(parse_yaml(text, "f"), Outer)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hours: '72'\n", "f:1:8: should be a valid integer"),
        ("hours: true\n", "f:1:8: should be a valid integer"),
        ("flag: yes\n", "f:1:7: should be a valid boolean"),
        ("inner: [{colour: red}, {color: red}]\n", "f:1:24: the key 'colour' is missing"),
        ("inner: [{colour: 3}]\n", "f:1:18: must be text; write it in quotes"),
        ("huors: 1\n", "f:1:1: unknown key 'huors'; did you mean 'hours'?"),
        ("qqqq: 1\n", "f:1:1: unknown key 'qqqq'; known: flag, hours, inner, share"),
        ("- 1\n", "f:1:1: should be an object"),
    ],
)
def test_a_model_is_strict_and_its_faults_have_a_place(text: str, message: str) -> None:
    assert message in _message(text)


def test_numbers_may_be_whole_where_fractions_are_allowed() -> None:
    assert validate(parse_yaml("share: 1\n", "f"), Outer).share == 1.0


def test_all_faults_are_told_in_the_order_of_the_file() -> None:
    lines = _message("zzz: 1\ninner:\n  - {colour: red, tint: 1}\nhours: x\n").splitlines()

    assert [line.split(": ")[0] for line in lines] == ["f:1:1", "f:3:19", "f:4:8"]


def test_many_faults_are_counted_not_listed() -> None:
    message = _message("".join(f"unknown{number}: 1\n" for number in range(25)))

    assert len(message.splitlines()) == 11
    assert message.endswith("and 15 more")


def test_a_part_of_a_document_can_be_validated() -> None:
    document = parse_yaml("list:\n  - colour: red\n  - colour: 1\n", "f")

    assert validate(document, Inner, ("list", 0)).colour == "red"
    with pytest.raises(DocumentError, match="f:3:13: must be text"):
        validate(document, Inner, ("list", 1))


def test_long_and_unprintable_values_are_never_repeated() -> None:
    secret = "correct horse battery staple " * 3
    message = _message(f'{secret.strip()}: 1\n"tab\\there": 2\n')

    assert "horse" not in message
    assert "\t" not in message
    assert "unknown key a text of 8 characters" in message
