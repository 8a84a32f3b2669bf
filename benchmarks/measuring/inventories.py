"""Invented inventories of any size, as an audit would have made them, and the profile of their vendor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bpoaudit.catalog import category_of
from bpoaudit.model import (
    Assurance,
    Audit,
    AuditResult,
    Coverage,
    Delivery,
    EntityCounts,
    FieldInventory,
    FieldKind,
    Gate,
    Group,
    MaskingCounts,
    MaskingState,
    ModelUsed,
    Pointer,
    Score,
    Share,
    Source,
    SourceStatus,
    Tool,
)
from bpoaudit.vendor import VendorProfile

POINTERS = 20
"""Findings that a group points at."""
ENTITIES = (
    "EMAIL_ADDRESS", "PHONE_NUMBER", "PERSON", "CREDIT_CARD", "IN_AADHAAR", "HEALTH", "STREET_ADDRESS",
    "ACCOUNT_ID", "PASSWORD", "DATE_OF_BIRTH",
)  # fmt: skip
REGIONS = ("IE", "IN", "US", None)
DAY = date(2026, 6, 30)

PROFILE = """\
apiVersion: bpoaudit/v1
kind: VendorProfile
vendor: {name: Large Vendor, country: IN, services: [support], channels: [phone, chat]}
client: {name: Client, country: IE, sector: health, payment_cards: yes}
processing: {countries: [IN], subject_countries: [IE, GB, US]}
agreement:
  feeds:
    - id: tickets
      files: ["tickets/**"]
      fields:
        - {name: field_1, entities: [EMAIL_ADDRESS], masking: partial}
        - {name: field_2, entities: [PHONE_NUMBER], masking: none}
        - {name: "notes_*", entities: [PERSON], masking: none}
      regions: [IE]
      retention_days: 365
    - {id: calls, files: ["calls/**"], entities: [{entity: PERSON, masking: none}], max_records: 1000}
    - {id: research, files: ["research/**"], classification: pseudonymised}
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """How many sources, fields of a source, groups of a field, and findings in all of them together."""

    sources: int
    fields: int
    groups: int
    findings: int

    @property
    def total_groups(self) -> int:
        """Return the groups of all fields."""
        return self.sources * self.fields * self.groups

    def names(self) -> Iterator[str]:
        """Yield the names of the sources; a tenth of them belongs to no feed."""
        for index in range(self.sources):
            folder = (
                ("tickets", "calls", "tickets", "research", "tickets")[index % 5] if index % 10 else "other"
            )
            yield f"{folder}/{index:05}.csv"

    def counts(self) -> Iterator[int]:
        """Yield the findings of each group: a few hold most of them, as in deliveries."""
        harmonic = sum(1 / rank for rank in range(1, self.total_groups + 1))
        left = self.findings - self.total_groups
        given = 0
        for rank in range(1, self.total_groups + 1):
            more = int(left / (rank * harmonic))
            given += more
            # What rounding left over goes to the last group.
            yield 1 + more + (left - given if rank == self.total_groups else 0)


def delivery(shape: Shape) -> Delivery:
    """Return the manifest."""
    sources = tuple(
        Source(
            source=name, media_type="text/csv", bytes=100_000, sha256=f"{index:064x}",
            status=SourceStatus.READ, records_read=1000, records_total=1000,
        )
        for index, name in enumerate(shape.names())
    )  # fmt: skip
    share = Share(read=len(sources), total=len(sources))
    records = Share(read=1000 * len(sources), total=1000 * len(sources))
    size = Share(read=100_000 * len(sources), total=100_000 * len(sources))
    return Delivery(
        key_id="benchmark", sources=sources, coverage=Coverage(sources=share, bytes=size, records=records)
    )


def inventory(shape: Shape) -> tuple[FieldInventory, ...]:
    """Return the inventory; field names repeat from source to source, as in deliveries."""
    counts = shape.counts()
    return tuple(
        _field(name, number, shape.groups, counts) for name in shape.names() for number in range(shape.fields)
    )


def _field(source: str, number: int, groups: int, counts: Iterator[int]) -> FieldInventory:
    text = number % 5 == 4
    entity = ENTITIES[(number + len(source)) % len(ENTITIES)]
    made = tuple(_group(entity, index, next(counts)) for index in range(groups))
    states = {state.value: sum(g.count for g in made if g.masking is state) for state in MaskingState}
    total = sum(states.values())
    found = EntityCounts(
        entity=entity, category=category_of(entity), count=total, records=min(total, 1000), distinct=total,
        confidence=0.95, masking=MaskingCounts(**states), samples=("••••",), groups=made,
    )  # fmt: skip
    return FieldInventory(
        source=source, field=f"notes_{number}" if text else f"field_{number}",
        kind=FieldKind.TEXT if text else FieldKind.COLUMN, records=1000, non_empty=1000, distinct=1000,
        entities=(found,),
    )  # fmt: skip


def _group(entity: str, index: int, count: int) -> Group:
    return Group(
        masking=(MaskingState.CLEAR, MaskingState.PARTIAL, MaskingState.MASKED)[index % 3],
        confidence=round(0.95 - index % 40 / 100, 2),
        recognizer=f"{entity.title()}Recognizer",
        region=REGIONS[index % len(REGIONS)],
        count=count,
        pointers=tuple(
            Pointer(
                record=at + 1, start=0, end=12, masked="••••••••••12", fingerprint=f"hmac-sha256:{at:032x}"
            )
            for at in range(min(count, POINTERS))
        ),
    )


def measures(shape: Shape) -> dict[str, Any]:
    """Return what the measures of dates and of people would say."""
    names = list(shape.names())
    dates = [
        {
            "source": name, "field": "created_at", "oldest": (DAY - timedelta(days=index % 900)).isoformat(),
            "newest": DAY.isoformat(), "count": 1000, "over_limit": index % 900,
        }
        for index, name in enumerate(names)
    ]  # fmt: skip
    people = [{"source": name, "field": None, "entity": None, "subjects": 900} for name in names]
    return {"dates": dates, "subjects": [{**each, "estimated": False} for each in people]}


def earlier(shape: Shape, profile: VendorProfile) -> AuditResult:
    """Return an audit with this inventory, not judged yet."""
    model = ModelUsed(name="none", version="0", sha256="0" * 64)
    return AuditResult(
        tool=Tool(name="bpoaudit", version="0", presidio="0", model=model, python="0"),
        audit=Audit(
            id="benchmark", as_of=DAY.isoformat(), started_at="", finished_at="", options={}, packs=(),
            active_entities=ENTITIES, not_looked_for=(),
        ),
        vendor=profile.public(), delivery=delivery(shape), inventory=inventory(shape), verdicts=(),
        measures=measures(shape),
        score=Score(
            value=None, low=None, high=None, coverage=0.0, grade=None, assurance=Assurance.INCONCLUSIVE,
            cap=None, deductions=(), domains=(),
        ),
        gate=Gate(passed=True, exit_code=0, reasons=()),
    )  # fmt: skip
