"""The one list of what a rule may ask for: tables, their columns, their types and words.

The linter, the JSON Schema of rules, the documentation and the code that builds the tables all
read it. Facts of the vendor profile come from the profile's own schema, so that a new key there is
a new fact here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, get_args

from bpoaudit.facts import FACTS
from bpoaudit.model import FieldKind, MaskingState, SourceStatus
from bpoaudit.vendor import VendorProfile
from bpoaudit.vendor.countries import COUNTRIES
from bpoaudit.vendor.words import AgreedMasking, Answer, Classification, Clause, ClauseState, Mechanism

Type = Literal["str", "number", "bool", "date", "list", "rows"]
"""`rows` is a list of objects, with a table of its own; as a fact it can only exist."""

SPECIAL_CATEGORIES = frozenset(
    {"HEALTH", "RELIGION", "ETHNICITY", "UNION_MEMBERSHIP", "SEXUAL_ORIENTATION", "POLITICAL_OPINION"}
)
"""Entities of GDPR Art. 9(1)."""

_ANSWERS = frozenset(get_args(Answer))
_COUNTRY_PATTERN = "^[A-Z]{2}$"


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of a row."""

    type: Type
    description: str
    choices: frozenset[str] = frozenset()
    """The only words it can hold (for a list: its items); empty where any text can stand."""
    answer: bool = False
    """An answer, where `unknown` is a missing fact and `not_applicable` takes the item out."""


@dataclass(frozen=True, slots=True)
class Table:
    """What one row is, and what is known about it."""

    name: str
    description: str
    columns: Mapping[str, Column]
    weight: str | None = None
    """The column that says how many items a row stands for; None: one."""
    failing_weight: str | None = None
    """The column that says how many of them fail when the row does; None: all."""
    placeholders: tuple[str, ...] = ("label",)
    """What a message can name of the first failing item."""
    from_reading: bool = False
    """Filled by reading the delivery: without `scan.delivery: complete` it cannot pass."""


def _text(description: str, choices: object = None) -> Column:
    words = frozenset(str(word) for word in get_args(choices)) if choices else frozenset()
    return Column("str", description, words)


def _words(description: str, words: type[FieldKind] | type[MaskingState] | type[SourceStatus]) -> Column:
    return Column("str", description, frozenset(word.value for word in words))


def _number(description: str) -> Column:
    return Column("number", description)


def _flag(description: str) -> Column:
    return Column("bool", description)


def _date(description: str) -> Column:
    return Column("date", description)


def _country(description: str) -> Column:
    return Column("str", description, COUNTRIES)


_SOURCE = _text("Name of the source, as in findings.jsonl.")
_FIELD = _text("Name of the field.")
_FEED = _text("Feed of the agreement that the source belongs to; null: none.")

_DELIVERY_TABLES = (
    Table(
        "findings",
        "Findings of one field that share entity, masking, confidence, recogniser and region.",
        {
            "source": _SOURCE,
            "field": _FIELD,
            "kind": _words("Where the field comes from.", FieldKind),
            "feed": _FEED,
            "classification": _text("What the feed is declared to be; null: not declared.", Classification),
            "entity": _text("Entity type, such as EMAIL_ADDRESS."),
            "category": _text("W3C DPV term of the entity; null where DPV has none."),
            "masking": _words("What the vendor's masking left visible.", MaskingState),
            "confidence": _number("0 to 1."),
            "recognizer": _text("What found it."),
            "region": _text("Country that the value itself tells; null: none."),
            "region_agreed": _flag("The feed lists that country; null: no country told, or none listed."),
            "agreed": _flag("The agreement allows this entity in this field; null: no agreement."),
            "agreed_masking": _text("The masking that was agreed; null: not agreed.", AgreedMasking),
            "masking_met": _flag("Masked as agreed, or better; null: nothing agreed."),
            "special": _flag("A special category of personal data (GDPR Art. 9(1))."),
            "count": _number("Findings in the group."),
        },
        weight="count",
        placeholders=("source", "field", "record", "entity"),
        from_reading=True,
    ),
    Table(
        "fields",
        "One field of one source.",
        {
            "source": _SOURCE,
            "field": _FIELD,
            "kind": _words("Where the field comes from.", FieldKind),
            "feed": _FEED,
            "records": _number("Records of the source."),
            "non_empty": _number("Records in which the field is not empty."),
            "distinct": _number("Different values."),
            "agreed": _flag("The agreement lists the field; null: no agreement."),
            "entity_types": _number("Different entities found in it."),
            "personal": _flag("It holds personal data."),
        },
        placeholders=("source", "field"),
        from_reading=True,
    ),
    Table(
        "sources",
        "One source of the delivery.",
        {
            "source": _SOURCE,
            "media_type": _text("Media type."),
            "status": _words("How far it was read.", SourceStatus),
            "bytes": _number("Size; null for a sheet or table inside a file."),
            "records_read": _number("Records read."),
            "feed": _FEED,
            "agreed": _flag("A feed of the agreement covers it; null: no agreement."),
            "over_max_records": _flag("More records than the feed may have; null: no limit agreed."),
            **{
                name: Column("str" if kind.words else "number", kind.description, frozenset(kind.words))
                for name, kind in FACTS.items()
            },
        },
        placeholders=("source",),
    ),
    Table(
        "dates",
        "One date field and the age of its records.",
        {
            "source": _SOURCE,
            "field": _FIELD,
            "feed": _FEED,
            "oldest": _date("Oldest date."),
            "newest": _date("Newest date."),
            "count": _number("Records with a date in it."),
            "trigger": _flag("The agreed retention counts from it; none named: it is a creation date."),
            "limit_days": _number("Agreed retention; null: none agreed."),
            "over_limit": _number("Records older than that on the day of the audit; null: no limit."),
        },
        weight="count",
        failing_weight="over_limit",
        placeholders=("source", "field"),
        from_reading=True,
    ),
)

