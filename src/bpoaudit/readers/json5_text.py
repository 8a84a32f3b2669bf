"""JSON5, and what programs write in place of JSON (`NaN`, a comma too many), rewritten as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from bpoaudit.readers.window import Window

_MAX_TOKEN = 16 << 20
_TOKEN = re.compile(
    r"(?P<space>[\s\ufeff]++)|(?P<mark>[{}\[\]:])|(?P<comma>,)"
    r"|(?P<comment>//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)"
    r"|(?P<text>\"(?:[^\"\\]++|\\.)*+\"|'(?:[^'\\]++|\\.)*+')"
    r"|(?P<word>[^\s{}\[\]:,\"'/]++)|(?P<open>.+)",
    re.DOTALL,
)
"""The last is a quote or a comment of which the end is not there yet."""
_PLAIN = re.compile(r"true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|\r\n|.)", re.DOTALL)
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "0": "",
    "\n": "",
    "\r\n": "",
    "\r": "",
}


def as_json(blocks: Iterator[str], say: Callable[[str], None]) -> Iterator[str]:
    """Yield JSON in pieces and tell `say` of each comment; what is not JSON5 is left as it is."""
    window = Window(blocks)
    pieces: list[str] = []
    comma = ""
    while not window.done:
        found = window.match(_TOKEN, _MAX_TOKEN)
        assert found is not None  # any character is one
        window.at += len(found[0])
        kind, text = found.lastgroup, found[0]
        if kind == "comment":
            say(text.removesuffix("*/").lstrip("/*").strip() if text[1] == "*" else text[2:].strip())
        elif kind == "comma":
            pieces.append(comma)  # two in a row are a fault, which the parser finds
            comma = text
        elif kind != "space":
            if text not in ("}", "]"):
                pieces.append(comma)
            comma = ""
            pieces.append(_written(text, kind))
            if len(pieces) > 4_000:
                yield "".join(pieces)
                pieces.clear()
    yield "".join((*pieces, comma))


def _written(text: str, kind: str | None) -> str:
    if kind == "text":
        said = _ESCAPE.sub(_unescaped, text[1:-1])
        if not said.isascii():  # halves of pairs that are escaped one by one
            said = said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return json.dumps(said, ensure_ascii=False)
    if kind == "word" and not _PLAIN.fullmatch(text):
        return json.dumps(text, ensure_ascii=False)  # a key, a number in hexadecimal, NaN
    return text


def _unescaped(found: re.Match[str]) -> str:
    escaped = found[1]
    if escaped[0] in "ux" and len(escaped) > 1:
        return chr(int(escaped[1:], 16))
    return _ESCAPES.get(escaped, escaped)
