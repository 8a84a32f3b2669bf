"""What XLSX and XLSM hold beside the values of their cells (ECMA-376 part 1, 18)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator
from typing import IO

from bpoaudit.delivery.content import Content
from bpoaudit.readers.documents.office_xml import (
    FAULTS,
    NAMED,
    Pieces,
    elements,
    feed,
    local_name,
    relations,
    texts,
)
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.workbooks.formula_text import formula_texts
from bpoaudit.readers.workbooks.package_text import has_macros, has_texts, package_members, package_texts
from bpoaudit.readers.workbooks.sheet_beside import AUTHOR, COMMENT, FORMULA, LINK, Beside, Workbook

_WORKBOOK = "xl/workbook.xml"
_MAX_SHEET = 4 << 30
"""Bytes of one sheet that are read, inflated."""
_KEPT_DIGITS = 15
"""Digits that a parser which takes numbers for floating point surely keeps."""
_COLUMNS = 16_384
_YES = ("1", "true")
_AROUND_CELLS = NAMED | {"prompt", "promptTitle", "error", "errorTitle", "val", "user"}
"""Attributes that hold words around the cells: messages of validations, what a filter keeps, scenarios."""
_PLACED = ("AlternateContent", "commentPr")
"""Inside a comment, where its box stands."""

# Members that lay out the workbook or hold its cells. What is neither that nor text is a source of its
# own: pictures, embedded files, whatever was put into the package.
_LAYOUT = re.compile(
    r"\[Content_Types\]\.xml|.*\.rels|.*/|_xmlsignatures/.*|customXml/itemProps\d*\.xml|xl/printerSettings/.*"
    r"|xl/(worksheets|chartsheets|dialogsheets|macrosheets|theme|richData|featurePropertyBag|namedSheetViews)"
    r"/[^/]*\.xml|xl/(styles|sharedStrings|metadata|calcChain|volatileDependencies|xmlMaps|workbook)\.xml"
    r"|xl/(?!embeddings/|media/)(\w+/)?\w+\.(bin|data)|.*/vbaData\.xml"
)
_UNREAD = re.compile(r"xl/(model|activeX|customProperty)/[^/]*\.(data|bin)")
_SHEET = re.compile(r"xl/(worksheets|dialogsheets|macrosheets)/[^/]*\.(xml|bin)")
_EXTERNAL = re.compile(r"xl/externalLinks/[^/]*\.(xml|bin)")

Relations = dict[str, tuple[str, str, bool]]


def open_xlsx(content: Content, package: zipfile.ZipFile, how: ReadOptions) -> Workbook:
    """Return what the workbook holds beside its cells; sheets are found through its relations."""
    losses: list[str] = []
    paths = sheet_paths(package, losses)
    of_sheets = {path: _relations(package, path) for path in paths.values()}
    people = _people(package)

    def sheet(name: str) -> Beside:
        beside = Beside()
        path = paths.get(name)
        if path is not None:
            _read_sheet(package, path, of_sheets[path], people, beside)
        return beside

    but = {target for path, found in of_sheets.items() for target in claimed(path, found)}
    workbook = Workbook(package_texts(package, losses, but, own_files(package)), sheet, losses=losses)
    complete(workbook, content, package, how, paths.values())
    return workbook


def complete(
    workbook: Workbook, content: Content, package: zipfile.ZipFile, how: ReadOptions, sheets: Collection[str]
) -> None:
    """Add what the names of a package's members tell: files inside, macros, links, what is not read.

    `sheets` are the members that the workbook lists as sheets.
    """
    names = package.namelist()
    workbook.members = package_members(content, own_files(package), how)
    if has_macros(package):
        workbook.facts["macros"] = 1
        workbook.notes.append("macros")
    if links := sum(map(bool, map(_EXTERNAL.fullmatch, names))):
        workbook.facts["external_links"] = links
        workbook.notes.append(f"links to other files: {links}")
    if stray := sum(_SHEET.fullmatch(name) is not None and name not in sheets for name in names):
        workbook.losses.append(f"sheets that the workbook does not list, not read: {stray}")
    if unread := sum(map(bool, map(_UNREAD.fullmatch, names))):
        workbook.losses.append(f"data models and properties of controls, not read: {unread}")


def own_files(package: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the members of a package that are sources of their own."""
    return [
        info
        for info in package.infolist()
        if not _LAYOUT.fullmatch(info.filename) and not has_texts(info.filename)
    ]


