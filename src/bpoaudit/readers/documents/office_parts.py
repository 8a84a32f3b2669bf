"""What is read of the XML parts of an office document, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from bpoaudit.readers.documents.office_flow import Vocabulary, flow
from bpoaudit.readers.documents.package import Package
from bpoaudit.readers.documents.xml_words import unnamed_words

Words = Iterator[tuple[str, str]]
"""Field and text."""
Reading = Iterator[tuple[int, str, str]]
"""Record, field and text."""

# Looks, fonts, positions, signatures: no words of people.
_LOOKS = re.compile(
    r"\[Content_Types\]\.xml|mimetype|.*\.rels|.*/theme/.*|.*/fonts/.*|.*/printerSettings\d*\.bin"
    r"|.*/(styles|stylesWithEffects|fontTable|numbering|webSettings|tableStyles|presProps|viewProps)\.xml"
    r"|.*/diagrams/(colors|layout|quickStyle)\d*\.xml|.*/charts/(colors|style)\d*\.xml|_xmlsignatures/.*"
    r"|META-INF/.*|Configurations2/.*|ObjectReplacements/.*|(.*/)?(settings\.xml|manifest\.rdf|layout-cache)"
)
_MACROS = re.compile(r"(.*/)?vbaProject\w*\.bin", re.IGNORECASE)
_APART = (
    ("docProps/", "properties"),
    ("customXml/", "custom data"),
    ("meta.xml", "properties"),
    ("Basic/", "macros"),
)


def flow_of(package: Package, name: str, field: str, words: Vocabulary) -> Words:
    """Yield the words of a part in reading order."""
    return package.words(name, partial(flow, field=field, words=words))


def other_parts(package: Package, read: set[str]) -> Reading:
    """Yield every word of the parts that were not read otherwise, as record 0."""
    for name in package.names:
        if name not in read and is_markup(name) and not _LOOKS.fullmatch(name):
            field = next((field for start, field in _APART if name.startswith(start)), "other words")
            for _, word in package.words(name, unnamed_words):
                yield 0, field, word


def links(package: Package, name: str) -> Iterator[str]:
    """Yield the addresses a part refers to."""
    return (each.target for each in package.relations(name) if each.external)


def is_markup(name: str) -> bool:
    """Tell whether a part is XML that belongs to the document itself."""
    return name.endswith((".xml", ".vml", ".rdf"))


def files_inside(package: Package) -> list[str]:
    """Return the parts that are files of their own."""
    return [
        name for name in package.names
        if not is_markup(name) and not _LOOKS.fullmatch(name) and not _MACROS.fullmatch(name)
    ]  # fmt: skip


def macro_projects(package: Package) -> list[str]:
    """Return the parts that hold Visual Basic macros."""
    return [name for name in package.names if _MACROS.fullmatch(name)]
