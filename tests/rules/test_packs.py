"""Loading rule packs: what is refused, and that each fault has its line and column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bpoaudit.errors import RulePackError
from bpoaudit.model import Severity
from bpoaudit.rules import Pack, bundled, load_packs
from tests.rules.conftest import CONTROLS, PACK, RULE, rule_text, write_pack


def _fault(folder: Path) -> str:
    with pytest.raises(RulePackError) as caught:
        load_packs([str(folder)])
    return str(caught.value).replace(f"{folder}/", "")


def _rule_fault(tmp_path: Path, text: str) -> str:
    return _fault(write_pack(tmp_path / "demo", {"card.yaml": text}))


def test_a_pack_is_loaded(load: Callable[..., Pack]) -> None:
    pack = load()
    (rule,) = pack.rules

    assert (pack.id, rule.id, rule.pack) == ("demo", "demo/card", "demo")
    assert rule.severity is Severity.CRITICAL
    assert rule.params == {"floor": 0.6}
    assert rule.references[0].title == "GDPR Art. 32(1)(a)"
    assert rule.references[0].dpv == "https://w3id.org/dpv#A"


def test_a_reference_can_say_more_than_its_control(load: Callable[..., Pack]) -> None:
    pack = load(references='[{control: gdpr-art-5.1.c, eli: "http://data.europa.eu/eli/x"}]')

    assert pack.rules[0].references[0].eli == "http://data.europa.eu/eli/x"
    assert pack.rules[0].references[0].dpv is None


def _place(text: str, target: str) -> str:
    """Return `line:column` of the only occurrence of `target`."""
    assert text.count(target) == 1
    before = text[: text.index(target)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.mark.parametrize(
    ("before", "after", "target", "message"),
    [
        ("severity: critical", "severity: urgent", "urgent",
         "'urgent' is not a known word here; known: critical, high, low, medium"),
        ("domain: masking", "domian: masking", "domian", "unknown key 'domian'; did you mean 'domain'?"),
        ("title: Payment cards are masked\n", "", "apiVersion", "the key 'title' is missing"),
        ("id: demo/card", "id: demo/other", "demo/other", "must be 'demo/card', the pack and the file's name"),
        ("gdpr-art-32.1.a", "gdpr-art-32.1", "gdpr-art-32.1",
         "'gdpr-art-32.1' is not in controls.yaml; did you mean 'gdpr-art-32.1.a'?"),
        ("from: findings", "from: finding", "finding\n", "unknown table 'finding'; did you mean 'findings'?"),
        ("field: entity", "field: entitty", "entitty",
         "unknown field 'entitty' in findings; did you mean 'entity'?"),
        ("entity, in:", "entity, is:", "is: [C", "unknown operator 'is'; did you mean 'eq'?"),
        ("masking, in:", "masking, one_of:", "one_of", "unknown operator 'one_of'; did you mean 'in'?"),
        ("masking, in:", "masking, containz:", "containz",
         "unknown operator 'containz'; did you mean 'contains'?"),
        ("gte: {param: floor}", "gte: high", "high", "confidence is a number, and 'high' is not"),
        ("gte: {param: floor}", "gte: true", "true", "confidence is a number, and true is not"),
        ("confidence, gte", "entity, gte", "gte",
         "'gte' does not apply to entity, which is a text; known: eq, ne, in, not_in, matches_glob, exists"),
        ("[masked, partial]", "[masked, partail]", "partail",
         "masking can never be 'partail'; did you mean 'partial'?"),
        ("[masked, partial]", "[]", "[]", "'in' needs a list of values"),
        ("[masked, partial]", "masked", "masked}", "'in' needs a list of values"),
        ("{param: floor}", "{param: flor}", "flor}", "unknown parameter 'flor'; did you mean 'floor'?"),
        ("{param: floor}", "{parameter: floor}", "{parameter",
         "an operand is a value, a list of values, or {param: name}"),
        ("default: 0.6", "default: 1.6", "{type", "the default lies outside minimum and maximum"),
        ("type: number", "type: str", "{type", "the default is not a str"),
        ("    all:\n", "    alll:\n", "alll", "'alll' cannot stand here; did you mean 'all'?"),
        ("every: {field", "evry: {field", "evry", "unknown key 'evry'; did you mean 'every'?"),
        ("contains: support", "contains: suport", "suport",
         "vendor.services can never be 'suport'; did you mean 'support'?"),
        ("vendor.services", "vendor.service", "vendor.service",
         "unknown field 'vendor.service' in vendor; did you mean 'vendor.services'?"),
        ("{source}", "{src}", '"{failed}', "'{src}' cannot stand in the message"),
        ("{source}", "{source.__class__}", '"{failed}', "'{source.__class__}' cannot stand in the message"),
        ("{source}", "{source!r}", '"{failed}', "'{source}' cannot stand in the message"),
        ("{source}", "{source:>99}", '"{failed}', "'{source}' cannot stand in the message"),
        ("{source}", "{label}", '"{failed}', "'{label}' cannot stand in the message"),
        ("{source}", "{source", '"{failed}', "has a brace without its partner"),
    ],
)  # fmt: skip
def test_faults_have_a_place_and_a_way_out(
    tmp_path: Path, before: str, after: str, target: str, message: str
) -> None:
    assert RULE.count(before) == 1
    text = RULE.replace(before, after)

    assert f"card.yaml:{_place(text, target)}: {message}" in _rule_fault(tmp_path, text)


@pytest.mark.parametrize(
    ("key", "value", "target", "message"),
    [
        ("expect", "{count: {lte: 1, gte: 2}}", "{lte", "give either lte or gte"),
        ("expect", "{count: {}}", "{}", "give either lte or gte"),
        ("expect", "{every: {field: agreed, eq: true}, count: {lte: 1}}", "{every",
         "give exactly one of every, none, count, ratio"),
        ("expect", "{}", "{}", "give exactly one of every, none, count, ratio"),
        ("expect", "{ratio: {lte: 0.5}}", "{ratio", "a ratio needs 'of'"),
        ("expect", "{ratio: {lte: 5, of: {field: agreed, eq: true}}}", "{ratio", "a ratio lies between 0 and 1"),
        ("expect", "{every: {field: agreed, eq: yes}}", "yes", "agreed is a true or false, and 'yes' is not"),
        ("expect", "{every: {field: agreed}}", "{field: agreed", "a comparison has exactly one operator"),
        ("expect", "{every: {field: count, gte: 1, lte: 2}}", "{field: count",
         "a comparison has exactly one operator"),
        ("expect", "{every: {all: []}}", "[]", "'all' needs a list of conditions"),
        ("expect", "{every: {all: [{field: agreed, eq: true}], any: []}}", "{all",
         "all and any cannot stand side by side"),
        ("expect", "{every: true}", "true", "a condition is {field: …, operator: …}"),
        ("applies_when", "{field: contract.dpa_signed, eq: unknown}", "unknown",
         "unknown cannot be compared; write {field: contract.dpa_signed, exists: false}"),
        ("applies_when", "{field: contract.dpa_date, gte: 01.02.2026}", "01.02",
         "'01.02.2026' is not a date such as 2026-01-31"),
        ("applies_when", "{field: contract.dpa_date, within_days: -1}", "-1",
         "'within_days' needs a number of days"),
        ("applies_when", "{field: contract.dpa_expires, expired: false}", "false", "'expired' needs true"),
        ("applies_when", "{field: contract.dpa_expires, exists: 12}", "12}", "'exists' needs true or false"),
        ("applies_when", "{field: vendor.name, matches_glob: 33}", "33", "'matches_glob' needs text"),
        ("applies_when", "{field: subprocessors, contains: x}", "contains",
         "'contains' does not apply to subprocessors, which is a list of objects; known: exists"),
        ("applies_when", "{field: client.country, eq: UK}", "UK", "client.country can never be 'UK'"),
    ],
)  # fmt: skip
def test_conditions_are_checked_when_they_are_read(
    tmp_path: Path, key: str, value: str, target: str, message: str
) -> None:
    text = rule_text(**{key: value})

    assert f"card.yaml:{_place(text, target)}: {message}" in _rule_fault(tmp_path, text)


def test_a_value_of_the_delivery_cannot_be_shown(tmp_path: Path) -> None:
    assert "cannot show 'value'" in _rule_fault(tmp_path, RULE + "show: [value]\n")


def test_depth_and_width_are_bounded(tmp_path: Path) -> None:
    leaf = "{field: agreed, eq: true}"
    deep = "{not: " * 16 + leaf + "}" * 16
    wide = "{all: [" + ", ".join([leaf] * 201) + "]}"

    assert "conditions are nested more than 16 deep" in _rule_fault(
        tmp_path, rule_text(expect=f"{{every: {deep}}}")
    )
    assert "more than 200 comparisons" in _rule_fault(tmp_path, rule_text(expect=f"{{every: {wide}}}"))


def test_the_bounds_themselves_are_allowed(load: Callable[..., Pack]) -> None:
    leaf = "{field: agreed, eq: true}"

    load(expect="{every: " + "{not: " * 15 + leaf + "}" * 15 + "}")
    load(expect="{every: {all: [" + ", ".join([leaf] * 200) + "]}}")


def test_long_values_are_not_repeated(tmp_path: Path) -> None:
    text = rule_text(applies_when=f"{{field: client.country, eq: {'x' * 500}}}")

    assert "can never be a text of 500 characters" in _rule_fault(tmp_path, text)


@pytest.mark.parametrize(
    ("pack", "controls", "message"),
    [
        (PACK.replace("status: unverified", "status: checked"), CONTROLS,
         "pack.yaml:7:9: 'checked' is not a known word here"),
        (PACK.replace('"1.0"', "1.0"), CONTROLS, "pack.yaml:3:10: must be text; write it in quotes"),
        (PACK, "id: x\n", "controls.yaml:1:1: must be a list of controls"),
        (PACK, CONTROLS + CONTROLS, "controls.yaml:3:8: the control 'gdpr-art-32.1.a' is listed twice"),
        (PACK + "rules: [demo/card]\n", CONTROLS, "the rule demo/card is in the pack twice"),
        (PACK + "rules: [demo/crad]\n", CONTROLS,
         "pack.yaml:10:9: there is no rule 'demo/crad'; did you mean 'demo/card'?"),
    ],
)  # fmt: skip
def test_manifest_and_controls_are_checked(tmp_path: Path, pack: str, controls: str, message: str) -> None:
    assert message in _fault(write_pack(tmp_path / "demo", {"card.yaml": RULE}, pack, controls))


def test_a_pack_can_name_the_rules_of_its_neighbour(tmp_path: Path) -> None:
    write_pack(tmp_path / "demo", {"card.yaml": RULE})
    manifest = PACK.replace("id: demo", "id: second") + "rules: [demo/card]\n"
    second = write_pack(tmp_path / "second", {}, manifest, "[]\n")

    (pack,) = load_packs([str(second)])

    assert [rule.id for rule in pack.rules] == ["demo/card"]
    assert pack.rules[0].references[0].title == "GDPR Art. 32(1)(a)"
    assert pack.own == ()


def test_the_digest_follows_what_is_judged_by_and_nothing_else(tmp_path: Path) -> None:
    demo = write_pack(tmp_path / "demo", {"card.yaml": RULE})
    manifest = PACK.replace("id: demo", "id: second") + "rules: [demo/card]\n"
    second = write_pack(tmp_path / "second", {}, manifest, "[]\n")

    def digests() -> list[str]:
        return [pack.digest for pack in load_packs([str(demo), str(second)])]

    before = digests()
    (demo / "card.test.yaml").write_text("rule: demo/card\n", encoding="utf-8")
    assert digests() == before
    (demo / "card.yaml").write_text(RULE.replace("default: 0.6", "default: 0.7"), encoding="utf-8")
    assert not set(digests()) & set(before)
    (demo / "card.yaml").write_text(RULE, encoding="utf-8")
    assert digests() == before


def test_unknown_packs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RulePackError, match="there is no rule pack 'gdrp'; did you mean 'gdpr'"):
        load_packs(["gdrp"])
    with pytest.raises(RulePackError, match=r"has no pack\.yaml"):
        load_packs([str(tmp_path)])
    with pytest.raises(RulePackError, match=r"has no pack\.yaml"):
        load_packs(["../gdpr"])


def test_a_pack_given_twice_is_loaded_once(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "demo", {"card.yaml": RULE})

    assert len(load_packs([str(folder), f"{folder}/"])) == 1


@pytest.mark.parametrize("name", bundled())
def test_bundled_packs_are_well_formed(name: str) -> None:
    (pack,) = load_packs([name])

    assert pack.id == name
    assert pack.form.last_reviewed <= date(2026, 12, 31)
    assert pack.rules
