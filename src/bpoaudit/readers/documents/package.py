"""Documents that are zip packages of XML parts: what they have in common."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO, NamedTuple, cast
from urllib.parse import unquote

from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.content import Content
from bpoaudit.errors import UnreadableSource
from bpoaudit.readers.archives.zip_directory import behind_directory
from bpoaudit.readers.documents.office_xml import MAX_XML, Hostile, NotXml, PartParser
from bpoaudit.readers.documents.xml_asides import asides

_BLOCK = 64 << 10
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError)


class Relation(NamedTuple):
    """What a part of an Office Open XML package refers to (ECMA-376 part 2)."""

    id: str
    type: str
    """The last word of its type: `slide`, `comments`, `hyperlink`."""
    target: str
    """Name of a part, or an address where it is external."""
    external: bool


class Package:
    """The parts of a package. A context manager; `repr` shows no content."""

    def __init__(self, content: Content, budget: Budget) -> None:
        """Read the directory. Raises `UnreadableSource`."""
        self._content = content
        self._budget = budget
        self._paid: dict[str, int] = {}
        self.broken: set[str] = set()
        """Parts that could not be read to their end."""
        self._file = content.open_seekable()
        try:
            self._zip = zipfile.ZipFile(self._file)
        except (OSError, *_FAULTS):
            self._file.close()
            raise UnreadableSource("a document that is broken") from None
        self.behind = behind_directory(self._file)
        """Says what follows the document in its file."""
        names = {info.filename for info in self._zip.infolist()} - {""}
        self.names = dict.fromkeys(sorted((n for n in names if not n.endswith("/")), key=_in_order))
        """The parts, `header2` before `header10`."""

    def __repr__(self) -> str:
        return f"Package({len(self.names)})"

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._file.close()

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part, nothing where it is not there; a part that breaks off is a loss."""
        if name not in self.names:
            return
        size = 0
        try:
            with self._zip.open(name) as part:
                while block := part.read(_BLOCK):
                    size += len(block)
                    if (new := size - self._paid.get(name, 0)) > 0:
                        self._budget.spend(new)
                        self._paid[name] = size
                    if size > MAX_XML:
                        self.broken.add(name)
                        return
                    yield block
        except _FAULTS:
            self.broken.add(name)

    def words(
        self, name: str, read: Callable[[Iterator[bytes]], Iterator[tuple[str, str]]]
    ) -> Iterator[tuple[str, str]]:
        """Yield what `read` finds in a part; one that is no XML, or hostile, is a loss."""
        if name not in self.names:
            return
        try:
            yield from read(self.blocks(name))
        except (NotXml, Hostile):
            self.broken.add(name)

    def asides(self, which: Callable[[str], bool]) -> Iterator[str]:
        """Yield comments and processing instructions of the XML parts so named; a broken one is a loss."""
        for name in filter(which, self.names):
            try:
                yield from asides(partial(self.blocks, name))
            except (NotXml, Hostile):
                self.broken.add(name)

    def relations(self, name: str) -> list[Relation]:
        """Return what a part refers to."""
        folder, base = posixpath.split(name)
        found: list[Relation] = []

        def start(_: str, attributes: dict[str, str]) -> None:
            target, external = attributes.get("Target", ""), attributes.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            kind = attributes.get("Type", "").rpartition("/")[2]
            found.append(Relation(attributes.get("Id", ""), kind, target, external))

        parser = PartParser()
        parser.on_start = start
        rels = f"{folder}/_rels/{base}.rels".lstrip("/")
        try:
            for block in self.blocks(rels):
                parser.feed(block)
        except (NotXml, Hostile):
            self.broken.add(rels)
        return found[1:]  # the first is the root element

    def content(self, name: str) -> Content:
        """Return the bytes of a part as a source of its own."""
        base = name.rpartition("/")[2]
        try:
            size = self._zip.getinfo(name).file_size
        except KeyError:
            size = None
        return Content(
            base, lambda: _open_part(self._content, name), size=size, faults=_FAULTS, budget=self._budget
        )


def _in_order(name: str) -> list[tuple[int, str]]:
    """Number the digits of a name, so that `header2` sorts before `header10`."""
    return [(int(p), "") if p.isdecimal() and len(p) < 10 else (-1, p) for p in re.split(r"([0-9]+)", name)]


def _open_part(content: Content, name: str) -> BinaryIO:
    # The handle lives as long as the part is open: `ZipFile` does not close what it was given.
    return cast(BinaryIO, zipfile.ZipFile(content.open_seekable()).open(name))
