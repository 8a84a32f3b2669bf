from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import media_type
from bpoaudit.model import FieldKind
from bpoaudit.readers import Part, ReadOptions, open_parts
from tests.readers.conftest import Read, Seen, consume


def values(read: Read, text: str | bytes) -> tuple[Seen, Seen]:
    comments, data = read(text, "t.json")
    assert (comments.part.kind, data.part.kind) == (FieldKind.METADATA, FieldKind.COLUMN)
    return comments, data


def test_comments_quotes_and_commas(read: Read) -> None:
    comments, data = values(
        read,
        "// by hand: a@example.org\n{\n  people: [ /* b@example.org\n */\n"
        "    {name: 'Ann \\'Lee\\'', n: 0x1F, 'e-mail': \"c@example.org\",},\n"
        "    {name: 'Zo\\xeb \\ud83d\\ude00 \\\n x', n: +.5, u: 'http://x//y'}, // last@example.org\n  ],\n}",
    )
    assert data.fields == {
        "people[*].name": [(1, "Ann 'Lee'"), (2, "Zoë 😀  x")],
        "people[*].n": [(1, "0x1F"), (2, "+.5")],
        "people[*].e-mail": [(1, "c@example.org")],
        "people[*].u": [(2, "http://x//y")],
    }
    assert data.records == 2
    assert comments.fields == {
        "comments": [(0, "by hand: a@example.org"), (0, "b@example.org"), (0, "last@example.org")]
    }


@pytest.mark.parametrize(
    "text", ['{"a": 1, // x\n "b": 2}', '{"a": [1, 2,]}', '[{"a": "x"}, /* y */ {"a": "z"}]']
)
def test_json_with_comments(read: Read, text: str) -> None:
    _, data = values(read, text)
    assert data.error is None
    assert "a" in {name.removesuffix("[*]") for name in data.fields}


def test_slashes_in_texts_do_not_make_json5(read: Read) -> None:
    (seen,) = read('{"a": "http://x", "b": "/* ,] \\" // */"}', "t.json")
    assert seen.part.media_type == "application/json"


@pytest.mark.parametrize(
    "text", ["{ name: 'Ann', // x\n n: 1 \n", "{ a: 1, b }\n", "{ a: 1,, b: 2 }", "{ a: 'x\n"]
)
def test_what_is_no_json5_is_read_as_text_and_said(read: Read, text: str) -> None:
    (seen,) = read(text, "t.json")
    assert "JSON that is not well-formed, read as text line by line" in seen.part.notes
    assert [value.strip() for value in seen.values("text")] == [
        v.strip() for v in text.splitlines() if v.strip()
    ]


def test_half_a_surrogate_pair(read: Read) -> None:
    _, data = values(read, "{a: '\\ud800', b: 1 }")
    data.values("a")[0].encode()


VALUES = st.recursive(
    st.booleans() | st.integers(-99, 99) | st.text("ab'\"\\\\/*,]} \n\u017c", min_size=1, max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=10,
)


@given(document=st.lists(VALUES, max_size=8), batch_records=st.integers(1, 9))
def test_it_reads_as_the_json_it_stands_for(document: list[object], batch_records: int) -> None:
    text = json.dumps(document)

    def seen(data: str, media: str, most: int) -> Seen:
        parts = list(open_parts(Content.of_bytes("t", data.encode()), media, ReadOptions(most)))
        part = parts[-1]
        assert isinstance(part, Part)
        return consume(part)

    plain = seen(text, "application/json", 2000)
    lenient = seen(f"// x\n{text} /* y */", "application/json5", batch_records)
    assert (lenient.records, lenient.fields) == (plain.records, plain.fields)


def test_a_long_document_is_a_stream() -> None:
    data = ("[\n" + "{n: 'x'}, // y\n" * 60_000 + "]").encode()
    content = Content.of_bytes("t.json5", data)
    comments, part = open_parts(content, media_type(content))
    assert isinstance(part, Part)
    assert next(part.batches).records == 2000
    assert isinstance(comments, Part)
