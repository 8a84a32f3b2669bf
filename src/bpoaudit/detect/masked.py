"""Tell how much of a value the vendor's own masking has left visible."""

from __future__ import annotations

import re

from bpoaudit.model import MaskingState

_HIDDEN = re.compile(r"[*•●█×]{2,}|[#]{3,}|(?<![A-Za-z])[Xx]{3,}(?![a-wyzA-WYZ])|…")
_PLACEHOLDER = re.compile(
    r"[\[<{(]{1,2}[A-Za-z][A-Za-z _-]{1,40}[\]>})]{1,2}|redacted|removed|masked|hidden", re.I
)
_HASH = re.compile(
    r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})", re.I
)
_TOKEN = re.compile(r"(?:tok|token|pseudo|anon|hash|hmac|sha256|enc)[_:-][0-9A-Za-z_+/=-]{6,}", re.I)

VISIBLE_WHEN_MASKED = 4
"""Letters and digits a masked value may still show, by the habit of `****1234`."""


def masking_state(value: str) -> MaskingState:
    """Return `masked`, `partial` or `clear` for one whole value.

    Placeholders, hashes and tokens are masked; so is a value with hidden characters that shows at
    most four others (for an e-mail address the domain does not count). A value that hides
    something but shows more is partial.
    """
    text = value.strip()
    if _PLACEHOLDER.fullmatch(text) or _HASH.fullmatch(text) or _TOKEN.fullmatch(text):
        return MaskingState.MASKED
    hidden = _HIDDEN.search(text)
    if not hidden:
        return MaskingState.CLEAR
    local = text.partition("@")[0]
    visible = sum(c.isalnum() for c in _HIDDEN.sub("", local))
    return MaskingState.MASKED if visible <= VISIBLE_WHEN_MASKED else MaskingState.PARTIAL
