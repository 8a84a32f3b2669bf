"""The words of one XML part of an office document, in reading order, each under the field it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from bpoaudit.readers.documents.office_xml import Hostile, NotXml, PartParser
from bpoaudit.readers.documents.xml_words import MAX_DEPTH

PAGE = "@page"
"""In place of a field: a page begins."""
LOOKS = ""
"""In place of a field: what looks are called, no words of people."""
COUNT = "@count"
"""In place of a field: the fact whose number grows by one."""

_MAX_TEXT = 1 << 20


class Vocabulary(NamedTuple):
    """What the elements of a format mean; local names, because the formats do not mix them up."""

    lines: frozenset[str]
    """Elements that end a line: paragraphs, headings."""
    cells: frozenset[str]
    rows: frozenset[str]
    fields: dict[str, str]
    """Field of the text inside an element, where it is not that of the part."""
    skipped: frozenset[str]
    """Elements whose text is none: positions, formulas, a second version for old programs."""
    signs: dict[str, str]
    """Empty elements that stand for characters."""
    attributes: dict[str, str]
    """Field of an attribute, by its name or by `element@name`."""
    counted: dict[str, str]
    """Elements that are counted, and the fact that tells their number."""
    pages: frozenset[str] = frozenset()
    """Elements that are a page."""


WORD = Vocabulary(
    lines=frozenset(["p"]),
    cells=frozenset(["tc"]),
    rows=frozenset(["tr"]),
    fields={
        "del": "deleted", "moveFrom": "deleted", "delText": "deleted", "instrText": "field codes",
        "delInstrText": "deleted", "txbxContent": "text boxes", "textbox": "text boxes",
    },
    skipped=frozenset(["Fallback", "posOffset", "align", "pctWidth", "pctHeight", "binData"]),
    signs={"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"},
    attributes={
        "author": "authors", "descr": "alternative text", "title": "alternative text", "tooltip": "links",
        "alt": "alternative text", "displayText": "controls", "alias@val": "controls", "tag@val": "controls",
        "listItem@value": "controls", "listEntry@val": "controls", "default@val": "controls",
        "helpText@val": "controls", "statusText@val": "controls", "fldSimple@instr": "field codes",
        "docVar@name": "variables", "docVar@val": "variables", "connectString@val": "connections",
        "query@val": "connections", "src@val": "connections", "udl@val": "connections",
        "table@val": "connections",
        "mailSubject@val": "connections", "string": "text", "bookmarkStart@name": "bookmarks",
        "person@author": "authors", "presenceInfo@userId": "authors",
    },
    counted={
        "comment": "comments", "ins": "tracked_changes", "del": "tracked_changes",
        "moveFrom": "tracked_changes",
    },
)  # fmt: skip

SLIDES = Vocabulary(
    lines=frozenset(["p", "text", "pt"]),
    cells=frozenset(["tc"]),
    rows=frozenset(["tr"]),
    fields={},
    skipped=frozenset(["Fallback", "timing", "f", "formatCode", "transition"]),
    signs={"tab": "\t", "br": "\n"},
    attributes={
        "descr": "alternative text", "title": "alternative text", "tooltip": "links",
        "cmAuthor@name": "authors",
        "author@name": "authors", "author@userId": "authors", "tag@val": "tags", "custShow@name": "tags",
        "section@name": "tags",
    },
    counted={"cm": "comments"},
)  # fmt: skip

OPEN_DOCUMENT = Vocabulary(
    lines=frozenset(["p", "h"]),
    cells=frozenset(["table-cell", "covered-table-cell"]),
    rows=frozenset(["table-row"]),
    fields={
        "annotation": "comments", "tracked-changes": "deleted", "creator": "authors",
        "initial-creator": "authors",
        "sender-initials": "authors", "hidden-text": "hidden", "hidden-paragraph": "hidden", "notes": "notes",
        "note": "notes", "header": "headers", "header-left": "headers", "header-first": "headers",
        "footer": "footers", "footer-left": "footers", "footer-first": "footers", "title": "alternative text",
        "desc": "alternative text", "script": "scripts", "text-box": "text",
    },
    skipped=frozenset(["date", "binary-data", "math", "date-string", "note-citation"]),
    signs={"s": " ", "tab": "\t", "line-break": "\n"},
    attributes={
        "a@href": "links", "href": "links", "string-value": "hidden", "current-value": "controls",
        "value@value": "controls", "text@value": "controls", "textarea@value": "controls",
        "label": "controls",
        "user-field-decl@string-value": "variables", "variable-set@string-value": "variables",
        "database-name": "connections", "connection-resource@href": "connections",
        "description": "alternative text",
        "display-name": "field names", "style@display-name": LOOKS, "list-style@display-name": LOOKS,
        "master-page@display-name": LOOKS,
    },
    counted={"annotation": "comments", "changed-region": "tracked_changes"},
    pages=frozenset(["page"]),
)  # fmt: skip


def flow(blocks: Iterable[bytes], field: str, words: Vocabulary) -> Iterator[tuple[str, str]]:
    r"""Yield field and text: field `text` with all its lines at once, the others paragraph by paragraph.

    Where the vocabulary has pages, `PAGE` comes before what each of them holds.
    Paragraphs end with `\n`, cells of a table row are told apart by tabs. Word's hidden text (`vanish`)
    is field `hidden`. Raises `NotXml` and `Hostile`; what was yielded before stands.
    """
    state = _Flow(field, words)
    parser = PartParser()
    parser.on_start, parser.on_end, parser.on_text = state.start, state.end, state.text
    for block in chain(blocks, (b"",)):
        try:
            if block:
                parser.feed(block)
            else:
                parser.end()
        except (NotXml, Hostile):
            state.close()
            yield from state.done
            raise
        yield from state.done
        state.done.clear()
    state.close()
    yield from state.done


class _Flow:
    """What is open while a part is parsed. `repr` shows no content."""

    def __init__(self, field: str, words: Vocabulary) -> None:
        self.done: list[tuple[str, str]] = []
        self._words = words
        self._fields = [field]
        self._open: dict[str, list[str]] = {}
        self._length = 0
        self._cells = self._skipping = 0
        self._in_run = self._vanished = False

    def __repr__(self) -> str:
        return f"_Flow({len(self.done)})"

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        local = name.rpartition(" ")[2]
        if len(self._fields) > MAX_DEPTH:
            raise Hostile
        self._fields.append(self._words.fields.get(local, self._fields[-1]))
        if self._skipping or local in self._words.skipped:
            self._skipping += 1
            return
        for key, value in attributes.items():
            key = key.rpartition(" ")[2]
            field = self._words.attributes.get(f"{local}@{key}", self._words.attributes.get(key))
            if field and any(map(str.isalnum, value)):
                self.done.append((field, value))
        if local in self._words.pages:
            self.close()
            self.done.append((PAGE, ""))
        if local in self._words.counted:
            self.done.append((COUNT, self._words.counted[local]))
        if local in self._words.cells:
            self._cells += 1
        elif local in self._words.signs:
            count = next((value for key, value in attributes.items() if key.endswith(" c")), "1")
            self._add(self._words.signs[local] * (int(count) if count.isdecimal() and len(count) < 4 else 1))
        elif local == "r":
            self._in_run, self._vanished = True, False
        elif local == "vanish" and self._in_run:
            self._vanished = not {"0", "false", "off"}.intersection(attributes.values())
            self.done += [(COUNT, "hidden_text")] * self._vanished

    def end(self, name: str) -> None:
        """Leave an element."""
        local = name.rpartition(" ")[2]
        field = self._fields.pop()
        if self._skipping:
            self._skipping -= 1
            return
        if local == "r":
            self._in_run = self._vanished = False
        if local in self._words.rows:
            self._break(field, "\n")
        elif local in self._words.cells:
            self._cells -= 1
            self._break(field, "\t")
        elif local in self._words.lines:
            self._break(field, " " if self._cells else "\n")
        elif field != self._fields[-1]:
            self._break(field, "\n")

    def text(self, more: str) -> None:
        """Take text up into the field that is open."""
        if not self._skipping and not ("\n" in more and more.isspace()):  # how the XML itself is laid out
            self._add(more)

    def _add(self, more: str) -> None:
        field = "hidden" if self._vanished else self._fields[-1]
        self._open.setdefault(field, []).append(more)
        self._length += len(more)
        if self._length > _MAX_TEXT:
            self.close()

    def close(self) -> None:
        """Give out what is open."""
        for field in list(self._open):
            self._give(field)
        self._length = 0

    def _break(self, field: str, sign: str) -> None:
        if self._words is WORD and "hidden" in self._open:
            self._give("hidden")
        if sign == "\n" and field != "text":
            self._give(field)
        elif field in self._open:
            pieces = self._open[field]
            if pieces[-1] == (" " if sign == "\t" else "\t"):
                pieces.pop()
            pieces.append(sign)

    def _give(self, field: str) -> None:
        text = "".join(self._open.pop(field, ())).strip("\n\t ")
        if text:
            self.done.append((field, text))
