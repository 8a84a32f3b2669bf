"""A message taken apart (RFC 2046): its parts as they lie in the bytes, none of them copied or lost."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from bpoaudit.readers.mail.mime_headers import Headers, content_type, parameter, read_headers

MAX_DEPTH = 40
"""Multiparts inside multiparts; what lies deeper is read as text."""

MAX_PARTS = 10_000
"""Parts of one message; the rest is read as text."""

UNCLOSED = "a message that ends without its closing boundary"
TOO_DEEP = f"parts inside more than {MAX_DEPTH} others, read as they stand"
TOO_MANY = f"messages of more than {MAX_PARTS:,} parts, the rest read as it stands"
NO_BOUNDARY = "parts whose boundary is missing, read as they stand"
BAD_ENCODING = "parts in a broken or unknown transfer encoding"

_HEADERS_END = re.compile(rb"(?:\A|\n)\r*\n")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_UUENCODED = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n((?:[!-`][ -`]*\r?\n)*?)(?:[ `]\r?\n)?end\b", re.MULTILINE
)
_PLAIN_ENCODINGS = ("", "7bit", "8bit", "binary", "none", "7-bit", "8-bit")


@dataclass(frozen=True, slots=True)
class MimePart:
    """One part. `repr` shows no content."""

    headers: Headers
    body: memoryview
    """As transferred; empty for a multipart, whose parts follow."""
    inside: str
    """Media type of the multipart around it, empty at the top."""
    beside: bool = False
    """Not a part: text before the first, between or after them."""

    def __repr__(self) -> str:
        return "MimePart(…)"


class Found(NamedTuple):
    """A file inside a text."""

    name: str
    data: bytes


def split_message(data: bytes, losses: list[str]) -> Iterator[MimePart]:
    """Yield the parts in their order, a multipart before what it holds; the message itself is the first."""
    waiting = [(memoryview(data), "", 0)]
    taken = 0
    while waiting:
        raw, inside, depth = waiting.pop()
        taken += 1
        if taken > MAX_PARTS:
            losses += [TOO_MANY] if taken == MAX_PARTS + 1 else []
            yield MimePart(Headers(), raw, inside, beside=True)
            continue
        headers, body = _headers_and_body(raw)
        kind = content_type(headers)
        # What follows a line that is no header field is text, whatever the parser makes of it.
        stray = headers.get_payload()
        if isinstance(stray, str) and stray.strip():
            yield MimePart(Headers(), memoryview(stray.encode("utf-8")), inside, beside=True)
        if not kind.startswith("multipart/"):
            yield MimePart(headers, body, inside)
            continue
        boundary = parameter(headers, "boundary")
        parts = _between(body, boundary) if boundary and depth < MAX_DEPTH else None
        if parts is None:
            losses.append(TOO_DEEP if depth >= MAX_DEPTH else NO_BOUNDARY)
            yield MimePart(headers, body[:0], inside)
            yield MimePart(Headers(), body, inside, beside=True)
            continue
        yield MimePart(headers, body[:0], inside)
        if not parts.closed:
            losses.append(UNCLOSED)
        for beside in parts.beside:
            yield MimePart(Headers(), beside, kind, beside=True)
        waiting += ((part, kind, depth + 1) for part in reversed(parts.parts))


def transferred(part: MimePart, losses: list[str]) -> bytes:
    """Undo the transfer encoding (RFC 2045, 6)."""
    how = part.headers.get("content-transfer-encoding", "").strip().lower()
    if how == "base64":
        return _from_base64(bytes(part.body), losses)
    if how == "quoted-printable":
        return quopri.decodestring(bytes(part.body))
    if how in ("x-uuencode", "uuencode", "uue", "x-uue"):
        found, _ = uuencoded(bytes(part.body), losses)
        if found:
            return found[0].data
    if how not in _PLAIN_ENCODINGS:
        losses.append(BAD_ENCODING)
    return bytes(part.body)


def uuencoded(text: bytes, losses: list[str]) -> tuple[list[Found], bytes]:
    """Return the files that stand uuencoded in a text, and the text without them."""
    if b"begin " not in text:
        return [], text
    found = []
    for match in _UUENCODED.finditer(text):
        data = b"".join(_uu_line(line, losses) for line in match[2].splitlines())
        found.append(Found(match[1].decode("utf-8", "replace").strip(), data))
    return found, _UUENCODED.sub(b"", text)


def _uu_line(line: bytes, losses: list[str]) -> bytes:
    # Some encoders write more characters on a line than it says.
    said = 1 + (((line[0] - 32) & 63) * 4 + 5) // 3
    for attempt in (line, line[:said]):
        with suppress(binascii.Error):
            return binascii.a2b_uu(attempt)
    losses.append(BAD_ENCODING)
    return b""


class _Parts(NamedTuple):
    parts: list[memoryview]
    beside: list[memoryview]
    closed: bool


def _headers_and_body(raw: memoryview) -> tuple[Headers, memoryview]:
    end = _HEADERS_END.search(raw)
    if end is None:
        return read_headers(bytes(raw)), raw[:0]
    return read_headers(bytes(raw[: end.start()])), raw[end.end() :]


def _between(body: memoryview, boundary: str) -> _Parts | None:
    """Cut at the boundary lines; None where there is not one."""
    mark = re.escape(boundary.rstrip().encode("utf-8"))
    # Without its line end before it, so that the search has a literal to look for.
    line = re.compile(rb"--" + mark + rb"(--)?[ \t\r]*(?=\n|\Z)")
    parts: list[memoryview] = []
    beside: list[memoryview] = []
    begin: int | None = None
    after = 0
    for found in line.finditer(body):
        before = bytes(body[max(0, found.start() - 2) : found.start()])
        if before and not before.endswith(b"\n"):
            continue
        # The line end before a boundary belongs to it.
        end = found.start() - (2 if before == b"\r\n" else len(before[-1:]))
        here = body[after if begin is None else begin : max(after, end)]
        (beside if begin is None else parts).append(here)
        begin = None if found[1] else found.end()
        after = found.end()
        if len(parts) == MAX_PARTS:
            break  # what follows is the next part, which is one too many
    if not parts and not beside:
        return None
    rest = body[after:]
    (beside if begin is None else parts).append(rest)
    parts = [_without_line_end(part) for part in parts]
    return _Parts(parts, [text for text in beside if bytes(text).strip()], begin is None)


def _without_line_end(part: memoryview) -> memoryview:
    return part[1:] if bytes(part[:1]) == b"\n" else part


def _from_base64(data: bytes, losses: list[str]) -> bytes:
    pieces = []
    broken = False
    for piece in _NOT_BASE64.sub(b"", data).split(b"="):
        broken = broken or len(piece) % 4 == 1
        whole = piece[: len(piece) - (len(piece) % 4 == 1)]
        pieces.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    if broken:
        losses.append(BAD_ENCODING)
    return b"".join(pieces)
