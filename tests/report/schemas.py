"""Check documents against the schemas of their formats."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from lxml import etree

FOLDER = Path(__file__).parents[1] / "schemas"


def sarif_errors(text: str) -> list[str]:
    """Return what is wrong with a SARIF log."""
    return _errors(jsonschema.Draft4Validator, "sarif-2.1.0.json", text)


def oscal_errors(text: str) -> list[str]:
    """Return what is wrong with OSCAL assessment results."""
    return _errors(jsonschema.Draft7Validator, "oscal-assessment-results-1.2.3.json", text)


def junit_errors(text: str) -> list[str]:
    """Return what is wrong with a JUnit document, beginning with whether it is XML at all."""
    schema = etree.XMLSchema(etree.parse(FOLDER / "junit-10.xsd"))
    schema.validate(etree.fromstring(text.encode(), etree.XMLParser(huge_tree=True)))
    return [str(error) for error in schema.error_log]


def _errors(validator: Any, name: str, text: str) -> list[str]:
    checker = validator(_schema(name), format_checker=jsonschema.FormatChecker())
    return [f"{e.json_path}: {e.message[:200]}" for e in checker.iter_errors(json.loads(text))]


@cache
def _schema(name: str) -> Any:
    return _readable(json.loads((FOLDER / name).read_text(encoding="utf-8")))


def _readable(schema: Any) -> Any:
    """Write the patterns of a schema as Python does, whose `re` knows no `\\p{L}` and no `\\p{N}`."""
    if isinstance(schema, list):
        return [_readable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value.replace(r"\p{L}", r"[^\W\d_]").replace(r"\p{N}", r"\d")
        if key == "pattern" and isinstance(value, str)
        else _readable(value)
        for key, value in schema.items()
    }
