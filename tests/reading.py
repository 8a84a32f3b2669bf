"""Read a file with everything inside it, as the executor does, but without a detector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.compression import COMPRESSIONS, decompressed
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import media_type
from bpoaudit.errors import SourceError
from bpoaudit.readers import Member, ReadOptions, open_parts

Values = Mapping[tuple[str, int, str], list[str]]
"""Values by source, record and field."""


def read_everything(
    content: Content, source: str, options: ReadOptions | None = None
) -> tuple[Values, dict[str, SourceError]]:
    """Return all values, and what could not be read."""
    values: defaultdict[tuple[str, int, str], list[str]] = defaultdict(list)
    unread: dict[str, SourceError] = {}

    def read(content: Content, source: str) -> None:
        try:
            media = media_type(content)
            while media in COMPRESSIONS:
                content = decompressed(content, media, Budget(1 << 20))
                media = media_type(content)
            for piece in open_parts(content, media, options):
                if not isinstance(piece, Member):
                    for batch in piece.batches:
                        for field in batch.fields:
                            for record, value in zip(field.records, field.values, strict=True):
                                values[source + piece.suffix, record, field.name].append(value)
                elif piece.problem is not None or piece.content is None:
                    unread[source + piece.suffix] = piece.problem or SourceError("nothing in it")
                else:
                    read(piece.content, source + piece.suffix)  # now: it may be gone when the next one comes
        except SourceError as error:
            unread[source] = error

    read(content, source)
    return values, unread
