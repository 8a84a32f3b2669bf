"""JSON5 and JSON with comments: rewritten as JSON while it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import JSON5
from bpoaudit.errors import UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part, RecordBatch
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.json_document import json_batches
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.plain_text import open_plain_text
from bpoaudit.readers.text_file import TextFile
from bpoaudit.readers.window import Window

FORMATS = (
    Format(
        "JSON5 and JSON with comments", (JSON5,), (".json5", ".jsonc", ".json"), "own reader, ijson",
        "as JSON; comments as metadata; a document that is neither is read as plain text, line by line",
    ),
)  # fmt: skip

COMMENTS = "comments"

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


def open_json5(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part]:
    """Yield a part with the comments (record 0), then one with the values: records and paths as in JSON.

    What cannot be read as JSON5 is read as plain text, which is noted.
    """
    if not _is_json5(content):
        for part in open_plain_text(content, media_type, how):
            part.notes.append("JSON that is not well-formed, read as text line by line")
            yield part
        return
    file = _Json5File(content)
    comments = _comments(content, how.batch_records)
    yield Part(
        "", media_type, FieldKind.METADATA, comments, (), ["JSON with comments or without quotes (JSON5)"]
    )
    batches = json_batches(file, how.batch_records, lines=False)
    yield Part("", media_type, FieldKind.COLUMN, batches, (), file.notes, file.losses)


class _Json5File(TextFile):
    """A file of JSON5 that reads as one of JSON."""

    def blocks(self) -> Iterator[str]:
        """Yield the text as JSON, comments left out."""
        return _as_json(super().blocks(), lambda _: None)


def _is_json5(content: Content) -> bool:
    try:
        for _ in json_batches(_Json5File(content), 2000, lines=False):
            pass
    except UnreadableSource:
        return False
    return True


def _comments(content: Content, batch_records: int) -> Iterator[RecordBatch]:
    gathered = Gatherer(batch_records)
    for _ in _as_json(TextFile(content).blocks(), lambda comment: gathered.add(COMMENTS, 0, comment)):
        if gathered.heavy:
            yield gathered.take()
    if not gathered.empty:
        yield gathered.take()


def _as_json(blocks: Iterator[str], say: Callable[[str], None]) -> Iterator[str]:
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
