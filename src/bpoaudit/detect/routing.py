"""Decide from a source's head whether a field is judged as a column or read as text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bpoaudit.detect.dialogue import TRANSCRIPT, Dialogue, find_dialogue
from bpoaudit.detect.headers import Heading, read_header
from bpoaudit.detect.language import language_of
from bpoaudit.detect.named import are_full_names
from bpoaudit.detect.neighbours import read_headers
from bpoaudit.detect.organisations import is_organisation
from bpoaudit.detect.recognizers.address import is_street_line
from bpoaudit.detect.recognizers.phone import are_mobile_numbers
from bpoaudit.detect.shapes import (
    STATED,
    are_hosts,
    are_letters_of_origin,
    fits,
    is_code,
    is_medical_code,
    is_prose,
    is_written_phone,
    says_nothing,
)
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import RecordBatch

HEAD_RECORDS = 2000
"""How much of each source decides; fixed, so that the batch size changes nothing."""

PROSE_SHARE = 0.3
"""Share of a field's distinct values that must read as sentences for all of it to be text."""

FEW_RECORDS = 30
"""Records for each distinct value from which on the values are labels to choose from, however long."""

LOOSE_PERSON, LOOSE_LOCATION = 0.25, 0.1
"""Share of names that must be among the values of a header like `name`, `owner` or `state`.

Surnames of many countries reach .35 and more, labels and things stay below .2; a list of places that
the model does not know reaches .2."""
SUGGESTING_VALUES, SUGGESTING_UNDER_A_WORD = 4, 10
"""Fewer distinct values suggest nothing: the second figure counts where the header is a word, if unknown."""
MOBILE_SHARE = 0.9
"""Share of values that must be mobile numbers of one country, where nothing else calls them phones."""
STREET_SHARE = 0.8
"""Share of values that must begin like an address before the rest is taken along."""
UNPROMISED_SHARE = 0.7
"""Share of values that must bear it out where the header says nothing."""
SUGGESTED_SHARE = 0.6
"""Share of names at which values speak for themselves, under a header that says nothing."""

PEOPLE_AMONG_PARTIES = 0.4
"""Share of values that are no companies from which on the rest may tell that it is people."""

NameShares = Callable[[Sequence[str]], Mapping[str, float] | None]
"""Tells the share of `PERSON` and `LOCATION` among values; None where nobody can tell."""


class Route(StrEnum):
    """How the values of a field are analysed."""

    COLUMN = "column"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """What was decided for one field."""

    name: str
    route: Route
    hints: tuple[str, ...] = ()
    """Entities that the header promises, the best first."""
    suggested: tuple[str, ...] = ()
    """Entities that the head's values suggest where the header says nothing."""
    denied: frozenset[str] = frozenset()
    """Entities that the header names but does not mean."""
    labels: frozenset[str] = field(default=frozenset(), repr=False)
    """The head's values where they are a few to choose from: however long, they are no text."""
    things: bool = False
    """The header says that they name things: terms of health and the like mean nothing in them."""
    hashed: bool = False
    """The header says that its values are hashes or tokens of what it names."""
    event_date: bool = False
    """The header says that its dates are those of a record, not of a person."""
    metadata: bool = False
    """Properties, comments and headers of a document: labels as often as sentences."""
    written: str | None = None
    """ISO 639-1 code of the language that the head's values are in, where they tell."""


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """The plan of one source; fields that only appear after the head are planned by their name."""

    kind: FieldKind
    fields: dict[str, FieldPlan]
    dialogue: Dialogue | None = None
    """Its fields that make it a conversation, if it is one."""

    def of(self, name: str) -> FieldPlan:
        """Return the plan for the field `name`."""
        return self.fields.get(name) or plan_field(name, (), self.kind)


def _nobody_can_tell(values: Sequence[str]) -> Mapping[str, float] | None:
    return None


def plan_field(
    name: str,
    values: Iterable[str],
    kind: FieldKind,
    name_shares: NameShares = _nobody_can_tell,
    heading: Heading | None = None,
) -> FieldPlan:
    """Plan one field from its name and the values of the head, repeated ones too, in their order.

    `heading` is what its name says beside the names of other fields; None where it has to say it alone.
    """
    if kind is not FieldKind.COLUMN:
        return FieldPlan(name, Route.TEXT, metadata=kind is FieldKind.METADATA)
    counts = Counter(value.strip() for value in values)
    distinct = list(counts)
    heading = _borne_out(heading or read_header(name), distinct)
    few = counts.total() >= FEW_RECORDS * len(distinct) > 0
    label = few or heading.label
    # The reason of a sick leave is health data, in however many words.
    stated = any(2 * sum(fits(e, v) for v in distinct) >= len(distinct) for e in STATED & {*heading.entities})
    if heading.text or (not label and not stated and _may_be_text(heading, distinct)):
        return FieldPlan(name, Route.TEXT, heading.entities or heading.loose)
    hints, suggested = _expected(heading, distinct, few, name_shares)
    # An address is wordy too: a column that keeps its header's promise is not prose.
    kept = any(
        2 * sum(fits(entity, value) for value in distinct) >= len(distinct) for entity in (*hints, *suggested)
    )
    wordy = bool(distinct) and sum(map(is_prose, distinct)) >= PROSE_SHARE * len(distinct)
    route = Route.TEXT if wordy and not kept and not label else Route.COLUMN
    return FieldPlan(
        name,
        route,
        hints,
        suggested,
        # `api.example.org` under any header but `website` is a machine's address, and leads to nobody's page.
        heading.denied | ({"URL"} if "URL" not in hints and are_hosts(distinct) else frozenset()),
        labels=frozenset(distinct) if few else frozenset(),
        things=heading.label,
        hashed=heading.hashed,
        event_date=heading.event_date,
    )


