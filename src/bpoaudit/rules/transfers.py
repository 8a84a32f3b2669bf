"""Which flows of data there are between countries, and whether what they rest on holds.

The adequacy decisions and transfer tools are facts of law and stand in `transfer_matrix.yaml`, each
with its source. Flows from areas without an entry there (the United States, others) are listed, but
no mechanism is asked of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from bpoaudit.documents import load_yaml, validate
from bpoaudit.vendor.countries import Country, area_of
from bpoaudit.vendor.profile import Subprocessor, Transfer, VendorProfile
from bpoaudit.vendor.words import Mechanism, Role, Section

Area = Literal["eu", "uk"]
Mark = Literal["V", "G", "U"]


class Adequacy(Section):
    """A decision that a country protects personal data well enough."""

    country: Country
    decision: str
    valid_from: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None
    only: Mechanism | None = None
    """Covers only part of the country: counts where this mechanism is relied upon."""
    scope: str | None = None
    mark: Mark


class Tool(Section):
    """A mechanism on which a transfer without an adequacy decision can rest."""

    mechanism: Mechanism
    source: str
    roles: tuple[Role, ...] | None = None
    """Roles of the importer that it is made for; None: any."""
    until: date | None = None
    mark: Mark


class AreaRules(Section):
    """The transfer law of one area."""

    title: str
    adequate_areas: tuple[Area, ...] = ()
    adequate: tuple[Adequacy, ...]
    mechanisms: tuple[Tool, ...]


class TransferMatrix(Section):
    """The whole table, as known on one day."""

    as_of: date
    areas: dict[Area, AreaRules]


@dataclass(frozen=True, slots=True)
class Flow:
    """Data of one area's people processed in one country by one party."""

    origin: str
    destination: str
    via: str
    area: str
    same_area: bool
    adequate: bool
    mechanism: Mechanism | None
    mechanism_valid: bool | None
    tia_needed: bool
    tia_age_days: int | None


@cache
def transfer_matrix() -> TransferMatrix:
    """Return the packaged table."""
    return validate(load_yaml(Path(__file__).parent / "transfer_matrix.yaml"), TransferMatrix)


def flows_of(profile: VendorProfile, as_of: date) -> tuple[Flow, ...]:
    """List the flows of `profile`, sorted by origin, destination and party."""
    return flows_from(profile, {profile.client.country, *profile.processing.subject_countries}, as_of)


def flows_from(profile: VendorProfile, origins: Iterable[str], as_of: date) -> tuple[Flow, ...]:
    """List the flows that data of people in `origins` takes, sorted as those of `flows_of`."""
    flows = {
        _flow(profile, origin, country, party, as_of)
        for origin in origins
        for country, party in _places(profile)
    }
    return tuple(sorted(flows, key=lambda flow: (flow.origin, flow.destination, flow.via)))


def processing_countries(profile: VendorProfile) -> tuple[str, ...]:
    """Return every country in which the vendor or a sub-processor handles the data."""
    return tuple(sorted({country for country, _ in _places(profile)}))


def _places(profile: VendorProfile) -> Iterator[tuple[str, Subprocessor | None]]:
    vendor, remote = profile.vendor, profile.people.remote_policy
    yield vendor.country, None
    for country in (*profile.processing.countries, *(remote.countries or ())):
        yield country, None
    for site in vendor.sites or ():
        yield site.country, None
    for party in profile.subprocessors or ():
        for country in {party.country, *(party.countries or ())}:
            yield country, party


def _flow(
    profile: VendorProfile, origin: str, destination: str, party: Subprocessor | None, as_of: date
) -> Flow:
    area = area_of(origin)
    same_area = area_of(destination) == area if area != "other" else destination == origin
    transfer = _transfer(profile, origin, destination, party)
    mechanism = _mechanism(profile, transfer, party)
    law = _law(area)
    adequate = not same_area and law is not None and _is_adequate(law, destination, mechanism, as_of)
    if same_area:
        mechanism = "none_required_same_area"
    elif adequate and mechanism in (None, "none"):
        mechanism = "adequacy"  # holds by law, declared or not
    role: Role = profile.vendor.role if party is None else "sub_processor"
    valid: bool | None = None
    if same_area or adequate:
        valid = True
    elif law is not None and mechanism is not None:
        valid = _is_valid(law, mechanism, role, as_of)
    made_on = transfer.tia_on if transfer else None
    return Flow(
        origin={"eu": "EEA", "uk": "GB", "us": "US"}.get(area, origin),
        destination=destination,
        via=party.name if party else "vendor",
        area=area,
        same_area=same_area,
        adequate=adequate,
        mechanism=mechanism,
        mechanism_valid=valid,
        tia_needed=law is not None and not same_area and not adequate,
        tia_age_days=(as_of - made_on).days if made_on else None,
    )


def _law(area: str) -> AreaRules | None:
    return next((rules for name, rules in transfer_matrix().areas.items() if name == area), None)


def _transfer(
    profile: VendorProfile, origin: str, destination: str, party: Subprocessor | None
) -> Transfer | None:
    """Find the declared transfer of a flow: same area, same country, same importer, the latest."""
    area = area_of(origin)
    others = {each.name for each in profile.subprocessors or ()}
    fitting = [
        each
        for each in profile.transfers or ()
        if area_of(each.origin) == area
        and (area != "other" or each.origin == origin)
        and each.destination == destination
        and (each.importer == party.name if party else each.importer not in others)
    ]
    return max(fitting, key=lambda each: (each.signed or date.min, each.tia_on or date.min), default=None)


def _mechanism(
    profile: VendorProfile, transfer: Transfer | None, party: Subprocessor | None
) -> Mechanism | None:
    """Return what is declared; `none` where the list of transfers is there and leaves this one out."""
    if transfer is not None and transfer.mechanism is not None:
        return transfer.mechanism
    if party is not None and party.mechanism is not None:
        return party.mechanism
    declared = transfer is not None or profile.transfers is None
    return None if declared else "none"


def _is_adequate(law: AreaRules, country: str, mechanism: Mechanism | None, as_of: date) -> bool:
    if area_of(country) in law.adequate_areas:
        return True
    return any(
        (each.valid_from or date.min) <= as_of <= (each.until or date.max) and each.only in (None, mechanism)
        for each in law.adequate
        if each.country == country
    )


def _is_valid(law: AreaRules, mechanism: Mechanism, role: Role, as_of: date) -> bool:
    return any(
        (each.roles is None or role in each.roles) and as_of <= (each.until or date.max)
        for each in law.mechanisms
        if each.mechanism == mechanism
    )
