"""The XML of Office Open XML and OpenDocument packages: parsed in blocks, without document types."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from typing import IO

from bpoaudit.readers.fed_parser import FedParser, ParserEnded

MAX_XML = 256 << 20
"""Bytes of one member that are read, inflated."""
_BLOCK = 64 << 10
_MAX_TEXT = 1 << 20
_MAX_TOKEN = 16 << 20
"""Bytes of one tag or comment, which the parser holds as a whole."""


class NotXml(Exception):
    """Is not well-formed."""


class Hostile(Exception):
    """Inflates without end, breaks its parser, has an endless tag, or declares a document type.

    Entity bombs must declare one.
    """


FAULTS = (
    NotXml, Hostile, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError,
    NotImplementedError, ValueError, LookupError,
)  # fmt: skip
"""What a broken member of a package raises while it is read."""

# Elements inside a paragraph: its text goes on over their ends.
_INLINE = frozenset(
    ["t", "r", "rPr", "rPh", "b", "i", "u", "sz", "color", "rFont", "font", "solidFill", "span", "a", "s"]
)
# Attributes that hold words of people: cached items, targets of links, names.
WORDS = frozenset(
    ["v", "Target", "display", "displayName", "location", "tooltip", "descr", "title", "author", "userId"]
)
NAMED = WORDS | {"name", "caption", "connection", "command", "comment", "description", "sourceFile", "url"}
"""The same where things have names: connections, tables, defined names."""
_WORDLESS = frozenset(["x", "sheet"])
"""Elements whose attributes tell nothing of their own: an index into a pivot cache, a sheet."""


def local_name(name: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return name.rpartition(" ")[2]


class PartParser:
    """A parser of one part, in a process of its own; tells whoever listens at the time.

    Names have their namespace and a blank before. `repr` shows no content.
    """

    def __init__(self) -> None:
        self.on_start: Callable[[str, dict[str, str]], None] | None = None
        """Hears name and attributes of an element that begins."""
        self.on_end: Callable[[str], None] | None = None
        self.on_text: Callable[[str], None] | None = None
        self.on_aside: Callable[[str], None] | None = None
        """Hears comments, and processing instructions with their names."""
        self._parser = FedParser("package")
        self._names: list[str] = []

    def __repr__(self) -> str:
        return f"PartParser(depth={len(self._names)})"

    def feed(self, block: bytes) -> None:
        """Go on. Raises `NotXml` and `Hostile`."""
        self._hear(block, last=False)

    def end(self) -> None:
        """Take what was fed for the whole part. Raises `NotXml` and `Hostile`."""
        self._hear(b"", last=True)

    def _hear(self, block: bytes, *, last: bool) -> None:
        try:
            answer = self._parser.feed(block, last=last)
        except ParserEnded:
            raise Hostile from None
        for event in answer.events:
            if isinstance(event, str):
                if self.on_text is not None:
                    self.on_text(event)
            elif event is None:
                name = self._names.pop()
                if self.on_end is not None:
                    self.on_end(name)
            elif len(event) == 2:
                name, pairs = event
                self._names.append(name)
                if self.on_start is not None:
                    self.on_start(name, dict(zip(pairs[::2], pairs[1::2], strict=True)))
            elif event[0] == "doctype":
                raise Hostile
            elif self.on_aside is not None:
                self.on_aside(" ".join(filter(None, event[1:])).strip())
        if answer.fault is not None:
            raise NotXml
        if answer.behind > _MAX_TOKEN + len(block):
            raise Hostile


def feed(parser: PartParser, member: IO[bytes], limit: int | None = None) -> Iterator[None]:
    """Parse a member of at most `limit` bytes (or `MAX_XML`), a block at a time. Raises `FAULTS`."""
    size = 0
    while block := member.read(_BLOCK):
        parser.feed(block)
        yield
        size += len(block)
        if size > (limit or MAX_XML):
            raise Hostile
    parser.end()
    yield


def elements(
    member: IO[bytes], *names: str, but: Collection[str] = ()
) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield local name, attributes by local name, and all text inside, of the elements so named.

    Text inside an element named in `but` is left out.
    """
    found: list[tuple[str, dict[str, str], str]] = []
    opened: list[tuple[str, dict[str, str]]] = []
    inside: list[str] = []
    left_out = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal left_out
        local = local_name(name)
        left_out += local in but
        if local in names and not opened:
            opened.append((local, {local_name(key): value for key, value in attributes.items()}))

    def end(name: str) -> None:
        nonlocal left_out
        local = local_name(name)
        left_out -= local in but
        if opened and local == opened[0][0]:
            found.append((*opened.pop(), "".join(inside).strip()))
            inside.clear()

    def characters(text: str) -> None:
        if opened and not left_out:
            inside.append(text)

    parser = PartParser()
    parser.on_start, parser.on_end, parser.on_text = start, end, characters
    for _ in feed(parser, member):
        yield from found
        found.clear()


def texts(member: IO[bytes], words: frozenset[str] = WORDS) -> Iterator[str]:
    """Yield the pieces of text of a member: paragraphs, and the attributes that hold words."""
    pieces = Pieces(words)
    for _ in feed(pieces.parser, member):
        yield from pieces.take()


class Pieces:
    """The pieces of text of a member, as the parser meets them. `repr` shows no content."""

    def __init__(self, words: frozenset[str] = WORDS) -> None:
        self.parser = PartParser()
        self._words = words
        self._done: list[str] = []
        self._open = ""
        self.listen()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._done)})"

    def take(self) -> list[str]:
        """Return the pieces that are complete."""
        done, self._done = self._done, []
        return done

    def listen(self) -> None:
        """Take what comes as text."""
        self.parser.on_start = self.start
        self.parser.on_end = self.end
        self.parser.on_text = self._characters

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take up an element."""
        local = local_name(name)
        if local not in _INLINE:
            self.flush()
        if local not in _WORDLESS:
            self._done += [
                value for key, value in attributes.items()
                if local_name(key) in self._words and any(map(str.isalnum, value))
            ]  # fmt: skip

    def end(self, name: str) -> None:
        """Close an element."""
        if local_name(name) not in _INLINE:
            self.flush()

    def _characters(self, text: str) -> None:
        self._open += text
        if len(self._open) > _MAX_TEXT:
            self.flush()

    def flush(self) -> None:
        """Close the piece that is open."""
        if self._open.strip():
            self._done.append(self._open)
        self._open = ""


def relations(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str, bool]]:
    """Return what a part of an Office Open XML package refers to: kind, target and whether outside, by id.

    The kind is the last part of the type's URI (`comments`, `hyperlink`). Targets inside are names of
    members. Nothing where the part has no relations. Raises `FAULTS`.
    """
    folder, name = posixpath.split(part)
    try:
        info = package.getinfo(f"{folder}/_rels/{name}.rels".lstrip("/"))
    except KeyError:
        return {}
    found = {}
    with package.open(info) as member:
        for _, each, _ in elements(member, "Relationship"):
            target, outside = each.get("Target", ""), each.get("TargetMode") == "External"
            if not outside:
                absolute = target.startswith("/")
                target = posixpath.normpath(target if absolute else posixpath.join(folder, target)).lstrip(
                    "/"
                )
            found[each.get("Id", "")] = (each.get("Type", "").rpartition("/")[2], target, outside)
    return found
