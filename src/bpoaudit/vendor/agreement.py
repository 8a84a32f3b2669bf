"""What may be delivered: feeds, their fields, the personal data in them, and how it is masked."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, NamedTuple

from pydantic import Field

from bpoaudit.catalog import TERMS
from bpoaudit.delivery.layout import Layout
from bpoaudit.vendor.countries import Country
from bpoaudit.vendor.exclusions import Exclusion, covers
from bpoaudit.vendor.globs import matches
from bpoaudit.vendor.layout import FixedWidth
from bpoaudit.vendor.words import (
    AgreedMasking,
    Category,
    Classification,
    Count,
    Entity,
    Glob,
    Name,
    PeriodDays,
    RecordKind,
    Section,
    Slug,
    Text,
)


class Term(NamedTuple):
    """An entity that the agreement allows somewhere, and how it must be masked there."""

    entity: str
    masking: AgreedMasking


class AgreedField(Section):
    """A field that may be delivered. Without `entities` and `categories` it may hold no personal data."""

    name: Glob
    """Matched against the field's name, whatever the case; `*` and `?` may stand in it."""
    entities: tuple[Entity, ...] = ()
    categories: tuple[Category, ...] = ()
    """Every entity of these data categories."""
    masking: AgreedMasking = "none"
    """`none`: clear is fine; `partial`: partial or masked; `masked`."""

    @property
    def all_entities(self) -> frozenset[str]:
        """Return its entities, and those of its categories."""
        return frozenset(self.entities).union(*(TERMS[term] for term in self.categories))


class AgreedEntity(Section):
    """An entity that may occur anywhere in a feed, as in transcripts and other text."""

    entity: Entity
    masking: AgreedMasking = "none"

    @property
    def all_entities(self) -> frozenset[str]:
        """Return the entity."""
        return frozenset({self.entity})


class AgreedCategory(Section):
    """A data category that may occur anywhere in a feed."""

    category: Category
    masking: AgreedMasking = "none"

    @property
    def all_entities(self) -> frozenset[str]:
        """Return the entities of the category."""
        return TERMS[self.category]


class Feed(Section):
    """One regular delivery of one kind."""

    id: Slug
    files: Annotated[tuple[Glob, ...], Field(min_length=1)]
    description: Text | None = None
    purpose: Text | None = None
    """What it is delivered for: one of the profile's `processing.purposes`."""
    fields: tuple[AgreedField, ...] | None = None
    """None: the feed is agreed as a whole, whatever its fields are called."""
    entities: tuple[AgreedEntity, ...] = ()
    categories: tuple[AgreedCategory, ...] = ()
    retention_days: PeriodDays | None = None
    retention_trigger: Glob | None = None
    """The date field from which retention counts; `@delivery`: from the delivery itself."""
    record_class: Name | None = None
    """The class of `retention.classes` of its records, whose period counts where the feed has none."""
    records: RecordKind | None = None
    """What they are to laws that want records kept."""
    archive_days: PeriodDays | None = None
    """It holds all records of so many last days: what is missing of them was deleted too early."""
    regions: tuple[Country, ...] | None = None
    """Where the data subjects may live."""
    max_records: Count | None = None
    classification: Classification | None = None
    quasi_identifiers: tuple[Glob, ...] | None = None
    """Fields that others may know of a person; None: told by the names of the fields."""
    layout: FixedWidth | None = None
    """Of fixed-width files: where their columns stand."""

    def covers(self, source: str) -> bool:
        """Tell whether `source` belongs to this feed."""
        return covers(self.files, source)

    def lists(self, field: str) -> bool:
        """Tell whether the agreement lists `field`."""
        return self.fields is None or bool(self._fields_of(field))

    @property
    def hides(self) -> bool:
        """Tell whether it is declared to hold nobody who can be named."""
        return self.classification in ("pseudonymised", "anonymised")

    def is_quasi_identifier(self, field: str) -> bool | None:
        """Tell whether `field` is agreed to be a quasi-identifier; None where none are listed."""
        if self.quasi_identifiers is None:
            return None
        return any(matches(pattern.casefold(), field.casefold()) for pattern in self.quasi_identifiers)

    def term(self, field: str, entity: str) -> Term | None:
        """Return what is agreed about `entity` in `field`; None: it is not agreed there."""
        for agreed in (*self._fields_of(field), *self._anywhere):
            if entity in agreed.all_entities:
                return Term(entity, agreed.masking)
        return None

    @property
    def all_entities(self) -> frozenset[str]:
        """Return every entity that is agreed somewhere in it."""
        listed = (*(self.fields or ()), *self._anywhere)
        return frozenset[str]().union(*(agreed.all_entities for agreed in listed))

    @property
    def _anywhere(self) -> tuple[AgreedEntity | AgreedCategory, ...]:
        return *self.entities, *self.categories

    def _fields_of(self, field: str) -> list[AgreedField]:
        folded = field.casefold()
        return [agreed for agreed in self.fields or () if matches(agreed.name.casefold(), folded)]


class Agreement(Section):
    """The feeds that were agreed and what is left out of the audit."""

    feeds: tuple[Feed, ...] = ()
    exclude: tuple[Exclusion, ...] = ()

    def feed_of(self, source: str) -> Feed | None:
        """Return the first feed whose files match `source` (a name as in `findings.jsonl`)."""
        return next((feed for feed in self.feeds if feed.covers(source)), None)

    def layout_of(self, source: str) -> Layout | None:
        """Return the layout that is declared for `source`, None where it has none of its own."""
        feed = self.feed_of(source)
        return feed.layout.declared() if feed and feed.layout else None

    def feed(self, feed_id: str) -> Feed | None:
        """Return the feed called `feed_id`."""
        return self._by_id.get(feed_id)

    def exclusion_of(self, source: str) -> str | None:
        """Return the reason why `source` is left out, or None when it is to be read."""
        return next((each.why for each in self.exclude if covers(each.files, source)), None)

    def on(self, day: date) -> Agreement:
        """Return it without the exclusions that have ended by `day`."""
        return self.model_copy(update={"exclude": tuple(each for each in self.exclude if each.holds(day))})

    @cached_property
    def _by_id(self) -> dict[str, Feed]:
        return {feed.id: feed for feed in self.feeds}
