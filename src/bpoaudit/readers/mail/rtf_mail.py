"""The rich text of Outlook mails: unpacked (MS-OXRTFCP), and the HTML that it stands for (MS-OXRTFEX)."""

from __future__ import annotations

import html
import re
import struct

from bpoaudit.readers.charsets import charset_of_page, decode

MAX_RTF = 64 << 20
"""Bytes it may unpack to."""

_FIRST_WORDS = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096

_TOKEN = re.compile(
    rb"\\'([0-9A-Fa-f]{2})|\\([a-z]{1,32})(-?\d{1,10})? ?|\\([^a-z])|([{}])|([^\\{}\r\n]+)", re.DOTALL
)
_SKIPPED = frozenset(
    (b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer")
)
_CHARACTERS = {
    b"par": "\r\n", b"line": "\r\n", b"tab": "\t", b"bullet": "\u2022",
    b"lquote": "\u2018", b"rquote": "\u2019",
    b"ldblquote": "\u201c", b"rdblquote": "\u201d", b"endash": "\u2013", b"emdash": "\u2014",
}  # fmt: skip
_SYMBOLS = {b"~": "\u00a0", b"_": "\u00ad", b"{": "{", b"}": "}", b"\\": "\\", b"\n": "\r\n", b"\r": "\r\n"}
# \fcharset of a font and its code page.
_CODE_PAGES = {
    b"128": 932, b"129": 949, b"134": 936, b"136": 950, b"161": 1253, b"162": 1254, b"163": 1258,
    b"177": 1255, b"178": 1256, b"186": 1257, b"204": 1251, b"222": 874, b"238": 1250,
}  # fmt: skip
_FONT = re.compile(rb"\{\\f(\d{1,5})[^{};]{0,80}?\\fcharset(\d{1,3})")


def unpack_rtf(data: bytes) -> bytes | None:
    """Return the RTF of a `PidTagRtfCompressed`, None where it is broken; what breaks off is kept."""
    if len(data) < 16:
        return None
    _, size, kind = struct.unpack_from("<II4s", data)
    if kind == b"MELA":
        return data[16:]
    if kind != b"LZFu":
        return None
    size = min(size, MAX_RTF)
    out = bytearray(_FIRST_WORDS)
    start = len(out)
    at = 16
    while at < len(data) and len(out) - start < size:
        control = data[at]
        at += 1
        for bit in range(8):
            if not control >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            if at + 2 > len(data):
                return bytes(out[start:])
            reference = int.from_bytes(data[at : at + 2], "big")
            at += 2
            # The window is a ring that is written from the end of the first words on.
            behind = (len(out) - (reference >> 4)) % _WINDOW
            if not behind:
                return bytes(out[start : start + size])
            for _ in range((reference & 15) + 2):
                out.append(out[-behind] if behind <= len(out) else 0x20)
    return bytes(out[start : start + size])


def html_of_rtf(rtf: bytes) -> str | None:
    r"""Return the HTML that an RTF says it was made from (`\fromhtml1`), None where it is none."""
    if rb"\fromhtml1" not in rtf[:1000]:
        return None
    return _Page(rtf).html()


class _Page:
    """One document being read. `repr` shows no content."""

    def __init__(self, rtf: bytes) -> None:
        self._rtf = rtf
        page = re.search(rb"\\ansicpg(\d{1,5})", rtf[:1000])
        self._page = int(page[1]) if page else 1252
        self._fonts = {font: _CODE_PAGES.get(charset, self._page) for font, charset in _FONT.findall(rtf)}
        self._out: list[str] = []
        self._bytes = bytearray()

    def __repr__(self) -> str:
        return "_Page(…)"

    def html(self) -> str:
        """Return it."""
        # For each open group: whether it is skipped, a tag, not of the HTML; characters to pass over
        # after \u; code page.
        state = (False, False, False, 1, self._page)
        groups: list[tuple[bool, bool, bool, int, int]] = []
        passing = 0
        starred = False
        for token in _TOKEN.finditer(self._rtf):
            byte, word, number, symbol, brace, text = token.groups()
            skipped, tag, outside, after, page = state
            silent = skipped or (outside and not tag)
            if brace:
                self._flush(page)
                passing = 0
                if brace == b"{":
                    groups.append(state)
                elif groups:
                    state = groups.pop()
            elif byte or text:
                if passing:
                    cut = min(passing, 1 if byte else len(text))
                    passing -= cut
                    if byte:
                        continue
                    text = text[cut:]
                if not silent:
                    self._bytes += bytes([int(byte, 16)]) if byte else _escaped(text, tag)
            elif symbol == b"*":
                starred = True
                continue
            elif symbol:
                if not silent and symbol in _SYMBOLS:
                    self._say(_SYMBOLS[symbol], page)
            elif word == b"htmltag":
                state = (skipped, True, outside, after, page)
            elif word == b"htmlrtf":
                state = (skipped, tag, number != b"0", after, page)
            elif starred or word in _SKIPPED:
                state = (True, tag, outside, after, page)
            elif word == b"f":
                self._flush(page)
                state = (skipped, tag, outside, after, self._fonts.get(number or b"", self._page))
            elif word == b"uc" and number:
                state = (skipped, tag, outside, max(0, min(int(number), 10)), page)
            elif word == b"u" and number:
                if not silent:
                    self._say(chr(int(number) % 0x10000), page)
                passing = after
            elif not silent and word in _CHARACTERS:
                self._say(_CHARACTERS[word], page)
            starred = False
        self._flush(self._page)
        # A character beyond U+FFFF is written as two surrogates.
        return "".join(self._out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _say(self, text: str, page: int) -> None:
        self._flush(page)
        self._out.append(text)

    def _flush(self, page: int) -> None:
        if self._bytes:
            self._out.append(decode(bytes(self._bytes), charset_of_page(page))[0])
            self._bytes.clear()


def _escaped(text: bytes, tag: bool) -> bytes:
    return text if tag else html.escape(text.decode("latin-1"), quote=False).encode("latin-1")
