"""What Outlook packs into `winmail.dat` (TNEF, MS-OXTNEF): the rich form of a message, its attachments."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import TNEF
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part
from bpoaudit.readers.charsets import decode
from bpoaudit.readers.format import Format
from bpoaudit.readers.mail.mail_message import MailMessage
from bpoaudit.readers.mail.mapi import (
    ATTACH_DATA,
    ATTACH_LONG_NAME,
    ATTACH_NAME,
    BINARY,
    BODY,
    CODE_PAGES,
    LONG,
    MANY,
    MAPI_LEAVES,
    MAPI_READS,
    MESSAGE_ID,
    NAME,
    OBJECT,
    SENDER_ADDRESS,
    SENDER_NAME,
    STRING8,
    SUBJECT,
    UNICODE,
    Properties,
    Property,
    add_properties,
    mapi_message,
)
from bpoaudit.readers.mail.message import facts_of, held_bytes, losses_of, members, message_batch
from bpoaudit.readers.member_names import MemberNames
from bpoaudit.readers.options import ReadOptions

FORMATS = (
    Format(
        "Outlook's winmail.dat", (TNEF,), (".dat", ".tnef"), "lxml",
        f"the message is record 1: {MAPI_READS}", MAPI_LEAVES,
    ),
)  # fmt: skip

_FROM, _ATTACH_DATA, _ATTACH_TITLE = 0x8000, 0x800F, 0x8010
_ATTACH_BEGINS, _PROPERTIES, _RECIPIENTS, _ATTACH_PROPERTIES = 0x9002, 0x9003, 0x9004, 0x9005
_OF_ATTACHMENTS = (_ATTACH_DATA, _ATTACH_TITLE, _ATTACH_PROPERTIES)
_CODE_PAGE = 0x9007
_TEXTS = {0x8004: SUBJECT, 0x8009: MESSAGE_ID, 0x800C: BODY}
_IID_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
_SIZES = {0x02: 2, 0x0B: 2, 0x03: 4, 0x04: 4, 0x0A: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = (STRING8, UNICODE, BINARY, OBJECT)
_FIRST_NAMED = 0x8000
_BROKEN = "parts of the file that are broken or cut off"


def open_tnef(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield the message, then the files attached to it; a message inside it is such a file."""
    data, problem = held_bytes(content)
    message = _read(data)
    losses = losses_of(Counter(message.losses), message.undecoded)
    facts = facts_of(len(message.attachments))
    batches = message_batch(message, problem)
    yield Part("", media_type, FieldKind.TEXT, batches, losses=losses, facts=facts)
    yield from members(message.attachments, MemberNames())


def _read(data: bytes) -> MailMessage:
    contents = _Contents()
    broken = False
    at = 6
    while at + 11 <= len(data):
        number, length = struct.unpack_from("<xHxxI", data, at)
        value = data[at + 9 : at + 9 + length]
        broken = broken or len(value) < length
        at += length + 11
        try:
            contents.take(number, value)
        except struct.error:
            broken = True
    message = mapi_message(Properties(contents.message), contents.recipients)
    for values in contents.attached:
        _attach(message, Properties(values))
    if broken:
        message.losses.append(_BROKEN)
    return message


class _Contents:
    """What the attributes of a stream hold. `repr` shows no content."""

    def __init__(self) -> None:
        self.message: list[Property] = []
        self.recipients: list[Properties] = []
        self.attached: list[list[Property]] = []

    def __repr__(self) -> str:
        return f"_Contents({len(self.attached)})"

    def take(self, number: int, value: bytes) -> None:
        """Take one attribute; what came of it before a `struct.error` stays."""
        if number == _ATTACH_BEGINS or (number in _OF_ATTACHMENTS and not self.attached):
            self.attached.append([])
        if number == _ATTACH_DATA:
            self.attached[-1].append(Property(ATTACH_DATA, BINARY, value))
        elif number == _ATTACH_TITLE:
            self.attached[-1].append(Property(ATTACH_NAME, STRING8, value))
        elif number == _ATTACH_PROPERTIES:
            _add_properties(value, 0, self.attached[-1])
        elif number == _PROPERTIES:
            _add_properties(value, 0, self.message)
        elif number == _RECIPIENTS:
            (rows,) = struct.unpack_from("<I", value)
            at = 4
            for _ in range(rows):
                values: list[Property] = []
                at = _add_properties(value, at, values)
                self.recipients.append(Properties(values))
        elif number == _CODE_PAGE:
            self.message.append(Property(CODE_PAGES[-1], LONG, value[:4]))
        elif number == _FROM:
            name, address = struct.unpack_from("<4xHH", value)
            self.message.append(Property(SENDER_NAME, STRING8, value[8 : 8 + name]))
            # With its type before it: `SMTP:`.
            typed = value[8 + name : 8 + name + address].partition(b":")[2]
            self.message.append(Property(SENDER_ADDRESS, STRING8, typed))
        elif number in _TEXTS:
            self.message.append(Property(_TEXTS[number], STRING8, value))


def _attach(message: MailMessage, properties: Properties) -> None:
    name = properties.text(ATTACH_LONG_NAME, ATTACH_NAME, NAME)
    add_properties(message, (text for text in properties.others() if text != name))
    # A message inside is a stream of its own behind the mark of its kind.
    message.attach(name, properties.binary(ATTACH_DATA).removeprefix(_IID_MESSAGE))


def _add_properties(data: bytes, at: int, values: list[Property]) -> int:
    """Add a list of properties (MS-OXTNEF, 2.1.3.4), return where it ends. Raises `struct.error`."""
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    for _ in range(count):
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        name = ""
        if number >= _FIRST_NAMED:
            named, length = struct.unpack_from("<16xII", data, at)
            at += 24
            if named:
                name = decode(data[at : at + length], "utf-16-le")[0]
                at += length + -length % 4
        single = kind & ~MANY
        several = 1
        if kind & MANY or single in _VARIABLE:
            (several,) = struct.unpack_from("<I", data, at)
            at += 4
        for _ in range(several):
            if single in _VARIABLE:
                (size,) = struct.unpack_from("<I", data, at)
                at += 4
            else:
                size = _SIZES.get(single, 4)
            if at + size > len(data):
                raise struct.error
            values.append(Property(number, single, data[at : at + size], name))
            at += size + -size % 4
    return at
