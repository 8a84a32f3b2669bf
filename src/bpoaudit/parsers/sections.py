"""What a parser gives: sections of records, and files that lie in a value."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bpoaudit.errors import SourceError

Fact = str | int


class Column(NamedTuple):
    """Values of one field in one batch, without missing and blank ones."""

    name: str
    records: Sequence[int] | None
    """1-based, ascending, parallel to `values`; None where every record of the batch has its value."""
    values: Sequence[str]


class Batch(NamedTuple):
    """A run of records."""

    first: int
    """Number of the first record, from 1; 0 for metadata."""
    records: int
    """How many; none in metadata."""
    columns: Sequence[Column]


@dataclass(slots=True)
class Section:
    """One table, or what is said about the file (`kind` is `metadata`, else `column`).

    `batches` may raise `SourceError` and then ends; `notes`, `losses` and `facts` are complete with it.
    """

    table: str | None
    """Name of the table inside the file; None for the file itself."""
    kind: str
    batches: Iterator[Batch]
    field_names: Sequence[str] = ()
    notes: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(slots=True)
class Attached:
    """A file that is the value of a cell: a picture, a PDF, a packed document."""

    table: str | None
    column: str
    record: int
    data: bytes | None
    """None where it is too large to be handed on."""


class Request(NamedTuple):
    """What a parser is asked for."""

    path: str
    media_type: str
    batch_records: int
    signatures: Sequence[tuple[int, bytes]]
    """(offset, bytes): how a value begins that is a file of its own."""


def metadata_section(
    values: Iterable[tuple[str, str]], table: str | None = None, taken: Container[str] = ()
) -> Section:
    """Return a section of record 0 from (field, text) pairs; blank texts are left out.

    `taken` are the columns of the same table: no field of the metadata has the name of one.
    """
    columns: dict[str, list[str]] = {}
    for name, text in values:
        if text and not text.isspace():
            columns.setdefault(f"{name} (metadata)" if name in taken else name, []).append(text)
    batch = Batch(0, 0, [Column(name, [0] * len(texts), texts) for name, texts in columns.items()])
    return Section(table, "metadata", iter([batch] if columns else []))


def column_of(name: str, first: int, texts: list[str]) -> Column:
    """Return a column of one text a record, less the blank ones."""
    if all(texts) and not any(map(str.isspace, texts)):
        return Column(name, None, texts)
    full = [(record, text) for record, text in enumerate(texts, first) if text and not text.isspace()]
    return Column(name, [record for record, _ in full], [text for _, text in full])


def broken(problem: SourceError) -> Iterator[Batch]:
    """Return the batches of a section that cannot be begun."""
    yield from ()
    raise problem
