"""Bytes to text by the character set that a mail or a page names for them."""

from __future__ import annotations

import codecs
import re

from bpoaudit.readers.json_paths import whole

# What is declared by the first is written with the characters of the second (WHATWG Encoding, 4.2).
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
# Code pages of Windows that are called by another name than `cp`.
_PAGES = {
    1200: "utf-16-le", 20127: "ascii", 20866: "koi8-r", 20932: "euc-jp", 21866: "koi8-u", 28591: "iso-8859-1",
    28592: "iso-8859-2", 28595: "iso-8859-5", 28597: "iso-8859-7", 28599: "iso-8859-9", 28605: "iso-8859-15",
    50220: "iso-2022-jp", 50221: "iso-2022-jp", 50222: "iso-2022-jp", 51932: "euc-jp", 51949: "euc-kr",
    54936: "gb18030", 65000: "utf-7", 65001: "utf-8",
}  # fmt: skip
_NO_CHARSETS = frozenset(("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"))
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def find_codec(charset: str | None) -> str | None:
    """Return Python's codec for the name of a character set, None where there is none of that name."""
    try:
        name = codecs.lookup(charset or "").name
    except (LookupError, ValueError):  # ValueError: NUL in the name
        return None
    if name in _NO_CHARSETS or not codecs.lookup(name)._is_text_encoding:
        return None
    return _WIDER.get(name, name)


def charset_of_page(page: int) -> str:
    """Return the name of a code page of Windows."""
    return _PAGES.get(page, f"cp{page}")


def declared_charset(page: bytes) -> str | None:
    """Return the character set that an HTML page names for itself in its first 1,024 bytes."""
    found = _META.search(page[:1024])
    return found[1].decode("ascii") if found else None


def decode(data: bytes, charset: str | None) -> tuple[str, int]:
    """Return the text, and how many characters of it stand for bytes that do not decode.

    A byte order mark decides; then the declared character set, where the bytes are that; then whether
    they are UTF-8. What is left is read by the declared set, else as Windows-1252. The text holds neither
    NUL nor lone surrogates.
    """
    bom, codec = next(((len(mark), codec) for mark, codec in _BOMS if data.startswith(mark)), (0, None))
    codec = codec or find_codec(charset)
    for attempt in dict.fromkeys((codec if codec != "cp1252" or data.isascii() else None, "utf-8", codec)):
        if attempt:
            try:
                return _clean(data[bom:].decode(attempt)), 0
            except UnicodeError:
                continue
    text = data[bom:].decode(codec or "cp1252", "replace")
    return _clean(text), text.count("\ufffd")


def _clean(text: str) -> str:
    return whole(text).replace("\0", "")
