"""The parts of an OpenDocument text or presentation (OASIS OpenDocument 1.3)."""

from __future__ import annotations

import re

from bpoaudit.readers.documents.office_flow import COUNT, OPEN_DOCUMENT, PAGE
from bpoaudit.readers.documents.office_parts import Reading, flow_of, other_parts
from bpoaudit.readers.documents.package import Package

_BODY = "content.xml"
_STYLES = "styles.xml"
_OBJECT = re.compile(r"[^/]+/content\.xml")


def text_apart(package: Package) -> Reading:
    """Yield properties, scripts and what no other part is."""
    return other_parts(package, {_BODY, _STYLES} | set(_objects(package)))


def text_pages(package: Package) -> Reading:
    """Yield the words of the document as record 1."""
    for name, field in [
        (_BODY, "text"),
        (_STYLES, "other text"),
        *((name, "objects") for name in _objects(package)),
    ]:
        for field_of, text in flow_of(package, name, field, OPEN_DOCUMENT):
            if field_of != PAGE:
                yield 1, field_of, text


def slides_apart(package: Package) -> Reading:
    """Yield properties, scripts, and the text of masters and embedded objects."""
    for name in (_STYLES, *_objects(package)):
        for field, text in flow_of(package, name, "text", OPEN_DOCUMENT):
            if field not in (PAGE, COUNT):
                yield 0, f"layout {field}", text
    yield from text_apart(package)


def slides_pages(package: Package) -> Reading:
    """Yield the words of each slide."""
    record = 0
    for field, text in flow_of(package, _BODY, "text", OPEN_DOCUMENT):
        if field == PAGE:
            record += 1
            yield record, COUNT, "pages"
        else:
            yield max(record, 1), field, text


def _objects(package: Package) -> list[str]:
    return [name for name in package.names if _OBJECT.fullmatch(name)]
