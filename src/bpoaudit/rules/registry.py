"""The one list of what a rule may ask for: tables, their columns, their types and words.

The linter, the JSON Schema of rules, the documentation and the code that builds the tables all
read it. Facts of the vendor profile come from the profile's own schema, so that a new key there is
a new fact here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, get_args

from bpoaudit.rules.delivery_tables import DELIVERY_TABLES
from bpoaudit.rules.measured import LISTED, MEASURED_TABLES
from bpoaudit.rules.table import Column, Table, country, flag, number, text
from bpoaudit.vendor import VendorProfile
from bpoaudit.vendor.countries import COUNTRIES
from bpoaudit.vendor.words import (
    Answer,
    Clause,
    ClauseState,
    Mechanism,
)

_ANSWERS = frozenset(get_args(Answer))
_COUNTRY_PATTERN = "^[A-Z]{2}$"

_CLAUSES = Table(
    "clauses",
    "One clause that a data-processing agreement can have; every known clause has a row.",
    {
        "clause": text("Id of the clause.", Clause),
        "state": Column(
            "str",
            "Whether the contract has it; null: unknown.",
            frozenset(get_args(ClauseState)) - {"unknown"},
        ),
    },
)

_FLOWS = Table(
    "flows",
    "Data of one area's people processed in one country, by the vendor or by one sub-processor.",
    {
        "from": text("Where the data comes from: EEA, GB, US or another country's code."),
        "to": country("Country where it is processed."),
        "via": text("`vendor`, or the name of the sub-processor."),
        "area": Column("str", "Legal area of `from`.", frozenset({"eu", "uk", "us", "other"})),
        "same_area": flag("`to` lies inside `from`: no transfer."),
        "adequate": flag("An adequacy decision covers it; partial ones (US, CA) only where relied upon."),
        "mechanism": text("What it rests on; null: unknown.", Mechanism),
        "mechanism_valid": flag("The mechanism holds for this transfer on this day; null: unknown."),
        "tia_needed": flag("It needs a transfer impact assessment."),
        "tia_age_days": number("Days since that assessment; null: none known."),
    },
)

_DERIVED = {
    "derived.eu_data": flag("The client or the data subjects are in the EEA."),
    "derived.uk_data": flag("The client or the data subjects are in the United Kingdom."),
    "derived.us_data": flag("The client or the data subjects are in the United States."),
    "derived.vendor_in_eea": flag("The vendor is established in the EEA."),
    "derived.offshore": flag("Data is processed on another continent than the client's, EEA apart."),
    "derived.delivery_model": Column(
        "str",
        "Where the work is done, seen from the client.",
        frozenset({"onshore", "nearshore", "offshore", "hybrid"}),
    ),
    "derived.agreement": flag("The profile has an agreement on what may be delivered."),
    "derived.processing_countries": Column(
        "list", "Countries where the vendor or a sub-processor works on the data, also from home.", COUNTRIES
    ),
    "derived.test_feeds": flag("A feed of the agreement is declared to be test data; null: no agreement."),
    "derived.hiding_feeds": flag(
        "A feed of the agreement is declared pseudonymised or anonymised; null: no agreement."
    ),
    "scan.delivery": Column(
        "str", "How much of the delivery was read.", frozenset({"complete", "partial", "missing"})
    ),
    "scan.sources": number("Sources in the delivery."),
    "scan.sources_not_read": number("Sources that were not fully read, and not excluded."),
    "scan.sources_not_covered": number(
        "Sources with records that no feed of the agreement covers; null: no agreement."
    ),
    "scan.records_read": number("Records read."),
    "scan.suppression_list": flag("The audit was given a list of people who must not appear."),
    "scan.canaries": flag("The audit was given a list of planted records of the client."),
    "scan.other_clients": flag("The audit was given a list of people or planted records of another client."),
    "scan.earlier_delivery": flag("The audit was given a history with an earlier delivery of the vendor."),
}

_PROFILE_LISTS: tuple[tuple[str, str, str, dict[str, Column]], ...] = (
    (
        "certificates",
        "certificates",
        "One certificate or attestation.",
        {
            "days_left": number("Days until it expires; negative: expired; null: no date."),
            "age_days": number("Days since it was issued; null: no date."),
            "covers_sites": flag("It names every site of the vendor; null: sites not known."),
        },
    ),
    (
        "subprocessors",
        "subprocessors",
        "One sub-processor.",
        {
            "has_contact": flag("A contact is named."),
            "dpa_age_days": number("Days since its contract; null: no date."),
        },
    ),
    (
        "transfers",
        "transfers",
        "One declared transfer.",
        {
            "signed_days": number("Days since it was signed; null: no date."),
            "tia_age_days": number("Days since its impact assessment; null: no date."),
        },
    ),
    ("sites", "vendor.sites", "One site of the vendor.", {}),
    ("ai_tools", "processing.ai_tools", "One tool with a language or speech model.", {}),
    ("sla_metrics", "contract.sla.metrics", "One service level.", {}),
    ("retention_classes", "retention.classes", "One class of the retention schedule.", {}),
    (
        "incidents",
        "incidents.history",
        "One past breach.",
        {
            "age_days": number("Days since it happened."),
        },
    ),
    (
        "feeds",
        "agreement.feeds",
        "One feed of the agreement.",
        {
            "entities": Column("list", "Every entity that is agreed somewhere in it."),
            "field_count": number("Fields that are listed; null: agreed as a whole."),
            "purpose_agreed": flag(
                "Its purpose is one of processing.purposes; null: one of the two is not known."
            ),
            "sources": number("Sources of the delivery that belong to it."),
        },
    ),
)
"""Table, where its list stands in the profile, description, derived columns."""

_WITHHELD = frozenset({"contact", "fields", "entities", "categories"})
"""Keys of list items that are no columns: contact persons, and lists of objects."""


@cache
def _schema() -> dict[str, Any]:
    return VendorProfile.model_json_schema(by_alias=True)


def _resolve(node: dict[str, Any]) -> dict[str, Any]:
    """Follow references and leave out `null`, keeping the description given on the way."""
    description = node.get("description")
    while True:
        if "$ref" in node:
            node = _schema()["$defs"][node["$ref"].rpartition("/")[2]]
        elif "anyOf" in node:
            node = next(part for part in node["anyOf"] if part.get("type") != "null")
        else:
            return {**node, "description": description or node.get("description", "")}


def _column(node: dict[str, Any], path: str) -> Column:
    description = node["description"] or f"As declared: {path}."
    kind = node.get("type")
    if kind == "array":
        items = _resolve(node["items"])
        if "properties" in items:
            return Column("rows", description)
        return replace(_column(items, path), type="list", description=description, answer=False)
    if kind in ("integer", "number"):
        return Column("number", description)
    if node.get("format") == "date":
        return Column("date", description)
    choices = frozenset(node.get("enum", ()))
    if node.get("pattern") == _COUNTRY_PATTERN:
        choices = COUNTRIES
    return Column("str", description, choices - {"unknown"}, answer=choices == _ANSWERS)


def _profile_facts(node: dict[str, Any], prefix: str) -> Iterator[tuple[str, Column]]:
    for key, part in node.get("properties", {}).items():
        path = f"{prefix}{key}"
        inner = _resolve(part)
        if path in ("apiVersion", "kind", "packs", "rules", "detection", "agreement", "vendor.contacts"):
            continue
        if "propertyNames" in inner:
            state = _resolve(inner["additionalProperties"])
            for word in inner["propertyNames"]["enum"]:
                yield f"{path}.{word}", _column(state, f"{path}.{word}")
        elif "properties" in inner:
            yield from _profile_facts(inner, f"{path}.")
        else:
            yield path, _column(inner, path)


def _list_columns(path: str) -> dict[str, Column]:
    node = _schema()
    for step in path.split("."):
        node = _resolve(node["properties"][step])
    item = _resolve(node["items"])
    return {
        key: _column(inner, f"{path}[].{key}")
        for key, part in item["properties"].items()
        if key not in _WITHHELD and "properties" not in (inner := _resolve(part))
    }


@cache
def tables() -> Mapping[str, Table]:
    """Return every table by name; `vendor` is the profile as one row, its columns dotted paths."""
    profile = dict(_profile_facts(_schema(), ""))
    made = [
        Table("vendor", "The vendor profile as one row.", {**profile, **_DERIVED}),
        *DELIVERY_TABLES,
        *MEASURED_TABLES,
        LISTED,
        _CLAUSES,
        _FLOWS,
        *(
            Table(name, description, {**_list_columns(path), **derived})
            for name, path, description, derived in _PROFILE_LISTS
        ),
    ]
    return {table.name: table for table in made}


def list_path(table: str) -> str | None:
    """Return where in the profile the list behind `table` stands; None for other tables."""
    return next((path for name, path, *_ in _PROFILE_LISTS if name == table), None)
