"""Documents in OLE compound files: their streams, properties and objects."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.errors import UnreadableSource
from bpoaudit.readers.documents.ole_objects import packaged_file
from bpoaudit.readers.documents.ole_open import open_ole
from bpoaudit.readers.documents.ole_properties import OLE_FAULTS, property_texts
from bpoaudit.readers.documents.vba_source import module_texts

MAX_STREAM = 256 << 20
_NATIVE, _PACKAGE, _CONTENTS = "\x01Ole10Native", "Package", "CONTENTS"


class OleFile:
    """The streams of one compound file. A context manager; `repr` shows no content."""

    def __init__(self, content: Content) -> None:
        """Read the directory. Raises `UnreadableSource`."""
        self._stream = content.open_seekable()
        try:
            self._ole = open_ole(self._stream)
            self._paths = {"/".join(path): path for path in self._ole.listdir()}
            self.names = list(self._paths)
            """Paths of the streams."""
        except OLE_FAULTS:
            self._stream.close()
            raise UnreadableSource("a document that is broken") from None

    def __repr__(self) -> str:
        return f"OleFile({len(self._paths)})"

    def __enter__(self) -> OleFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._ole.close()
        self._stream.close()

    def read(self, name: str) -> bytes:
        """Return the bytes of a stream, none where it is not there. Raises `UnreadableSource`."""
        if name not in self._paths:
            return b""
        try:
            if self._ole.get_size(self._paths[name]) > MAX_STREAM:
                raise UnreadableSource(f"a stream of more than {MAX_STREAM:,} bytes")
            with self._ole.openstream(self._paths[name]) as stream:
                return bytes(stream.read())
        except OLE_FAULTS:
            raise UnreadableSource("a document that is broken") from None

    def properties(self) -> Iterator[str]:
        """Yield the texts among the document properties. Raises `UnreadableSource`."""
        try:
            yield from property_texts(self._ole)
        except OLE_FAULTS:
            raise UnreadableSource("document properties that are broken") from None

    def macros(self, losses: list[str]) -> Iterator[str]:
        """Yield the source text of each macro module; what cannot be read goes to `losses`."""
        try:
            yield from module_texts(self._ole, losses)
        except OLE_FAULTS:
            losses.append("macros that could not be read")

    def objects(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of the embedded files that can be taken out. Raises `UnreadableSource`."""
        for path in self._paths:
            name = path.rpartition("/")[2]
            if name == _NATIVE:
                if found := packaged_file(self.read(path)):
                    yield found
                else:
                    yield "object", self.read(path)
            elif name in (_PACKAGE, _CONTENTS):
                yield "object", self.read(path)
