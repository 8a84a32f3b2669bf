"""Where the data itself says that people come from, and whether what is declared carries it on from there.

Phone numbers, bank accounts, national identifiers and postal codes tell a country.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from bpoaudit.model import Evidence, FieldInventory
from bpoaudit.rules.delivered import Row, country_of
from bpoaudit.rules.transfers import flows_from
from bpoaudit.vendor import VendorProfile
from bpoaudit.vendor.countries import area_of

MIN_CONFIDENCE = 0.6
"""Findings that are less sure tell no country."""


def declared_countries(profile: VendorProfile) -> frozenset[str]:
    """Return the countries that the profile says people come from."""
    return frozenset({profile.client.country, *profile.processing.subject_countries})


def origin_rows(profile: VendorProfile, inventory: Iterable[FieldInventory], as_of: date) -> list[Row]:
    """One row for each flow of data of people from one area, as the values tell it."""
    told: Counter[str] = Counter()
    for field in inventory:
        for entity in field.entities:
            for group in entity.groups:
                country = country_of(entity.entity, group.region)
                if country is not None and group.confidence >= MIN_CONFIDENCE:
                    told[country] += group.count
    total = sum(told.values())
    declared = {_area(country) for country in declared_countries(profile)}
    areas: Counter[str] = Counter()
    for country, count in told.items():
        areas[_area(country)] += count
    rows = []
    for flow in flows_from(profile, told, as_of):
        values = areas[flow.origin]
        facts = {
            "from": flow.origin,
            "to": flow.destination,
            "via": flow.via,
            "area": flow.area,
            "same_area": flow.same_area,
            "adequate": flow.adequate,
            "mechanism": flow.mechanism,
            "mechanism_valid": flow.mechanism_valid,
            "declared": flow.origin in declared,
            "values": values,
            "share": round(values / total, 6),
        }
        label = f"{flow.origin} → {flow.destination} ({flow.via}), told by {values} of {total} values"
        rows.append(Row(facts, Evidence(label=label)))
    return rows


def _area(country: str) -> str:
    return {"eu": "EEA", "uk": "GB", "us": "US"}.get(area_of(country), country)
