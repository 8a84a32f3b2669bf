"""Where nothing was agreed: what the delivery holds, against what the vendor's services usually need."""

from __future__ import annotations

from collections.abc import Sequence

from bpoaudit.catalog import is_special
from bpoaudit.model import EntityCounts, Evidence, FieldInventory, MaskingState
from bpoaudit.rules.delivered import Feeds, Row
from bpoaudit.vendor.services import is_needed
from bpoaudit.vendor.words import Service


def need_rows(
    services: Sequence[Service], feeds: Feeds | None, inventory: Sequence[FieldInventory]
) -> list[Row]:
    """One row an entity of a field whose source no feed covers; fully masked values give nothing away."""
    return [
        _row(services, field, entity)
        for field in inventory
        if feeds is None or feeds[field.source] is None
        for entity in field.entities
        if _readable(entity)
    ]


def _row(services: Sequence[Service], field: FieldInventory, entity: EntityCounts) -> Row:
    count = _readable(entity)
    facts = {
        "source": field.source,
        "field": field.field,
        "kind": field.kind.value,
        "entity": entity.entity,
        "category": entity.category,
        "special": is_special(entity.entity),
        "confidence": entity.confidence,
        "needed": is_needed(entity.entity, services),
        "count": count,
    }
    # The label keeps two entities of one field apart where failures are compared with known ones.
    name = entity.entity
    return Row(facts, Evidence(source=field.source, field=field.field, entity=name, label=name, count=count))


def _readable(entity: EntityCounts) -> int:
    return sum(group.count for group in entity.groups if group.masking is not MaskingState.MASKED)
