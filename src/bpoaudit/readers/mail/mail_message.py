"""One message of a mail: its fields, its texts, and the files attached to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bpoaudit.errors import EncryptedSource, SourceError
from bpoaudit.facts import Fact
from bpoaudit.readers.charsets import declared_charset, decode
from bpoaudit.readers.html.html_text import HtmlParts, html_parts
from bpoaudit.readers.mail.mime import Found, MimePart, split_message, transferred, uuencoded
from bpoaudit.readers.mail.mime_headers import Headers, content_type, header_texts, parameter
from bpoaudit.readers.mail.signed import signed_content, signers

TEXT, HTML, HEADERS = "text", "html", "headers"
BESIDE = "beside"
"""Field of what stands before, between and after the parts of a message, which mail programs do not show."""

MAIN_FIELDS = ("subject", "from", "to", "cc", "bcc", "reply_to", "sender", "message_id", "date")
"""The header fields that have a field of their own; all others are in `headers`."""

_OF_PARTS = ("content-type", "content-transfer-encoding", "content-disposition", "mime-version")
_TEXT_TYPES = (
    "text/plain text/enriched text/richtext text/rfc822-headers message/delivery-status message/partial "
    "message/disposition-notification message/feedback-report message/external-body"
)
_TEXTS = frozenset(_TEXT_TYPES.split())
_PAGES = frozenset(("text/html", "text/x-amp-html", "text/watch-html", "application/xhtml+xml"))
_ENDINGS = {
    "message/rfc822": ".eml", "message/global": ".eml", "message/news": ".eml", "text/calendar": ".ics",
    "text/vcard": ".vcf",
}  # fmt: skip
_ELSEWHERE = {
    "message/partial": "messages sent in pieces, of which this is one",
    "message/external-body": "attachments that lie elsewhere",
}
_SIGNATURES = frozenset(("application/pkcs7-signature", "application/x-pkcs7-signature"))
_SIGNED = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_LINE_END = re.compile(r"\r\n?")
_ENCRYPTED_LINES = "-----BEGIN PGP MESSAGE-----"
UNDECODED = "characters that do not decode"


@dataclass(slots=True)
class Attachment:
    """A file in a message. `repr` shows no content."""

    name: str
    """True name, `part_3` where it has none."""
    data: bytes
    problem: SourceError | None = None
    facts: dict[str, Fact] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Attachment(bytes={len(self.data)})"


@dataclass(slots=True)
class MailMessage:
    """What a message says. `repr` shows no content."""

    values: list[tuple[str, str]] = field(default_factory=list)
    """(field, text) in the order of the message."""
    attachments: list[Attachment] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    """What was not read, a word for each time."""
    undecoded: int = 0

    def __repr__(self) -> str:
        return f"MailMessage(values={len(self.values)}, attachments={len(self.attachments)})"

    def attach(self, name: str, data: bytes, problem: SourceError | None = None, ending: str = "") -> None:
        """Add a file; an unnamed one is called by its place and gets the ending."""
        name = " ".join(name.replace("\0", "").split()) or f"part_{len(self.attachments) + 1}{ending}"
        self.attachments.append(Attachment(name, data, problem))

    def add_page(self, page: HtmlParts, field: str = HTML) -> None:
        """Add what an HTML page says, each kind of text under its own field."""
        self.values.append((field, page.text))
        self.values.append((f"{field}_hidden", page.hidden))
        self.values += ((f"{field}_attributes", text) for text in page.attributes)
        self.values += ((f"{field}_comments", text) for text in page.comments)
        self.values += ((f"{field}_scripts", text) for text in page.scripts)
        for number, (media_type, data) in enumerate(page.embedded, start=1):
            self.attach(f"embedded_{number}.{media_type.rpartition('/')[2] or 'dat'}", data)
        self.losses += page.losses


def read_message(data: bytes) -> MailMessage:
    """Read one message in the format of RFC 5322 and MIME. Raises nothing, whatever the bytes are."""
    message = MailMessage()
    top = True
    for part in split_message(data, message.losses):
        if part.beside:
            _add_text(message, BESIDE, bytes(part.body), None)
            continue
        _add_headers(message, part.headers, top)
        top = False
        if not content_type(part.headers).startswith("multipart/"):
            _add_part(message, part)
    return message


def _add_headers(message: MailMessage, headers: Headers, top: bool) -> None:
    if top and (envelope := headers.get_unixfrom()):
        message.values.append((HEADERS, envelope.strip()))
    for name, text in header_texts(headers):
        own = name.lower().replace("-", "_")
        if top and own in MAIN_FIELDS:
            message.values.append((own, text))
        elif name.lower() not in _OF_PARTS:
            message.values.append((HEADERS, f"{name}: {text}"))


def _add_part(message: MailMessage, part: MimePart) -> None:
    kind = content_type(part.headers)
    name = parameter(part.headers, "filename", "content-disposition") or parameter(part.headers, "name") or ""
    data = transferred(part, message.losses)
    if kind in _ELSEWHERE:
        message.losses.append(_ELSEWHERE[kind])
    if part.inside == "multipart/encrypted" and kind == "application/octet-stream":
        message.attach(name, b"", EncryptedSource("a message encrypted with PGP"))
        message.attachments[-1].facts["encryption"] = "pgp"
    elif kind in _SIGNED | _SIGNATURES or (kind == "application/octet-stream" and name.endswith(".p7m")):
        _add_signed(message, part.headers, kind, name, data)
    elif name or _is_attached(part.headers) or kind not in _TEXTS | _PAGES:
        message.attach(name, data, ending=_ENDINGS.get(kind, ""))
    elif kind in _PAGES:
        charset = parameter(part.headers, "charset") or declared_charset(data)
        text, undecoded = decode(data, charset)
        message.undecoded += undecoded
        message.add_page(html_parts(text))
    else:
        _add_text(message, TEXT, data, part.headers)


def _is_attached(headers: Headers) -> bool:
    return headers.get("content-disposition", "").lstrip()[:10].lower() == "attachment"


def _add_text(message: MailMessage, field: str, data: bytes, headers: Headers | None) -> None:
    files: list[Found]
    files, data = uuencoded(data, message.losses)
    text, undecoded = decode(data, parameter(headers, "charset") if headers else None)
    message.undecoded += undecoded
    text = _LINE_END.sub("\n", text).strip("\n")
    if headers is not None and (parameter(headers, "format") or "").lower() == "flowed":
        text = unflowed(text, (parameter(headers, "delsp") or "").lower() == "yes")
    if _ENCRYPTED_LINES in text:
        message.losses.append("texts encrypted with PGP")
    message.values.append((field, text))
    for file in files:
        message.attach(file.name, file.data)


def _add_signed(message: MailMessage, headers: Headers, kind: str, name: str, data: bytes) -> None:
    """Add what is inside a signature, or the names it was signed with (RFC 8551, RFC 5652)."""
    message.values += ((HEADERS, f"Signed-By: {signer}") for signer in signers(data))
    if kind in _SIGNATURES:
        return
    inner = signed_content(data)
    if isinstance(inner, SourceError):
        message.attach(name or "smime.p7m", b"", inner)
        if isinstance(inner, EncryptedSource):
            message.attachments[-1].facts["encryption"] = "smime"
    else:
        message.attach(f"{name or 'smime.p7m'}.eml", inner)


def unflowed(text: str, delete_space: bool) -> str:
    """Join the lines of a paragraph that were broken for the way (RFC 3676)."""
    lines: list[list[str]] = []
    joins = False
    for line in text.split("\n"):
        bare = line.lstrip(">")
        quoted, bare = line[: len(line) - len(bare)], bare.removeprefix(" ")
        flows = not quoted and bare.endswith(" ") and bare != "-- "
        if delete_space and flows:
            bare = bare[:-1]
        if joins and not quoted:
            lines[-1].append(bare)
        else:
            lines.append([quoted, bare])
        joins = flows
    return "\n".join("".join(line) for line in lines)
