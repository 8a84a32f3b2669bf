"""The JSON Schemas of a pack's files, with the facts and operators that conditions can use."""

from __future__ import annotations

from typing import Any

from bpoaudit.rules.forms import SHOWABLE, CasesForm, ControlForm, PackForm, RuleForm
from bpoaudit.rules.operators import OPERATORS, Operator
from bpoaudit.rules.registry import tables
from bpoaudit.rules.table import Column, Table
from bpoaudit.vendor.countries import COUNTRIES

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COUNTRY = {"enum": sorted(COUNTRIES)}
_PARAM = {
    "type": "object",
    "properties": {"param": {"type": "string"}},
    "required": ["param"],
    "additionalProperties": False,
}


def pack_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each kind of file that a pack has: rule, cases, pack, controls."""
    pack = PackForm.model_json_schema(by_alias=True)
    vendor = tables()["vendor"]
    pack["$defs"] = {**pack.get("$defs", {}), "Country": _COUNTRY, _name(vendor): _condition(vendor)}
    pack["properties"]["applies_when"] = _ref(vendor)
    control = ControlForm.model_json_schema(by_alias=True)
    controls = {"type": "array", "items": control, "$defs": control.pop("$defs", {})}
    cases = CasesForm.model_json_schema(by_alias=True)
    made = {"cases": cases, "pack": pack, "controls": controls}
    return {"rule": rule_schema(), **{name: {"$schema": _DIALECT, **schema} for name, schema in made.items()}}


def rule_schema() -> dict[str, Any]:
    """Return the JSON Schema of a rule, for completion and checks in an editor.

    It knows every table, fact, operator and closed vocabulary; the loader checks the rest.
    """
    schema = RuleForm.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    definitions["Country"] = _COUNTRY
    for table in tables().values():
        definitions[_name(table)] = _condition(table)
    schema["properties"]["applies_when"] = {"$ref": "#/$defs/vendorCondition"}
    schema["properties"]["show"] = {
        "type": "array",
        "items": {"enum": sorted(SHOWABLE)},
        "description": "Which particulars of a failing item to show; left out: all that there are.",
    }
    definitions["EvidenceForm"]["properties"]["from"] = {
        "enum": sorted(tables()),
        "description": "The table whose rows are checked.",
    }
    # What stands in `where` and `expect` depends on `evidence.from`.
    schema["allOf"] = [
        {
            "if": {"properties": {"evidence": {"properties": {"from": {"const": table.name}}}}},
            "then": {
                "properties": {
                    "evidence": {"properties": {"where": _ref(table)}},
                    "expect": {
                        "properties": {
                            "every": _ref(table),
                            "none": _ref(table),
                            "count": {"properties": {"of": _ref(table)}},
                            "ratio": {"properties": {"of": _ref(table)}},
                        }
                    },
                }
            },
        }
        for table in tables().values()
    ]
    return {"$schema": _DIALECT, **schema}


def _name(table: Table) -> str:
    return f"{table.name}Condition"


def _ref(table: Table) -> dict[str, str]:
    return {"$ref": f"#/$defs/{_name(table)}"}


def _condition(table: Table) -> dict[str, Any]:
    parts = {"type": "array", "minItems": 1, "items": _ref(table)}
    # Facts that take the same operators and words share one branch: it keeps the schema readable.
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for name, column in table.columns.items():
        alike.setdefault((column.type, tuple(sorted(column.choices))), []).append(name)
    return {
        "type": "object",
        "description": table.description,
        "oneOf": [
            *(_group(key, part) for key, part in (("all", parts), ("any", parts), ("not", _ref(table)))),
            *(_leaf(names, table.columns[names[0]]) for names in alike.values()),
        ],
    }


def _group(key: str, part: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {key: part}, "required": [key], "additionalProperties": False}


def _leaf(names: list[str], column: Column) -> dict[str, Any]:
    operators = {each.name: _operand(each, column) for each in OPERATORS if column.type in each.types}
    return {
        "properties": {"field": {"enum": names}, **operators},
        "required": ["field"],
        "minProperties": 2,
        "maxProperties": 2,
        "additionalProperties": False,
    }


def _operand(operator: Operator, column: Column) -> dict[str, Any]:
    value = _value(column)
    match operator.operand:
        case "one":
            written = value
        case "many":
            written = {"type": "array", "minItems": 1, "items": value}
        case "days":
            written = {"type": "integer", "minimum": 0}
        case "yes":
            written = {"const": True}
        case "flag":
            written = {"type": "boolean"}
        case "glob":
            written = {"type": "string"}
    return {"anyOf": [written, _PARAM]}


def _value(column: Column) -> dict[str, Any]:
    if column.choices == COUNTRIES:
        return {"$ref": "#/$defs/Country"}
    if column.choices:
        return {"enum": sorted(column.choices)}
    match column.type:
        case "number":
            return {"type": "number"}
        case "bool":
            return {"type": "boolean"}
        case "date":
            return {"type": "string", "format": "date"}
        case _:
            return {"type": "string"}
