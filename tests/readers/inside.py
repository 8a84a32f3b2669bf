"""Read a file and everything inside it, as the executor does."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.errors import SourceError
from bpoaudit.readers import Member, Part, ReadOptions, open_parts
from tests.readers.conftest import Seen, consume


def read_inside(data: bytes, name: str = "data", batch_records: int = 2000) -> dict[str, Seen | SourceError]:
    """Return what came of every source, by its suffix, or why nothing did."""
    with Content.of_bytes(name, data) as content:
        return dict(_inside(content, "", ReadOptions(batch_records)))


def _inside(content: Content, before: str, how: ReadOptions) -> Iterator[tuple[str, Seen | SourceError]]:
    try:
        for each in open_parts(content, media_type(content), how):
            if isinstance(each, Part):
                yield before + each.suffix, consume(each)
            elif each.problem is not None:
                yield before + each.suffix, each.problem
            else:
                assert isinstance(each, Member)
                assert each.content is not None
                yield from _inside(each.content, before + each.suffix, how)
    except SourceError as error:
        yield before, error
