"""A file or member that is being read: its bytes, its name, and how deep it lies."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

from bpoaudit.delivery import media_type
from bpoaudit.delivery.budget import MAX_DEPTH
from bpoaudit.delivery.compression import COMPRESSIONS, decompressed
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import UNKNOWN
from bpoaudit.errors import LimitReached, SourceError
from bpoaudit.facts import Fact
from bpoaudit.readers import ReadOptions
from bpoaudit.readers.archives.packed_names import packed_texts


@dataclass(frozen=True, slots=True)
class Opened:
    """A file or member that is being read. `repr` shows no name."""

    true: str = field(repr=False)
    content: Content
    size: int | None
    sha256: str | None
    how: ReadOptions
    depth: int = 0
    """How many containers it lies in."""
    own: int = 0
    """Where in its name its own part begins."""
    notes: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def media(self) -> str:
        try:
            return media_type(self.content)
        except SourceError:
            return UNKNOWN

    def unpacked(
        self, layers: ExitStack, notes: list[str], texts: list[tuple[str, str]]
    ) -> tuple[Content, str]:
        """Take off what it is compressed with; return what is inside and its media type.

        `texts` gets what the compressed file says of itself: fields and their texts.
        """
        content = self.content
        media = media_type(content)
        while media in COMPRESSIONS:
            name = COMPRESSIONS[media].name
            notes.append(f"compressed with {name}")
            if len(notes) - len(self.notes) > MAX_DEPTH:
                raise LimitReached(f"compressed more than {MAX_DEPTH} times over")
            texts += packed_texts(content, media)
            content = layers.enter_context(decompressed(content, media, self.how.budget))
            media = media_type(content)
        return content, media
