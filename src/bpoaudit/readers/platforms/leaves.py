"""What is left of a document once its conversations are taken out: values by path, as JSON is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bpoaudit.readers.batch import RecordBatch
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.json_paths import ELEMENT, SCALAR, Paths, join, whole

_TAKEN = frozenset({"text", "speaker", "words", "alternatives", "transcript"})
"""Names of the fields of turns that paths at the top of a document could have too."""


class _Place(NamedTuple):
    path: str
    record: int
    nested: bool
    """Inside an array: elements of a further one have no number of their own."""
    value: object


def left_batches(
    documents: list[object], batch_records: int, notes: list[str], *, lines: bool
) -> Iterator[RecordBatch]:
    """Yield what is left: a record is an element of the outermost array, or with `lines` a document.

    A path that is the name of a field of turns has `$.` before it.
    """
    gathered = Gatherer(batch_records)
    paths = Paths(notes)
    last = 0
    for number, document in enumerate(documents, start=1):
        for place in _leaves(_Place("", number if lines else 1, lines, document), lines):
            while last < place.record:
                last += 1
                gathered.end_record()
            name = f"$.{place.path}" if place.path in _TAKEN else place.path or SCALAR
            value = clean(place.value) if isinstance(place.value, str) else place.value
            paths.add(gathered, name, place.record, value)
            if gathered.full:
                yield gathered.take()
    if not gathered.empty:
        yield gathered.take()


def is_left(documents: list[object]) -> bool:
    """Tell whether there is any value left."""
    return any(
        place.value is not None
        for document in documents
        for place in _leaves(_Place("", 1, True, document), True)
    )


def clean(text: str) -> str:
    """Return a text without what no text may hold: halves of surrogate pairs, NUL characters."""
    return whole(str(text)).replace("\0", "")


def _leaves(start: _Place, lines: bool) -> Iterator[_Place]:
    waiting = [start]
    while waiting:
        path, record, nested, value = place = waiting.pop()
        if isinstance(value, dict):
            waiting += [_Place(join(path, clean(k)), record, nested, v) for k, v in reversed(value.items())]
        elif isinstance(value, list):
            inner = f"{path}{ELEMENT}" if path or lines or nested else path
            waiting += [
                _Place(
                    inner or ("" if isinstance(v, dict | list) else ELEMENT),
                    record if nested else at,
                    True,
                    v,
                )
                for at, v in reversed(list(enumerate(value, start=1)))
            ]
        else:
            yield place
