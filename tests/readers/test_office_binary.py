"""DOC and PPT, the binary formats."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import pytest
from generate.ole import Storage, compound_file

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import DOC, PPT
from bpoaudit.errors import EncryptedSource, SourceError, UnreadableSource, UnsupportedSource
from bpoaudit.readers import Member, Part, ReadOptions, open_parts
from bpoaudit.readers.documents.ole_objects import packaged_file, pictures
from tests.readers.conftest import Seen, consume

SECRET = "ann.lee@example.org"
ORDER = ("text", "footnotes", "headers", "macros", "comments", "endnotes", "text boxes", "header boxes")


def doc(texts: Mapping[str, str], flags: int = 0, version: int = 193, **streams: bytes | Storage) -> bytes:
    """Write a document in two pieces: the first half in Windows-1252, the second in UTF-16."""
    written = "".join(texts.get(name, "") for name in ORDER) + "\r"
    half = len(written) // 2
    head = bytearray(1024)
    struct.pack_into("<HH", head, 0, 0xA5EC, version)
    struct.pack_into("<H", head, 10, 0x0200 | flags)
    struct.pack_into("<8i", head, 76, *(len(texts.get(name, "")) for name in ORDER))
    narrow = written[:half].encode("cp1252")
    wide_at = len(head) + len(narrow)
    places = struct.pack("<HIHHIH", 0, 2 * len(head) | 0x40000000, 0, 0, wide_at, 0)
    pieces = struct.pack("<III", 0, half, len(written)) + places
    clx = b"\x01\x02\0ab" + b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", head, 154 + 8 * 33, 0, len(clx))
    owners = struct.pack("<H", 10) + "Com Menter".encode("utf-16-le")
    struct.pack_into("<II", head, 154 + 8 * 36, len(clx), len(owners))
    names = b"\xff\xff" + struct.pack("<HH", 2, 0)
    for name in ("Unknown", "Ed Itor"):
        names += struct.pack("<H", len(name)) + name.encode("utf-16-le")
    struct.pack_into("<II", head, 154 + 8 * 51, len(clx) + len(owners), len(names))
    main = bytes(head) + narrow + written[half:].encode("utf-16-le")
    return compound_file({"WordDocument": main, "1Table": clx + owners + names, **streams})


def record(kind: int, body: bytes, *, container: bool = False, instance: int = 0) -> bytes:
    return struct.pack("<HHI", instance << 4 | (15 if container else 0), kind, len(body)) + body


def text_atom(text: str) -> bytes:
    return record(4000, text.encode("utf-16-le"))


def ppt(*, token: int = 0xE391C05F, stale: str = "") -> bytes:
    """Write three slides, the second hidden, with an outline text, notes, a comment and a link."""
    comment = b"".join(
        record(4026, text.encode("utf-16-le"), instance=number)
        for number, text in enumerate(("Com Menter", "said", "CM"))
    )
    objects = {}
    listed = b""
    for number in (1, 2, 3):
        info = record(1017, struct.pack("<iIBBHBxxx", 0, 0, 0, 0, 4 if number == 2 else 0, 0))
        more = record(5003, record(12000, comment, container=True)) if number == 3 else b""
        objects[2 * number] = record(1006, info + text_atom(f"on {number}") + more, container=True)
        atom = record(1009, struct.pack("<II", 255 + number, 0))
        objects[2 * number + 1] = record(1008, atom + record(4008, b"spoken %d" % number), container=True)
        listed += record(1011, struct.pack("<IIiII", 2 * number, 4, 0, 255 + number, 0)) + text_atom(
            f"title {number}"
        )
    link = record(4055, record(4026, f"mailto:{SECRET}".encode("utf-16-le"), instance=1), container=True)
    body = record(4080, listed, container=True) + record(1033, link, container=True)
    objects[1] = record(1000, body, container=True)
    objects[9] = record(1016, text_atom("on the master"), container=True)
    data = record(1006, text_atom(stale), container=True) if stale else b""
    places = b""
    for number, content in objects.items():
        places += struct.pack("<II", 1 << 20 | number, len(data))
        data += content
    directory = len(data)
    data += record(6002, places)
    edit = len(data)
    data += record(4085, struct.pack("<IHBBIIIIHH", 256, 0, 0, 3, 0, directory, 1, 9, 1, 0))
    user = record(4086, struct.pack("<IIIHHBBH", 20, token, edit, 0, 1012, 3, 0, 0))
    return compound_file({"PowerPoint Document": data, "Current User": user})


def read(data: bytes, batch_records: int = 2000) -> tuple[Seen, Seen, list[Member]]:
    with Content.of_bytes("t", data) as content:
        seen, members = [], []
        for each in open_parts(content, media_type(content), ReadOptions(batch_records)):
            if isinstance(each, Part):
                seen.append(consume(each))
            else:
                members.append(each)
        beside, text = seen
        assert not beside.fields.keys() & text.fields.keys()
        return beside, text, members


def test_every_text_of_a_document() -> None:
    texts = {name: f"{name} said, caf\xe9\r" for name in ORDER if name != "macros"}
    _, text, _ = read(doc(texts))
    assert text.records == 1
    assert text.values("text") == ["text said, café\n"]
    for field in ("footnotes", "headers", "comments", "endnotes"):
        assert text.values(field) == [f"{field} said, café"]
    assert text.values("text boxes") == ["text boxes said, café", "header boxes said, café"]
    assert text.values("authors") == ["Com Menter", "Ed Itor"]


def test_table_cells_and_fields_of_a_document() -> None:
    body = "Card\x074111\x07\x07\rsee \x13HYPERLINK x\x14here\x15\rcut\x0bhere\r"
    assert read(doc({"text": body}))[1].values("text") == [
        "Card\t4111\t\t\nsee  HYPERLINK x here \ncut\nhere\n"
    ]


def test_the_files_inside_a_document() -> None:
    inner = f"mail\n{SECRET}\n".encode()
    native = b"\x02\0list.csv\0C:\\list.csv\0\0\0\x03\0" + struct.pack("<I", 4) + b"C:\\\0"
    native += struct.pack("<I", len(inner)) + inner
    picture = record(0xF01E, bytes(17) + b"\x89PNG" + bytes(80))
    streams = {
        "ObjectPool": {"_1": {"\x01Ole10Native": struct.pack("<I", len(native)) + native}},
        "Data": b"abc" + picture,
    }
    _, _, members = read(doc({"text": "x\r"}, **streams))
    assert [member.suffix for member in members] == ["!picture", "!list.csv"]
    assert members[1].content is not None
    assert members[1].content.first(99)[0] == inner


def test_what_is_under_a_password_is_encrypted() -> None:
    with pytest.raises(SourceError) as caught:
        read(doc({"text": SECRET}, flags=0x0100))
    assert isinstance(caught.value, EncryptedSource | UnreadableSource)
    with pytest.raises(SourceError) as caught:
        read(ppt(token=0xF3D1C4DF))
    assert isinstance(caught.value, EncryptedSource | UnreadableSource)


def test_word_95_is_named() -> None:
    with pytest.raises(UnsupportedSource, match="Word 95"):
        read(doc({"text": SECRET}, version=104))


def test_slides_are_records() -> None:
    beside, text, _ = read(ppt())
    assert text.records == 3
    assert text.fields["text"] == [
        (1, "title 1"), (1, "on 1"), (2, "title 2"), (2, "on 2"), (3, "title 3"), (3, "on 3"),
    ]  # fmt: skip
    assert text.fields["notes"] == [(1, "spoken 1"), (2, "spoken 2"), (3, "spoken 3")]
    assert text.fields["comments"] == [(3, "said")]
    assert text.fields["authors"] == [(3, "Com Menter"), (3, "CM")]
    assert text.part.facts == {"pages": 3, "hidden_slides": 1, "comments": 1}
    assert beside.values("layout text") == ["on the master"]
    assert beside.values("links") == [f"mailto:{SECRET}"]


def test_slides_do_not_depend_on_the_batches() -> None:
    one, all_ = read(ppt(), batch_records=1)[1], read(ppt())[1]
    assert (one.fields, one.records) == (all_.fields, all_.records)
    assert one.batches == 3


def test_a_slide_that_was_saved_over_is_read() -> None:
    assert read(ppt(stale=SECRET))[0].values("earlier text") == [SECRET]


@pytest.mark.parametrize("whole", [doc({"text": f"{SECRET}\r" * 50}), ppt(stale=SECRET)], ids=["doc", "ppt"])
def test_cut_or_bent_anywhere_there_is_text_or_a_source_error(whole: bytes) -> None:
    kind = media_type(Content.of_bytes("t", whole))
    assert kind in (DOC, PPT)
    for at in range(0, len(whole), 97):
        for data in (whole[:at], whole[:at] + b"\xff\xff\xff\xff" + whole[at + 4 :]):
            said = ""
            try:
                for each in open_parts(Content.of_bytes("t", data), kind):
                    if isinstance(each, Part):
                        consume(each)
            except SourceError as error:
                said = repr(error)
            assert SECRET not in said


def test_objects_that_are_none() -> None:
    assert packaged_file(b"") is None
    assert packaged_file(b"\0" * 40) is None
    assert pictures(b"\0\0\x1e\xf0\xff") == ([], 0)
