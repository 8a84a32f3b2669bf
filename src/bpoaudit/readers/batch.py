"""The only carrier of raw text. Defined here, not in `model`, so that later layers cannot name it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bpoaudit.delivery.content import Content
from bpoaudit.errors import SourceError
from bpoaudit.facts import Fact
from bpoaudit.model import FieldKind


@dataclass(frozen=True, slots=True)
class FieldValues:
    """Values of one field in one batch. Missing and empty cells are left out."""

    name: str
    """The true name: a column header, a JSON path with `[*]`, or `text`."""
    records: Sequence[int]
    """1-based record numbers, ascending, parallel to `values`; a JSON array repeats its record."""
    values: Sequence[str]

    def __repr__(self) -> str:
        return f"FieldValues(values={len(self.values)})"


@dataclass(frozen=True, slots=True)
class Turn:
    """Who said a record of a transcript, and when."""

    speaker: str | None
    """As written in the transcript (`AGENT`, `Caller`, a name)."""
    seconds: float | None
    """From the start of the conversation."""
    role: str | None = None
    """`agent`, `customer` or `system`, as far as the transcript says it."""

    def __repr__(self) -> str:
        return "Turn(…)"


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """A run of records of one source. `repr` never shows content."""

    records: int
    """Records in this batch."""
    fields: tuple[FieldValues, ...]
    turns: tuple[Turn, ...] = ()
    """Transcripts only: one for each record of the batch."""

    def __repr__(self) -> str:
        return f"RecordBatch(records={self.records}, fields={len(self.fields)})"


@dataclass(slots=True)
class Part:
    """One source as a reader yields it: a plain file is one part, a workbook one part a sheet.

    `batches` is consumed once. A reader that meets a fault raises `SourceError` from it; what it
    yielded before counts as read. Faults that lose nothing are appended to `notes`; faults that
    lose something without stopping (bytes that do not decode) are appended to `losses`.
    """

    suffix: str
    """`""` for the file itself, `#sheet` for a sheet or table, already percent-encoded."""
    media_type: str
    kind: FieldKind
    batches: Iterator[RecordBatch]
    field_names: tuple[str, ...] = ()
    """Known before the first record (headers), so that an empty table still has its fields."""
    notes: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)
    """What rules may ask about the source, in words that hold no content: `hidden_rows`, `comments`."""

    def __repr__(self) -> str:
        return f"Part(kind={self.kind})"


@dataclass(slots=True)
class Member:
    """A source inside a source, read like a file of its own: archive member, attachment, embedded object."""

    suffix: str
    """`!folder/inner.csv`, already percent-encoded."""
    content: Content | None
    """Its bytes; None where there is a problem."""
    problem: SourceError | None = None
    """Why it cannot be read: encrypted, a link, a method of compression that nothing here knows."""
    size: int | None = None
    """Bytes it unpacks to, where its container says so."""
    notes: list[str] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Member(…)"
