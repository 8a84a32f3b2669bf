"""HTML to text: what a reader of the page sees, and what only its source shows."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, unquote_to_bytes

from bpoaudit.parsers.frames import Answer
from bpoaudit.readers.fed_parser import FedParser, ParserEnded
from bpoaudit.readers.html.html_looks import (
    BLOCK_TAGS,
    CELL_TAGS,
    KEEPS_SPACE,
    LAYOUT_ATTRIBUTES,
    SPACE,
    looks,
    style_words,
)
from bpoaudit.readers.until_fault import UntilFault

MAX_DEPTH = 2_000
"""Elements inside elements; the time that closing one takes grows with it."""
MAX_TOKEN = 64 << 20
"""Characters of one comment, script or tag."""

_TOO_MUCH = "nested too deeply, or with a tag too long: read with its markup from there on"
_PARSER_ENDED = "it broke its parser: read with its markup from there on"
_BLOCK = 64 << 10
_MAX_STYLE = 1 << 20
"""Characters of a style sheet that are looked at together."""
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_OPEN_TAG = re.compile(r"<[A-Za-z/!?][^<>]*\Z")
# A comment, a script or a tag; the group that ends it is empty where it is still open.
_TOKEN = re.compile(
    r"<!--.*?(?P<comment>-->|\Z)|<(?P<raw>script|style)\b.*?(?P<script></(?P=raw)|\Z)"
    r"|<[A-Za-z/!?](?:[^<>\"']|\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z))*+(?P<tag>>|\Z)",
    re.DOTALL | re.IGNORECASE,
)


class Said(StrEnum):
    """Where in a page a piece of text stands, or where a table, a row or a cell of it begins."""

    TEXT = "text"
    HIDDEN = "hidden"
    ATTRIBUTE = "attributes"
    COMMENT = "comments"
    SCRIPT = "scripts"
    EMBEDDED = "embedded"
    """A `data:` address."""
    TABLE = "<table>"
    ROW = "<tr>"
    CELL = "<td>"
    """Its text is `colspan,rowspan`, as the page says them."""
    END = "</table>"
    LOSS = "loss"
    """Not content: something about the page itself that is to be said."""


@dataclass(slots=True)
class HtmlParts:
    """What one page says. `repr` shows no content."""

    text: str
    """What is seen: a line a block, a tab between cells."""
    hidden: str
    """What its own style or attributes hide: no display, size nought, white on white."""
    attributes: list[str]
    """Values of attributes; addresses of links without their percent signs, `data-` ones with their name."""
    comments: list[str]
    scripts: list[str]
    """Scripts whole; of styles the comments, strings and addresses."""
    embedded: list[tuple[str, bytes]]
    """Media type and bytes of the files that stand in the page itself (`data:` addresses)."""
    losses: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        return "HtmlParts(…)"


def html_parts(html: str) -> HtmlParts:
    """Take a page apart that is held in memory. Raises nothing, whatever the text is."""
    seen, hidden = TextLines(), TextLines()
    listed: dict[Said, list[str]] = {
        each: [] for each in (Said.ATTRIBUTE, Said.COMMENT, Said.SCRIPT, Said.EMBEDDED, Said.LOSS)
    }
    blocks = (html[at : at + _BLOCK] for at in range(0, len(html), _BLOCK))
    for said, text in html_pieces(blocks):
        if said is Said.TEXT:
            seen.add(text)
        elif said is Said.HIDDEN:
            hidden.add(text)
        elif said in listed:
            listed[said].append(text)
    return HtmlParts(
        seen.take(), hidden.take(), listed[Said.ATTRIBUTE], listed[Said.COMMENT], listed[Said.SCRIPT],
        [embedded_file(address) for address in listed[Said.EMBEDDED]], listed[Said.LOSS],
    )  # fmt: skip


def html_pieces(blocks: Iterable[str]) -> Iterator[tuple[Said, str]]:
    r"""Yield what a page says, in its order, in memory that does not grow with it.

    Text and hidden text come in pieces for `TextLines`. A page nested deeper than `MAX_DEPTH`, or with
    a comment or tag longer than `MAX_TOKEN`, or one that breaks its parser, is read on as text with its
    markup from what was open, which is said, as is a page that ends inside a tag; that tag is a comment.
    """
    target = _Target()
    # The parser turns bytes to text by what the page declares; it is given text, so nothing is.
    parser = FedParser("html")
    until_fault = UntilFault(blocks)
    rest = iter(until_fault)
    tail = text = broken = ""
    held: list[str] = []  # the last block in which the parser met something, and those after it
    waiting = 0
    unfinished: re.Match[str] | None = None
    try:
        for block in rest:
            if text := block.replace("\0", ""):
                answer = parser.feed(text.encode("utf-8", "replace"))
                target.hear(answer)
                tail = (tail + text)[-2 * _BLOCK :]
                waiting = 0 if target.said else waiting + len(text)
                if answer.events:
                    held.clear()
                held.append(text)
                text = ""
                yield from target.take()
                if target.depth > MAX_DEPTH or waiting > MAX_TOKEN:
                    broken = _TOO_MUCH
                    break
        if tail and not broken:
            target.hear(parser.feed(b"", last=True))
            yield from target.take()
            if unfinished := _OPEN_TAG.search(tail):
                yield Said.COMMENT, unfinished[0]
    except ParserEnded:
        broken = _PARSER_ENDED
    if broken:
        target.end_style()
        yield from target.take()
        yield Said.LOSS, broken
        told = len(held[0]) if held and target.ends_in_text else 0
        yield Said.TEXT, _open_in("".join(held), told)
        yield Said.TEXT, text
        for block in rest:
            yield Said.TEXT, block.replace("\0", "")
    elif unfinished:
        yield Said.LOSS, "the page ends inside a tag"
    until_fault.end()


def _open_in(page: str, told: int) -> str:
    """Return what of a page its parser held back: a comment, tag, script or text that is open at its end.

    Texts and scripts come in pieces: those of the first `told` characters came.
    """
    start = 0
    for token in _TOKEN.finditer(page):
        if token["comment"] == "" or token["tag"] == "":
            return token[0]
        if token["script"] == "":
            return page[max(token.start(), told) :]
        start = token.end()
    return page[max(start, told) :]


def embedded_file(address: str) -> tuple[str, bytes]:
    """Return media type and bytes of a `data:` address (RFC 2397)."""
    about, _, data = address[len("data:") :].partition(",")
    media_type, *parameters = (each.strip() for each in about.lower().split(";"))
    if "base64" not in parameters:
        return media_type, unquote_to_bytes(data)
    letters = _NOT_BASE64.sub("", unquote(data))
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return media_type, base64.b64decode(letters + "=" * (-len(letters) % 4))


class TextLines:
    """Text as a browser sets it: runs of space are one, blocks begin a line. `repr` shows no content.

    Takes the pieces that `html_pieces` yields as text: line ends and tabs in them are those of blocks and
    cells, all other space is already one blank.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.length = 0

    def __repr__(self) -> str:
        return f"TextLines({self.length})"

    def add(self, piece: str) -> None:
        """Add the next piece."""
        self._pieces.append(piece)
        self.length += len(piece)

    def take(self) -> str:
        """Return the text without blank lines and begin again."""
        text = "".join(self._pieces)
        self._pieces, self.length = [], 0
        lines = (re.sub(" ?\t[ \t]*", "\t", re.sub(" {2,}", " ", line)).strip() for line in text.split("\n"))
        return "\n".join(line for line in lines if line)


