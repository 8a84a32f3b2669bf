"""What a rule does not know, and where a person writes it: complete for every rule that is bundled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bpoaudit.rules import bundled, load_packs, tables
from bpoaudit.rules.answers import READ, answered_in, keys_of
from bpoaudit.rules.conditions import leaves
from bpoaudit.vendor import VendorProfile
from tests.rules.conftest import facts, rule_text
from tests.rules.test_judge import Load, _field, _group, _one

ALWAYS_KNOWN = ("derived.", "scan.")
"""Facts that are worked out from what every profile and every delivery has."""
OPTIONS = {"--suppression", "--history"}


def _askable() -> Iterator[str]:
    """Yield every fact that a bundled rule can leave unknown, as a verdict names it."""
    for pack in load_packs(bundled()):
        for rule in pack.rules:
            table = rule.table.name
            yield from () if table == "vendor" else (table,)
            bound = None if rule.expect.bound is None else rule.expect.bound.of
            for condition in (rule.where, rule.expect.condition, bound):
                for leaf in leaves(condition) if condition else ():
                    yield leaf.field if table == "vendor" else f"{table}.{leaf.field}"
            yield from (leaf.field for leaf in leaves(rule.applies_when)) if rule.applies_when else ()


ASKABLE = sorted(set(_askable()))


SCHEMA: dict[str, Any] = VendorProfile.model_json_schema(by_alias=True)


def _in_schema(key: str) -> bool:
    """Tell whether the profile has a key: what stands in lists is followed into their items."""

    def resolved(node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node or "anyOf" in node:
            if "$ref" in node:
                node = SCHEMA["$defs"][node["$ref"].rpartition("/")[2]]
            else:
                node = next(part for part in node["anyOf"] if part.get("type") != "null")
        return node

    node = SCHEMA
    for step in key.split("."):
        name, listed = step.removesuffix("[]"), step.endswith("[]")
        if "propertyNames" in node:
            return name in resolved(node["propertyNames"])["enum"]
        if name not in node.get("properties", {}):
            return False
        node = resolved(node["properties"][name])
        if listed:
            node = resolved(node["items"])
    return True


@pytest.mark.parametrize("fact", ASKABLE)
def test_every_fact_that_a_bundled_rule_can_miss_is_written_somewhere(fact: str) -> None:
    keys = keys_of(fact)
    assert keys or fact.startswith(ALWAYS_KNOWN) or fact.partition(".")[0] in READ
    for key in keys:
        assert key in OPTIONS or _in_schema(key), f"the profile has no {key}"


def test_what_nobody_can_enter_is_never_what_is_asked_for() -> None:
    for fact in ("findings.agreed", "clauses.state", "derived.hiding_feeds", "dates.over_limit"):
        assert keys_of(fact) != ()
        assert fact not in keys_of(fact)
    assert answered_in(["origins.mechanism_valid", "flows.mechanism"]) == ("transfers[].mechanism",)
    assert answered_in(["findings.category", "findings.agreed"]) == ("agreement.feeds",)
    assert answered_in(["vendor.channels"]) == ("vendor.channels",)


def test_every_column_of_every_table_has_its_answer_or_none() -> None:
    for table in tables().values():
        for column in table.columns:
            for key in keys_of(column if table.name == "vendor" else f"{table.name}.{column}"):
                assert key in OPTIONS or _in_schema(key), (table.name, column, key)
    with pytest.raises(KeyError):
        keys_of("findings.no_such_fact")


def test_the_message_names_the_key_and_what_drafts_it(load: Load) -> None:
    asked = "every: {field: agreed, eq: true}"
    text = rule_text().replace("every: {field: masking, in: [masked, partial]}", asked)
    verdict = _one(load(text), facts(inventory=(_field(_group(1)),)))
    assert verdict.missing == ("findings.agreed",)
    assert verdict.answered_in == ("agreement.feeds",)
    assert verdict.message == "Cannot be said without agreement.feeds (bpoaudit vendor learn drafts it)."


def test_what_only_the_delivery_tells_is_said_so(load: Load) -> None:
    asked = "every: {field: region, in: [DE]}"
    text = rule_text().replace("every: {field: masking, in: [masked, partial]}", asked)
    verdict = _one(load(text), facts(inventory=(_field(_group(1)),)))
    assert (verdict.missing, verdict.answered_in) == (("findings.region",), ())
    assert verdict.message == "Cannot be said, as the delivery does not tell findings.region."
