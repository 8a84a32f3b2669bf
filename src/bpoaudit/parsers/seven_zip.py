"""Run as a program: unpack one 7z archive and write its members to standard output.

An archive of a few hundred bytes can make the parser ask for any amount of memory or time, and several
of its codecs are C code that nobody fuzzes. So it has a process of its own, with limits, and
`readers.archives.seven_zip` reads the pipe. Each message is a line of JSON; that of a piece is followed by
its bytes.

    {"name": "a/b.csv", "size": 12, "kind": "file", "encrypted": false}   a member; or folder, link, other
    {"members": 3, "locked": false}   all are listed; locked: no password opens the encrypted ones
    {"begin": 0}                      the content of the member of this number begins
    {"piece": 12}                     so many bytes of it follow
    {"end": 0}                        it is complete
    {"fault": "broken"}               the member that began, and those after it that it was packed with, are
                                      not unpacked; or "method"
    {"done": true}                    whatever can be is unpacked
    {"error": "password"}             no password opens the encrypted directory; or "broken", "method"

Standard input is one line of JSON, an array: the file, the number of the member to unpack or null for all
of them, and the passwords to try.
"""

from __future__ import annotations

import json
import lzma
import struct
import sys
import zlib
from typing import Any, BinaryIO

from py7zr import SevenZipFile
from py7zr.exceptions import ArchiveError, PasswordRequired, UnsupportedCompressionMethodError
from py7zr.io import NullIO, Py7zIO, WriterFactory

from bpoaudit.parsers.limits import limit_memory, limit_time

MAX_BYTES = 3 << 30
"""Address space: the largest dictionary that archivers write by default is 256 MiB."""
MAX_SECONDS = 3600
"""Processor time."""
_AES = b"\x06\xf1\x07\x01"
"""The coder of AES-256 with SHA-256, the only cipher of 7z."""

_FAULTS = (
    ArchiveError, lzma.LZMAError, zlib.error, OSError, EOFError, ValueError,
    TypeError, LookupError, AttributeError, AssertionError, struct.error,
)  # fmt: skip
"""What py7zr raises for an archive that is broken, or deciphered with a wrong password."""


def main() -> None:
    """Write the members and their contents, or the content of one of them."""
    limit_memory(MAX_BYTES)
    limit_time(MAX_SECONDS)
    path, only, passwords = json.loads(sys.stdin.readline())
    # Opened here: py7zr starts a thread for each block of a file that it opened itself.
    with open(path, "rb") as file:  # noqa: PTH123
        archive, fault = _open(file, [None, *passwords])
        if archive is None:
            _write({"error": fault})
            return
        if only is None:
            _list(archive, locked=fault == "password")
        wanted = [
            member.id
            for member in archive.files
            if only in (None, member.id) and _kind(member) == "file" and not (fault and _locked(member))
        ]
        for number, member in enumerate(archive.files.files_list):
            member["filename"] = str(number)  # unique, and no path that py7zr would refuse
        _unpack(archive, wanted)
        _write({"done": True})


def _open(file: BinaryIO, passwords: list[str | None]) -> tuple[SevenZipFile | None, str]:
    """Read the directory, which may be encrypted, with the password that opens the first locked member.

    With the fault "password" no locked member can be unpacked.
    """
    opened: SevenZipFile | None = None
    fault = ""
    for password in passwords:
        file.seek(0)
        try:
            archive = SevenZipFile(file, password=password)
            locked = [member for member in archive.files if _locked(member)]
            if not locked:
                return archive, ""
            fault, opened = "password", opened or archive
            if password is not None:
                names = {locked[0].filename}
                archive.extract(targets=names, factory=_Nowhere())
                archive.reset()
                return archive, ""
        except PasswordRequired:
            fault = "password"
        except UnsupportedCompressionMethodError:
            return opened, fault or "method"
        except _FAULTS:
            fault = fault or "broken"  # a wrong password looks like a broken archive
    return opened, fault


def _locked(member: Any) -> bool:
    """Tell whether the block of a member is encrypted."""
    folder = member.folder
    return folder is not None and any(coder["method"] == _AES for coder in folder.coders)


def _kind(member: Any) -> str:
    if member.is_directory:
        return "folder"
    if member.is_symlink or member.is_junction:
        return "link"
    return "other" if member.is_socket else "file"


def _list(archive: SevenZipFile, *, locked: bool) -> None:
    for member in archive.files:
        _write(
            {
                "name": member.filename,
                "size": member.uncompressed,
                "kind": _kind(member),
                "encrypted": _locked(member),
            }
        )
    _write({"members": len(archive.files), "locked": locked})


def _unpack(archive: SevenZipFile, wanted: list[int]) -> None:
    """Write the contents; a fault loses the rest of its block, not the blocks after it."""
    target = _Pipe()
    while wanted:
        try:
            archive.extract(targets={str(number) for number in wanted}, factory=target)
            return
        except UnsupportedCompressionMethodError:
            fault = "method"
        except _FAULTS:
            fault = "broken"
        _write({"fault": fault})
        failed = archive.files[target.last].folder if target.last is not None else None
        wanted = [
            number
            for number in wanted
            if number not in target.begun and (failed is None or archive.files[number].folder is not failed)
        ]
        if failed is None:
            return
        archive.reset()


class _Pipe(WriterFactory):
    """Writes what it is given to standard output."""

    def __init__(self) -> None:
        self.begun: set[int] = set()
        self.last: int | None = None

    def create(self, filename: str) -> Py7zIO:
        self.last = int(filename)
        self.begun.add(self.last)
        _write({"begin": self.last})
        return _Member(self.last)


class _Member(Py7zIO):
    """One member on its way out; it cannot be jumped about in."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._size = 0

    def seekable(self) -> bool:
        return False

    def write(self, s: bytes | bytearray) -> int:
        _write({"piece": len(s)})
        sys.stdout.buffer.write(s)
        self._size += len(s)
        return len(s)

    def close(self) -> None:
        _write({"end": self._number})

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def flush(self) -> None:
        pass

    def size(self) -> int:
        return self._size


class _Nowhere(WriterFactory):
    """Takes what is only unpacked to try a password."""

    def create(self, filename: str) -> Py7zIO:
        return NullIO()  # type: ignore[no-untyped-call]


def _write(message: object) -> None:
    sys.stdout.buffer.write(json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
