"""Known texts, replaced wherever they stand in a tree of XML: in texts and in attributes."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import neg

from lxml import etree

from bpoaudit.errors import UnsupportedSource

MAX_TREE = 256 << 20
"""Bytes of one document that is held as a tree."""
_SHORTEST = 4
"""Letters and digits of a text that is looked for inside others; a shorter one could be anything."""


_NO_WORD_BEFORE = re.compile(r"(?<!\w)(?=.)", re.DOTALL)
_WORD = re.compile(r"\w")


class Replacements:
    """Texts and what stands in their place. `repr` shows none."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._lengths: dict[str, list[int]] = {}
        """Of those that are looked for inside others, by how they begin; the longest first."""

    def __repr__(self) -> str:
        return f"Replacements({len(self._known)})"

    def __bool__(self) -> bool:
        return bool(self._known)

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add texts and what stands in their place."""
        for old, new in pairs:
            if not old.strip() or old in self._known:
                continue
            self._known[old] = new
            if sum(map(str.isalnum, old)) >= _SHORTEST:
                lengths = self._lengths.setdefault(old[:_SHORTEST], [])
                if len(old) not in lengths:
                    insort(lengths, len(old), key=neg)

    def stands_in(self, text: str) -> bool:
        """Tell whether any of them is part of `text`."""
        return any(old in text for old in self._known)

    def text(self, text: str | None, escape: Callable[[str], str] = str) -> str | None:
        """Return a text with what is known in it replaced; `escape` writes what stands in its place."""
        if not text:
            return text
        bare = text.strip()
        if bare in self._known:
            return text.replace(bare, escape(self._known[bare]))
        pieces: list[str] = []
        at = 0
        for start, end in self._inside(text):
            pieces += [text[at:start], escape(self._known[text[start:end]])]
            at = end
        return "".join((*pieces, text[at:]))

    def _inside(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where known texts stand in another one, as whole words, from left to right.

        One pattern of all of them would try each at each place.
        """
        at = 0
        for place in _NO_WORD_BEFORE.finditer(text):
            start = place.start()
            if start < at:
                continue
            for length in self._lengths.get(text[start : start + _SHORTEST], ()):
                end = start + length
                if end <= len(text) and text[start:end] in self._known and not _WORD.match(text, end):
                    yield start, end
                    at = end
                    break


def parsed(data: bytes) -> etree._Element:
    """Return a document as a tree, without comments and processing instructions.

    Nothing outside it is looked at. Raises `UnsupportedSource`.
    """
    if len(data) > MAX_TREE:
        raise UnsupportedSource(f"a part of more than {MAX_TREE >> 20} MiB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise UnsupportedSource("a part that is not well-formed XML") from None
    if root.getroottree().docinfo.doctype:
        raise UnsupportedSource("a part with a document type")
    return root


def replace_texts(root: etree._Element, known: Replacements, but: Callable[[etree._Element], bool]) -> None:
    """Replace what is known in every text and attribute below `root`, but for elements that `but` tells."""
    for element in root.iter():
        with _holding():
            element.tail = known.text(element.tail)
            if but(element):
                continue
            element.text = known.text(element.text)
            if isinstance(element.tag, str):
                for key, value in element.attrib.items():
                    element.attrib[key] = known.text(value) or ""


def set_text(element: etree._Element, text: str) -> None:
    """Make a text that of an element. Raises `UnsupportedSource` where XML can hold no such text."""
    with _holding():
        element.text = text


@contextmanager
def _holding() -> Iterator[None]:
    try:
        yield
    except ValueError:  # lxml's word for control characters
        raise UnsupportedSource("a text that XML cannot hold once it is cleaned") from None


def as_bytes(root: etree._Element) -> bytes:
    """Return a tree as a document."""
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))
