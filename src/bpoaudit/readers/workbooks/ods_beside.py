"""What OpenDocument spreadsheets hold beside the values of their cells (OASIS OpenDocument 1.3, part 3)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.errors import EncryptedSource
from bpoaudit.readers.documents.office_xml import FAULTS, PartParser, elements, feed, local_name, texts
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.workbooks.formula_text import formula_texts
from bpoaudit.readers.workbooks.package_text import hidden_texts, package_members
from bpoaudit.readers.workbooks.sheet_beside import AUTHOR, COMMENT, FORMULA, LINK, Beside, Workbook

_CONTENT = "content.xml"
_MAX_CONTENT = 4 << 30
_BESIDE = "what stands beside the cells could not be read to its end"
_LAYOUT = re.compile(
    r"mimetype|(content|styles|meta|settings|manifest)\.xml|.*/|META-INF/.*|Configurations2/.*|layout-cache"
    r"|manifest\.rdf|ObjectReplacements/.*|Object [^/]*/(content|styles|meta|settings)\.xml"
    r"|(Basic|Dialogs|Scripts)/.*"
)
_MACROS = re.compile(r"(?:Basic|Scripts)/(?!.*script-l[bc]\.xml$).*[^/]")


def open_ods(content: Content, package: zipfile.ZipFile, how: ReadOptions) -> Workbook:
    """Return what the spreadsheet holds beside its cells; its only content is read once, for all sheets.

    Raises `EncryptedSource` for a spreadsheet under a password.
    """
    if _is_encrypted(package):
        raise EncryptedSource("a spreadsheet under a password")
    document = _Document()
    losses: list[str] = []
    try:
        with package.open(_CONTENT) as member:
            for _ in feed(document.parser, member, _MAX_CONTENT):
                pass
    except FAULTS:
        losses.append(_BESIDE)
    files = [info for info in package.infolist() if not _LAYOUT.fullmatch(info.filename)]
    found = _texts(package, document.workbook, files, losses)
    workbook = Workbook(found, lambda name: document.sheets.get(name, Beside()), losses=losses)
    workbook.members = package_members(content, files, how)
    if any(map(_MACROS.fullmatch, package.namelist())):
        workbook.facts["macros"] = 1
        workbook.notes.append("macros")
    if document.external:
        workbook.facts["external_links"] = document.external
        workbook.notes.append(f"links to other files: {document.external}")
    losses += document.workbook.lost()
    return workbook


def _is_encrypted(package: zipfile.ZipFile) -> bool:
    try:
        with package.open("META-INF/manifest.xml") as manifest:
            return any(True for _ in elements(manifest, "encryption-data"))
    except FAULTS:
        return False


def _texts(
    package: zipfile.ZipFile, workbook: Beside, files: list[zipfile.ZipInfo], losses: list[str]
) -> Iterator[tuple[str, str]]:
    yield from workbook.texts
    broken: set[str] = set()
    for info in sorted(package.infolist(), key=lambda info: info.filename):
        try:
            if info.filename == "meta.xml":
                with package.open(info) as member:
                    for text in texts(member, frozenset(["href", "name"])):
                        yield "properties", text
            elif info.filename == "settings.xml":
                with package.open(info) as member:
                    for _, about, text in elements(member, "config-item"):
                        if about.get("type") == "string" and text:
                            yield "settings", text
            elif info.filename == "styles.xml":
                with package.open(info) as member:
                    for _, _, text in elements(member, *_HEADERS):
                        yield "sheet headers", text
            elif re.fullmatch(r"Object [^/]*/(content|meta)\.xml", info.filename):
                with package.open(info) as member:
                    for text in texts(member):
                        yield "charts", text
            elif _MACROS.fullmatch(info.filename):
                with package.open(info) as member:
                    yield "macros", member.read(16 << 20).decode("utf-8", "replace")
        except FAULTS:
            broken.add(info.filename)
    whole = [info for info in package.infolist() if _MACROS.fullmatch(info.filename)]
    yield from hidden_texts(package, [*files, *whole], broken)
    if broken:
        losses.append(f"parts of the package that could not be read: {len(broken)}")


_HEADERS = tuple(f"{what}{which}" for what in ("header", "footer") for which in ("", "-left", "-first"))


_SHAPES = (
    "frame", "custom-shape", "rect", "ellipse", "circle", "line", "polyline", "polygon", "path", "connector",
    "caption", "measure", "regular-polygon",
)  # fmt: skip
_RULES, _NAMES, _LINKS, _CONNECTIONS = "rules on cells", "defined names", "external links", "connections"
_CONTEXTS = {
    "annotation": COMMENT, "content-validation": _RULES, "tracked-changes": "tracked changes",
    **dict.fromkeys(_SHAPES, "drawings"),
}  # fmt: skip
"""Elements whose paragraphs are no cell's value, and the field of what they say."""
_PARAGRAPHS = frozenset(["p", "h", "title", "desc"])
_WORDED = {
    "named-range": _NAMES, "named-expression": _NAMES, "database-range": _NAMES,
    "table-source": _LINKS, "cell-range-source": _LINKS,
    "dde-source": _CONNECTIONS, "database-source-sql": _CONNECTIONS, "connection-resource": _CONNECTIONS,
    "help-message": _RULES, "error-message": _RULES, "content-validation": _RULES,
}  # fmt: skip
"""Elements that speak in attributes."""
_WORDS = frozenset(
    ["name", "href", "expression", "dde-application", "dde-topic", "dde-item", "database-name",
     "sql-statement", "title", "condition"]
)  # fmt: skip
_CONTROL = frozenset(["label", "current-value", "value", "title", "help-text"])
_MAX_ROWS, _MAX_COLUMNS = 1 << 20, 1 << 14


