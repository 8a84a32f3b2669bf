"""What an Office Open XML package says beside its sheets and pages: properties, links, drawings, macros."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from typing import IO, BinaryIO, cast

from bpoaudit.delivery.content import Content
from bpoaudit.errors import EncryptedSource
from bpoaudit.readers.batch import Member
from bpoaudit.readers.documents.office_xml import FAULTS, MAX_XML, NAMED, WORDS, elements, texts
from bpoaudit.readers.documents.vba_source import macro_texts
from bpoaudit.readers.documents.xml_asides import FIELD, asides_of, is_xml
from bpoaudit.readers.inside import Inside
from bpoaudit.readers.options import ReadOptions

# Field of the members whose name matches, the first match wins, and the attributes that hold words. The
# others are layout, or sheets and pages.
_MEMBERS = (
    (r"docProps/.*\.xml", "properties", WORDS),
    (r"customXml/(?!_rels/).*\.xml", "custom data", WORDS),
    (r".*/(threadedC|c)omments?\d*(/.*)?\.xml", "comments", WORDS),
    (r".*/persons/.*\.xml", "people", WORDS),
    (r"xl/externalLinks/.*\.(xml|rels)", "external links", WORDS | {"name", "val"}),
    (r"(xl/.*|word)/_rels/.*\.rels", "links", WORDS),
    (r".*/(drawings|diagrams)/[^_].*\.(xml|vml)", "drawings", WORDS),
    (r".*/(charts|chartex)/[^_].*\.xml", "charts", WORDS),
    (r".*/pivotCache/[^_].*\.xml", "pivot cache", WORDS | {"name"}),
    (r"xl/pivotTables/[^_].*\.xml|xl/(slicer|timeline)(Cache)?s/[^_].*\.xml", "pivot tables", NAMED),
    (r"xl/queryTables/.*\.xml|xl/connections\.xml", "connections", NAMED),
    (r"xl/tables/[^_].*\.xml", "tables", NAMED),
    (r"xl/revisions/[^_].*\.xml", "revisions", WORDS | {"name", "userName"}),
    (r"xl/(activeX|ctrlProps)/[^_].*\.xml", "controls", WORDS | {"value"}),
    (r"xl/workbook\.xml", "defined names", NAMED | {"userName"}),
)
_RELATIONS = ".rels"
_MACROS = re.compile(r".*/vbaProject\.bin")


def package_texts(
    package: zipfile.ZipFile, losses: list[str], but: Collection[str], files: Collection[zipfile.ZipInfo]
) -> Iterator[tuple[str, str]]:
    """Yield field and text of each piece, less the members in `but`; what is broken goes to `losses`.

    Comments and processing instructions are those of all members but for `files`, which are sources.
    """
    broken: set[str] = set()
    for info in sorted(package.infolist(), key=lambda info: info.filename):
        if info.filename in but:
            continue
        try:
            if _MACROS.fullmatch(info.filename):
                with package.open(info) as member:
                    project = member.read(MAX_XML)
                for text in macro_texts(project, losses):
                    yield "macros", text
            for form, field, words in _MEMBERS:
                if re.fullmatch(form, info.filename):
                    with package.open(info) as member:
                        found = (
                            outside(member) if info.filename.endswith(_RELATIONS) else texts(member, words)
                        )
                        for text in found:
                            yield field, text
                    break
        except FAULTS:
            broken.add(info.filename)
    yield from hidden_texts(package, files, broken)
    if broken:
        losses.append(f"parts of the package that could not be read: {len(broken)}")


def hidden_texts(
    package: zipfile.ZipFile, but: Collection[zipfile.ZipInfo], broken: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield field and text of comments and processing instructions, less those of the members in `but`.

    Members that cannot be read are added to `broken`.
    """
    left_out = {info.filename for info in but}
    for info in sorted(package.infolist(), key=lambda info: info.filename):
        if is_xml(info.filename) and info.filename not in left_out:
            try:
                yield from ((FIELD, text) for text in asides_of(package, info))
            except FAULTS:
                broken.add(info.filename)


def outside(relations: IO[bytes]) -> Iterator[str]:
    """Yield the addresses outside a package that its part refers to."""
    for _, relation, _ in elements(relations, "Relationship"):
        if relation.get("TargetMode") == "External":
            yield relation.get("Target", "")


def has_texts(name: str) -> bool:
    """Tell whether `package_texts` reads the member of that name."""
    return any(re.fullmatch(form, name) for form, _, _ in _MEMBERS) or _MACROS.fullmatch(name) is not None


def has_macros(package: zipfile.ZipFile) -> bool:
    """Tell whether a package holds VBA macros."""
    return any(map(_MACROS.fullmatch, package.namelist()))


def package_members(
    content: Content, members: Iterable[zipfile.ZipInfo], how: ReadOptions
) -> Iterator[Member]:
    """Yield members of the package `content` as sources of their own: pictures, embedded files."""
    inside = Inside(how)
    for info in members:
        if info.flag_bits & 1:
            yield inside.member(info.filename, EncryptedSource("encrypted inside its document"))
        elif not info.is_dir():
            yield inside.member(info.filename, _member(content, info, how))


def _member(content: Content, info: zipfile.ZipInfo, how: ReadOptions) -> Content:
    def opener() -> BinaryIO:
        return cast(BinaryIO, zipfile.ZipFile(content.open_seekable()).open(info))

    name = info.filename.rpartition("/")[2]
    return Content(name, opener, size=info.file_size, faults=FAULTS, budget=how.budget)
