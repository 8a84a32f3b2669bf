"""Mails as Outlook keeps them: sets of properties (MS-OXPROPS), whatever file they lie in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bpoaudit.readers.charsets import charset_of_page, declared_charset, decode
from bpoaudit.readers.html.html_text import html_parts
from bpoaudit.readers.mail.mail_message import HEADERS, HTML, TEXT, MailMessage
from bpoaudit.readers.mail.mime_headers import header_texts, read_headers
from bpoaudit.readers.mail.rtf_mail import html_of_rtf, unpack_rtf

LONG, OBJECT, STRING8, UNICODE, SYSTIME, BINARY = 0x03, 0x0D, 0x1E, 0x1F, 0x40, 0x102
MANY = 0x1000
"""Set in the type of a property that has several values."""

MAPI_READS = (
    "`subject`, `from`, `sender`, `to`, `cc`, `bcc` (names and addresses, a value each), `reply_to`, "
    "`message_id`, `date`, `headers` (those of the transport), `text`, `html` and its like, `properties` "
    "(every other text, named ones with their name); HTML is taken out of rich text; attachments, rich text "
    "and forwarded messages are sources of their own"
)
MAPI_LEAVES = (
    "numbers and times among the properties, but the date and birthdays; attachments that lie elsewhere; "
    "objects of other programs inside the message"
)

PROPERTIES = "properties"
"""Field of every text that has none of its own, under its name where a user or a program gave it one."""
BROKEN_RTF = "texts in broken rich text"

SUBJECT, TRANSPORT_HEADERS, BODY, BODY_HTML, BODY_RTF = 0x0037, 0x007D, 0x1000, 0x1013, 0x1009
SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
FROM_NAME, FROM_ADDRESS, FROM_SMTP = 0x0042, 0x0065, 0x5D02
MESSAGE_ID, REPLY_TO, SENT, BIRTHDAY = 0x1035, 0x0050, 0x0039, 0x3A42
NAME, ADDRESS, SMTP, RECIPIENT_TYPE = 0x3001, 0x3003, 0x39FE, 0x0C15
ATTACH_LONG_NAME, ATTACH_NAME, ATTACH_DATA, ATTACH_METHOD = 0x3707, 0x3704, 0x3701, 0x3705
CODE_PAGES = (0x3FDE, 0x3FFD)
"""Of the internet, of the message."""

_OWN = (SUBJECT, TRANSPORT_HEADERS, BODY, BODY_HTML, BODY_RTF)
# Words of closed lists: classes of messages, types of addresses, media types, endings.
_CLOSED = frozenset((0x001A, 0x0064, 0x0075, 0x0077, 0x0C1E, 0x3002, 0x370E, 0x3703, 0x4022, 0x4024, 0x4030))
_RECIPIENTS = {1: "to", 2: "cc", 3: "bcc"}
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class Property(NamedTuple):
    """One value of a property."""

    number: int
    kind: int
    data: bytes
    name: str = ""
    """Of a named property."""


class Properties:
    """The properties of one message, recipient or attachment. `repr` shows no content."""

    def __init__(self, values: Iterable[Property]) -> None:
        self._values = list(values)
        page = next((int.from_bytes(v.data[:4], "little") for n in CODE_PAGES for v in self._of(n)), 0)
        self._charset = charset_of_page(page) if page else None

    def __repr__(self) -> str:
        return f"Properties({len(self._values)})"

    def text(self, *numbers: int) -> str:
        """Return the first of the properties that has a text."""
        found = (self._text(value) for number in numbers for value in self._of(number))
        return next((text for text in found if text), "")

    def binary(self, number: int) -> bytes:
        """Return the bytes of a property."""
        return next((value.data for value in self._of(number) if value.kind in (BINARY, OBJECT)), b"")

    def number(self, number: int) -> int:
        """Return a whole number."""
        return next((int.from_bytes(v.data[:4], "little") for v in self._of(number) if v.kind == LONG), 0)

    def moment(self, number: int) -> str:
        """Return a time as ISO 8601, empty where there is none."""
        for value in self._of(number):
            if value.kind == SYSTIME:
                try:
                    moment = _EPOCH + timedelta(microseconds=int.from_bytes(value.data[:8], "little") // 10)
                except OverflowError:
                    return ""
                return moment.isoformat(" ", "seconds").removesuffix("+00:00")
        return ""

    def page(self) -> str:
        """Return the body in HTML, in the character set it names, or its message does."""
        if data := self.binary(BODY_HTML):
            return decode(data, self._charset or declared_charset(data))[0]
        return self.text(BODY_HTML)

    def others(self) -> Iterator[str]:
        """Yield the texts that are not asked for by their number."""
        for value in self._values:
            if value.number not in _OWN and value.number not in _CLOSED and (text := self._text(value)):
                yield f"{value.name}: {text}" if value.name else text

    def _of(self, number: int) -> Iterator[Property]:
        return (value for value in self._values if value.number == number)

    def _text(self, value: Property) -> str:
        if value.kind == UNICODE:
            return decode(value.data, "utf-16-le")[0].strip()
        return decode(value.data, self._charset)[0].strip() if value.kind == STRING8 else ""


def mapi_message(properties: Properties, recipients: Iterable[Properties]) -> MailMessage:
    """Return what a message says, less its attachments."""
    message = MailMessage()
    say = message.values.append
    say(("subject", properties.text(SUBJECT)))
    sender = _person(properties, SENDER_NAME, (SENDER_SMTP, SENDER_ADDRESS))
    author = _person(properties, FROM_NAME, (FROM_SMTP, FROM_ADDRESS))
    say(("from", author or sender))
    say(("sender", sender if author and author != sender else ""))
    others: list[str] = []
    for recipient in recipients:
        field = _RECIPIENTS.get(recipient.number(RECIPIENT_TYPE) & 3, "to")
        say((field, _person(recipient, NAME, (SMTP, ADDRESS))))
        others += recipient.others()
    say(("reply_to", properties.text(REPLY_TO)))
    say(("message_id", properties.text(MESSAGE_ID)))
    say(("date", properties.moment(SENT)))
    headers = read_headers(properties.text(TRANSPORT_HEADERS).encode("utf-8"))
    message.values += ((HEADERS, f"{name}: {text}") for name, text in header_texts(headers))
    _add_bodies(message, properties)
    if birthday := properties.moment(BIRTHDAY):
        others.append(f"birthday: {birthday[:10]}")
    add_properties(message, [*others, *properties.others()])
    return message


def add_properties(message: MailMessage, texts: Iterable[str]) -> None:
    """Add the texts that the message does not say under another field already."""
    said = {text for _, text in message.values}
    said |= {part for field, text in message.values if field in _PEOPLE for part in _parts_of(text)}
    for text in texts:
        if text not in said:
            said.add(text)
            message.values.append((PROPERTIES, text))


_PEOPLE = frozenset(("from", "sender", *_RECIPIENTS.values()))


def _person(properties: Properties, name: int, addresses: tuple[int, ...]) -> str:
    named, address = properties.text(name), properties.text(*addresses)
    if not address or address == named:
        return named
    return f"{named} <{address}>" if named else address


def _parts_of(person: str) -> tuple[str, str]:
    name, _, address = person.partition(" <")
    return name, address.removesuffix(">")


def _add_bodies(message: MailMessage, properties: Properties) -> None:
    message.values.append((TEXT, properties.text(BODY).replace("\r\n", "\n")))
    page = properties.page()
    packed = properties.binary(BODY_RTF)
    rtf = unpack_rtf(packed) if packed else b""
    if rtf is None:
        message.losses.append(BROKEN_RTF)
    elif rtf and (wrapped := html_of_rtf(rtf)) is not None:
        # The same page in another form: programs write one or the other, some both.
        page = page or wrapped
    elif rtf:
        message.attach("body.rtf", rtf)
    if page:
        message.add_page(html_parts(page), HTML)
