"""Lead from a finding to the value in the delivery, for a person who holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from bpoaudit.detect.spoken import RECOGNIZER as SPOKEN
from bpoaudit.detect.spoken import value_of
from bpoaudit.detect.transcript import RECOGNIZER as CONVERSATION
from bpoaudit.errors import UsageError
from bpoaudit.locate.opening import Opened, open_source
from bpoaudit.locate.places import Place, cell_of, line_of, record_word
from bpoaudit.locate.reference import Reference
from bpoaudit.masking import DOT, Key, shape
from bpoaudit.public_names import IN_NAME, IN_NAMES, fits
from bpoaudit.readers import Part
from bpoaudit.vendor import Agreement

_CONTEXT = 40
"""Characters on each side of which the shape is told."""


@dataclass(frozen=True, slots=True)
class Located:
    """Where a finding is. Holds raw text: never printed, stored or sent but by `--reveal`."""

    reference: Reference
    record_word: str
    """What a record is here: row, line, cue, page."""
    place: Place | None
    cell: str | None
    same: bool | None
    """Whether it is the value that was found; None where nothing tells."""
    by: str
    """What tells that: `key`, `shape` or nothing."""
    text: str = field(repr=False)
    """The whole value of the field."""

    @property
    def value(self) -> str:
        """The value that was found."""
        return self.text[self.reference.start : self.reference.end]

    @property
    def context(self) -> str:
        """The shapes of what stands around it."""
        before = self.text[max(self.reference.start - _CONTEXT, 0) : self.reference.start]
        after = self.text[self.reference.end : self.reference.end + _CONTEXT]
        return f"{_dotted(before)}[{_dotted(self.value)}]{_dotted(after)}"


def locate(
    references: Sequence[Reference],
    delivery: Sequence[str],
    key: Key | None,
    passwords: tuple[str, ...] = (),
    agreement: Agreement | None = None,
) -> list[Located]:
    """Find the first of `references` that the delivery has; a value told over several turns in its pieces.

    Only the source that is named is read, and what it lies in. Raises `UsageError` where there is no such
    source, record or field, `SourceError` where it cannot be read.
    """
    problem: UsageError | None = None
    for reference in references:
        try:
            with ExitStack() as layers:
                opened = open_source(delivery, reference.source, passwords, agreement, layers)
                return [_located(opened, each, reference, key) for each in _pieces(reference)]
        except UsageError as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _pieces(reference: Reference) -> Iterator[Reference]:
    for record, start, end in reference.spans or ((reference.record, reference.start, reference.end),):
        yield Reference(
            reference.source, record, reference.field, start, end, reference.entity, reference.masked,
            reference.fingerprint, reference.recognizer,
        )  # fmt: skip


def _located(opened: Opened, piece: Reference, reference: Reference, key: Key | None) -> Located:
    if piece.field in IN_NAMES:
        texts = [opened.name + opened.suffix] if piece.field == IN_NAME else _field_names(opened)
        found: list[tuple[Part | None, str, str]] = [(None, "", text) for text in texts]
    else:
        found = [(part, name, text) for part, name, text in _values(opened, piece)]
    if not found:
        raise UsageError(
            f"the source has no record {piece.record} with a value in that field",
            "the delivery is not the one that was audited, or it has changed since",
        )
    fitting = [each for each in found if piece.end <= len(each[2])]
    if not fitting:
        raise UsageError(
            "the value that stands there is shorter than the finding",
            "the delivery is not the one that was audited, or it has changed since",
        )
    judged = [
        (*_same(piece, text, key, whole=not reference.spans), part, name, text)
        for part, name, text in fitting
    ]
    same, by, part, name, text = next((each for each in judged if each[0]), judged[0])
    if part is None:
        return Located(piece, "name", None, None, same, by, text)
    place = line_of(opened, piece.record, name, text, piece.start)
    cell = cell_of(opened, part, piece.record, name)
    return Located(piece, record_word(part), place, cell, same, by, text)


def _values(opened: Opened, piece: Reference) -> Iterator[tuple[Part, str, str]]:
    """Yield the values of a record and field; an array has several."""
    for part in opened.parts():
        for batch in part.batches:
            for values in batch.fields:
                if not fits(piece.field, values.name):
                    continue
                for record, text in zip(values.records, values.values, strict=True):
                    if record == piece.record:
                        yield part, values.name, text


def _field_names(opened: Opened) -> list[str]:
    names: dict[str, None] = {}
    for part in opened.parts():
        names.update(dict.fromkeys(part.field_names))
        for batch in part.batches:
            names.update(dict.fromkeys(values.name for values in batch.fields))
    return list(names)


def _same(piece: Reference, text: str, key: Key | None, *, whole: bool) -> tuple[bool | None, str]:
    """Tell whether a value is the one that was found, and what tells it."""
    value = text[piece.start : piece.end]
    if piece.entity is None or piece.recognizer == CONVERSATION or not whole:
        return None, ""  # put together from several turns: no part of it has the fingerprint of the whole
    readings = {value_of(value), value} if piece.recognizer in (SPOKEN, None) else {value}
    if key is not None and piece.fingerprint is not None:
        return piece.fingerprint in {key.fingerprint(piece.entity, each) for each in readings}, "key"
    if piece.masked is not None:
        return piece.masked in {shape(piece.entity, each) for each in readings}, "shape"
    return None, ""


def _dotted(text: str) -> str:
    return "".join(DOT if char.isalnum() or not char.isprintable() else char for char in text)
