"""How many people a failure is about: at most, and nothing where one source does not tell."""

from __future__ import annotations

from typing import Any

import pytest

from bpoaudit.model import EntityCounts, FieldInventory, FieldKind, Group, MaskingCounts, MaskingState, Status
from bpoaudit.rules import load_packs
from bpoaudit.rules.judge import judge
from tests.rules.conftest import facts, profile_of, rule_text, write_pack

CARD, IBAN = "CREDIT_CARD", "IBAN_CODE"
MEASURED = [
    {"source": "a.csv", "field": None, "entity": None, "subjects": 40, "estimated": False},
    {"source": "a.csv", "field": "card", "entity": CARD, "subjects": 30, "estimated": False},
    {"source": "a.csv", "field": "notes", "entity": CARD, "subjects": 25, "estimated": False},
    {"source": "b.csv", "field": None, "entity": None, "subjects": 8, "estimated": False},
    {"source": "b.csv", "field": "card", "entity": CARD, "subjects": 8, "estimated": False},
]


def _cards(source: str, field: str, count: int) -> FieldInventory:
    group = Group(
        masking=MaskingState.CLEAR, confidence=1.0, recognizer="r", region=None, count=count, pointers=()
    )
    entity = EntityCounts(
        entity=CARD, category=None, count=count, records=count, distinct=count, confidence=1.0,
        masking=MaskingCounts(clear=count), samples=(), groups=(group,),
    )  # fmt: skip
    return FieldInventory(
        source=source,
        field=field,
        kind=FieldKind.COLUMN,
        records=99,
        non_empty=99,
        distinct=99,
        entities=(entity,),
    )


@pytest.mark.parametrize(
    ("found", "subjects"),
    [
        ([("a.csv", "card", 90)], 30),
        ([("a.csv", "card", 3)], 3),
        ([("a.csv", "card", 90), ("a.csv", "notes", 90)], 40),
        ([("a.csv", "card", 5), ("a.csv", "notes", 6)], 11),
        ([("a.csv", "card", 90), ("b.csv", "card", 90)], 38),
        ([("a.csv", "card", 90), ("c.csv", "card", 1)], None),
        ([("a.csv", "other", 1)], None),
        ([], None),
    ],
)
def test_people_that_failing_findings_are_about(
    tmp_path: Any, found: list[tuple[str, str, int]], subjects: int | None
) -> None:
    pack = write_pack(tmp_path / "demo", {"card.yaml": rule_text()})
    inventory = tuple(_cards(*each) for each in found)
    known = facts(profile_of(), inventory=inventory, measures={"subjects": MEASURED})
    (verdict,) = judge(load_packs([str(pack)]), known)
    assert (verdict.status is Status.FAIL) == bool(found)
    assert verdict.subjects == subjects


def test_without_the_measure_nobody_knows(tmp_path: Any) -> None:
    pack = write_pack(tmp_path / "demo", {"card.yaml": rule_text()})
    (verdict,) = judge(load_packs([str(pack)]), facts(inventory=(_cards("a.csv", "card", 9),)))
    assert verdict.subjects is None
