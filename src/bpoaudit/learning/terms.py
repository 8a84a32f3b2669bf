"""What of the personal data in a feed can be drafted as agreed, and what a person has to decide first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bpoaudit import catalog
from bpoaudit.model import FieldInventory, FieldKind, MaskingState
from bpoaudit.vendor.services import is_needed, service_profiles
from bpoaudit.vendor.words import AgreedMasking, Service

MIN_CONFIDENCE: Final = 0.6
"""Findings below it are not drafted, because the bundled rules do not count them either."""
_LEAK: Final = 0.2
"""Where no more than this share of the values shows more than the rest, masking was meant."""

_AUTHENTICATION = frozenset({"CARD_SECURITY_CODE", "CARD_TRACK"})
_CREDENTIALS = frozenset({"PIN", "PASSWORD", "SECRET_KEY", "ONE_TIME_PASSWORD"})
_CARD = frozenset({"CREDIT_CARD", "CARD_EXPIRY"})
_SENSITIVE = frozenset({"CRIMINAL_RECORD", "CHILD", "VULNERABILITY", "NRP"})
_OF_COMPANIES = frozenset({"BR_CNPJ", "EU_VAT", "IN_GSTIN", "PL_REGON", "RO_CUI", "UA_EDRPOU"})
_IDENTIFIERS = (
    catalog.TERMS["OfficialID"]
    | catalog.TERMS["Passport"]
    | catalog.TERMS["VehicleLicense"]
    | catalog.TERMS["HealthRecord"]
    | {"NATIONAL_ID", "PASSPORT"}
) - _OF_COMPANIES


@dataclass(slots=True)
class Seen:
    """One entity in one field of all sources of a feed."""

    masking: Counter[MaskingState] = field(default_factory=Counter)
    doubtful: int = 0
    regions: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Return how many findings count."""
        return self.masking.total()

    @property
    def clear(self) -> int:
        """Return how many of them are in clear."""
        return self.masking[MaskingState.CLEAR]


@dataclass(slots=True)
class FieldSeen:
    """One field of all sources of a feed."""

    name: str
    column: bool = False
    non_empty: int = 0
    entities: dict[str, Seen] = field(default_factory=dict)

    def add(self, told: FieldInventory) -> None:
        """Take in what one source holds in it."""
        self.column |= told.kind is FieldKind.COLUMN
        self.non_empty += told.non_empty
        for found in told.entities:
            seen = self.entities.setdefault(found.entity, Seen())
            for group in found.groups:
                if group.confidence < MIN_CONFIDENCE:
                    seen.doubtful += group.count
                    continue
                seen.masking[group.masking] += group.count
                if group.region:
                    seen.regions[group.region] += group.count

    def merge(self, other: FieldSeen) -> None:
        """Take in the field of the same name of other sources."""
        self.column |= other.column
        self.non_empty += other.non_empty
        for entity, seen in other.entities.items():
            mine = self.entities.setdefault(entity, Seen())
            mine.masking.update(seen.masking)
            mine.regions.update(seen.regions)
            mine.doubtful += seen.doubtful

    def is_mostly(self, entity: str) -> bool:
        """Tell whether every second value holds it, so that the field is there for nothing else."""
        return 2 * self.entities[entity].total >= self.non_empty


@dataclass(frozen=True, slots=True)
class Drafted:
    """What is drafted about one entity in one field."""

    entity: str
    masking: AgreedMasking | None
    """None: nothing is agreed."""
    decide: str | None
    """What a person has to decide; None: nothing beyond reading it."""


def drafted(told: FieldSeen, services: Sequence[Service]) -> tuple[list[Drafted], list[str]]:
    """Return what is drafted about each entity of a field, and what was too doubtful to draft.

    `services` are those of the profile, none where it is not known.
    """
    terms, doubtful = [], []
    for entity, seen in sorted(told.entities.items()):
        if not catalog.is_personal(entity):
            continue
        if seen.total:
            terms.append(_term(entity, seen, services))
        else:
            doubtful.append(f"{entity} ({seen.doubtful:,})")
    return terms, doubtful


def _term(entity: str, seen: Seen, services: Sequence[Service]) -> Drafted:
    if why := _never(entity):
        return Drafted(entity, None, f"{_counted(seen)}: {why}")
    guarded = _guarded(entity)
    masking = _masking(seen, guarded is not None, entity in _CREDENTIALS)
    if masking is None:
        return Drafted(entity, None, f"{_counted(seen)}: {guarded}")
    more = _less_masked(seen, masking)
    notes = []
    if more:
        notes.append(f"{more:,} of {seen.total:,} are less masked than that, which is not agreed here")
    if services and is_needed(entity, services) is False:
        titles = " and ".join(service_profiles()[service].title.lower() for service in services)
        notes.append(f"not usually needed for {titles} (judgement, not law): why is it delivered?")
    return Drafted(entity, masking, "; ".join(notes) or None)


def _never(entity: str) -> str | None:
    """Tell why no masking makes an entity fit to be drafted as agreed."""
    if entity in _AUTHENTICATION:
        return "must not be kept after authorisation (PCI DSS 3.3)"
    if catalog.is_special(entity):
        return "special category: only with a condition of GDPR Art. 9(2)"
    if entity in _SENSITIVE:
        return "only where the law and the client allow it"
    return None


def _guarded(entity: str) -> str | None:
    """Tell why an entity is drafted as agreed only as far as it is masked."""
    if entity in _CREDENTIALS:
        return "credentials: never in clear, and best not at all"
    if entity in _CARD:
        return "card data: masked to the last four digits, or left out"
    if entity in _IDENTIFIERS:
        return "official identifier: masked, or in clear only where the service needs it so"
    return None


def _masking(seen: Seen, guarded: bool, whole: bool) -> AgreedMasking | None:
    """Return the masking that was seen, or that was meant; `whole`: only full masking will do."""
    partial, masked = seen.masking[MaskingState.PARTIAL], seen.masking[MaskingState.MASKED]
    if whole:
        return "masked" if masked else None
    if guarded and not partial + masked:
        return None
    if not guarded and seen.clear > _LEAK * seen.total:
        return "none"
    return "partial" if partial > _LEAK * (partial + masked) else "masked"


def _less_masked(seen: Seen, masking: AgreedMasking) -> int:
    if masking == "none":
        return 0
    return seen.clear + (seen.masking[MaskingState.PARTIAL] if masking == "masked" else 0)


def _counted(seen: Seen) -> str:
    return f"{seen.total:,} found, {seen.clear:,} in clear"


def regions_of(fields: Iterable[FieldSeen]) -> Counter[str]:
    """Count the countries that phones, bank accounts and identifiers of a feed tell."""
    counted: Counter[str] = Counter()
    for told in fields:
        for seen in told.entities.values():
            counted.update(seen.regions)
    return counted
