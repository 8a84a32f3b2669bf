"""Rows of the tables that the vendor profile fills, and the facts derived from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, get_args

from bpoaudit.model import Delivery, Evidence, SourceStatus
from bpoaudit.rules.delivered import Feeds, Row
from bpoaudit.rules.registry import list_path, tables
from bpoaudit.rules.transfers import flows_of, processing_countries
from bpoaudit.vendor import Feed, VendorProfile
from bpoaudit.vendor.countries import EEA, is_near
from bpoaudit.vendor.triggers import period_of
from bpoaudit.vendor.words import Clause

_MAX_LABEL = 80


def vendor_rows(
    profile: VendorProfile,
    delivery: Delivery,
    *,
    not_covered: int | None = None,
    measures: Mapping[str, Any] | None = None,
) -> list[Row]:
    """The whole profile as one row: every fact under its dotted path, and the derived ones.

    `not_covered` is how many sources with records no feed covers; `measures` tell what the audit was given
    beside the delivery.
    """
    declared = profile.model_dump(by_alias=True)
    told = {"scan.sources_not_covered": not_covered, **_given(measures or {})}
    derived = {**_derived(profile), **_scan(delivery), **told}
    facts = {
        path: derived[path] if path in derived else _at(declared, path.split("."))
        for path in tables()["vendor"].columns
    }
    return [Row(facts)]


def list_rows(profile: VendorProfile, feeds: Feeds | None, as_of: date) -> dict[str, list[Row] | None]:
    """Rows of every table that is a list of the profile; None where the list is left out."""
    rows: dict[str, list[Row] | None] = {
        "clauses": [
            _row(clause, {"clause": clause, "state": profile.contract.clauses.get(clause)})
            for clause in sorted(get_args(Clause))
        ],
        "flows": _flows(profile, as_of),
    }
    declared = profile.model_dump(by_alias=True)
    for name in tables():
        path = list_path(name)
        if path is None:
            continue
        items = _at(declared, path.split("."))
        rows[name] = (
            None
            if items is None
            else [_row(_label(name, item), {**item, **_added(name, item, profile, as_of)}) for item in items]
        )
    if profile.agreement is not None:
        sources = Counter(feed.id for feed in (feeds or {}).values() if feed is not None)
        rows["feeds"] = [_feed(feed, sources[feed.id], profile) for feed in profile.agreement.feeds]
    return rows


def _at(data: Any, steps: Iterable[str]) -> Any:
    for step in steps:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data


def _derived(profile: VendorProfile) -> dict[str, Any]:
    client = profile.client.country
    people = {client, *profile.processing.subject_countries}
    kinds = {_distance(client, country) for country in processing_countries(profile)}
    return {
        "derived.eu_data": bool(people & EEA),
        "derived.uk_data": "GB" in people,
        "derived.us_data": "US" in people,
        "derived.vendor_in_eea": profile.vendor.country in EEA,
        "derived.offshore": "offshore" in kinds,
        "derived.delivery_model": kinds.pop() if len(kinds) == 1 else "hybrid",
        "derived.processing_countries": processing_countries(profile),
        "derived.test_feeds": profile.agreement
        and any(feed.classification == "test" for feed in profile.agreement.feeds),
        "derived.agreement": profile.agreement is not None,
        "derived.hiding_feeds": profile.agreement and any(feed.hides for feed in profile.agreement.feeds),
    }


def _distance(client: str, country: str) -> str:
    if country == client:
        return "onshore"
    return "nearshore" if is_near(client, country) else "offshore"


def _scan(delivery: Delivery) -> dict[str, Any]:
    sources = [each for each in delivery.sources if each.status is not SourceStatus.SKIPPED]
    unread = [each for each in sources if each.status is not SourceStatus.READ]
    state = "partial" if unread else "complete"
    if not any(each.status in (SourceStatus.READ, SourceStatus.PARTIAL) for each in sources):
        state = "missing"
    return {
        "scan.delivery": state,
        "scan.sources": len(delivery.sources),
        "scan.sources_not_read": len(unread),
        "scan.records_read": delivery.coverage.records.read,
    }


def _given(measures: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {each["kind"] for each in measures.get("lists") or ()}
    return {
        "scan.suppression_list": "suppressed" in measures,
        "scan.canaries": "canary" in kinds,
        "scan.other_clients": bool(kinds & {"other_canary", "other_client"}),
        "scan.earlier_delivery": bool(measures.get("drift")),
    }


def _row(label: str, facts: Mapping[str, Any]) -> Row:
    short = label if len(label) <= _MAX_LABEL else f"{label[: _MAX_LABEL - 1]}…"
    return Row(facts, Evidence(label=short))


def _flows(profile: VendorProfile, as_of: date) -> list[Row]:
    return [
        _row(
            f"{flow.origin} → {flow.destination} ({flow.via})",
            {
                "from": flow.origin,
                "to": flow.destination,
                "via": flow.via,
                "area": flow.area,
                "same_area": flow.same_area,
                "adequate": flow.adequate,
                "mechanism": flow.mechanism,
                "mechanism_valid": flow.mechanism_valid,
                "tia_needed": flow.tia_needed,
                "tia_age_days": flow.tia_age_days,
            },
        )
        for flow in flows_of(profile, as_of)
    ]


def _feed(feed: Feed, sources: int, profile: VendorProfile) -> Row:
    purposes = profile.processing.purposes
    known = {purpose.casefold().strip() for purpose in purposes or ()}
    purpose = feed.purpose if purposes is not None else None
    facts = {
        **feed.model_dump(include=set(tables()["feeds"].columns) - {"entities"}),
        "entities": tuple(sorted(feed.all_entities)),
        "retention_days": period_of(feed, profile.retention).days,
        "field_count": None if feed.fields is None else len(feed.fields),
        "purpose_agreed": purpose.casefold().strip() in known if purpose else None,
        "sources": sources,
    }
    return _row(feed.id, facts)


def _label(table: str, item: Mapping[str, Any]) -> str:
    """Name an item so that its author finds it in the profile."""
    match table:
        case "certificates":
            return f"{item['standard']}, {item['scope']}" if item["scope"] else str(item["standard"])
        case "subprocessors":
            return f"{item['name']} ({item['country']})"
        case "transfers":
            return f"{item['from']} → {item['to']}, {item['mechanism'] or 'mechanism unknown'}"
        case "incidents":
            return f"{item['date']}, {item['kind']}"
        case "sites" | "feeds":
            return str(item["id"])
        case _:
            return str(item["name"])


def _added(table: str, item: Mapping[str, Any], profile: VendorProfile, as_of: date) -> dict[str, Any]:
    """Compute the columns that the profile does not state."""
    match table:
        case "certificates":
            sites, named = profile.vendor.sites, item["sites"]
            known = sites is not None and named is not None
            return {
                "days_left": _days(as_of, item["expires"]),
                "age_days": _days(item["issued"], as_of),
                "covers_sites": {site.id for site in sites or ()} <= set(named or ()) if known else None,
            }
        case "subprocessors":
            return {
                "has_contact": bool(item["contact"]),
                "dpa_age_days": _days(item["dpa_date"], as_of),
            }
        case "transfers":
            return {
                "signed_days": _days(item["signed"], as_of),
                "tia_age_days": _days(item["tia_on"], as_of),
            }
        case "incidents":
            return {"age_days": _days(item["date"], as_of)}
        case _:
            return {}


def _days(start: date | None, end: date | None) -> int | None:
    return (end - start).days if start is not None and end is not None else None
