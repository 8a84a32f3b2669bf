"""What a module of this package says of its platform, and what it makes of an export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from bpoaudit.readers.conversation import Aside, Said

Node = dict[str, Any]
"""An object of the document; what is taken out of it is not read a second time."""

MOST_SECONDS = 1_000_000
"""Eleven days: what is more is no place in a conversation, but a moment."""

VOICE, CHAT, MAIL = "voice", "chat", "mail"
"""Channels of conversations."""


@dataclass(slots=True)
class Conversation:
    """One conversation of an export. `repr` shows no content."""

    channel: str | None
    items: list[Said | Aside] = field(default_factory=list)
    key: str | None = None
    """What tells that pieces of a file belong to one conversation; None where each piece is one."""
    unread: int = 0
    """Files that stand inside its messages and are not read."""
    redacted: int = 0
    """Pieces that the platform marks as redacted."""

    def __repr__(self) -> str:
        return f"Conversation(items={len(self.items)})"

    def from_start(self) -> Conversation:
        """Where the times of the turns are moments of a calendar, count them from the first one."""
        times = [item.seconds for item in self.items if isinstance(item, Said) and item.seconds is not None]
        begin = min(times, default=0.0)
        if begin <= MOST_SECONDS:
            return self
        self.items = [
            replace(item, seconds=round(item.seconds - begin, 3))
            if isinstance(item, Said) and item.seconds is not None
            else item
            for item in self.items
        ]
        return self


class Platform(NamedTuple):
    """One platform, or a family whose exports have the same shape."""

    title: str
    marks: tuple[tuple[str, ...], ...]
    """Keys of its documents: of one of these groups all keep standing in the text, or it is not asked."""
    recognises: Callable[[object], bool]
    """Tells whether an object or array of a document is a conversation of this platform."""
    read: Callable[[Any, Any], Conversation]
    """Takes the turns out of a conversation that was recognised; the second argument is what `about` says.

    The times of the turns are places in the conversation, or moments since 1970. What it leaves behind
    is read as JSON, so a reader leaves whatever it does not understand.
    """
    about: Callable[[object], object] = lambda document: None
    """Looks once at a document for what all its conversations share: who is who."""