class _Target:
    """What the parser tells. Collects pieces until `take`. `repr` shows no content."""

    def __init__(self) -> None:
        self.said: list[tuple[Said, str]] = []
        self.ends_in_text = False
        """Whether the last that the parser met was text."""
        self._open: list[tuple[str, bool, str]] = []  # tag, hidden, background
        self._keeps = 0
        self._style = ""

    def __repr__(self) -> str:
        return f"_Target(depth={len(self._open)})"

    @property
    def depth(self) -> int:
        return len(self._open)

    def take(self) -> list[tuple[Said, str]]:
        said, self.said = self.said, []
        return said

    def hear(self, answer: Answer) -> None:
        """Take what the parser met."""
        if answer.events:
            self.ends_in_text = isinstance(answer.events[-1], str)
        for event in answer.events:
            if isinstance(event, str):
                self.data(event)
            elif len(event) == 1:
                self.end(*event)
            elif len(event) == 2:
                tag, pairs = event
                self.start(tag, dict(zip(pairs[::2], pairs[1::2], strict=True)))
            else:
                kind, *texts = event
                self.comment(texts[0] if kind == "comment" else " ".join(texts))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        _, within, ground = self._open[-1] if self._open else ("", False, "white")
        hidden = within or tag == "template"
        if attributes:
            hidden, ground = looks(attributes, hidden, ground)
            self._attributes(tag, attributes)
        if hidden and not within:
            self.said.append((Said.HIDDEN, "\n"))
        self._open.append((tag, hidden, ground))
        self._keeps += tag in KEEPS_SPACE
        self._break(tag)
        if tag == "table":
            self.said.append((Said.TABLE, ""))
        elif tag == "tr":
            self.said.append((Said.ROW, ""))
        elif tag in CELL_TAGS:
            spans = f"{attributes.get('colspan', '')},{attributes.get('rowspan', '')}"
            self.said.append((Said.CELL, spans))

    def end(self, tag: str) -> None:
        self._break(tag)
        if self._style:
            self.end_style()
        if self._open:
            self._open.pop()
        self._keeps -= tag in KEEPS_SPACE
        if tag == "table":
            self.said.append((Said.END, ""))

    def data(self, data: str) -> None:
        tag, hidden, _ = self._open[-1] if self._open else ("", False, "")
        if tag == "script":
            self.said.append((Said.SCRIPT, data))
        elif tag == "style":
            self._style += data
            if len(self._style) > _MAX_STYLE:
                self.end_style()
        else:
            text = data if self._keeps else SPACE.sub(" ", data)
            self.said.append((Said.HIDDEN if hidden else Said.TEXT, text))

    def end_style(self) -> None:
        """Say what is in the style sheet so far."""
        self.said += ((Said.SCRIPT, words) for words in style_words(self._style))
        self._style = ""

    def comment(self, text: str) -> None:
        if text.strip():
            self.said.append((Said.COMMENT, text))

    def _break(self, tag: str) -> None:
        if tag in BLOCK_TAGS:
            mark = "\n"
        elif tag in CELL_TAGS:
            mark = "\t"
        else:
            return
        hidden = bool(self._open) and self._open[-1][1]
        self.said.append((Said.HIDDEN if hidden else Said.TEXT, mark))

    def _attributes(self, tag: str, attributes: dict[str, str]) -> None:
        labelled = {"meta": "content", "input": "value"}.get(tag, "")
        label = next((name for name in ("name", "property", "itemprop") if attributes.get(name)), "")
        for name, value in attributes.items():
            if not value.strip() or (name == label and labelled in attributes):
                continue
            if name == "style":
                self.said += ((Said.ATTRIBUTE, words) for words in style_words(value))
            elif value[:5].lower() == "data:" and "," in value:
                self.said.append((Said.EMBEDDED, value))
            elif name.startswith("data-"):
                self.said.append((Said.ATTRIBUTE, f"{name[5:].replace('-', ' ')}: {value}"))
            elif name == labelled and label:
                self.said.append((Said.ATTRIBUTE, f"{attributes[label]}: {value}"))
            elif name not in LAYOUT_ATTRIBUTES and not name.startswith("xmlns:"):
                self.said.append((Said.ATTRIBUTE, unquote(value) if "%" in value else value))
