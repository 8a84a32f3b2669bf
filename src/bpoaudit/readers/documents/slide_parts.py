"""The parts of a presentation (ECMA-376 part 1, PresentationML)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpoaudit.readers.documents.office_flow import COUNT, SLIDES
from bpoaudit.readers.documents.office_parts import Reading, flow_of, is_markup, links, other_parts
from bpoaudit.readers.documents.office_xml import Hostile, NotXml, PartParser
from bpoaudit.readers.documents.package import Package

_PRESENTATION = "ppt/presentation.xml"
_FIELDS = (
    ("/notesSlides/", "notes"), ("/comments/", "comments"), ("/charts/", "charts"), ("/diagrams/",
    "diagrams"),
)  # fmt: skip
_LAYOUTS = re.compile(
    r"ppt/((slideLayouts|slideMasters|notesMasters|handoutMasters|slides|notesSlides)/[^/]*|presentation)\.xml"
)
_AUTHORS = re.compile(r"ppt/(commentAuthors|authors)\d*\.xml")
_NOT_OF_A_SLIDE = frozenset(["slideLayout", "slideMaster", "notesMaster", "theme", "themeOverride", "slide"])
_HIDDEN = re.compile(rb'<(?:\w+:)?sld\s[^>]*\bshow="(?:0|false)"')


def apart(package: Package) -> Reading:
    """Yield properties, authors of comments, the text of masters, layouts and of slides not in the show."""
    owned = {name for slide in _slides(package) for name in _parts(package, slide)}
    layouts = {name for name in package.names if _LAYOUTS.fullmatch(name)} - owned
    authors = {name for name in package.names if _AUTHORS.fullmatch(name)}
    for name in sorted(authors):
        for _, text in flow_of(package, name, "text", SLIDES):
            yield 0, "authors", text
    for name in sorted(layouts):
        for field, text in flow_of(package, name, "text", SLIDES):
            if field != COUNT:
                yield 0, f"layout {field}", text
        for target in links(package, name):
            yield 0, "layout links", target
    yield from other_parts(package, owned | layouts | authors)


def pages(package: Package) -> Reading:
    """Yield the words of each slide, and of what belongs to it, in the order of the show."""
    record = 0
    for record, slide in enumerate(_slides(package), start=1):
        if _HIDDEN.search(next(package.blocks(slide), b"")):
            yield record, COUNT, "hidden_slides"
        for name in _parts(package, slide):
            field = next((field for part, field in _FIELDS if part in name), "text")
            for each in flow_of(package, name, field, SLIDES):
                yield record, *each
            for target in links(package, name):
                yield record, "links", target
        yield record, COUNT, "pages"


def _slides(package: Package) -> Iterator[str]:
    """Yield the slides in order; those the presentation does not tell of come by their names."""
    order: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.endswith(" sldId"):
            order.extend(value for key, value in attributes.items() if key.endswith("/relationships id"))

    parser = PartParser()
    parser.on_start = start
    try:
        for block in package.blocks(_PRESENTATION):
            parser.feed(block)
    except (NotXml, Hostile):
        order.clear()
    targets = {each.id: each.target for each in package.relations(_PRESENTATION) if each.type == "slide"}
    if order:
        yield from dict.fromkeys(targets[id] for id in order if targets.get(id) in package.names)
    else:
        yield from (name for name in package.names if re.fullmatch(r"ppt/slides/[^/]*\.xml", name))


def _parts(package: Package, slide: str) -> list[str]:
    """Return the slide and what belongs to it: notes, comments, charts, diagrams."""
    parts = [slide]
    for part in parts:
        for each in package.relations(part):
            is_own = not each.external and each.type not in _NOT_OF_A_SLIDE and is_markup(each.target)
            if is_own and each.target not in parts and each.target in package.names:
                parts.append(each.target)
    return parts
