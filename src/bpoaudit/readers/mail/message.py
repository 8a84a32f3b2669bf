"""Single messages: EML files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.encoding import find_encoding
from bpoaudit.delivery.shapes import MAIL
from bpoaudit.errors import LimitReached, SourceError
from bpoaudit.facts import Fact
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.mail.mail_message import UNDECODED, Attachment, MailMessage, read_message
from bpoaudit.readers.member_names import MemberNames, last_part
from bpoaudit.readers.options import ReadOptions

READS = (
    "the fields are `subject`, `from`, `to`, `cc`, `bcc`, `reply_to`, `sender`, `message_id`, `date`, "
    "`headers` (every other header field), `text`, `html` with `html_hidden`, `html_attributes`, "
    "`html_comments`, `html_scripts`, and `beside` (text outside the parts); attachments, inline images, "
    "forwarded messages and uuencoded files are sources of their own; signed messages are read, with the "
    "names of their signers"
)
LEAVES = "encrypted messages (S/MIME, PGP); attachments that lie elsewhere; signatures are not verified"

FORMATS = (
    Format(
        "Mail messages", (MAIL,), (".eml", ".emlx", ".mht", ".mhtml"), "standard library, lxml, asn1crypto",
        f"the message is record 1; {READS}", LEAVES,
    ),
)  # fmt: skip

_BLOCK = 1 << 20
_EMLX_SIZE = re.compile(rb"\A\d{1,12}[ \t]*\r?\n(?=[!-9;-~]+:)")

MAX_MESSAGE = 256 << 20
"""Bytes of one message that are held; mail servers take a good deal less."""


def open_mail(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield the message, then a member for each file in it.

    The batches raise `LimitReached` where it has more than `MAX_MESSAGE` bytes.
    """
    data, problem = held_bytes(content)
    message = read_message(_as_bytes(content, data))
    losses = losses_of(Counter(message.losses), message.undecoded)
    facts = facts_of(len(message.attachments))
    batches = message_batch(message, problem)
    yield Part("", media_type, FieldKind.TEXT, batches, losses=losses, facts=facts)
    yield from members(message.attachments, MemberNames())


def held_bytes(content: Content) -> tuple[bytes, SourceError | None]:
    """Return up to `MAX_MESSAGE` bytes, and why there are no more of them."""
    data = bytearray()
    try:
        with content.open() as stream:
            while len(data) <= MAX_MESSAGE and (block := stream.read(_BLOCK)):
                data += block
    except SourceError as problem:
        if not data:
            raise
        return bytes(data), problem
    if len(data) > MAX_MESSAGE:
        return bytes(data[:MAX_MESSAGE]), LimitReached(f"only the first {MAX_MESSAGE:,} bytes are read")
    return bytes(data), None


def members(attachments: Iterable[Attachment], names: MemberNames, folder: str = "") -> Iterator[Member]:
    """Yield the files of a message; `folder` stands before their names."""
    for file in attachments:
        suffix, notes = names.suffix(folder + file.name)
        if file.problem is not None:
            yield Member(suffix, None, file.problem, notes=notes, facts=file.facts)
            continue
        with Content.of_bytes(last_part(file.name), file.data) as inner:
            yield Member(suffix, inner, size=len(file.data), notes=notes)


def add_message(gathered: Gatherer, record: int, message: MailMessage) -> None:
    """Add a message as one record."""
    for field, text in message.values:
        gathered.add(field, record, text)
    gathered.end_record()


def losses_of(times: Counter[str], undecoded: int) -> list[str]:
    """Say what was not read, and how often."""
    losses = [f"{loss}: {count}" for loss, count in sorted(times.items())]
    return [*losses, f"{UNDECODED}: {undecoded}"] if undecoded else losses


def facts_of(attachments: int) -> dict[str, Fact]:
    """Return what rules may ask about a message."""
    return {"attachments": attachments} if attachments else {}


def message_batch(message: MailMessage, problem: SourceError | None = None) -> Iterator[RecordBatch]:
    """Yield a message as the only record, then raise what kept it from being whole."""
    gathered = Gatherer(1)
    add_message(gathered, 1, message)
    yield gathered.take()
    if problem is not None:
        raise problem


def _as_bytes(content: Content, data: bytes) -> bytes:
    """Return the message as mail programs write it: some exports are UTF-16."""
    if b"\0" not in data[:200]:
        return _EMLX_SIZE.sub(b"", data.removeprefix(b"\xef\xbb\xbf"), count=1)
    encoding = find_encoding(content)
    return data[encoding.bom :].decode(encoding.codec, "replace").encode("utf-8")
