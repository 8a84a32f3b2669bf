"""What a reader says of the formats it reads; the page of formats in the documentation is made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bpoaudit.delivery.content import Content
from bpoaudit.readers.batch import Member, Part
from bpoaudit.readers.options import ReadOptions


class Format(NamedTuple):
    """One format as a person knows it."""

    title: str
    media_types: tuple[str, ...]
    endings: tuple[str, ...]
    """What its files are usually called (`.csv`); only to tell people, content decides."""
    library: str
    """What parses it; `standard library` where that is all."""
    reads: str
    """A record, the fields, and what is read besides."""
    leaves: str = ""
    """What is not read, and is said or noted when it is met; empty where nothing is left out."""


class Reader(NamedTuple):
    """A format family and how it is opened."""

    formats: tuple[Format, ...]
    open: Callable[[Content, str, ReadOptions], Iterator[Part | Member]]
    """Takes the bytes, their media type and the options."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """Return the media types of all its formats."""
        return tuple(media_type for each in self.formats for media_type in each.media_types)
