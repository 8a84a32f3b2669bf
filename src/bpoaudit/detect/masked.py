"""Tell how much of a value the vendor's own masking has left visible."""

from __future__ import annotations

import re

from bpoaudit.detect.shapes import is_rounded
from bpoaudit.model import MaskingState

_HIDDEN = re.compile(r"[*•●█×]{2,}|[#]{3,}|(?<![A-Za-z])[Xx]{3,}(?![a-wyzA-WYZ])|…")
_PLACEHOLDER = re.compile(
    r"[\[<{(]{1,2}[A-Za-z][A-Za-z _-]{1,40}[\]>})]{1,2}|redacted|removed|masked|hidden|anonymi[sz]ed", re.I
)
_HASH = re.compile(
    r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})", re.I
)
_PASSWORD_HASH = re.compile(
    # Modular crypt, LDAP (RFC 2307), Django, Werkzeug, MySQL.
    r"\$(?:2[abxy]?|argon2(?:id?|d)|pbkdf2[\w-]*|scrypt|apr1|[1567PHy]|gy|sha1|md5)\$\S{10,300}"
    r"|\{(?:S?(?:SHA|MD5)\d{0,3}|S?SHA-?\d{3}|CRYPT|BCRYPT|PBKDF2[\w-]*|ARGON2\w{0,2})\}\S{8,300}"
    r"|(?:pbkdf2(?:_sha\d+)?|bcrypt(?:_sha256)?|argon2|scrypt|md5|sha\d{1,3})[$:]\S{16,300}|\*[0-9A-F]{40}",
    re.IGNORECASE,
)
_DIGEST = re.compile(
    r"(?:0x)?[0-9A-Fa-f]{16,256}|(?=\S*\d)(?=\S*[A-Z])(?=\S*[a-z])[\w+/.:$-]{16,300}={0,2}", re.ASCII
)
"""What a header must call a hash, since a key or an identifier may look the same."""
_TOKEN = re.compile(r"(?:tok|token|pseudo|anon|hash|hmac|sha256|enc)[_:-][0-9A-Za-z_+/=-]{6,}", re.I)
_REPLACED = (_PLACEHOLDER, _HASH, _PASSWORD_HASH, _TOKEN)

VISIBLE_WHEN_MASKED = 4
"""Letters and digits a masked value may still show, by the habit of `****1234`."""
VISIBLE_OF_LOCAL = 1
"""The same for an e-mail address, where the domain does not count."""


def masking_state(value: str, *, hashed: bool = False) -> MaskingState:
    """Return `masked`, `partial` or `clear` for one whole value.

    Placeholders, hashes and tokens are masked; so is a value with hidden characters that shows at most
    four others (of an e-mail address: one before the `@`). A value that hides something but shows more
    is partial, and so is a long number that a spreadsheet has rounded. `hashed` says that the header
    calls the values hashes, of whatever length and alphabet.
    """
    text = value.strip()
    if any(pattern.fullmatch(text) for pattern in _REPLACED) or (hashed and _DIGEST.fullmatch(text)):
        return MaskingState.MASKED
    if is_rounded(text):
        return MaskingState.PARTIAL
    if not _HIDDEN.search(text):
        return MaskingState.CLEAR
    local, at, _ = text.partition("@")
    visible = sum(char.isalnum() for char in _HIDDEN.sub("", local))
    limit = VISIBLE_OF_LOCAL if at else VISIBLE_WHEN_MASKED
    return MaskingState.MASKED if visible <= limit else MaskingState.PARTIAL


def left_visible(value: str) -> tuple[str, str] | None:
    """Return the letters and digits before and behind what a masked value hides.

    None where nothing of it is left: a placeholder, a hash, a token. A value that hides nothing, such as
    the last four digits alone, is all behind.
    """
    text = value.strip()
    if any(pattern.fullmatch(text) for pattern in _REPLACED):
        return None
    pieces = ["".join(filter(str.isalnum, piece)) for piece in _HIDDEN.split(text)]
    return (pieces[0] if len(pieces) > 1 else "", pieces[-1])
