"""Outlook messages in a file each (MSG, MS-OXMSG)."""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator

import olefile

from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import MSG
from bpoaudit.errors import LimitReached, UnreadableSource, UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part
from bpoaudit.readers.charsets import decode
from bpoaudit.readers.documents.ole_open import open_ole
from bpoaudit.readers.documents.ole_properties import OLE_FAULTS
from bpoaudit.readers.format import Format
from bpoaudit.readers.mail.mail_message import MailMessage
from bpoaudit.readers.mail.mapi import (
    ATTACH_DATA,
    ATTACH_LONG_NAME,
    ATTACH_METHOD,
    ATTACH_NAME,
    BINARY,
    LONG,
    MANY,
    MAPI_LEAVES,
    MAPI_READS,
    NAME,
    OBJECT,
    STRING8,
    SYSTIME,
    UNICODE,
    Properties,
    Property,
    add_properties,
    mapi_message,
)
from bpoaudit.readers.mail.message import facts_of, losses_of, members, message_batch
from bpoaudit.readers.member_names import MemberNames
from bpoaudit.readers.options import ReadOptions

FORMATS = (
    Format(
        "Outlook messages", (MSG,), (".msg", ".oft"), "olefile, lxml",
        f"the message is record 1: {MAPI_READS}", MAPI_LEAVES,
    ),
)  # fmt: skip

_MAX_DEPTH = 8
_BY_REFERENCE = (2, 3, 4, 7)
_STRINGS = (UNICODE, STRING8)
_FIXED = (LONG, SYSTIME)
_FIRST_NAMED = 0x8000
_PROPERTIES = "__properties_version1.0"
_STREAM = re.compile(r"__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})(-[0-9A-F]{8})?")
_DATA_STORAGE = f"__substg1.0_{ATTACH_DATA:04X}{OBJECT:04X}"
_BROKEN = "an Outlook message that is broken"

_Path = tuple[str, ...]


def open_msg(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield the message, the files attached to it, and the messages inside it with theirs.

    What is read is paid for by the budget: entries of a hostile file may lie one over another. Raises
    `UnreadableSource` where the file is broken; single streams that are broken are losses.
    """
    with content.open_seekable() as stream:
        try:
            ole = open_ole(stream)
            listed = ole.listdir(streams=True, storages=True)
        except (*OLE_FAULTS, RecursionError):
            raise UnreadableSource(_BROKEN) from None
        with ole:
            yield from _Storages(ole, listed, how.budget).message((), "", media_type)


class _Storages:
    """The storages and streams of a file. `repr` shows no content."""

    def __init__(self, ole: olefile.OleFileIO, listed: list[list[str]], budget: Budget) -> None:
        self._ole = ole
        self._budget = budget
        self._broken = 0
        self._entries: dict[_Path, list[str]] = {}
        for *folder, name in listed:
            self._entries.setdefault(tuple(folder), []).append(name)
        self._names = self._property_names()

    def __repr__(self) -> str:
        return f"_Storages({len(self._entries)})"

    def __contains__(self, path: _Path) -> bool:
        return path[-1] in self._entries.get(path[:-1], ())

    def message(self, path: _Path, suffix: str, media_type: str) -> Iterator[Part | Member]:
        """Yield what the message in one storage says and holds."""
        inside = sorted(self._entries.get(path, []))
        recipients = [self._of((*path, name)) for name in inside if name.startswith("__recip_version1.0_#")]
        message = mapi_message(self._of(path), recipients)
        within: list[tuple[str, _Path]] = []
        for name in inside:
            if name.startswith("__attach_version1.0_#"):
                within += self._attached(message, (*path, name))
        losses = losses_of(Counter(message.losses), message.undecoded)
        if self._broken:
            losses.append(f"broken streams: {self._broken}")
            self._broken = 0
        facts = facts_of(len(message.attachments) + len(within))
        yield Part(suffix, media_type, FieldKind.TEXT, message_batch(message), losses=losses, facts=facts)
        names = MemberNames()
        for member in members(message.attachments, names):
            member.suffix = suffix + member.suffix
            yield member
        for name, storage in within:
            inner, notes = names.suffix(name)
            if len(storage) > 2 * _MAX_DEPTH:
                problem = LimitReached(f"messages inside more than {_MAX_DEPTH} others")
                yield Member(suffix + inner, None, problem, notes=notes)
            else:
                yield from self.message(storage, suffix + inner, media_type)

    def _attached(self, message: MailMessage, path: _Path) -> Iterator[tuple[str, _Path]]:
        """Add a file to the message, or yield name and storage of a message inside it."""
        properties = self._of(path)
        name = properties.text(ATTACH_LONG_NAME, ATTACH_NAME, NAME)
        add_properties(message, (text for text in properties.others() if text != name))
        storage = (*path, _DATA_STORAGE)
        if (*storage, _PROPERTIES) in self:
            yield f"{name.removesuffix('.msg') or f'message_{path[-1][-4:]}'}.msg", storage
            return
        problem = None
        if storage in self:
            problem = UnsupportedSource("an object of another program inside a message")
        elif properties.number(ATTACH_METHOD) in _BY_REFERENCE:
            problem = UnsupportedSource("an attachment that lies elsewhere")
        message.attach(name, properties.binary(ATTACH_DATA), problem)

    def _of(self, path: _Path) -> Properties:
        """Return the properties of a message, a recipient or an attachment."""
        values: list[Property] = []
        for name in self._entries.get(path, []):
            # Of a property of several values, the stream without their number holds their lengths.
            if not (found := _STREAM.fullmatch(name)) or bool(int(found[2], 16) & MANY) != bool(found[3]):
                continue
            number, kind = int(found[1], 16), int(found[2], 16) & ~MANY
            if kind in (*_STRINGS, BINARY):
                data = self._read((*path, name))
                values.append(Property(number, kind, data, self._names.get(number, "")))
        header = 32 if not path else 24 if path[-1] == _DATA_STORAGE else 8
        fixed = self._read((*path, _PROPERTIES))[header:]
        for at in range(0, len(fixed) - 15, 16):
            kind, number = struct.unpack_from("<HH", fixed, at)
            if kind in _FIXED:
                values.append(Property(number, kind, fixed[at + 8 : at + 16]))
        return Properties(values)

    def _property_names(self) -> dict[int, str]:
        """Return the names of named properties (MS-OXMSG, 2.2.3)."""
        entries, strings = (
            self._read(("__nameid_version1.0", f"__substg1.0_{number}0102")) for number in ("0003", "0004")
        )
        names = {}
        for at in range(0, len(entries) - 7, 8):
            offset, kind, index = struct.unpack_from("<IHH", entries, at)
            if kind & 1:
                length = int.from_bytes(strings[offset : offset + 4], "little")
                name = strings[offset + 4 : offset + 4 + length]
                names[_FIRST_NAMED + index] = decode(name, "utf-16-le")[0]
        return names

    def _read(self, path: _Path) -> bytes:
        if path not in self:
            return b""
        try:
            with self._ole.openstream(list(path)) as stream:
                data: bytes = stream.read()
        except OLE_FAULTS:
            self._broken += 1
            return b""
        self._budget.spend(len(data))
        return data
