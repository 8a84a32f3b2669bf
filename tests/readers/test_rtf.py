"""RTF: every destination that holds words."""

from __future__ import annotations

import pytest

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import RTF
from bpoaudit.errors import UnreadableSource
from bpoaudit.readers import Member, Part, ReadOptions, open_parts
from bpoaudit.readers.documents.rtf_text import RtfText
from tests.readers.conftest import Seen, consume

SECRET = "ann.lee@example.org"


def rtf(body: str) -> bytes:
    return (
        r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial;}}" + body + "}"
    ).encode("cp1252")


def read(data: bytes, batch_records: int = 2000) -> tuple[Seen, list[Member]]:
    with Content.of_bytes("t", data) as content:
        seen, members = [], []
        for each in open_parts(content, RTF, ReadOptions(batch_records)):
            if isinstance(each, Part):
                seen.append(consume(each))
            else:
                members.append(each)
        return seen[0], members


def values(body: str, field: str = "text") -> list[str]:
    return read(rtf(body))[0].values(field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (r"{\header said\par}", "headers"),
        (r"{\footerf said\par}", "footers"),
        (r"a{\footnote said}", "footnotes"),
        (r"a{\*\annotation said}", "comments"),
        (r"{\*\atnauthor said}", "authors"),
        (r"{\v said}", "hidden"),
        (r"\v said\v0  seen", "hidden"),
        (r"{\deleted said}", "deleted"),
        (r"{\shp{\*\shpinst{\shptxt said}}}", "text boxes"),
        (r'{\field{\*\fldinst said}{\fldrslt click}}', "field codes"),
        (r"{\info{\title said}}", "properties"),
        (r"{\info{\author said}{\title other}}", "authors"),
        (r"{\*\userprops{\propname said}}", "properties"),
        (r"{\*\bkmkstart said}", "bookmarks"),
        (r"{\*\unheardof said}", "other words"),
        (r"said\par", "text"),
    ],
)  # fmt: skip
def test_each_text_has_its_field(body: str, field: str) -> None:
    assert values(body, field) == ["said"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"caf\'e9", "café"),
        (r"\u8364?uro", "€uro"),
        (r"\uc2\u8364??uro", "€uro"),
        (r"\u-10179?\u-8704?", "\U0001f600"),
        (r"\u-10179?x", "x"),
        (r"{\f1 \'ef\'f0\'e8}", "при"),
        (r"\f1 \'ef\f0 \'e9", "пé"),
        (r"a\~b\_c\-d", "a b-cd"),
        (r"x\{y\}\\", "x{y}\\"),
        (r"one\par two\line three", "one\ntwo\nthree"),
        (r"Card\cell 4111\cell\row", "Card\t4111"),
        (r"ann.\b lee\b0 @example.org", "ann.lee@example.org"),
        (r"{\stylesheet{\s1 Heading;}{\*\cs2 Other;}}seen", "seen"),
        ("bro\nken", "broken"),
        (r"{\pict\bin4 {{{{}after", "after"),
    ],
)
def test_the_text(body: str, text: str) -> None:
    assert values(body) == [text]


def test_facts() -> None:
    assert read(rtf(r"{\v a}{\deleted b}{\revised c}{\*\annotation d}"))[0].part.facts == {
        "hidden_text": 1, "tracked_changes": 2, "comments": 1,
    }  # fmt: skip


def test_pictures_and_objects_are_sources() -> None:
    png = b"\x89PNG\r\n\x1a\n"
    native = b"".join(
        (b"\x01\x05\0\0\x02\0\0\0", b"\x05\0\0\0Word\0", b"\0" * 8, len(png).to_bytes(4, "little"), png)
    )
    body = rf"{{\*\shppict{{\pict\pngblip {{\*\blipuid 00ff}}{png.hex()}}}}}{{\object{{\*\objdata {native.hex()}}}}}"
    seen, (picture, item) = read(rtf(body + "after"))
    assert seen.values("text") == ["after"]
    assert (picture.suffix, item.suffix) == ("!picture", "!Word")
    assert [each.content and each.content.first(99)[0] for each in (picture, item)] == [png, png]


def test_a_text_that_breaks_off_says_so_behind_what_it_holds() -> None:
    seen, _ = read(rtf(f"{SECRET}\\par more")[:-1])
    assert seen.values("text") == [f"{SECRET}\nmore"]
    assert isinstance(seen.error, UnreadableSource)
    assert SECRET not in repr(seen.error)


def test_blocks_do_not_matter() -> None:
    data = rtf(r"{\header top\par}caf\'e9 \u8364?{\v unseen}{\pict\bin9 }}}}}}}}} end\par" * 20)
    whole = RtfText()
    expected = whole.feed(data) + whole.feed(b"")
    for size in (1, 7, 100):
        text = RtfText()
        found = [each for at in range(0, len(data), size) for each in text.feed(data[at : at + size])]
        assert found + text.feed(b"") == expected


def test_hostile_nesting_ends() -> None:
    seen, _ = read(b"{\\rtf1" + b"{" * 100_000 + b"x" + b"}" * 100_001)
    assert seen.values("text") == ["x"]
