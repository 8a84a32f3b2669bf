"""What must hold whatever the bytes are: only the project's own errors, and no word of the input in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from bpoaudit.delivery import budget
from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.compression import COMPRESSIONS, decompressed
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import media_type
from bpoaudit.errors import BpoauditError, LimitReached, SourceError
from bpoaudit.readers import Member, Part, ReadOptions, open_parts

CANARY = "zarquonia77"
"""Stands in the seeds wherever something might be quoted."""
MAX_DEPTH = 3
"""Containers that are opened inside one another; the pipeline stops at `budget.MAX_DEPTH`."""
_UNPACKED = 8 << 20
_TRUTH = Path(__file__).parents[1] / "fixtures" / "formats" / "truth.jsonl"


def _planted() -> tuple[str, ...]:
    values = {json.loads(line)["value"] for line in _TRUTH.read_text("utf-8").splitlines()}
    return (CANARY, *sorted(value for value in values if len(value) > 8 and not value.isdecimal()))


CANARIES = _planted()

# A run of minutes on a bomb of a gigabyte finds nothing that one of eight megabytes does not.
budget.MIN_BYTES = _UNPACKED


class Quoted(AssertionError):
    """Something of the input stands where nothing of it may."""


def silent(*said: str) -> None:
    """Raise `Quoted` where one of the texts repeats what was planted in the seeds."""
    for text in said:
        folded = text.lower()
        if any(canary in folded for canary in CANARIES):
            raise Quoted("a message repeats the input")


def silent_error(error: BpoauditError) -> None:
    """Hold an error to silence: its message, its hint, and those that it came from."""
    cause: BaseException | None = error
    while cause is not None:
        silent(str(cause), repr(cause), str(getattr(cause, "hint", "")))
        cause = cause.__cause__


def read(data: bytes, name: str, among: Sequence[str] = ()) -> None:
    """Read a file with everything inside it, as the executor does.

    What is of none of the media types `among` is taken for the first of them, so that a changed byte at
    the beginning does not lead away from the reader. Only `SourceError` is caught.
    """
    how = ReadOptions(batch_records=50, passwords=("opensesame",), budget=Budget(len(data)))
    with Content.of_bytes(name, data) as content:
        try:
            _read(content, how, tuple(among), 0)
        except SourceError as error:
            silent_error(error)


def _read(content: Content, how: ReadOptions, among: tuple[str, ...], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise LimitReached("deep enough")
    media = media_type(content)
    if media in COMPRESSIONS and not among:
        with decompressed(content, media, how.budget) as inner:
            _read(inner, how, (), depth + 1)
        return
    if among and media not in among:
        media = among[0]
    for piece in open_parts(content, media, how):
        repr(piece)
        if isinstance(piece, Part):
            _consume(piece, how.batch_records)
            continue
        _hold(piece.notes, piece.facts)
        if piece.problem is not None:
            silent_error(piece.problem)
        elif piece.content is not None:
            with piece.content as inner:
                try:
                    _read(inner, how, (), depth + 1)
                except SourceError as error:
                    silent_error(error)


def _consume(part: Part, most_records: int) -> None:
    try:
        for batch in part.batches:
            assert batch.records <= most_records, "a batch larger than was asked for"
            silent(repr(batch))
            for field in batch.fields:
                assert len(field.records) == len(field.values) > 0
                assert all(
                    first <= second for first, second in zip(field.records, field.records[1:], strict=False)
                )
                "".join(field.values).encode()  # no lone surrogates: outputs could not be written
    except SourceError as error:
        silent_error(error)
    _hold((*part.notes, *part.losses), part.facts)


def _hold(said: Iterable[str], facts: object) -> None:
    silent(*said, repr(facts))


__all__ = ["CANARIES", "CANARY", "Member", "Quoted", "read", "silent", "silent_error"]
