"""Parameters of rules that a profile changes: checked, used, and told wherever the verdict is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bpoaudit.errors import ProfileError
from bpoaudit.model import (
    EntityCounts,
    FieldInventory,
    FieldKind,
    Group,
    MaskingCounts,
    MaskingState,
    Pointer,
)
from bpoaudit.report.html import render_html
from bpoaudit.rules import choose_packs, load_packs, options_of
from bpoaudit.rules.judge import judge
from bpoaudit.rules.parameters import with_parameters
from bpoaudit.vendor import load_profile
from tests.report.sample import audit_result
from tests.rules.conftest import facts, profile_of, rule_text, write_pack

DAY = date(2026, 6, 30)
CARD = "gdpr/art32-payment-card-clear"

PARAMS = """\
{floor: {type: number, default: 0.6, minimum: 0, maximum: 1}, named: {type: list, default: [CREDIT_CARD]},
 strict: {type: bool, default: true}, word: {type: str, default: clear}}
"""
EVIDENCE = """\
{from: findings, where: {all: [{field: entity, in: {param: named}}, {field: confidence, gte: {param: floor}},
 {field: masking, eq: {param: word}}, {field: confidence, exists: {param: strict}}]}}
"""


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    text = rule_text(params=PARAMS.replace("\n", ""), evidence=EVIDENCE.replace("\n", ""))
    return write_pack(tmp_path / "demo", {"card.yaml": text})


def _inventory(confidence: float) -> tuple[FieldInventory, ...]:
    pointer = Pointer(record=1, start=0, end=1, masked="•", fingerprint="hmac-sha256:" + "0" * 32)
    group = Group(
        masking=MaskingState.CLEAR,
        confidence=confidence,
        recognizer="r",
        region=None,
        count=3,
        pointers=(pointer,),
    )
    found = EntityCounts(
        entity="CREDIT_CARD", category=None, count=3, records=3, distinct=3, confidence=confidence,
        masking=MaskingCounts(clear=3), samples=(), groups=(group,),
    )  # fmt: skip
    return (
        FieldInventory(
            source="a.csv",
            field="f",
            kind=FieldKind.COLUMN,
            records=3,
            non_empty=3,
            distinct=3,
            entities=(found,),
        ),
    )


def _changed(folder: Path, **values: Any) -> Any:
    profile = profile_of(rules={"params": {"demo/card": values}})
    return with_parameters(load_packs([str(folder)]), profile)


def test_a_parameter_decides_and_the_verdict_says_so(demo: Path) -> None:
    told = facts(inventory=_inventory(0.7))
    usual = judge(load_packs([str(demo)]), told)[0]
    packs = _changed(demo, floor=0.8)
    weaker = judge(packs, told)[0]

    assert (usual.status, weaker.status) == ("fail", "pass")
    assert "other parameters" not in usual.title
    assert "other parameters" in weaker.title
    assert "floor 0.8 instead of 0.6" in weaker.message
    assert options_of(packs) == {"rule_params": ["demo/card: floor 0.8 instead of 0.6"]}


def test_the_usual_value_is_no_change(demo: Path) -> None:
    packs = _changed(demo, floor=0.6)

    assert options_of(packs) == {}
    assert judge(packs, facts())[0].title == "Payment cards are masked"


def test_values_of_every_type_reach_the_condition(demo: Path) -> None:
    packs = _changed(demo, named=("IBAN_CODE", "PERSON"), strict=False, word="partial", floor=1)

    assert packs[0].rules[0].params == {
        "floor": 1, "named": ["IBAN_CODE", "PERSON"], "strict": False, "word": "partial"
    }  # fmt: skip
    assert len(options_of(packs)["rule_params"]) == 4


def test_the_rule_is_changed_in_every_pack_that_borrows_it() -> None:
    profile = profile_of(rules={"params": {CARD: {"min_confidence": 0.9}}})
    packs, _ = choose_packs(["pci-dss-4", "bpo-baseline"], profile, DAY)

    rules = [rule for pack in packs for rule in pack.rules if rule.id == CARD]
    assert len(rules) == 2
    assert {rule.params["min_confidence"] for rule in rules} == {0.9}


def test_a_rule_that_is_not_judged_may_be_named() -> None:
    profile = profile_of(rules={"params": {CARD: {"min_confidence": 0.9}}})
    packs, _ = choose_packs(["ua-pdp"], profile, DAY)

    assert options_of(packs) == {}


FAULTS = [
    (
        "gdpr/art32-payment-card-cler: {min_confidence: 0.8}",
        "8:5",
        "did you mean 'gdpr/art32-payment-card-clear'",
    ),
    (f"{CARD}: {{min_confidense: 0.8}}", "8:37", "did you mean 'min_confidence'"),
    (f"{CARD}: {{min_confidence: 1.2}}", "8:53", "at least 0 and at most 1"),
    (f"{CARD}: {{min_confidence: high}}", "8:53", "has to be a number"),
    (f"{CARD}: {{min_confidence: true}}", "8:53", "has to be a number"),
    (f"{CARD}: {{min_confidence: [a]}}", "8:53", "has to be a number"),
    ("gdpr/art28-audit-right: {days: 1}", "8:30", "it has none"),
]


@pytest.mark.parametrize(("line", "place", "message"), FAULTS)
def test_what_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, line: str, place: str, message: str
) -> None:
    path = tmp_path / "vendor.yaml"
    path.write_text(
        "apiVersion: bpoaudit/v1\nkind: VendorProfile\nvendor: {name: V, country: IN, services: [support]}\n"
        "client: {name: C, country: IE}\nprocessing: {countries: [IN], subject_countries: [IE]}\n"
        f"rules:\n  params:\n    {line}\n"
    )
    with pytest.raises(ProfileError) as caught:
        choose_packs(["gdpr"], load_profile(path), DAY, path)

    assert message in caught.value.message
    assert f"{caught.value.line}:{caught.value.column}" == place


def test_a_word_that_the_field_does_not_have_is_the_profiles_fault(demo: Path) -> None:
    with pytest.raises(ProfileError, match=r"cannot judge by it.*clera"):
        _changed(demo, word="clera")


def test_a_list_cannot_be_emptied(demo: Path) -> None:
    with pytest.raises(ProfileError, match="a list of words"):
        _changed(demo, named=())


def test_the_report_lists_every_change_by_itself() -> None:
    result = audit_result()
    changes = [f"demo/rule-{number}: floor 0.9 instead of 0.6" for number in range(30)]
    options = {**result.audit.options, "rule_params": changes}
    html = render_html(
        result.model_copy(update={"audit": result.audit.model_copy(update={"options": options})})
    )

    for change in changes:
        assert f"<td>{change}</td>" in html
