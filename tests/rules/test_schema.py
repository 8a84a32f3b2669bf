"""The JSON Schema of rules agrees with the loader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bpoaudit.documents import load_yaml, parse_yaml
from bpoaudit.resources import folder
from bpoaudit.rules import rule_schema
from tests.rules.conftest import RULE, rule_text

VALIDATOR = jsonschema.Draft202012Validator(rule_schema())

RULE_FILES = sorted(
    path
    for path in folder("rules").glob("*/*.yaml")
    if path.name not in ("pack.yaml", "controls.yaml") and not path.name.endswith(".test.yaml")
)


def _valid(text: str) -> bool:
    data: Any = parse_yaml(text, "f").data
    return VALIDATOR.is_valid(data)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(rule_schema())


def test_the_demonstration_rule_is_valid() -> None:
    assert _valid(RULE)


@pytest.mark.parametrize(
    "changes",
    [
        {"severity": "urgent"},
        {"evidence": "{from: finding}"},
        {"evidence": "{from: findings, where: {field: entitty, eq: X}}"},
        {"evidence": "{from: findings, where: {field: entity, equals: X}}"},
        {"evidence": "{from: findings, where: {field: entity, gte: X}}"},
        {"evidence": "{from: findings, where: {field: confidence, gte: high}}"},
        {"evidence": "{from: findings, where: {field: masking, in: [clera]}}"},
        {"evidence": "{from: findings, where: {field: entity, eq: X, ne: Y}}"},
        {"evidence": "{from: findings, where: {field: entity}}"},
        {"expect": "{every: {all: []}}"},
        {"expect": "{ratio: {lte: 0.1, of: {field: nothing, eq: 1}}}"},
        {"applies_when": "{field: client.country, eq: UK}"},
        {"applies_when": "{field: masking, eq: clear}"},
        {"tagss": "[a]"},
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(changes: dict[str, str]) -> None:
    text = RULE + "tagss: [a]\n" if "tagss" in changes else rule_text(**changes)

    assert not _valid(text)


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_bundled_rules_are_valid(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(load_yaml(path).data)] == []
