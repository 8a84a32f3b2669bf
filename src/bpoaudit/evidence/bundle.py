"""The evidence bundle: a ZIP file whose every byte is fixed by what is in it.

Members are stored, not compressed, in the order of their names, without dates or rights. So the same
members give the same bytes on every machine, nothing unpacks to more than the file itself, and a bundle
is what it should be exactly when writing its members again gives the same file.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

from bpoaudit.errors import EvidenceError
from bpoaudit.suggestions import shown

MAX_BYTES = 1 << 30
MAX_MEMBERS = 50_000

ENVELOPE = "statement.dsse.json"
MAGIC = b"PK\x03\x04"

_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_SAFE = re.compile(r"(?!/)(?:(?:^|/)(?!\.{1,2}(?:/|$))[^/\\\x00-\x1f\x7f:]+)+")


def packed(members: Mapping[str, bytes]) -> bytes:
    """Return the bundle of `members`, by name."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = _UNIX
            info.external_attr = 0o644 << 16
            archive.writestr(info, members[name])
    return held.getvalue()


def read_bundle(path: Path) -> dict[str, bytes]:
    """Return the members of the bundle at `path` by name; nothing of them is looked at.

    Raises `EvidenceError`, which names the member: names that leave the bundle or come twice, compressed or
    encrypted members, damage, more than `MAX_BYTES`, and anything beside what `packed` writes.
    """
    file = str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise EvidenceError(f"cannot be read: {error.strerror}", file=file) from None
    if len(data) > MAX_BYTES:
        raise EvidenceError(f"is larger than {MAX_BYTES // 1024 // 1024} MiB", file=file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive, len(data), file)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, struct.error):
        raise EvidenceError("is no ZIP file, or a damaged one", file=file) from None
    if packed(members) != data:
        told = "its members can be read, but it is not written as a bundle is"
        raise EvidenceError(told, file=file, hint="hand the bundle over as it is, without packing it again")
    return members


def _members(archive: zipfile.ZipFile, size: int, file: str) -> dict[str, bytes]:
    listed = archive.infolist()
    if len(listed) > MAX_MEMBERS:
        raise EvidenceError(f"holds more than {MAX_MEMBERS:,} members", file=file)
    members: dict[str, bytes] = {}
    left = size
    for info in listed:
        member = f"{file}!{shown(info.orig_filename)}"
        if info.filename != info.orig_filename or not _SAFE.fullmatch(info.filename):
            raise EvidenceError("a name that could lead out of the bundle", file=member)
        if info.filename in members:
            raise EvidenceError("there is another member of this name", file=member)
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise EvidenceError("is compressed or encrypted; a bundle stores its members", file=member)
        left -= info.file_size
        if left < 0:
            raise EvidenceError("the members are larger than the bundle: they overlap", file=member)
        try:
            members[info.filename] = archive.read(info)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, struct.error):
            raise EvidenceError("is damaged: its checksum does not hold", file=member) from None
    return members
