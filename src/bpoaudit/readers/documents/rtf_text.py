"""The words of an RTF text (Rich Text Format 1.9.1), each under the field it belongs to."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

MAX_DEPTH = 10_000
_MAX_TEXT = 1 << 20
_MAX_FILES = 64 << 20
_LONGEST_TOKEN = 64
_NO_DIGIT = re.compile(rb"[^0-9a-fA-F]")
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? "
    rb"?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\'?"
)

_SIGNS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "cell": "\t", "nestcell": "\t",
    "nestrow": "\n",
    "tab": "\t", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS = {"~": " ", "_": "-", "-": "", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n"}

# Destinations: where the text of a group belongs.
_FIELDS = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "headers"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footers"),
    **dict.fromkeys(("footnote", "ftnsep", "ftnsepc"), "footnotes"),
    "annotation": "comments",
    **dict.fromkeys(("atnid", "atnauthor", "revtbl", "author", "operator", "manager"), "authors"),
    **dict.fromkeys(
        ("info", "title", "subject", "category", "keywords", "comment", "doccomm", "company", "hlinkbase",
        "propname",
         "staticval", "linkval"), "properties"),
    **dict.fromkeys(("shptxt", "dptxbxtext", "textbox"), "text boxes"),
    **dict.fromkeys(("fldinst", "formfield", "ffname", "ffdeftext", "ffhelptext", "ffstattext", "ffformat",
    "ffl"),
                    "field codes"),
    "bkmkstart": "bookmarks",
    **dict.fromkeys(("docvar", "xmlattrname", "xmlattrvalue"), "variables"),
    **dict.fromkeys(("mmconnectstr", "mmquery", "mmdatasource", "mmconnectstrdata", "mmmailsubject"),
    "connections"),
    **dict.fromkeys(("sv", "hl", "hlsrc", "hlfr", "hlloc"), "drawings"),
    }  # fmt: skip
# Destinations that hold no words: fonts, styles, numbers, pictures.
_SILENT = frozenset(
    [
        "fonttbl",
        "colortbl",
        "stylesheet",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "generator",
        "themedata",
        "colorschememapping",
        "latentstyles",
        "datastore",
        "datafield",
        "blipuid",
        "sn",
        "pnseclvl",
        "pntext",
        "levelnumbers",
        "leveltext",
        "listname",
        "listtext",
        "panose",
        "falt",
        "fname",
        "fontfile",
        "xmlnstbl",
        "mmathPr",
        "wgrffmtfilter",
        "pgptbl",
        "bkmkend",
        "atrfstart",
        "atrfend",
        "atnref",
        "atntime",
        "atndate",
        "creatim",
        "revtim",
        "printim",
        "buptim",
        "filetbl",
        "passwordhash",
        "protusertbl",
        "upr",
        "nonshppict",
        "shpinst_",
        "background",
        "objclass",
        "objname",
        "objalias",
        "objsect",
        "pict",
        "objdata",
        "defchp",
        "defpap",
    ]
)
_MOSTLY_NUMBERS = frozenset(["drawings", "other words"])
_COUNTED = {
    "annotation": "comments",
    "deleted": "tracked_changes",
    "revised": "tracked_changes",
    "v": "hidden_text",
}
_IN_SILENCE = frozenset(["u", "uc", "bin", "f", "fcharset", "ansicpg"])
"""Words that still matter where no words of people are."""
_FILES = {"pict": "picture", "objdata": "object"}
"""Destinations that are files, in hexadecimal digits."""

# Character sets of fonts (`\fcharset`), as code pages.
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5",
    161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds inside a pair of braces."""

    field: str | None = "text"
    """None where it holds no words."""
    hidden: bool = False
    deleted: bool = False
    fallback: int = 1
    """Characters that stand in for one of Unicode, for old programs."""
    codec: str = "cp1252"


