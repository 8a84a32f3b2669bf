"""XLSX workbooks: cells where they stand, everything beside them by what was found in it.

The package is rewritten part by part, so that formats, widths, charts and validations stay. A cell that
changes holds its own text from then on, and shared texts that no cell uses any more are emptied. Comments
and processing instructions of the XML are left out.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence

from lxml import etree

from bpoaudit.delivery.discover import encode_name
from bpoaudit.errors import UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers import Part, open_parts
from bpoaudit.readers.documents.xml_asides import FIELD as ASIDES
from bpoaudit.readers.table import LEAD, MAX_COLUMNS
from bpoaudit.readers.workbooks.grid import Grid, open_grids
from bpoaudit.readers.workbooks.xlsx_beside import cell_of, open_xlsx, sheet_paths
from bpoaudit.redact.job import Job
from bpoaudit.redact.markup_texts import Replacements, as_bytes, parsed, replace_texts, set_text
from bpoaudit.redact.package_parts import FAULTS, Package
from bpoaudit.redact.source_redactor import SourceRedactor

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_TEXTS = ("s", "str", "inlineStr")
_SHARED = "xl/sharedStrings.xml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MOMENTS = (
    "{http://purl.org/dc/terms/}created",
    "{http://purl.org/dc/terms/}modified",
    "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}lastPrinted",
)
"""Properties that are a moment or are not there: a mask in them would break the workbook."""
_DIGITS = re.compile("[0-9]{1,9}")
_KNOWN = re.compile(
    r"\[Content_Types\]\.xml|.*\.rels|.*\.xml|.*\.vml|xl/printerSettings/.*\.bin|docProps/thumbnail\.\w+|.*/"
)
"""Parts that are rewritten or left out; every other one is a file that is none of ours to clean."""


def write_workbook(job: Job) -> None:
    """Write a workbook. Raises `UnsupportedSource` for what cannot be cleaned: macros, pictures."""
    try:
        file = zipfile.ZipFile(job.content.open_seekable())
    except (*FAULTS, ValueError):
        raise UnsupportedSource("a workbook whose directory is broken") from None
    with file:
        package = Package(file)
        if strange := sum(not _KNOWN.fullmatch(name) for name in package.names):
            raise UnsupportedSource(
                f"macros, pictures or other files in it, which cannot be cleaned: {strange}"
            )
        writer = _Workbook(job, package, file)
        writer.cells(file)
        writer.beside()
        package.drop(lambda name: name.startswith("xl/printerSettings/") or "/thumbnail." in name)
        package.write(job.out)


class _Workbook:
    """One workbook on its way. `repr` shows no content."""

    def __init__(self, job: Job, package: Package, file: zipfile.ZipFile) -> None:
        self._job = job
        self._package = package
        self._paths = sheet_paths(file, [])
        self._known = Replacements()
        self._formulas = False

    def __repr__(self) -> str:
        return "_Workbook(…)"

    def cells(self, file: zipfile.ZipFile) -> None:
        """Rewrite the cells of every sheet, and learn what is to be replaced beside them."""
        beside = open_xlsx(self._job.content, file, self._job.how)
        fields: dict[str, set[str]] = {}
        with open_grids(self._job.content) as grids:
            for sheet, grid, rows in grids.each(lambda name: beside.sheet(name).exact):
                source = self._source(f"#{encode_name(sheet.name)}")
                if source.named(self._job.name + f"#{encode_name(sheet.name)}") != (
                    source.named(self._job.name) + f"#{encode_name(sheet.name)}"
                ):
                    raise UnsupportedSource("a sheet whose name holds personal data")
                if grid is not None:
                    fields[f"#{encode_name(sheet.name)}"] = self._sheet(sheet.name, grid, rows, source)
        for part in open_parts(self._job.content, self._job.media_type, self._job.how):
            if isinstance(part, Part):
                self._learn(part, fields.get(part.suffix, set()))

    def beside(self) -> None:
        """Rewrite the texts that stand elsewhere."""
        self._source("").dropped(ASIDES)
        if self._formulas:
            self._package.drop(lambda name: name == "xl/calcChain.xml")  # it lists cells with formulas
        self._empty_unused()
        if not self._known:
            return
        for name in self._package.names:
            if name.endswith((".xml", ".vml", ".rels")) and name not in (_SHARED, "[Content_Types].xml"):
                root = parsed(self._package.read(name))
                for element in [*root.iter(*_MOMENTS)]:
                    if self._known.stands_in(element.text or ""):
                        element.getparent().remove(element)
                replace_texts(root, self._known, _is_cell_value)
                self._package.replace(name, as_bytes(root))

    def _source(self, suffix: str) -> SourceRedactor:
        return self._job.redactor(self._job.name + suffix, bool(suffix))

    def _learn(self, part: Part, of_cells: set[str]) -> None:
        source = self._source(part.suffix)
        for batch in part.batches:
            for values in batch.fields:
                if part.kind is FieldKind.COLUMN and values.name in of_cells:
                    continue
                if part.kind is FieldKind.METADATA and values.name == ASIDES:
                    continue  # no part that is written has any
                for record, text in zip(values.records, values.values, strict=True):
                    self._known.add(source.replaced(record, values.name, text))

    def _sheet(
        self, name: str, grid: Grid, rows: Iterator[Sequence[str]], source: SourceRedactor
    ) -> set[str]:
        """Rewrite the cells of a sheet; return its fields."""
        path = self._paths.get(name)
        if path is None:
            raise UnsupportedSource("a sheet that is not where the workbook says")
        root = parsed(self._package.read(path))
        cells = _cells(root)
        changed = False
        fields: set[str] = set()
        header = grid.header_row if grid.table.header_row is not None else 0
        for row, texts in enumerate(rows, start=grid.first_row):
            for index, text in enumerate(texts):
                if not text.strip():
                    continue
                cell = cells.get((row, grid.first_column + index))
                typed = cell is not None and cell.get("t", "n") not in _TEXTS
                if row == header:
                    new = source.named(text)
                    self._known.add([(text, new)] if new != text else [])
                elif row < header:
                    fields.add(LEAD)
                    new = source.changed(0, LEAD, text, typed=typed)
                else:
                    field = grid.table.column(min(index, MAX_COLUMNS))
                    fields.add(field)
                    new = source.changed(row - grid.header_row, field, text, typed=typed)
                if new != text:
                    if cell is None:
                        raise UnsupportedSource("cells that are not where they should be")
                    self._formulas |= _put(cell, new)
                    changed = True
        if changed:
            self._package.replace(path, as_bytes(root))
        return fields

    def _empty_unused(self) -> None:
        """Empty the shared texts that no cell shows any more."""
        if _SHARED not in self._package.names:
            return
        used: set[int] = set()
        for path in self._paths.values():
            for cell in _all(parsed(self._package.read(path)), "c"):
                if cell.get("t") == "s":
                    used.update(i for v in _all(cell, "v") if (i := _number(v.text)) is not None)
        root = parsed(self._package.read(_SHARED))
        for index, item in enumerate(_all(root, "si")):
            if index not in used:
                for child in list(item):
                    item.remove(child)
                etree.SubElement(item, f"{_namespace(item)}t")
        self._package.replace(_SHARED, as_bytes(root))


def _cells(root: etree._Element) -> dict[tuple[int, int], etree._Element]:
    """Return the cells of a sheet by row and column."""
    found = {}
    row = 0
    for each in _all(root, "row"):
        number = _number(each.get("r", f"{row + 1}"))
        if number is None:
            raise UnsupportedSource("a sheet whose rows are not numbered")
        row = number
        column = 0
        for cell in _all(each, "c"):
            reference = cell.get("r")
            row, column = cell_of(reference) if reference else (row, column + 1)
            found[row, column] = cell
    return found


def _put(cell: etree._Element, text: str) -> bool:
    """Write a text into a cell; tell whether a formula stood there."""
    has_formula = any(True for _ in _all(cell, "f"))
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    for key in ("cm", "vm"):
        cell.attrib.pop(key, None)
    if text:
        cell.set("t", "inlineStr")
        held = etree.SubElement(etree.SubElement(cell, f"{_namespace(cell)}is"), f"{_namespace(cell)}t")
        held.set(_SPACE, "preserve")
        set_text(held, text)
    return has_formula


def _number(text: str | None) -> int | None:
    """Read the number of a row or of a shared text; None where it is none."""
    digits = (text or "").strip()
    return int(digits) if _DIGITS.fullmatch(digits) else None


def _all(root: etree._Element, local: str) -> Iterator[etree._Element]:
    return iter(root.iter(f"{_MAIN}{local}", f"{_STRICT}{local}"))


def _namespace(element: etree._Element) -> str:
    return str(element.tag).partition("}")[0] + "}"


def _is_cell_value(element: etree._Element) -> bool:
    """Tell whether an element is the value of a cell, which was rewritten where it stands."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in (f"{_MAIN}v", f"{_STRICT}v", f"{_MAIN}c", f"{_STRICT}c"):
        return True
    parent = element.getparent()
    while parent is not None and tag.rpartition("}")[2] in ("t", "r", "is"):
        if str(parent.tag).rpartition("}")[2] == "c":
            return True
        tag, parent = str(parent.tag), parent.getparent()
    return False
