"""Known texts, replaced wherever they stand in a tree of XML: in texts and in attributes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from lxml import etree

from bpoaudit.errors import UnsupportedSource

MAX_TREE = 256 << 20
"""Bytes of one document that is held as a tree."""
_SHORTEST = 4
"""Letters and digits of a text that is looked for inside others; a shorter one could be anything."""


class Replacements:
    """Texts and what stands in their place. `repr` shows none."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._inside: re.Pattern[str] | None = None

    def __repr__(self) -> str:
        return f"Replacements({len(self._known)})"

    def __bool__(self) -> bool:
        return bool(self._known)

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add texts and what stands in their place."""
        for old, new in pairs:
            if old.strip():
                self._known.setdefault(old, new)
        self._inside = None

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
        if self._inside is None:
            long = sorted((t for t in self._known if sum(map(str.isalnum, t)) >= _SHORTEST), key=len)
            self._inside = re.compile(
                "|".join(rf"(?<!\w){re.escape(t)}(?!\w)" for t in reversed(long)) or r"(?!)"
            )
        return self._inside.sub(lambda found: escape(self._known[found[0]]), text)


def parsed(data: bytes) -> etree._Element:
    """Return a document as a tree; nothing outside it is looked at. Raises `UnsupportedSource`."""
    if len(data) > MAX_TREE:
        raise UnsupportedSource(f"a part of more than {MAX_TREE >> 20} MiB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
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
        element.tail = known.text(element.tail)
        if but(element):
            continue
        element.text = known.text(element.text)
        if isinstance(element.tag, str):
            for key, value in element.attrib.items():
                element.attrib[key] = known.text(value) or ""


def as_bytes(root: etree._Element) -> bytes:
    """Return a tree as a document."""
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))
