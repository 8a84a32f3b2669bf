"""What a writer of a format is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from bpoaudit.delivery.content import Content
from bpoaudit.readers.options import ReadOptions
from bpoaudit.redact.source_redactor import SourceRedactor


@dataclass(frozen=True, slots=True)
class Job:
    """A source to be written again. `repr` shows no name."""

    name: str = field(repr=False)
    """Its own name in the delivery."""
    content: Content
    media_type: str
    how: ReadOptions
    redactor: Callable[[str, bool], SourceRedactor] = field(repr=False)
    """Gives what becomes of the values of a source of that name; whether it is a table."""
    out: BinaryIO = field(repr=False)
    """Where its copy goes."""