def plan_source(
    head: Iterable[RecordBatch], kind: FieldKind, name_shares: NameShares = _nobody_can_tell
) -> SourcePlan:
    """Plan all fields seen in the first `HEAD_RECORDS` records, which `head` must hold (it may hold more)."""
    batches = list(head)
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for batch in batches:
        for cells in batch.fields:
            first = (v for r, v in zip(cells.records, cells.values, strict=True) if r <= HEAD_RECORDS)
            values[cells.name].update(first)
    headings = read_headers(values) if kind is FieldKind.COLUMN else {}
    fields = {
        name: replace(
            plan_field(name, seen.elements(), kind, name_shares, headings.get(name)),
            written=language_of(seen),
        )
        for name, seen in values.items()
        if seen
    }
    if kind is FieldKind.TRANSCRIPT:
        return SourcePlan(kind, fields, TRANSCRIPT)
    texts = [name for name, plan in fields.items() if plan.route is Route.TEXT]
    return SourcePlan(kind, fields, find_dialogue(batches, texts, HEAD_RECORDS))


def _borne_out(heading: Heading, distinct: Sequence[str]) -> Heading:
    """Return what a header says, less the special categories that its values must tell by codes and do not.

    `cpt` may be a price as well as a procedure, and the letters of a `race` those of its heats.
    """
    filled = [value for value in distinct if not says_nothing(value, STATED)]
    if heading.coded and 2 * sum(map(is_medical_code, filled)) < len(filled):
        return replace(heading, entities=tuple(e for e in heading.entities if e != "HEALTH"))
    letters = 2 * sum(len(value) == 1 for value in filled) > len(filled)
    if "ETHNICITY" in heading.loose and letters and not are_letters_of_origin(filled):
        return replace(heading, loose=tuple(e for e in heading.loose if e != "ETHNICITY"))
    return heading


def _may_be_text(heading: Heading, distinct: Sequence[str]) -> bool:
    """Whether a header such as `description` or `reason` announces text: where values have some words."""
    wordy = sum(len(value.split()) >= 3 for value in distinct)
    return heading.maybe_text and bool(distinct) and wordy >= PROSE_SHARE * len(distinct)


def _shown(distinct: Sequence[str]) -> tuple[str, ...]:
    """Return what the values show, whatever the header says: a `product` may be a list of people."""
    if sum(map(is_written_phone, distinct)) > max(SUGGESTING_VALUES, UNPROMISED_SHARE * len(distinct)):
        return ("PHONE_NUMBER",)
    return ("PERSON",) if are_full_names(distinct) else ()


def _expected(
    heading: Heading, distinct: Sequence[str], few: bool, name_shares: NameShares
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the header promises, less what the values belie, and what the values suggest."""
    people = [value for value in distinct if not is_organisation(value)]
    if len(people) >= PEOPLE_AMONG_PARTIES * len(distinct):
        distinct = people
    if not heading.entities and (shown := _shown(distinct)):
        return heading.loose, shown
    if not heading.speaks and len(distinct) >= SUGGESTING_UNDER_A_WORD:
        if are_mobile_numbers(distinct, MOBILE_SHARE):
            return (), ("PHONE_NUMBER",)
        if sum(map(is_street_line, distinct)) >= STREET_SHARE * len(distinct):
            return (), ("STREET_ADDRESS",)
    asked = {"PERSON", "LOCATION"} & set(heading.loose) or not heading.speaks
    # A handful of values tells only where they are all there are to choose from.
    tells = few or len(distinct) >= SUGGESTING_VALUES
    shares = name_shares(distinct) if asked and tells else None
    if shares is None:
        return heading.entities + heading.loose, ()
    person, location = shares["PERSON"], shares["LOCATION"]
    # `state` and `country` may hold codes, which no model takes for places.
    codes = 2 * sum(map(is_code, distinct)) >= len(distinct)
    belied = {
        # Names of cities under `name` are not names of people.
        "PERSON": person < LOOSE_PERSON or person < location,
        # Of a few labels one is easily taken for a place: `estado` may be a status.
        "LOCATION": location
        < (LOOSE_LOCATION if len(distinct) >= SUGGESTING_UNDER_A_WORD else SUGGESTED_SHARE)
        and not codes,
    }
    loose = tuple(entity for entity in heading.loose if not belied.get(entity, False))
    needed = SUGGESTING_VALUES if heading.unnamed else SUGGESTING_UNDER_A_WORD
    if heading.speaks or len(distinct) < needed:
        return heading.entities + loose, ()
    if person >= SUGGESTED_SHARE and person > location:
        return (), ("PERSON",)
    # Unknown headers often name something of a place (a team, a venue); only no header at all leaves it open.
    if location >= SUGGESTED_SHARE and heading.unnamed and not codes:
        return (), ("LOCATION",)
    return (), ()
