from __future__ import annotations

from pathlib import Path

import pytest

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.encoding import decode_head, find_encoding

SPANISH = "José Núñez llamó ayer sobre su factura del año pasado; pidió la devolución\n"
POLISH = "Pan Łukasz Wójcik zgłosił się w środę z prośbą o zwrot pieniędzy, zażółć gęślą jaźń\n"

CASES = {
    "utf-8": ("utf-8", "Müller, Köln\n"),
    "utf-8-sig": ("utf-8", "Müller, Köln\n"),
    "ascii": ("utf-8", "Miller\n"),
    "utf-16": ("utf-16-le", "Müller, Köln\n"),
    "utf-16-le": ("utf-16-le", "Müller, Köln\n"),
    "utf-16-be": ("utf-16-be", "Müller, Köln\n"),
    "utf-32": ("utf-32-le", "Müller, Köln\n"),
    "cp1252": ("cp1252", SPANISH),
    "cp1250": ("cp1250", POLISH),
    "cp1251": ("cp1251", "Иван Петров позвонил вчера и попросил вернуть деньги\n"),
    "cp1253": ("cp1253", "Ο πελάτης Γιώργος τηλεφώνησε χθες\n"),
    "cp932": ("cp932", "田中太郎さんから電話がありました。返金を希望しています。\n"),
    "gb18030": ("gb18030", "客户张伟昨天打电话要求退款，地址是北京市朝阳区\n"),
}


@pytest.mark.parametrize("encoding", CASES)
def test_finds_the_encoding(tmp_path: Path, encoding: str) -> None:
    codec, text = CASES[encoding]
    path = tmp_path / "t"
    path.write_bytes(text.encode(encoding))
    found = find_encoding(Content.of_path(path))
    assert (found.codec, found.strict) == (codec, True)
    assert path.read_bytes()[found.bom :].decode(found.codec) == text


def test_chinese_in_utf16_without_mark(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes("田中,太郎\nさん 12\n".encode("utf-16-le"))
    assert find_encoding(Content.of_path(path)).codec == "utf-16-le"


def test_an_accent_far_from_the_start_decides(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes(b"plain ascii line\n" * 200_000 + "Ünal, Ayşe".encode("cp1254"))
    assert find_encoding(Content.of_path(path)).codec == "cp1252"  # too little to tell 1254 from 1252
    assert find_encoding(Content.of_path(path)).strict


def test_a_few_stray_bytes_do_not_change_utf8(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes("Ä, Ö, Ü\n".encode() + b"Jos\xe9\n")
    found = find_encoding(Content.of_path(path))
    assert (found.codec, found.strict) == ("utf-8", False)


def test_a_character_over_the_border_of_two_blocks_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes(b"x" * ((1 << 20) - 1) + "é".encode() * 3)
    found = find_encoding(Content.of_path(path))
    assert (found.codec, found.strict) == ("utf-8", True)


def test_zero_bytes_in_ascii_are_not_utf16(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes(b"abc\x00def\n" * 10)
    assert find_encoding(Content.of_path(path)).codec == "utf-8"


def test_a_mark_of_utf16_before_ascii_is_not_believed() -> None:
    data = b"\xff\xfeid,mail\n1,ann@example.org\n"
    assert find_encoding(Content.of_bytes("t", data)).codec == "cp1252"
    assert "ann@example.org" in (decode_head(data) or "")
    chinese = "\ufeff一份没有空格的文字".encode("utf-16-le")
    assert find_encoding(Content.of_bytes("t", chinese)).codec == "utf-16-le"


def test_binary_is_no_text() -> None:
    assert decode_head(bytes(range(32)) * 10) is None
    assert decode_head(b"one zero \x00 byte among many letters of an export\n" * 2) is not None


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("windows-1250", "cp1250"), ("ISO-8859-1", "cp1252"), ("us-ascii", "cp1252"), ("koi8-r", "koi8-r"),
        ("cp037", "cp1252"), ("utf-7", "cp1252"), ("idna", "cp1252"), ("unicode_escape", "cp1252"),
        ("zlib", "cp1252"), ("nonsense", "cp1252"), ("utf-8", "cp1252"), (None, "cp1252"),
    ],
)  # fmt: skip
def test_what_a_text_says_of_itself_is_believed_where_it_can_be(declared: str | None, codec: str) -> None:
    assert find_encoding(Content.of_bytes("t", b"Zo\xeb \xa3"), declared).codec == codec
    assert find_encoding(Content.of_bytes("t", "Zoë".encode()), declared).codec == "utf-8"
