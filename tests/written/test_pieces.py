"""The pieces of a file are the file, and hold the values that its reader gives."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.layout import FixedColumn, FixedRecord, Layout
from bpoaudit.delivery.media import media_type
from bpoaudit.readers import Part, ReadOptions, open_parts
from bpoaudit.written import Written, edited, edits_of, written

FILES = Path(__file__).parents[2] / "fixtures" / "formats" / "delivery"

ROWS = "id,mail,notes\n" + "".join(f"{i},a{i}@example.org,fine\n" for i in range(20))
TEXTS = {
    "plain.csv": ROWS,
    "windows.csv": ROWS.replace("\n", "\r\n"),
    "bom.csv": "\ufeff" + ROWS,
    "quoted.csv": 'id;name;notes\n1;"Lee; Ann";"said ""no"", twice"\n2;Bo;"two\nlines"\n3; Cy ;\n\n4;Di;x\n',
    "open quote.csv": 'id,name\n1,"Ann\n2,Bo\n3,"Cy" x\n4,Di\n',
    "sep.csv": "sep=;\nid;mail\n1;a@example.org\n2;b@example.org\n",
    "titled.csv": "Export of May\n\nid,mail,amount\n1,a@example.org,5.00\n2,b@example.org,7.00\n",
    "wide.tsv": "id\tmail\n1\ta@example.org\tbeyond\n2\tb@example.org\n",
    "headless.csv": "1,a@example.org,55501\n2,b@example.org,55502\n3,c@example.org,55503\n",
    "one.csv": "mail\na@example.org\nb@example.org\n",
    "document.json": '{"v": 1.50, "tickets": [{"m": "a\\u00e9\\ud83d\\ude00\\"b", "n": null},\n {"m": ["x", 7, true]}], "w": -0}',
    "array.json": '[ {"a": {"b": [1, 2.0]}}, {"a": 1e5}, "text" ]\n',
    "several.json": '{"a": "x"}\n\n{"a": ["y", "z"]}\n{"b": 2}',
    "lines.jsonl": '{"a": "x", "a": 1.10}\n\n{"b": [{"c": "\\/y"}, "z"]}\n"alone"\n',
    "notes.txt": "first line\r\nsecond\rthird\n\nlast",
    "chat.txt": "Call ID: 77\n\nAgent: Hello,\n how are you?\nAnn Lee: Fine.  \n\nAgent: Good.\nAnn Lee: Bye\n",
    "timed.txt": "[10:02:11] AGENT: hello\n[10:02:14] CALLER: I am Ann\nand more\n[10:02:20] AGENT: bye\n",
    "call.vtt": (
        "WEBVTT Call of Ann\n\nNOTE by Bo\n\n1\n00:01.000 --> 00:02.000 align:start\n<v Ann Lee>my <b>mail</b> is a&amp;b"
        "@example.org\n\nintro\n00:03.000 --> 00:04.000\n- Tom &lt;t@example.org&gt;\nsecond line\n\nNOTE end\n"
    ),
    "call.srt": "1\n00:00:01,000 --> 00:00:02,000\nAgent: Hi\n\n2\n00:00:03,000 --> 00:00:04,000\nCustomer: <i>Hello</i>\nyes\n3\n"
    "00:00:05,000 --> 00:00:06,000\nAgent: Bye\n",
}  # fmt: skip


def taken(content: Content, how: ReadOptions | None = None) -> Written:
    found = written(content, media_type(content), how or ReadOptions())
    assert found is not None
    return found


def read(content: Content, how: ReadOptions | None = None) -> Counter[tuple[int, str, str]]:
    return Counter(
        (record, values.name, text)
        for part in open_parts(content, media_type(content), how)
        if isinstance(part, Part)
        for batch in part.batches
        for values in batch.fields
        for record, text in zip(values.records, values.values, strict=True)
    )


def check(content: Content, data: bytes, how: ReadOptions | None = None) -> None:
    found = taken(content, how)
    pieces = [*found.pieces]
    assert "".join(piece.raw for piece in pieces).encode(found.codec) == data[found.bom :]
    values = [(piece, value) for piece in pieces for value in piece.values()]
    assert Counter((v.record, v.field, v.text) for _, v in values) == read(content, how)
    assert all(piece.record == value.record for piece, value in values)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_values_and_bytes_are_those_of_the_file(name: str, codec: str) -> None:
    data = TEXTS[name].encode(codec)
    check(Content.of_bytes(name, data), data)


@pytest.mark.parametrize(
    "path",
    [p for p in sorted((FILES / "text").iterdir()) if p.suffix in (".csv", ".tsv", ".txt", ".yaml", ".dat")]
    + [FILES / "transcripts" / "whatsapp.txt", FILES / "transcripts" / "zoom_chat.txt"],
    ids=lambda path: path.name,
)
def test_values_and_bytes_are_those_of_the_fixtures(path: Path) -> None:
    check(Content.of_path(path), path.read_bytes())


def test_windows_code_pages_keep_their_bytes() -> None:
    data = "name;city\nJosé;Málaga\nZoë;Orléans\n".encode("cp1252")
    check(Content.of_bytes("t.csv", data), data)


def test_fixed_width_files_are_cut_as_declared() -> None:
    layout = Layout(
        records=(
            FixedRecord("head", "01", (FixedColumn("day", 3, 8),)),
            FixedRecord("detail", "02", (FixedColumn("name", 4, 6), FixedColumn("iban", 10, 8))),
        ),
        marker=FixedColumn("", 1, 2),
        header_lines=1,
    )
    data = b"PAYROLL\r\n0120260501\r\n02xAnn   PL61\r\n02 Bo    PL99   beyond\r\n99 what\r\n"
    check(Content.of_bytes("p.dat", data), data, ReadOptions(layout=layout))


def test_what_is_no_such_text_has_no_pieces() -> None:
    content = Content.of_bytes("p.pdf", b"%PDF-1.7\n")
    assert written(content, media_type(content), ReadOptions()) is None


@pytest.mark.parametrize(
    ("name", "field", "record", "old", "new", "result"),
    [
        ("quoted.csv", "notes", 1, 'said "no"', "***", '1;"Lee; Ann";"***, twice"\n'),
        ("quoted.csv", "name", 1, "Lee; Ann", "***", '1;"***";"said ""no"", twice"\n'),
        ("document.json", "tickets[*].m", 1, 'é😀"', "<X>", '"a<X>b"'),
        ("call.vtt", "text", 1, "mail is a&b@example.org", "<MAIL>", "my <b>&lt;MAIL&gt;</b>"),
        ("call.vtt", "speaker", 1, "Ann Lee", "***", "<v ***>my"),
        ("call.srt", "text", 2, "Hello\nyes", "***", "Customer: <i>***</i>\n3"),
        ("timed.txt", "text", 2, "Ann\nand", "***", "CALLER: I am *** more\n"),
        ("chat.txt", "speaker", 2, "Ann Lee", "tok_b", "tok_b: Fine.  \n"),
    ],
)  # fmt: skip
def test_a_value_is_changed_where_it_is_written(
    name: str, field: str, record: int, old: str, new: str, result: str
) -> None:
    pieces = []
    for piece in taken(Content.of_bytes(name, TEXTS[name].encode())).pieces:
        edits = []
        for value in piece.values():
            if (value.record, value.field) == (record, field) and old in value.text:
                start = value.text.index(old)
                edits = edits_of(value, start, start + len(old), new, piece.escape)
        pieces.append(edited(piece.raw, edits))
    assert result in "".join(pieces)


CELLS = st.text(st.sampled_from("ab\"',;\n é="), max_size=6)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"])
)
def test_any_table_is_taken_apart_as_it_is_read(rows: list[list[str]], end: str) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows([["id", "mail", "notes"], *rows])
    data = out.getvalue().encode()
    check(Content.of_bytes("t.csv", data), data)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text("abc", min_size=1), JSON, min_size=1, max_size=4),
    st.booleans(),
    st.none() | st.just(1),
)
def test_any_json_is_taken_apart_as_it_is_read(document: object, escaped: bool, indent: int | None) -> None:
    data = json.dumps(document, ensure_ascii=escaped, indent=indent).encode("utf-8", "replace")
    check(Content.of_bytes("t.json", data), data)
