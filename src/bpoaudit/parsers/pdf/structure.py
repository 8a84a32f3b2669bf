"""What a PDF holds beside the text of its pages, by pypdf."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)

# What pypdf raises where an object is not what it should be.
_FAULTS = (
    PyPdfError, DependencyError, ArithmeticError, AttributeError, LookupError, NotImplementedError,
    RecursionError, TypeError, ValueError, zlib.error,
)  # fmt: skip

_TAG = re.compile("<[^<>]*>")
_DATE = re.compile(r"D:\d{4}")
_COMMENT_KEYS = ("/Contents", "/T", "/Subj", "/RC")
# Keys whose strings are numbers, names of fonts or states, dates, or the bytes of a signature.
_NO_WORDS = frozenset(
    ["/ID", "/NM", "/DA", "/DS", "/M", "/CheckSum", "/Registry", "/Ordering", "/CharSet", "/Cert", "/Lang",
     "/FontFamily", "/ByteRange", "/CreationDate", "/ModDate", "/Parent", "/Resources", "/AP", "/Encrypt",
     "/Metadata", "/XFA", "/EF", "/P", "/Pg", "/ParentTree", "/IDTree", "/Limits"]
)  # fmt: skip
_FIELD_OF = {
    "/Title": "bookmarks", "/JS": "scripts", "/URI": "document links",
    "/Alt": "alternative text", "/ActualText": "alternative text", "/E": "alternative text",
    "/F": "attachments", "/UF": "attachments", "/Desc": "attachments",
    "layer": "layers", "signature": "signatures",
}  # fmt: skip


class Structure:
    """What a file holds beside the text of its pages, each object once."""

    def __init__(self, file: BinaryIO, password: str, pages: int) -> None:
        """Read what belongs to a page. A file that pypdf cannot open counts as one broken object."""
        self.broken = 0
        self.pages: dict[int, list[list[str]]] = {}
        self._files: dict[tuple[int, int], tuple[str, Any]] = {}
        self._seen: set[int] = set()
        self._reader: PdfReader | None = None
        try:
            self._reader = PdfReader(file)
            if self._reader.is_encrypted:
                self._reader.decrypt(password)
            for index, page in zip(range(pages), self._reader.pages, strict=False):
                for annotation in _items(page.get("/Annots")):
                    self._annotation(annotation, self.pages.setdefault(index, []), page)
        except _FAULTS:
            self.broken += 1

    def apart(self) -> Iterator[tuple[str, str]]:
        """Yield field and text of what belongs to no page."""
        if self._reader is None:
            return
        try:
            trailer = self._reader.trailer
            info, root = _resolved(trailer.get("/Info")), _resolved(trailer.get("/Root"))
        except _FAULTS:
            self.broken += 1
            return
        if isinstance(info, DictionaryObject):
            for value in self._values(info):
                if not _DATE.match(value):
                    yield "properties", value
        if not isinstance(root, DictionaryObject):
            return
        yield from self._packets(root)
        form = _of(root, "/AcroForm")
        if form is not None:
            out: list[list[str]] = []
            for each in _items(form.get("/Fields")):
                self._form_field(each, out, 0)
            yield from (("form fields on no page", text) for _, text in out)
        yield from self._strings(root)

    @property
    def files(self) -> int:
        """Return the number of files inside that were met so far."""
        return len(self._files)

    def attachments(self) -> Iterator[tuple[str, bytes | str]]:
        """Yield name and bytes of each file inside, or why it cannot be read: `large`, `broken`."""
        for name, stream in self._files.values():
            try:
                found = stream.get_object()
                yield name, found.get_data() if isinstance(found, StreamObject) else "broken"
            except LimitReachedError:
                yield name, "large"
            except _FAULTS:
                yield name, "broken"

    def _values(self, info: DictionaryObject) -> Iterator[str]:
        for key in info:
            try:
                value = info[key]
            except _FAULTS:
                self.broken += 1
                continue
            if text := _text(value):
                yield text

    def _packets(self, root: DictionaryObject) -> Iterator[tuple[str, str]]:
        """Yield XML as it is: XMP metadata (ISO 16684-1) and form data (XFA)."""
        try:
            packets = [("xmp", root.get("/Metadata"))]
            if (form := _of(root, "/AcroForm")) is not None:
                xfa = _resolved(form.get("/XFA"))
                packets += [("form data", each) for each in (xfa if isinstance(xfa, ArrayObject) else [xfa])]
        except _FAULTS:
            self.broken += 1
            return
        for field, packet in packets:
            try:
                stream = _resolved(packet)
                if isinstance(stream, StreamObject):
                    yield field, stream.get_data().decode("utf-8", "replace")
            except _FAULTS:
                self.broken += 1

    def _annotation(self, item: Any, out: list[list[str]], page: Any) -> None:
        if isinstance(item, IndirectObject):
            if item.idnum in self._seen:
                return
            self._seen.add(item.idnum)
        try:
            annotation = _resolved(item)
            if not isinstance(annotation, DictionaryObject):
                return
            if annotation.get("/Subtype") == "/Widget":
                self._widget(annotation, out)
                return
            said = {key: _text(annotation.get(key)) for key in _COMMENT_KEYS}
            plain = _letters(said["/Contents"])
            said["/RC"] = _TAG.sub(" ", said["/RC"])
            if _letters(said["/RC"]) in plain:
                said["/RC"] = ""
            if not plain and annotation.get("/Subtype") in ("/Stamp", "/FreeText", "/Watermark"):
                drawn = _of(annotation, "/AP")
                normal = _resolved(drawn.get("/N")) if drawn else None
                if isinstance(normal, StreamObject):
                    said["/AP"] = page.extract_xform_text(normal)
            out += [
                ["authors" if key == "/T" else "comments", text] for key, text in said.items() if text.strip()
            ]
            rest = DictionaryObject(
                {key: annotation.raw_get(key) for key in annotation if key not in _COMMENT_KEYS}
            )
            out += [
                ["links" if field == "document links" else "comments", text]
                for field, text in self._strings(rest)
            ]
        except _FAULTS:
            self.broken += 1

    def _widget(self, widget: DictionaryObject, out: list[list[str]]) -> None:
        """Write `name: value` of a form field: the name tells what the value is."""
        names, value, field = [], "", widget
        for _ in range(50):
            if name := _text(field.get("/T")):
                names.append(name)
            value = value or _value(field.get("/V"))
            parent = _of(field, "/Parent")
            if parent is None:
                break
            field = parent
        label = ".".join(reversed(names))
        hint = _text(widget.get("/TU"))
        out.append(["form fields", f"{label}: {value}" if label and value else label or value])
        out += [
            ["form fields", text]
            for text in (hint, _value(widget.get("/DV")), _value(widget.get("/Opt")))
            if text
        ]
        for key in ("/A", "/AA"):
            if (action := _of(widget, key)) is not None:
                out += [["form fields", text] for _, text in self._strings(action)]

    def _form_field(self, item: Any, out: list[list[str]], depth: int) -> None:
        """Read fields that no page shows; those on pages were read there."""
        if not isinstance(item, IndirectObject) or item.idnum in self._seen or depth > 50:
            return
        self._seen.add(item.idnum)
        try:
            field = _resolved(item)
            if isinstance(field, DictionaryObject):
                children = _items(field.get("/Kids"))
                if not children:
                    self._widget(field, out)
                for child in children:
                    self._form_field(child, out, depth + 1)
        except _FAULTS:
            self.broken += 1

    def _strings(self, start: Any) -> Iterator[tuple[str, str]]:
        """Yield every string that can be reached and was not yet read; remember the files on the way."""
        todo: list[tuple[str, Any]] = [("", start)]
        while todo:
            key, item = todo.pop()
            try:
                if isinstance(item, IndirectObject):
                    if item.idnum in self._seen:
                        continue
                    self._seen.add(item.idnum)
                    item = item.get_object()
                if isinstance(item, DictionaryObject):
                    todo += reversed(list(self._entries(item)))
                    if key == "/JS" and isinstance(item, StreamObject):
                        yield "scripts", item.get_data().decode("latin-1")
                elif isinstance(item, ArrayObject):
                    todo += [(key, each) for each in reversed(item)]
                elif (text := _text(item)) and not _DATE.match(text):
                    yield _FIELD_OF.get(key, "other strings"), text
            except _FAULTS:
                self.broken += 1

    def _entries(self, item: DictionaryObject) -> Iterator[tuple[str, Any]]:
        if (files := _of(item, "/EF")) is not None:
            stream = (
                files.raw_get("/F") if "/F" in files else next((files.raw_get(key) for key in files), None)
            )
            if isinstance(stream, IndirectObject):
                name = _text(item.get("/UF")) or _text(item.get("/F")) or "attachment"
                self._files.setdefault((stream.idnum, stream.generation), (name, stream))
        signed = "/ByteRange" in item
        of_all = "signature" if signed else "layer" if item.get("/Type") == "/OCG" else None
        for key in item:
            if key not in _NO_WORDS and not (signed and key == "/Contents"):
                yield of_all or key, item.raw_get(key)


def _resolved(item: Any) -> Any:
    return item.get_object() if isinstance(item, IndirectObject) else item


def _of(item: DictionaryObject, key: str) -> DictionaryObject | None:
    found = _resolved(item.get(key))
    return found if isinstance(found, DictionaryObject) else None


def _items(item: Any) -> list[Any]:
    found = _resolved(item)
    return list(found) if isinstance(found, ArrayObject) else []


def _text(item: Any) -> str:
    found = _resolved(item)
    if isinstance(found, TextStringObject):
        return str(found)
    if isinstance(found, ByteStringObject):
        # Text that is no valid text of PDF; what is no text at all has control characters.
        text = found.decode("latin-1")
        return text if text.isprintable() else ""
    return ""


def _value(item: Any) -> str:
    """Return a form field's value: a text, a choice of several, a stream, the name of a state."""
    found = _resolved(item)
    if isinstance(found, ArrayObject):
        return "; ".join(filter(None, map(_value, found)))
    if isinstance(found, StreamObject):
        return found.get_data().decode("latin-1")
    return _text(found)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
