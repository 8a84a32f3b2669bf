"""Files that Windows documents carry as OLE objects."""

from __future__ import annotations

import re
import struct


def packaged_file(data: bytes) -> tuple[str, bytes] | None:
    r"""Return name and bytes of a file dropped into a document (stream `\x01Ole10Native`, by Packager).

    Size, flags, label, path it came from, flags, temporary path, size, bytes. None where it is not one.
    """
    try:
        label_end = data.index(b"\0", 6)
        at = data.index(b"\0", label_end + 1) + 5
        (length,) = struct.unpack_from("<I", data, at)
        at += 4 + length
        (size,) = struct.unpack_from("<I", data, at)
    except (ValueError, struct.error):
        return None
    found = data[at + 4 : at + 4 + size]
    return (data[6:label_end].decode("latin-1") or "object", found) if len(found) == size > 0 else None


def linked_object(data: bytes) -> tuple[str, bytes] | None:
    """Return name and bytes of an object in the format of OLE 1 (MS-OLEDS 2.2), as RTF has it."""
    try:
        kind, at = struct.unpack_from("<I", data, 4)[0], 8
        names = []
        for _ in range(3):
            (length,) = struct.unpack_from("<I", data, at)
            names.append(data[at + 4 : at + 4 + length].rstrip(b"\0").decode("latin-1"))
            at += 4 + length
        (size,) = struct.unpack_from("<I", data, at)
    except struct.error:
        return None
    native = data[at + 4 : at + 4 + size]
    if kind != 2 or len(native) != size:
        return None
    if names[0] == "Package":
        return packaged_file(struct.pack("<I", size) + native)
    return (names[0] or "object", native)


_BLIP = re.compile(rb"..([\x1a-\x1f\x29\x2a])\xf0", re.DOTALL)
_IMAGES = {0x1D: b"\xff\xd8\xff", 0x2A: b"\xff\xd8\xff", 0x1E: b"\x89PNG", 0x29: b"II*\0"}
_METAFILES = frozenset([0x1A, 0x1B, 0x1C])


def pictures(data: bytes) -> tuple[list[bytes], int]:
    """Return the images of a stream of drawings (OfficeArtBlip of MS-ODRAW), and how many metafiles it has.

    Each is a record of 8 bytes, one or two digests of 16 bytes, a byte, and the image.
    """
    images, metafiles, at = [], 0, 0
    while found := _BLIP.search(data, at):
        at, kind = found.end(), found[1][0]
        (length,) = struct.unpack_from("<I", data.ljust(at + 4, b"\0"), at)
        body = data[at + 4 : at + 4 + length]
        if len(body) != length or length < 64:
            continue
        sign = _IMAGES.get(kind)
        for digests in (17, 33):
            if sign and body.startswith(sign, digests):
                images.append(body[digests:])
                at += 4 + length
                break
        else:
            if kind in _METAFILES and body[16 + 32 : 16 + 34] in (b"\0\xfe", b"\xfe\xfe"):
                metafiles += 1
                at += 4 + length
    return images, metafiles
