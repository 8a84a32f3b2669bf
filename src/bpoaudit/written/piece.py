"""Text as it is written: pieces that together are the file, and which values of which records they hold."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Value:
    """A value, as its reader gives it, and where each of its characters is written. `repr` shows nothing."""

    record: int
    field: str
    text: str
    starts: Sequence[int]
    """Where in the piece each character begins."""
    ends: Sequence[int]
    """Where it ends: one that is escaped takes several."""
    nothing: str = ""
    """What is written where there is no value any more: `null` in JSON."""
    typed: bool = False
    """Whether it is a number or a truth value, which no mask fits into."""
    label: bool = False
    """Whether it opens a turn: what does not begin with a letter is no label any more."""

    def __repr__(self) -> str:
        return "Value(…)"


class Name(NamedTuple):
    """The name of a field and where it is written."""

    text: str
    start: int
    end: int

    def __repr__(self) -> str:
        return "Name(…)"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a file. `repr` shows nothing."""

    raw: str
    record: int | None = None
    """The record that its values are of; None: it holds no values, or `record` differs among them."""
    values: Callable[[], Sequence[Value]] = tuple
    """Find the values in it, when they are wanted."""
    names: Sequence[Name] = ()
    escape: Callable[[str], str] = str
    """Write text in the manner of this place."""
    keeps_width: bool = False
    """Whether what is written must be as long as what stood there."""

    def __repr__(self) -> str:
        return "Piece(…)"


class Edit(NamedTuple):
    """Another text for a stretch of a piece."""

    start: int
    end: int
    text: str


def whole(record: int, field: str, raw: str, start: int, end: int, *, label: bool = False) -> Value:
    """Return the value that stands in `raw` from `start` to `end`, character by character."""
    places = range(start, end), range(start + 1, end + 1)
    return Value(record, field, raw[start:end], *places, label=label)


def part_of(value: Value, start: int, end: int) -> Value:
    """Return a stretch of a value as a value of its own."""
    return Value(
        value.record, value.field, value.text[start:end], value.starts[start:end], value.ends[start:end]
    )


def stripped(value: Value) -> Value:
    """Return a value without the white space around it."""
    lead = len(value.text) - len(value.text.lstrip())
    return part_of(value, lead, max(lead, len(value.text.rstrip())))


def edits_of(value: Value, start: int, end: int, text: str, escape: Callable[[str], str]) -> list[Edit]:
    """Return what to write for the characters `start` to `end` of a value.

    What stands between them and is no part of the value, such as a tag, stays.
    """
    runs: list[tuple[int, int]] = []
    for first, last in zip(value.starts[start:end], value.ends[start:end], strict=True):
        if runs and first <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(last, runs[-1][1]))
        else:
            runs.append((first, last))
    return [Edit(first, last, escape(text) if at == 0 else "") for at, (first, last) in enumerate(runs)]


def edited(raw: str, edits: Iterable[Edit]) -> str:
    """Return `raw` with `edits`, of which those that lie in what another one replaced are left out."""
    pieces = []
    at = 0
    for edit in sorted(edits):
        if edit.start < at:
            if edit.end > at:  # what sticks out is no part of what was found any more, but was found too
                at = edit.end
            continue
        pieces += [raw[at : edit.start], edit.text]
        at = edit.end
    return "".join((*pieces, raw[at:]))


def as_markup(text: str) -> str:
    """Write text where `<` and `&` begin markup."""
    return html.escape(text, quote=False)
