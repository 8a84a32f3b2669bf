"""Messages that are written in HTML."""

from __future__ import annotations

import re
from typing import NamedTuple

from bpoaudit.readers.conversation import Aside
from bpoaudit.readers.html.html_text import html_parts
from bpoaudit.readers.platforms.taking import letters

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:[a-zA-Z]{2,31}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


class Body(NamedTuple):
    """A message as a person sees it, and what its source holds besides. Not to be printed."""

    text: str
    beside: list[Aside]
    """Fields `hidden`, `attributes` (addresses of links), `comments`."""
    files: int
    """Files inside it (`data:` addresses)."""


def read_body(text: str) -> Body:
    """Take the markup off a message; one without markup stays as it is."""
    if not _MARKUP.search(text):
        return Body(text, [], 0)
    parts = html_parts(text)
    seen = letters(parts.text)
    beside = [Aside("hidden", parts.hidden)] if parts.hidden.strip() else []
    beside += [Aside("attributes", each) for each in parts.attributes if _tells(each, seen)]
    beside += [Aside("comments", each) for each in parts.comments]
    beside += [Aside("scripts", each) for each in parts.scripts]
    return Body(parts.text, beside, len(parts.embedded))


def _tells(attribute: str, seen: str) -> bool:
    """Whether a value says more than the text does: `mailto:` before an address that is seen does not."""
    bare = letters(attribute.removeprefix("mailto:").removeprefix("tel:"))
    return bool(bare) and bare not in seen
