"""Header fields of a mail as text: encoded words, parameters in pieces, bytes beyond ASCII."""

from __future__ import annotations

import binascii
import re
from email import quoprimime
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32

from bpoaudit.readers.charsets import decode

_WORD = r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,20})?\?([BbQq])\?([^?\r\n]*)\?="
_WORDS = re.compile(rf"{_WORD}(?:\s+{_WORD})*")
_ONE_WORD = re.compile(_WORD)
_FOLD = re.compile(r"\r?\n[ \t]*|\r")
_MAX_STRUCTURED = 64 << 10

Headers = Message


def read_headers(block: bytes) -> Headers:
    """Parse the header fields of a message or a part of one (RFC 5322); what is none is its payload.

    Bytes beyond ASCII are UTF-8 (RFC 6532), else Windows-1252.
    """
    text, _ = decode(block, None)
    return HeaderParser(policy=compat32).parsestr(text)


def header_texts(headers: Headers) -> list[tuple[str, str]]:
    """Return name and decoded value of every field, in order."""
    return [(name, header_text(value)) for name, value in headers.items()]


def header_text(value: str) -> str:
    """Decode one value: unfold it, then its encoded words (RFC 2047)."""
    return _WORDS.sub(_decode_words, _FOLD.sub(" ", value)).strip()


def content_type(headers: Headers) -> str:
    """Return the media type in lower case; what is none is `text/plain`, as RFC 2045 has it."""
    return headers.get_content_type()


def parameter(headers: Headers, name: str, field: str = "content-type") -> str | None:
    """Return a parameter of a structured field, RFC 2231 pieces joined and decoded, None without one."""
    if len(headers.get(field, "")) > _MAX_STRUCTURED:
        return None  # the parser of the standard library takes the square of its length
    try:
        found = headers.get_param(name, None, field)
    except (ValueError, TypeError, AttributeError, LookupError):
        return None
    if isinstance(found, tuple):
        charset, _, text = found
        # Percent signs were undone to Latin-1.
        latin = text.isascii() or max(text) < "\u0100"
        return decode(text.encode("latin-1"), charset)[0] if latin else text
    return None if found is None else header_text(found)


def _decode_words(words: re.Match[str]) -> str:
    # A character may be split between two words of the same set, against RFC 2047.
    joined: list[tuple[str, bytearray]] = []
    for charset, how, text in _ONE_WORD.findall(words[0]):
        if not joined or joined[-1][0] != charset.lower():
            joined.append((charset.lower(), bytearray()))
        joined[-1][1].extend(_word_bytes(how, text))
    return "".join(decode(bytes(data), charset)[0] for charset, data in joined)


def _word_bytes(how: str, text: str) -> bytes:
    if how in "qQ":
        return quoprimime.header_decode(text).encode("latin-1", "replace")
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))
