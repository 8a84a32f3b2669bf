"""Turns to batches: what captions, written chats and the exports of platforms have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bpoaudit.readers.batch import FieldValues, RecordBatch, Turn
from bpoaudit.readers.roles import role_of
from bpoaudit.readers.until_fault import UntilFault

TEXT = "text"
SPEAKER = "speaker"

_BATCH_TURNS = 20_000
_BATCH_CHARS = 64 << 20


@dataclass(frozen=True, slots=True)
class Said:
    """A turn or cue. `repr` never shows content."""

    text: str
    speaker: str | None
    seconds: float | None
    role: str | None = None
    """`agent`, `customer` or `system` where something else than the speaker's label says it."""

    def __repr__(self) -> str:
        return "Said(…)"


@dataclass(frozen=True, slots=True)
class Aside:
    """What stands between the turns: notes, headers, further speakers. `repr` never shows content."""

    field: str
    text: str

    def __repr__(self) -> str:
        return "Aside(…)"


class Border:
    """Stands between two conversations of one source."""


def transcript_batches(items: Iterable[Said | Aside | Border]) -> Iterator[RecordBatch]:
    """Yield each conversation as one batch; as several only beyond 20,000 turns or 64 Mi characters.

    A record is a turn, from 1, counted through the conversations of the source. Fields: `text`,
    `speaker` (a name is personal data too) and those of the asides, whose record is the turn they stand
    before; at the end of a conversation its last turn, 0 without any.
    """
    turns: list[Turn] = []
    columns: dict[str, tuple[list[int], list[str]]] = {}
    before = chars = 0  # turns of earlier batches, characters of this one

    def add(name: str, record: int, text: str) -> None:
        if text.strip():
            records, values = columns.setdefault(name, ([], []))
            records.append(record)
            values.append(text)

    def end() -> Iterator[RecordBatch]:
        for aside in asides:
            add(aside.field, before + len(turns), aside.text)
        asides.clear()
        if turns or columns:
            yield _batch(columns, turns)

    asides: list[Aside] = []
    until_fault = UntilFault(items)
    for item in until_fault:
        if isinstance(item, Border):
            yield from end()
            before += len(turns)
            columns, turns, chars = {}, [], 0
            continue
        chars += len(item.text)
        if isinstance(item, Aside):
            asides.append(item)
            continue
        turns.append(Turn(item.speaker, item.seconds, item.role or role_of(item.speaker)))
        record = before + len(turns)
        add(TEXT, record, item.text)
        add(SPEAKER, record, item.speaker or "")
        for aside in asides:
            add(aside.field, record, aside.text)
        asides.clear()
        if len(turns) == _BATCH_TURNS or chars >= _BATCH_CHARS:
            yield _batch(columns, turns)
            before += len(turns)
            columns, turns, chars = {}, [], 0
    yield from end()
    until_fault.end()


def _batch(columns: dict[str, tuple[list[int], list[str]]], turns: list[Turn]) -> RecordBatch:
    fields = tuple(FieldValues(name, *column) for name, column in columns.items())
    return RecordBatch(len(turns), fields, tuple(turns))
