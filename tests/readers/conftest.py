"""Write a file, read it with the reader its content asks for, and hold the result still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.errors import SourceError
from bpoaudit.readers import (
    Part,
    ReadOptions,
    Turn,
    open_parts,
)


@dataclass
class Seen:
    """What came out of one part."""

    part: Part
    records: int = 0
    batches: int = 0
    fields: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    error: SourceError | None = None

    def values(self, name: str) -> list[str]:
        return [value for _, value in self.fields.get(name, [])]


Read = Callable[..., list[Seen]]


def consume(part: Part) -> Seen:
    seen = Seen(part)
    try:
        for batch in part.batches:
            seen.batches += 1
            seen.records += batch.records
            seen.turns += batch.turns
            for column in batch.fields:
                assert len(column.records) == len(column.values) > 0
                assert list(column.records) == sorted(column.records)
                pairs = zip(column.records, column.values, strict=True)
                seen.fields.setdefault(column.name, []).extend(pairs)
    except SourceError as error:
        seen.error = error
    return seen


def read_file(path: Path, *, batch_records: int = 2000) -> list[Seen]:
    with Content.of_path(path) as content:
        options = ReadOptions(batch_records)
        parts = open_parts(content, media_type(content), options)
        return [consume(part) for part in parts if isinstance(part, Part)]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write `content` as `name` and read every part of it."""

    def write_and_read(content: str | bytes, name: str = "data.txt", batch_records: int = 2000) -> list[Seen]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_file(path, batch_records=batch_records)

    return write_and_read


@pytest.fixture
def read_one(read: Read) -> Callable[..., Seen]:
    """Read a file of one part."""

    def only(*args: object, **options: object) -> Seen:
        (seen,) = read(*args, **options)
        return seen

    return only
