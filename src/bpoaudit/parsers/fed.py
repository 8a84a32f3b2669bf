"""Run as a program: parse XML, HTML or JSON as it is fed, and tell what was met.

expat, libxml2 and yajl are written in C and are given whatever bytes a delivery has. They have a process of
their own, with limits, and know nothing of the audit; `readers.fed_parser` feeds it, block by block, and
keeps it for the next document. What a block says comes back at once (`frames.Answer`), as events:

    "text"                      a piece of text
    ["name", ["key", "value"]]  an element begins, its attributes in turn
    null                        the element that began last ends; in HTML, ["name"]
    ["kind", "…", …]            anything else, three or more; the kinds are those of the parser

JSON has ["kind", value] with the kinds of ijson; a number is the text that Python writes for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from html.entities import name2codepoint
from time import process_time
from typing import Any, Protocol
from xml.parsers import expat

from bpoaudit.parsers.frames import Answer, Ask, read_request, write_answer
from bpoaudit.parsers.limits import limit_memory, limit_time

MAX_BYTES = 3 << 30
"""Address space."""
MAX_SECONDS = 60
"""Processor time that a document may take beside what its length allows."""
_SLOWEST = 200_000
"""Bytes a second; a page full of tags is read ten times as fast."""

_HTML_ENTITIES = "".join(
    f'<!ENTITY {name} "&#{code};">' for name, code in name2codepoint.items() if code > 0x7F
)
"""What an export that was HTML once still has in it; each stands for one character."""


class Parser(Protocol):
    """One document being parsed."""

    events: list[Any]
    """What was met since somebody took them."""
    behind: int

    def feed(self, data: bytes) -> tuple[str, int, int] | None:
        """Go on; return what ends the document, if something does."""

    def end(self) -> tuple[str, int, int] | None:
        """Take what was fed for all of it."""


def main() -> None:
    """Serve requests until there are no more."""
    most_bytes, most_seconds = map(int, sys.argv[1:])
    limit_memory(most_bytes)
    # ijson crashes where Python refuses to make a number of many digits; so it never does.
    sys.set_int_max_str_digits(0)
    parser: Parser | None = None
    begun = 0.0
    fed = 0
    while request := read_request(sys.stdin.buffer):
        fault = None
        if request.ask is Ask.BEGIN:
            begun, fed = process_time(), 0
            parser = PARSERS[request.data.decode("ascii")]()
        assert parser is not None
        fed += len(request.data)
        limit_time(max(1, int(most_seconds + fed / _SLOWEST - (process_time() - begun))))
        if request.ask is not Ask.BEGIN:
            fault = parser.feed(request.data) if request.data else None
        if request.ask is Ask.END and fault is None:
            fault = parser.end()
        events, parser.events[:] = parser.events[:], []
        write_answer(sys.stdout.buffer, Answer(events, parser.behind, fault))


_MOST_DIGITS = 10**4300
"""Python turns no longer texts into numbers, unless told to."""


class _TooLong(Exception):
    """A number has more digits than are read."""


class _Stop(Exception):
    """Nothing more is to be parsed: what was met last says why."""


class _Xml:
    """A document in UTF-8, its names with their prefixes; entities of HTML are known.

    Kinds: `comment`, `instruction`, `doctype`, `declared`, `skipped` and, at the end of all, `entity`.
    """

    def __init__(self, doctype: bool) -> None:
        """`doctype` says that the document has a declaration of its own, which takes the place of HTML's."""
        self.events: list[Any] = []
        self.behind = self._fed = 0
        self._expat = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.buffer_size = 64 << 10
        parser.ordered_attributes = True
        parser.specified_attributes = True  # a default is read where it is declared, not in each element
        if not doctype:
            self.feed(f"<!DOCTYPE _ [{_HTML_ENTITIES}]>\n".encode("ascii"))
        tell = self.events.append
        parser.StartElementHandler = lambda name, attributes: tell([name, attributes])
        parser.EndElementHandler = lambda _: tell(None)
        parser.CharacterDataHandler = tell
        parser.CommentHandler = lambda text: tell(["comment", text, ""])
        parser.ProcessingInstructionHandler = lambda name, text: tell(["instruction", name, text])
        parser.SkippedEntityHandler = lambda name, _: tell(["skipped", name, ""])
        parser.StartDoctypeDeclHandler = lambda name, system, public, _: tell(
            ["doctype", name, public, system]
        )
        parser.AttlistDeclHandler = lambda element, attribute, kind, default, _: tell(
            ["declared", element, attribute, kind, default]
        )
        parser.NotationDeclHandler = lambda name, _, system, public: tell(["declared", name, public, system])
        parser.EntityDeclHandler = self._stop

    def feed(self, data: bytes) -> tuple[str, int, int] | None:
        fault = _expat_fault(self._expat, data, False)
        self._fed += len(data)
        self.behind = self._fed - self._expat.CurrentByteIndex
        return fault

    def end(self) -> tuple[str, int, int] | None:
        return _expat_fault(self._expat, b"", True)

    def _stop(self, *_: object) -> None:
        self.events.append(["entity", "", ""])
        raise _Stop


_LONGEST_NAMESPACE = 256
"""Characters; those of Office formats have fewer than a hundred."""


