"""The source text of VBA macros (MS-OVBA): modules of a project, each a compressed text after its cache."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import suppress

import olefile

from bpoaudit.readers.documents.ole_open import open_ole
from bpoaudit.readers.documents.ole_properties import OLE_FAULTS

_FIRST = re.compile(rb"\x01..[\x00-\xff]Attribut[\x00-\xff]e ", re.DOTALL)
"""Begin of a compressed text: signature, a chunk's header, flags, `Attribute ` with flags in its midst."""
_CODE_PAGE = re.compile(rb"\x03\x00\x02\x00\x00\x00(..)", re.DOTALL)
_MAX_SOURCE = 16 << 20
_NO_MODULES = frozenset(["dir", "_vba_project"])
_UNREAD = "macros that could not be read"


def macro_texts(project: bytes, losses: list[str]) -> Iterator[str]:
    """Yield the source of each module of a project (`vbaProject.bin`) or of an old Office file."""
    try:
        with open_ole(io.BytesIO(project)) as ole:
            yield from module_texts(ole, losses)
    except OLE_FAULTS:
        losses.append(_UNREAD)


def module_texts(ole: olefile.OleFileIO, losses: list[str]) -> Iterator[str]:
    """Yield the source of each module of a compound file. A module without a source is a loss."""
    codec = "cp1252"
    modules = [
        path for path in ole.listdir()
        if len(path) > 1 and path[-2].lower() == "vba" and path[-1].lower() not in _NO_MODULES
        and not path[-1].lower().startswith("__srp_")
    ]  # fmt: skip
    codec = _codec(ole, modules)
    for path in modules:
        with ole.openstream(path) as stream:
            data = stream.read()
        found = _FIRST.search(data)
        if found is None:
            losses.append(_UNREAD)
            continue
        yield decompressed(data[found.start() :]).decode(codec, "replace").replace("\0", "")


def _codec(ole: olefile.OleFileIO, modules: list[list[str]]) -> str:
    """Return the codec of the source, which the project's directory names by its code page."""
    if modules and ole.exists([*modules[0][:-1], "dir"]):
        with ole.openstream([*modules[0][:-1], "dir"]) as stream:
            found = _CODE_PAGE.search(decompressed(stream.read()))
        if found is not None:
            codec = f"cp{int.from_bytes(found[1], 'little')}"
            with suppress(LookupError):
                return codecs.lookup(codec).name
    return "cp1252"


def decompressed(container: bytes) -> bytes:
    """Decompress a container (MS-OVBA 2.4.1) as far as it goes. Raises `IndexError` where it is cut."""
    out = bytearray()
    at = 1
    while at + 2 <= len(container) and len(out) < _MAX_SOURCE:
        header = int.from_bytes(container[at : at + 2], "little")
        end = min(at + (header & 0x0FFF) + 3, len(container))
        at += 2
        if not header & 0x8000:
            out += container[at:end]
            at = end
            continue
        start = len(out)
        while at < end:
            flags = container[at]
            at += 1
            for bit in range(8):
                if at >= end:
                    break
                if not flags >> bit & 1:
                    out.append(container[at])
                    at += 1
                    continue
                token = int.from_bytes(container[at : at + 2], "little")
                at += 2
                bits = max((len(out) - start - 1).bit_length(), 4)
                back = (token >> (16 - bits)) + 1
                for _ in range((token & (0xFFFF >> bits)) + 3):
                    out.append(out[-back])
    return bytes(out)
