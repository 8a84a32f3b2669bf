"""The parts of an Office Open XML package, some of them changed, some left out."""

from __future__ import annotations

import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

from lxml import etree

from bpoaudit.errors import UnsupportedSource
from bpoaudit.readers.documents.xml_asides import is_xml
from bpoaudit.redact.markup_texts import MAX_TREE, as_bytes, parsed

_TYPES = "[Content_Types].xml"
FAULTS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, KeyError, NotImplementedError,
    RuntimeError,
)  # fmt: skip
"""What a broken package raises while it is read."""


class Package:
    """A package on its way. `repr` shows no content."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._changed: dict[str, bytes] = {}
        self.names = [info.filename for info in file.infolist()]
        if len({*self.names}) < len(self.names):
            raise UnsupportedSource("a package with two parts of one name")

    def __repr__(self) -> str:
        return f"Package({len(self.names)})"

    def read(self, name: str) -> bytes:
        """Return a part as it is now. Raises `UnsupportedSource`."""
        if name in self._changed:
            return self._changed[name]
        try:
            with self._file.open(name) as part:
                data = part.read(MAX_TREE + 1)
        except FAULTS:
            raise UnsupportedSource("a part that cannot be unpacked") from None
        if len(data) > MAX_TREE:
            raise UnsupportedSource(f"a part of more than {MAX_TREE >> 20} MiB")
        return data

    def replace(self, name: str, data: bytes) -> None:
        """Put other bytes in place of a part."""
        self._changed[name] = data

    def drop(self, which: Callable[[str], bool]) -> None:
        """Leave out parts, and every mention of them, so that the package stays whole."""
        dropped = {name for name in self.names if which(name)}
        if not dropped:
            return
        self.names = [name for name in self.names if name not in dropped]
        types = parsed(self.read(_TYPES))
        for each in list(types):
            if (each.get("PartName") or "").lstrip("/") in dropped:
                types.remove(each)
        self.replace(_TYPES, as_bytes(types))
        for name in self.names:
            if name.endswith(".rels"):
                self._unlink(name, dropped)

    def write(self, out: BinaryIO) -> None:
        """Write the package, in the order of its parts and without times; XML as its tree has it."""
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            for name in self.names:
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                data = self.read(name)
                file.writestr(info, as_bytes(parsed(data)) if self._is_raw_xml(name) else data)

    def _is_raw_xml(self, name: str) -> bool:
        return is_xml(name) and name not in self._changed

    def _unlink(self, relations: str, dropped: set[str]) -> None:
        folder, _, name = relations.rpartition("/")
        owner = f"{folder.removesuffix('_rels')}{name.removesuffix('.rels')}"
        root = parsed(self.read(relations))
        gone: set[str] = set()
        for each in list(root):
            target = each.get("Target") or ""
            base = "" if target.startswith("/") else posixpath.dirname(owner)
            if each.get("TargetMode") != "External" and (
                posixpath.normpath(posixpath.join(base, target.lstrip("/"))) in dropped
            ):
                gone.add(each.get("Id") or "")
                root.remove(each)
        if not gone:
            return
        self.replace(relations, as_bytes(root))
        if owner in self.names:
            tree = parsed(self.read(owner))
            for element in tree.iter(etree.Element):
                for key, value in element.attrib.items():
                    if value in gone and "relationships}" in key:
                        del element.attrib[key]
            self.replace(owner, as_bytes(tree))
