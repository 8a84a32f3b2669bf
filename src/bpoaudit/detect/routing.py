"""Decide from a source's head whether a field is judged as a column or read as text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bpoaudit.detect.headers import hints, is_text
from bpoaudit.detect.shapes import fits, is_prose
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import RecordBatch

HEAD_RECORDS = 2000
"""How much of each source decides; fixed, so that the batch size changes nothing."""

PROSE_SHARE = 0.3
"""Share of a field's distinct values that must read as sentences for all of it to be text."""


class Route(StrEnum):
    """How the values of a field are analysed."""

    COLUMN = "column"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """What was decided for one field."""

    name: str
    route: Route
    hints: tuple[str, ...]
    """Entities that the header promises."""


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """The plan of one source; fields that only appear after the head are planned by their name."""

    kind: FieldKind
    fields: dict[str, FieldPlan]

    def of(self, name: str) -> FieldPlan:
        """Return the plan for the field `name`."""
        return self.fields.get(name) or plan_field(name, (), self.kind)


def plan_field(name: str, values: Iterable[str], kind: FieldKind) -> FieldPlan:
    """Plan one field from its name and the distinct values of the head."""
    if kind is not FieldKind.COLUMN:
        return FieldPlan(name, Route.COLUMN if name == "speaker" else Route.TEXT, ())
    promised = hints(name)
    if is_text(name):
        return FieldPlan(name, Route.TEXT, promised)
    distinct = set(values)
    # An address is wordy too: a column that keeps its header's promise is not prose.
    kept = any(
        2 * sum(fits(entity, value.strip()) for value in distinct) >= len(distinct) for entity in promised
    )
    text = bool(distinct) and not kept and sum(map(is_prose, distinct)) >= PROSE_SHARE * len(distinct)
    return FieldPlan(name, Route.TEXT if text else Route.COLUMN, promised)


def plan_source(head: Iterable[RecordBatch], kind: FieldKind) -> SourcePlan:
    """Plan all fields seen in the head. `head` must hold exactly the first `HEAD_RECORDS` records."""
    values: dict[str, set[str]] = defaultdict(set)
    for batch in head:
        for field in batch.fields:
            values[field.name].update(field.values)
    return SourcePlan(kind, {name: plan_field(name, seen, kind) for name, seen in values.items()})
