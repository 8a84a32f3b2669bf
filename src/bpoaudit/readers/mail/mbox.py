"""Mailboxes of many messages in one file: MBOX."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import MBOX
from bpoaudit.errors import SourceError
from bpoaudit.facts import Fact
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.mail.mail_message import read_message
from bpoaudit.readers.mail.message import LEAVES, READS, add_message, facts_of, losses_of, members
from bpoaudit.readers.member_names import MemberNames
from bpoaudit.readers.options import ReadOptions

FORMATS = (
    Format(
        "Mailboxes", (MBOX,), (".mbox", ".mbx"), "standard library, lxml, asn1crypto",
        f"a record is a message, an attachment of message 12 is `mailbox.mbox!12/name`; {READS}", LEAVES,
    ),
)  # fmt: skip

MAX_MESSAGE = 64 << 20
"""Bytes of one message that are held."""

_CUT = f"messages of which only the first {MAX_MESSAGE:,} bytes are read"
_LINE = 1 << 20
# "From ", an address, a time: what every program writes that keeps mail in this format (RFC 4155).
_FROM = re.compile(rb"From .{0,500}\d:\d\d")
_HEADER = re.compile(rb">?From |[!-9;-~]+[ \t]*:")
_QUOTED = re.compile(rb">+From ")


def open_mbox(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield one part, a record a message from 1, then the files attached to messages, in a second reading.

    A message begins at a `From ` line with a time, before a line that is a header field; `>From ` lines
    of its text lose one mark, as mboxrd has it. Of a message over `MAX_MESSAGE` bytes the rest is a loss.
    """
    mailbox = _Mailbox(content)
    part = Part("", media_type, FieldKind.TEXT, mailbox.batches(how.batch_records), losses=mailbox.losses)
    part.facts = mailbox.facts
    yield part
    yield from mailbox.members()


class _Mailbox:
    """A mailbox being read. `repr` shows no content."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.losses: list[str] = []
        self.facts: dict[str, Fact] = {}
        self._read = 0
        self._complete = False
        self._attached: set[int] = set()

    def __repr__(self) -> str:
        return f"_Mailbox(read={self._read})"

    def batches(self, batch_records: int) -> Iterator[RecordBatch]:
        """Yield the messages; remember which have files."""
        gathered = Gatherer(batch_records)
        times: Counter[str] = Counter()
        undecoded = attachments = 0
        problem: SourceError | None = None
        messages = split_mbox(self._content)
        while True:
            try:
                number, data, cut = next(messages)
            except StopIteration:
                break
            except SourceError as error:
                problem = error
                break
            message = read_message(data)
            add_message(gathered, number, message)
            times.update(message.losses)
            times[_CUT] += cut
            undecoded += message.undecoded
            attachments += len(message.attachments)
            self._read = number
            if message.attachments:
                self._attached.add(number)
            if gathered.full:
                yield gathered.take()
        if not gathered.empty:
            yield gathered.take()
        self.losses += losses_of(+times, undecoded)
        self.facts |= facts_of(attachments)
        if problem is not None:
            raise problem
        self._complete = True

    def members(self) -> Iterator[Member]:
        """Yield the files of messages, of those too that nobody read."""
        if self._complete and not self._attached:
            return
        for number, data, _ in split_mbox(self._content):
            if number in self._attached or number > self._read:
                yield from members(read_message(data).attachments, MemberNames(), f"{number}/")


def split_mbox(content: Content) -> Iterator[tuple[int, bytes, bool]]:
    """Yield number, bytes and whether it was cut, of each message in memory for one of them."""
    number = 0
    message = bytearray()
    cut = False
    with content.open() as stream:
        line = stream.readline(_LINE).removeprefix(b"\xef\xbb\xbf")
        begins = True
        while line:
            after = stream.readline(_LINE)
            if begins and _FROM.match(line) and (not message or _HEADER.match(after)):
                if message:
                    number += 1
                    yield number, bytes(message), cut
                message, cut = bytearray(), False
            if len(message) + len(line) <= MAX_MESSAGE:
                message += line[1:] if begins and _QUOTED.match(line) else line
            else:
                cut = True
            begins = line.endswith(b"\n")
            line = after
    if message:
        yield number + 1, bytes(message), cut