def sheet_paths(package: zipfile.ZipFile, losses: list[str]) -> dict[str, str]:
    """Return the member of each sheet by the sheet's name."""
    try:
        found = relations(package, _WORKBOOK)
        with package.open(_WORKBOOK) as member:
            sheets = [each for _, each, _ in elements(member, "sheet")]
    except FAULTS:
        losses.append("comments and formulas of the sheets, not found")
        return {}
    return {
        each.get("name", ""): found[each["id"]][1] for each in sheets if each.get("id") in found
    }  # fmt: skip


def _relations(package: zipfile.ZipFile, path: str) -> Relations:
    try:
        return relations(package, path)
    except FAULTS:
        return {}  # what they lead to is then read as the workbook's


def claimed(path: str, found: Relations) -> Iterator[str]:
    """Yield the members that are read with a sheet."""
    folder, _, name = path.rpartition("/")
    if found:
        yield f"{folder}/_rels/{name}.rels"
    for kind, target, is_outside in found.values():
        if not is_outside and (kind in _COMMENTS or kind in _DRAWINGS):
            yield target


_COMMENTS, _DRAWINGS = ("threadedComment", "comments"), ("drawing", "vmlDrawing")


def _people(package: zipfile.ZipFile) -> dict[str, str]:
    """Return the names of the people who wrote threaded comments, by id."""
    found = {}
    for name in package.namelist():
        if re.fullmatch(r"xl/persons/[^/]*\.xml", name):
            try:
                with package.open(name) as member:
                    for _, person, _ in elements(member, "person"):
                        found[person.get("id", "")] = person.get("displayName", "")
            except FAULTS:
                continue  # read once more, and told to be broken, with the workbook
    return found


def _read_sheet(
    package: zipfile.ZipFile, path: str, found: Relations, people: dict[str, str], beside: Beside
) -> None:
    broken = 0
    links = {
        key: target for key, (kind, target, is_outside) in found.items() if kind == "hyperlink" and is_outside
    }
    try:
        with package.open(path) as member:
            sheet = _SheetXml(beside, links)
            for _ in feed(sheet.parser, member, _MAX_SHEET):
                sheet.tell()
    except FAULTS:
        beside.losses.append("what stands beside the cells could not be read to its end")
    for target in sheet_links(found, links):
        beside.say(LINK, target)
    threaded = any(kind == "threadedComment" for kind, _, _ in found.values())
    # Threads first: the plain comments of a sheet that has them are copies.
    for kind, target, is_outside in sorted(
        found.values(), key=lambda each: (each[0] != "threadedComment", each)
    ):
        if is_outside:
            continue
        try:
            if kind in _COMMENTS:
                with package.open(target) as member:
                    if kind == "comments":
                        _read_comments(member, beside, copies=threaded)
                    else:
                        _read_threads(member, beside, people)
            elif kind in _DRAWINGS:
                with package.open(target) as member:
                    for text in texts(member):
                        beside.say("drawings", text)
        except FAULTS:
            broken += 1
    if broken:
        beside.losses.append(f"comments and drawings that could not be read: {broken}")


def sheet_links(found: Relations, placed: dict[str, str]) -> Iterator[str]:
    """Yield the addresses outside that no cell shows: linked pictures, templates."""
    for key, (_, target, is_outside) in found.items():
        if is_outside and key not in placed:
            yield target


def _read_comments(member: IO[bytes], beside: Beside, *, copies: bool) -> None:
    authors: list[str] = []
    for local, about, text in elements(member, "author", "comment", but=_PLACED):
        if local == "author":
            authors.append(text)
            continue
        at = about.get("authorId", "")
        author = authors[int(at)] if at.isdecimal() and int(at) < len(authors) else ""
        if copies and author.startswith("tc="):
            continue
        place = cell_of(about.get("ref", ""))
        beside.comments += 1
        beside.at(*place, COMMENT, text)
        beside.at(*place, AUTHOR, author)