class _PackageXml:
    """A part of an Office file in the encoding it declares; names have their namespace and a blank before.

    A namespace is written once in a document and told with every name: a long one is told as its number.
    Kinds: `comment`, `instruction` and, at the end of all, `doctype`.
    """

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.behind = self._fed = 0
        self._namespaces: dict[str, str] = {}
        self._interned: dict[str, str] = {}
        self._expat = parser = expat.ParserCreate(namespace_separator=" ", intern=self._interned)
        parser.buffer_text = True
        parser.ordered_attributes = True
        tell = self.events.append
        parser.StartElementHandler = lambda name, attributes: tell([name, attributes])
        parser.EndElementHandler = lambda _: tell(None)
        parser.CharacterDataHandler = tell
        parser.CommentHandler = lambda text: tell(["comment", text, ""])
        parser.ProcessingInstructionHandler = lambda name, text: tell(["instruction", name, text])
        parser.StartNamespaceDeclHandler = self._declare
        parser.StartDoctypeDeclHandler = self._stop

    def feed(self, data: bytes) -> tuple[str, int, int] | None:
        fault = _expat_fault(self._expat, data, False)
        self._fed += len(data)
        self.behind = self._fed - self._expat.CurrentByteIndex
        return fault

    def end(self) -> tuple[str, int, int] | None:
        return _expat_fault(self._expat, b"", True)

    def _declare(self, _: str | None, namespace: str | None) -> None:
        if namespace is not None and len(namespace) > _LONGEST_NAMESPACE:
            self._expat.StartElementHandler = self._start

    def _start(self, name: str, attributes: list[str]) -> None:
        attributes[::2] = map(self._told, attributes[::2])
        self.events.append([self._told(name), attributes])
        self._interned.clear()  # the parser keeps each name with all of its namespace

    def _told(self, name: str) -> str:
        namespace, _, local = name.rpartition(" ")
        if len(namespace) <= _LONGEST_NAMESPACE:
            return name
        known = self._namespaces
        return f"{known.setdefault(namespace, f'namespace-{len(known) + 1}')} {local}"

    def _stop(self, *_: object) -> None:
        self.events.append(["doctype", "", ""])
        raise _Stop


def _expat_fault(parser: expat.XMLParserType, data: bytes, last: bool) -> tuple[str, int, int] | None:
    try:
        parser.Parse(data, last)
    except expat.ExpatError as error:
        return "syntax", error.lineno, error.offset
    except _Stop:
        return "stopped", 0, 0
    return None


class _Html:
    """A page in UTF-8, whatever it declares. Kinds: `comment`, `instruction`."""

    behind = 0

    def __init__(self) -> None:
        from lxml import etree

        self.events: list[Any] = []
        self._parser = etree.HTMLParser(target=_Told(self.events), huge_tree=True, encoding="utf-8")
        self._nothing = etree.XMLSyntaxError

    def feed(self, data: bytes) -> None:
        self._parser.feed(data)

    def end(self) -> tuple[str, int, int] | None:
        try:
            self._parser.close()
        except self._nothing:
            return "empty", 0, 0
        return None


class _Told:
    """The target of an lxml parser."""

    def __init__(self, events: list[Any]) -> None:
        self._tell = events.append
        self.data = events.append

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._tell([tag, [each for pair in attributes.items() for each in pair]])

    def end(self, tag: str) -> None:
        self._tell([tag])

    def comment(self, text: str) -> None:
        self._tell(["comment", text, ""])

    def pi(self, target: str, data: str | None = None) -> None:
        self._tell(["instruction", target, data or ""])

    def close(self) -> None:
        """Be asked for a result, of which there is none."""


class _Json:
    """JSON in UTF-8, one document or several. Faults: `syntax`, and `number` for one too long to read."""

    behind = 0

    def __init__(self) -> None:
        import ijson
        from ijson.common import JSONError

        self.events: list[Any] = []
        self._wrong = JSONError
        self._feed = ijson.basic_parse_coro(_Taker(self.events.append), multiple_values=True)
        self._held: list[bytes] = []
        self._holds = self._unfinished = 0

    def feed(self, data: bytes) -> tuple[str, int, int] | None:
        self._held.append(data)
        self._holds += len(data)
        # yajl goes through a long text from its beginning each time it gets more of it.
        if self._holds < self._unfinished:
            return None
        before = len(self.events)
        fault = self._fault(lambda: self._feed.send(b"".join(self._held)))
        self._unfinished = 0 if len(self.events) > before else self._unfinished + self._holds
        self._held.clear()
        self._holds = 0
        return fault

    def end(self) -> tuple[str, int, int] | None:
        self._unfinished = 0
        fault = self.feed(b"") if self._held else None
        return fault or self._fault(self._feed.close)

    def _fault(self, step: Callable[[], object]) -> tuple[str, int, int] | None:
        try:
            step()
        except (self._wrong, ValueError):  # the second where what yajl unescaped is no text
            return "syntax", 0, 0
        except (_TooLong, ArithmeticError):
            return "number", 0, 0
        return None


class _Taker:
    """Where ijson sends its events, as it does to a coroutine."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        self._tell = tell

    def send(self, event: tuple[str, Any]) -> None:
        kind, value = event
        if kind == "number":
            if isinstance(value, int) and not -_MOST_DIGITS < value < _MOST_DIGITS:
                raise _TooLong
            value = str(value)
        self._tell([kind, value])


PARSERS: dict[str, Callable[[], Parser]] = {
    "xml": lambda: _Xml(doctype=False),
    "xml with doctype": lambda: _Xml(doctype=True),
    "package": _PackageXml,
    "html": _Html,
    "json": _Json,
}
"""Kinds of documents."""

if __name__ == "__main__":
    main()
