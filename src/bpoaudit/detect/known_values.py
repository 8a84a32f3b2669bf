"""What the columns of a record tell of the names in its notes: who the customer is, and where he lives."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from bpoaudit.detect.not_names import not_names, word
from bpoaudit.detect.organisations import is_organisation
from bpoaudit.detect.passages import LONG
from bpoaudit.detect.routing import Route, SourcePlan
from bpoaudit.detect.sentences import Known
from bpoaudit.detect.shapes import fits
from bpoaudit.readers.batch import RecordBatch

_TELLING = ("PERSON", "STREET_ADDRESS", "LOCATION")
"""What language models look for; for the rest there are patterns."""
_SHORTEST, _LONGEST = 3, 80
_ALSO_WORDS = frozenset({
    "abril", "april", "art", "august", "bill", "carol", "chance", "chase", "christian", "dawn", "destiny",
    "don", "earnest", "faith", "frank", "grace", "guy", "harmony", "hope", "iris", "ivy", "jack", "jay",
    "joy", "june", "lance", "mark", "max", "may", "mercy", "miles", "misty", "norm", "pat", "patience",
    "pearl", "penny", "pepe", "ray", "rich", "rob", "rose", "ruby", "rusty", "sol", "sonny",
    "sue", "summer", "sunny", "van", "victor", "victoria", "ward", "will", "woody",
})  # fmt: skip
"""Given names that notes hold as words too."""
_BEGINNING = re.compile(r"(?:\A|[.!?:;\n\-–—])\W*\Z")


class _Value(NamedTuple):
    """A word or more to look for in the texts of a record."""

    text: str
    entity: str
    part: str = ""


Values = tuple[_Value, ...]


def values_of(batch: RecordBatch, plan: SourcePlan) -> Mapping[int, Values]:
    """Return by record what its columns tell; those whose header does not promise it are left out."""
    told: defaultdict[int, Values] = defaultdict(tuple)
    for field in batch.fields:
        own = plan.of(field.name)
        entity = next((each for each in own.hints[:1] if each in _TELLING), None)
        if own.route is not Route.COLUMN or own.hashed or own.things or entity is None:
            continue
        for record, value in zip(field.records, field.values, strict=True):
            if values := _values(entity, value):
                told[record] += values
    return told


def known_in(text: str, values: Iterable[_Value]) -> tuple[Known, ...]:
    """Return where `values` stand in a text as words of their own, the longest first to take its place.

    Long texts are read as they are written: nothing is known in them.
    """
    if len(text) >= LONG:
        return ()
    found: list[Known] = []
    for value in values:
        if value.text not in text:
            continue
        for match in _words(value.text).finditer(text):
            start, end = match.span()
            if value.part == "surname" and _BEGINNING.search(text, max(0, start - 8), start):
                continue  # `Price asked for.`
            if not any(start < other.end and other.start < end for other in found):
                found.append(Known(start, end, value.entity, value.part))
    return tuple(sorted(found))


@lru_cache(maxsize=65536)
def _values(entity: str, value: str) -> Values:
    """Return what to look for: a value, and of a person's name its first and its last word."""
    bare = value.strip()
    if not _SHORTEST <= len(bare) <= _LONGEST or not fits(entity, bare):
        return ()
    if entity == "STREET_ADDRESS":
        whole = any(map(str.isdigit, bare)) and any(map(str.isalpha, bare))
        return (_Value(bare, entity),) if whole else ()
    if entity == "LOCATION":
        return (_Value(bare, entity),) if _is_name(bare) else ()
    parts = bare.split()
    if is_organisation(bare) or not all(part.strip(".'’-").replace("-", "").isalpha() for part in parts):
        return ()
    if len(parts) == 1:
        return (_Value(bare, entity, "surname"),) if _is_name(bare) else ()
    alone = ((parts[0], "given"), (parts[-1], "surname"))
    return (
        _Value(bare, entity),
        *(_Value(part, entity, which) for part, which in alone if _is_name(part)),
    )


def _is_name(part: str) -> bool:
    """Tell whether a word alone may be taken for the name that it is elsewhere: not `Will` or `May`."""
    return (
        len(part) >= _SHORTEST
        and part[0].isupper()
        and not part.isupper()
        and word(part) not in not_names().ordinary | _ALSO_WORDS
    )


@lru_cache(maxsize=4096)
def _words(value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@]){re.escape(value)}(?![\w@])")