class RtfText:
    """The words of one text, block by block. `repr` shows no content."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.complete = False
        """Whether the last brace was met."""
        self.undecoded = 0
        """Characters that are none in the code page of their font."""
        self.files: list[tuple[str, bytes]] = []
        """Kind and bytes of pictures and objects."""
        self.files_left_out = 0
        self._done: list[tuple[str, str]] = []
        self._rest = b""
        self._stack: list[_Group] = []
        self._now = _Group()
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._codec = "cp1252"
        self._star = False
        self._raw = bytearray()
        self._half = 0
        self._skip = self._binary = self._held = self._file_depth = 0
        self._file: bytearray | None = None
        self._open: dict[str, list[str]] = {}

    def __repr__(self) -> str:
        return f"RtfText({len(self._stack)})"

    def feed(self, block: bytes) -> list[tuple[str, str]]:
        """Read on and return field and text of what is complete; an empty block is the end."""
        data = self._rest + block
        at, end = 0, len(data) - _LONGEST_TOKEN if block else len(data)
        while at < end:
            if self._binary:
                step = min(self._binary, len(data) - at)
                if self._file is not None:
                    self._file += data[at : at + step].hex().encode()
                self._binary, at = self._binary - step, at + step
                continue
            token = _TOKEN.match(data, at)
            assert token is not None
            at = token.end()
            self._take(token)
        self._rest = data[at:]
        if not block:
            self._decode()
            for field in list(self._open):
                self._give(field)
        done, self._done = self._done, []
        return done

    def _take(self, token: re.Match[bytes]) -> None:
        word, number, byte, symbol, brace, text = token.groups()
        if text is not None:
            self._text(text)
        elif byte is not None:
            self._text(bytes([int(byte, 16)]))
        elif brace is not None:
            self._brace(brace)
        elif word is not None:
            self._word(word.decode("ascii"), int(number) if number else None)
        elif symbol == b"*":
            self._star = True
        elif symbol is not None:
            self._add(_SYMBOLS.get(symbol.decode("latin-1"), ""))

    def _text(self, text: bytes) -> None:
        if self._skip:
            left = text[self._skip :]
            self._skip = max(0, self._skip - len(text))
            text = left
        if self._file is not None:
            if len(self._stack) == self._file_depth and len(self._file) < 2 * _MAX_FILES:
                self._file += text
        elif self._now.field is not None:
            self._raw += text

    def _brace(self, brace: bytes) -> None:
        self._decode()
        self._skip = 0
        self._star = False
        if brace == b"{":
            if len(self._stack) < MAX_DEPTH:
                self._stack.append(self._now)
        elif self._stack:
            before, self._now = self._now, self._stack.pop()
            if self._file is not None and len(self._stack) < self._file_depth:
                self._end_file()
            if before.field != self._now.field and before.field not in (None, "text"):
                self._give(str(before.field))
            self.complete = not self._stack

    def _word(self, word: str, number: int | None) -> None:
        self._decode()
        star, self._star = self._star, False
        on = number != 0
        if word in _COUNTED and on and self._now.field is not None:
            self.counts[_COUNTED[word]] = self.counts.get(_COUNTED[word], 0) + 1
        if self._now.field is None and word not in _IN_SILENCE:
            return
        if word in _FILES:
            self._now, self._file_depth = replace(self._now, field=None), len(self._stack)
            self._file = bytearray(_FILES[word].encode() + b" ")
        elif word in _FIELDS:
            self._give(_FIELDS[word])
            self._now = replace(self._now, field=_FIELDS[word])
        elif word in _SILENT:
            self._now = replace(self._now, field=None)
        elif star and word not in ("shpinst", "xmlopen", "docvar", "userprops", "mailmerge"):
            self._now = replace(self._now, field="other words")
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        elif word == "u" and number is not None:
            self._unicode(number & 0xFFFF)
        elif word == "uc" and number is not None:
            self._now = replace(self._now, fallback=min(max(number, 0), 20))
        elif word == "bin" and number:
            self._binary = max(number, 0)
        elif word == "v":
            self._now = replace(self._now, hidden=on)
        elif word == "deleted":
            self._now = replace(self._now, deleted=on)
        elif word == "plain":
            self._now = replace(self._now, hidden=False, deleted=False)
        elif word in ("f", "fcharset", "ansicpg", "mac", "pc", "pca", "cchs"):
            self._set_codec(word, number or 0)

    def _set_codec(self, word: str, number: int) -> None:
        if word == "f":
            self._font = number
            self._now = replace(self._now, codec=self._fonts.get(number, self._codec))
        elif word == "fcharset":
            if number > 1 and number in _CHARSETS:
                self._fonts[self._font] = _CHARSETS[number]
        else:
            name = (
                f"cp{number}" if word == "ansicpg" else {"mac": "mac_roman", "pc": "cp437"}.get(word, "cp850")
            )
            try:
                codecs.lookup(name)
            except LookupError:
                return
            self._codec = name
            self._now = replace(self._now, codec=name)

    def _unicode(self, code: int) -> None:
        self._skip = self._now.fallback
        if 0xD800 <= code < 0xDC00:
            self._half = code
        elif 0xDC00 <= code < 0xE000:
            if self._half:
                self._add(chr(0x10000 + ((self._half - 0xD800) << 10) + code - 0xDC00))
            self._half = 0
        elif code:
            self._add(chr(code))

    def _decode(self) -> None:
        if self._raw:
            text = bytes(self._raw).decode(self._now.codec, "replace")
            self.undecoded += text.count("\ufffd")
            self._raw.clear()
            self._add(text)

    def _add(self, text: str) -> None:
        if self._raw:
            self._decode()
        field = self._now.field
        if field is None or not text:
            return
        if field == "text" and (self._now.hidden or self._now.deleted):
            field = "deleted" if self._now.deleted else "hidden"
        if text == "\n":
            for other in ("hidden", "deleted"):
                self._give(other)
            if field != "text":
                self._give(field)
                return
        self._open.setdefault(field, []).append(text)
        self._held += len(text)
        if self._held > _MAX_TEXT:
            self._give(field)
            self._held = 0

    def _give(self, field: str) -> None:
        text = "".join(self._open.pop(field, ())).strip()
        if field in _MOSTLY_NUMBERS and not any(map(str.isalpha, text)):
            return
        if text:
            self._done.append((field, text.replace("\0", "")))

    def _end_file(self) -> None:
        assert self._file is not None
        kind, _, digits = self._file.partition(b" ")
        self._file = None
        bare = _NO_DIGIT.sub(b"", digits).decode("ascii")
        data = bytes.fromhex(bare[: len(bare) // 2 * 2])
        if sum(len(each) for _, each in self.files) + len(data) > _MAX_FILES:
            self.files_left_out += 1
        elif data:
            self.files.append((kind.decode("ascii"), data))
