"""Comments and processing instructions in the XML of a document: no program shows them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator

from bpoaudit.readers.documents.office_xml import Hostile, PartParser

FIELD = "XML comments"

_MAX_PART = 4 << 30
"""Bytes of one part that are looked through, inflated."""
_BLOCK = 64 << 10
_XML = (".xml", ".vml", ".rdf", ".rels")
# In UTF-16 every other byte is nought. A text or an attribute has no bare `<`.
_BEGINS = re.compile(rb"<\0?(?:!\0?-|\?(?!\0?x\0?m\0?l\0?[ \t\r\n]))")
_LONGEST_BEGIN = 12
"""Bytes by which it is told; so many of a block are looked at with the next."""


def asides(blocks: Callable[[], Iterable[bytes]]) -> Iterator[str]:
    """Yield each comment and processing instruction of a part, whose `blocks` can be had twice.

    A part in which nothing begins like one is not parsed. Raises `NotXml` and `Hostile`, and what `blocks`
    raises; what was yielded before stands.
    """
    if not _may_have(blocks()):
        return
    found: list[str] = []
    parser = PartParser()
    parser.on_aside = found.append
    for block in blocks():
        parser.feed(block)
        yield from found
        found.clear()
    parser.end()
    yield from found


def asides_of(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[str]:
    """Yield the same of a member of a package. Raises `FAULTS`."""
    return asides(lambda: _blocks(package, info))


def is_xml(name: str) -> bool:
    """Tell whether a part of a package is XML by its name."""
    return name.lower().endswith(_XML)


def _may_have(blocks: Iterable[bytes]) -> bool:
    before = b""
    for block in blocks:
        if _BEGINS.search(before + block):
            return True
        before = block[-_LONGEST_BEGIN:]
    return False


def _blocks(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    size = 0
    with package.open(info) as member:
        while block := member.read(_BLOCK):
            yield block
            size += len(block)
            if size > _MAX_PART:
                raise Hostile
