"""What each service usually needs to know of people: judgement, for where nothing was agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from bpoaudit import catalog
from bpoaudit.documents import load_yaml, validate_data
from bpoaudit.vendor.words import Category, Entity, Section, Service, Text


class Need(Section):
    """Entities and categories that a service needs for one reason."""

    entities: tuple[Entity, ...] = ()
    categories: tuple[Category, ...] = ()
    why: Text

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.entities and not self.categories:
            raise ValueError("give entities, categories, or both")
        return self

    @property
    def all_entities(self) -> frozenset[str]:
        """Return its entities, and those of its categories."""
        return frozenset(self.entities).union(*(catalog.TERMS[term] for term in self.categories))


class ServiceProfile(Section):
    """What one service usually needs."""

    title: Text
    status: Literal["judgement, not law"]
    needs: Annotated[tuple[Need, ...], Field(min_length=1)]


@cache
def service_profiles() -> Mapping[Service, ServiceProfile]:
    """Return the packaged profile of every service that a vendor can have."""
    document = load_yaml(Path(__file__).with_name("services.yaml"))
    services = get_args(Service)
    for unknown in sorted(set(document.data) - set(services)):
        raise document.fault((unknown,), "is not a service that a profile can name", key=True)
    return MappingProxyType(
        {name: validate_data(document.data.get(name), document, ServiceProfile, (name,)) for name in services}
    )


def is_needed(entity: str, services: Iterable[Service]) -> bool | None:
    """Tell whether one of `services` usually needs `entity`; None of an entity that is not ours."""
    if entity not in catalog.CATALOG:
        return None
    profiles = service_profiles()
    return any(entity in need.all_entities for service in services for need in profiles[service].needs)