def _read_threads(member: IO[bytes], beside: Beside, people: dict[str, str]) -> None:
    for _, about, text in elements(member, "threadedComment"):
        place = cell_of(about.get("ref", ""))
        beside.comments += 1
        beside.at(*place, COMMENT, text)
        beside.at(*place, AUTHOR, people.get(about.get("personId", ""), ""))


_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


def cell_of(reference: str) -> tuple[int, int]:
    """Return row and column, from 1, of a cell or of an area's first; 0 where it is none."""
    found = _CELL.match(reference)
    if found is None:
        return 0, 0
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


_CODES = re.compile(r'&"[^"]*"|&\d+|&K[0-9A-Fa-f+-]{5,6}|&[A-Z]')


def header_texts(header: str) -> Iterator[str]:
    """Yield the left, middle and right text of a header or footer, without its codes."""
    for section in re.split("&[LCR]", header):
        if text := _CODES.sub("", section).replace("&&", "&").strip():
            yield text


class _SheetXml(Pieces):
    """A sheet as the parser meets it: the texts around its cells, and of the cells what is no value."""

    def __init__(self, beside: Beside, links: dict[str, str]) -> None:
        super().__init__(_AROUND_CELLS)
        self._beside = beside
        self._links = links
        self._locals: dict[str, str] = {}
        self._section = ""
        self._row = self._column = 0
        self._reference: str | None = None
        self._type: str | None = None
        self._formula = self._value = False
        self._text = ""

    def tell(self) -> None:
        """Hand over the texts around the cells that are complete."""
        for text in self.take():
            if self._section == "headerFooter":
                for part in header_texts(text):
                    self._beside.say("sheet headers", part)
            else:
                self._beside.say("rules on cells", text)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take up an element around the cells."""
        local = local_name(name)
        if local in ("headerFooter", "sheetData"):
            self.flush()
            self.tell()
            self._section = local
        if local == "sheetData":
            self._listen_to_cells()
        elif local == "col" and attributes.get("hidden") in _YES:
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self._beside.hidden_columns += max(min(last, _COLUMNS) - max(first, 1) + 1, 0)
        elif local == "hyperlink":
            self._link({local_name(key): value for key, value in attributes.items()})
        else:
            super().start(name, attributes)

    def end(self, name: str) -> None:
        """Close an element around the cells."""
        super().end(name)
        if local_name(name) == "headerFooter":
            self.tell()
            self._section = ""

    def _link(self, about: dict[str, str]) -> None:
        place = cell_of(about.get("ref", ""))
        shown = (about.get(key, "") for key in ("location", "display", "tooltip"))
        for text in (self._links.get(about.get("id", ""), ""), *shown):
            self._beside.at(*place, LINK, text)

    def _listen_to_cells(self) -> None:
        self.parser.on_start = self._start_cell
        self.parser.on_end = self._end_cell
        self.parser.on_text = None

    def _start_cell(self, name: str, attributes: dict[str, str]) -> None:
        local = self._locals.get(name) or self._locals.setdefault(name, local_name(name))
        if local == "c":
            self._column += 1
            self._reference, self._type = attributes.get("r"), attributes.get("t")
            self._formula = self._value = False
        elif local == "f" or (local == "v" and (self._formula or self._type in (None, "n"))):
            self._formula = self._formula or local == "f"
            self._text = ""
            self.parser.on_text = self._cell_text
        elif local == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            self._beside.hidden_rows += attributes.get("hidden") in _YES

    def _cell_text(self, text: str) -> None:
        self._text += text

    def _end_cell(self, name: str) -> None:
        local = self._locals.get(name)
        if local == "v" or local == "f":
            self.parser.on_text = None
            text, self._text = self._text, ""
            if local == "f":
                for written in formula_texts(text):
                    self._beside.once(*self._place(), FORMULA, written)
            else:
                self._value = bool(text.strip())
                if len(text) > _KEPT_DIGITS and text.strip().lstrip("-").isdecimal():
                    self._beside.digits(*self._place(), text.strip())
        elif local == "c" and self._formula:
            # A formula whose result is an empty text is told by its type.
            self._beside.uncounted += not self._value and self._type != "str"
        elif name.endswith(" sheetData") or name == "sheetData":
            self.listen()

    def _place(self) -> tuple[int, int]:
        return cell_of(self._reference) if self._reference else (self._row, self._column)