class _Document:
    """The content of a spreadsheet as the parser meets it. `repr` shows no content."""

    def __init__(self) -> None:
        self.parser = PartParser()
        self.parser.on_start = self._start
        self.parser.on_end = self._end
        self.sheets: dict[str, Beside] = {}
        self.workbook = Beside()
        self.external = 0
        self._beside = self.workbook
        self._tables = 0
        self._row = self._column = 0
        self._rows = self._columns = 1
        self._contexts: list[tuple[str, list[str]]] = []
        self._text = ""
        self._author = ""

    def __repr__(self) -> str:
        return f"_Document(sheets={len(self.sheets)})"

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = local_name(name)
        about = {local_name(key): value for key, value in attributes.items()}
        if local in ("table-cell", "covered-table-cell"):
            self._start_cell(about)
        elif local == "table-row":
            self._row, self._column, self._columns = self._row + self._rows, 0, 1
            self._rows = _count(about, "number-rows-repeated", _MAX_ROWS)
            if about.get("visibility", "visible") != "visible":
                self._beside.hidden_rows += self._rows
        elif local == "table-column":
            if about.get("visibility", "visible") != "visible":
                self._beside.hidden_columns += _count(about, "number-columns-repeated", _MAX_COLUMNS)
        elif local == "table":
            self._tables += 1
            if self._tables == 1:
                self._beside = self.sheets.setdefault(about.get("name", ""), Beside())
                self._row, self._rows = 0, 1
        elif local == "a":
            self._say(LINK, about.get("href", ""))
        elif local in ("s", "tab", "line-break"):
            self._text += {"s": " ", "tab": "\t", "line-break": "\n"}[local]
        if local in _WORDED:
            self.external += local in ("table-source", "cell-range-source")
            for key, value in about.items():
                if key in _WORDS:
                    self._beside.say(_WORDED[local], value)
        elif "xmlns:form" in name:
            for key, value in about.items():
                if key in _CONTROL:
                    self._beside.say("controls", value)
        if local in _CONTEXTS:
            self._contexts.append((local, []))
            self._text = self._author = ""
            self.parser.on_text = self._characters

    def _start_cell(self, about: dict[str, str]) -> None:
        self._column += self._columns
        self._columns = _count(about, "number-columns-repeated", _MAX_COLUMNS)
        if formula := about.get("formula"):
            self._beside.uncounted += "value-type" not in about
            for text in formula_texts(formula):
                self._beside.once(self._row, self._column, FORMULA, text)

    def _say(self, field: str, text: str) -> None:
        if self._tables == 1 and self._column:
            self._beside.at(self._row, self._column, field, text)
        else:
            self._beside.say(field, text)

    def _characters(self, text: str) -> None:
        self._text += text

    def _end(self, name: str) -> None:
        local = local_name(name)
        if local == "table":
            self._tables -= 1
            if not self._tables:
                self._beside, self._column = self.workbook, 0
        elif local == "table-row":
            self._column = 0
        if not self._contexts:
            return
        opened, paragraphs = self._contexts[-1]
        if local in _PARAGRAPHS or local == "creator":
            if local == "creator" and opened == "annotation":
                self._author = self._text.strip()
            elif self._text.strip():
                paragraphs.append(self._text)
            self._text = ""
        elif local == "date":
            self._text = ""
        elif local == opened:
            self._contexts.pop()
            self._close(opened, "\n".join(paragraphs))

    def _close(self, opened: str, text: str) -> None:
        if opened == "annotation":
            self._beside.comments += 1
            self._say(COMMENT, text)
            self._say(AUTHOR, self._author)
        else:
            self._beside.say(_CONTEXTS[opened], text)
        if not self._contexts:
            self.parser.on_text = None


def _count(about: dict[str, str], key: str, most: int) -> int:
    return min(max(int(about.get(key, "1")), 1), most)
