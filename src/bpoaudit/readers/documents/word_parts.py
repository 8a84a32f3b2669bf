"""The parts of a Word document (ECMA-376 part 1, WordprocessingML)."""

from __future__ import annotations

import re

from bpoaudit.readers.documents.office_flow import COUNT, SLIDES, WORD
from bpoaudit.readers.documents.office_parts import Reading, flow_of, links, other_parts
from bpoaudit.readers.documents.package import Package

_PARTS = tuple(
    (re.compile(form), field)
    for form, field in (
        (r"word/document\d*\.xml", "text"),
        (r"word/header\d*\.xml", "headers"),
        (r"word/footer\d*\.xml", "footers"),
        (r"word/footnotes\d*\.xml", "footnotes"),
        (r"word/endnotes\d*\.xml", "endnotes"),
        (r"word/comments\d*\.xml", "comments"),
        (r"word/people\d*\.xml", "authors"),
        (r"word/glossary/document\d*\.xml", "building blocks"),
        (r"word/(glossary/)?(diagrams/(data|drawing)|charts/chart|drawings/)[^/]*\.(xml|vml)", "drawings"),
    )
)
_SETTINGS = re.compile(r"word/(glossary/)?settings\d*\.xml")


def apart(package: Package) -> Reading:
    """Yield properties, custom XML, variables, data sources of a mail merge, and what no other part is."""
    for name in package.names:
        if _SETTINGS.fullmatch(name):
            for field, text in flow_of(package, name, "variables", WORD):
                if field != COUNT:
                    yield 0, "connections" if field == "connections" else "variables", text
            for target in links(package, name):
                yield 0, "connections", target
    yield from other_parts(package, {name for name in package.names if _field(name)})


def pages(package: Package) -> Reading:
    """Yield the words of the document as record 1."""
    for name in package.names:
        if field := _field(name):
            words = SLIDES if field == "drawings" else WORD
            for each in flow_of(package, name, field, words):
                yield 1, *each
            for target in links(package, name):
                yield 1, "links", target


def _field(name: str) -> str | None:
    return next((field for form, field in _PARTS if form.fullmatch(name)), None)