_CLAUSES = Table(
    "clauses",
    "One clause that a data-processing agreement can have; every known clause has a row.",
    {
        "clause": _text("Id of the clause.", Clause),
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
        "from": _text("Where the data comes from: EEA, GB, US or another country's code."),
        "to": _country("Country where it is processed."),
        "via": _text("`vendor`, or the name of the sub-processor."),
        "area": Column("str", "Legal area of `from`.", frozenset({"eu", "uk", "us", "other"})),
        "same_area": _flag("`to` lies inside `from`: no transfer."),
        "adequate": _flag("An adequacy decision covers it; partial ones (US, CA) only where relied upon."),
        "mechanism": _text("What it rests on; null: unknown.", Mechanism),
        "mechanism_valid": _flag("The mechanism holds for this transfer on this day; null: unknown."),
        "tia_needed": _flag("It needs a transfer impact assessment."),
        "tia_age_days": _number("Days since that assessment; null: none known."),
    },
)

_DERIVED = {
    "derived.eu_data": _flag("The client or the data subjects are in the EEA."),
    "derived.uk_data": _flag("The client or the data subjects are in the United Kingdom."),
    "derived.us_data": _flag("The client or the data subjects are in the United States."),
    "derived.vendor_in_eea": _flag("The vendor is established in the EEA."),
    "derived.offshore": _flag("Data is processed on another continent than the client's, EEA apart."),
    "derived.delivery_model": Column(
        "str",
        "Where the work is done, seen from the client.",
        frozenset({"onshore", "nearshore", "offshore", "hybrid"}),
    ),
    "derived.agreement": _flag("The profile has an agreement on what may be delivered."),
    "scan.delivery": Column(
        "str", "How much of the delivery was read.", frozenset({"complete", "partial", "missing"})
    ),
    "scan.sources": _number("Sources in the delivery."),
    "scan.sources_not_read": _number("Sources that were not fully read, and not excluded."),
    "scan.records_read": _number("Records read."),
}

_PROFILE_LISTS: tuple[tuple[str, str, str, dict[str, Column]], ...] = (
    (
        "certificates",
        "certificates",
        "One certificate or attestation.",
        {
            "days_left": _number("Days until it expires; negative: expired; null: no date."),
            "age_days": _number("Days since it was issued; null: no date."),
            "covers_sites": _flag("It names every site of the vendor; null: sites not known."),
        },
    ),
    (
        "subprocessors",
        "subprocessors",
        "One sub-processor.",
        {
            "has_contact": _flag("A contact is named."),
            "dpa_age_days": _number("Days since its contract; null: no date."),
        },
    ),
    (
        "transfers",
        "transfers",
        "One declared transfer.",
        {
            "signed_days": _number("Days since it was signed; null: no date."),
            "tia_age_days": _number("Days since its impact assessment; null: no date."),
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
            "age_days": _number("Days since it happened."),
        },
    ),
    (
        "feeds",
        "agreement.feeds",
        "One feed of the agreement.",
        {
            "entities": Column("list", "Every entity that is agreed somewhere in it."),
            "field_count": _number("Fields that are listed; null: agreed as a whole."),
            "sources": _number("Sources of the delivery that belong to it."),
        },
    ),
)
"""Table, where its list stands in the profile, description, derived columns."""

_WITHHELD = frozenset({"contact", "fields", "entities"})
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
        if path in ("apiVersion", "kind", "packs", "detection", "agreement", "vendor.contacts"):
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
        *_DELIVERY_TABLES,
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
