"""The bundled packs: their cases are complete, and whole profiles can be judged by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bpoaudit.documents import load_yaml, validate
from bpoaudit.model import Coverage, Share, Status, Verdict
from bpoaudit.rules import Pack, Rule, bundled, cases, load_packs
from bpoaudit.rules.conditions import Condition, Leaf
from bpoaudit.rules.forms import CasesForm
from bpoaudit.rules.judge import judge
from bpoaudit.scoring import score
from bpoaudit.vendor import load_profile, starter_profile
from tests.rules.conftest import facts

READ = Coverage(**{name: Share(read=1, total=1) for name in ("sources", "bytes", "records")})


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> tuple[Verdict, ...]:
    path: Path = tmp_path_factory.mktemp("profile") / "vendor.yaml"
    path.write_text(starter_profile(), encoding="utf-8")
    return judge(load_packs(bundled()), facts(load_profile(path), measures={"dates": []}))


def test_every_rule_has_one_verdict(starter: tuple[Verdict, ...]) -> None:
    ids = {rule.id for pack in load_packs(bundled()) for rule in pack.rules}

    assert sorted(verdict.rule for verdict in starter) == sorted(ids)


def test_the_starter_can_be_judged_and_leaves_much_unknown(starter: tuple[Verdict, ...]) -> None:
    tally = {status: sum(verdict.status is status for verdict in starter) for status in Status}

    assert tally[Status.ERROR] == 0
    assert tally[Status.UNKNOWN] > tally[Status.PASS]
    assert all(verdict.missing for verdict in starter if verdict.status is Status.UNKNOWN)
    assert all(verdict.message for verdict in starter)


def test_the_starter_is_inconclusive(starter: tuple[Verdict, ...]) -> None:
    result = score(starter, READ)

    assert result.assurance == "Inconclusive"
    assert result.grade is None


PACKS = load_packs(bundled())
OWN = [pytest.param(pack, rule, id=rule.id) for pack in PACKS for rule in pack.own]


@pytest.mark.parametrize(("pack", "rule"), OWN)
def test_every_rule_has_a_case_of_each_outcome(pack: Pack, rule: Rule) -> None:
    file = rule.file.with_name(f"{rule.file.stem}.test.yaml")
    listed = load_yaml(file).data["cases"]
    expected = {case["expect"]["status"] for case in listed if not case.get("todo")}
    wanted = {"pass", "fail", "unknown"} | ({"not_applicable"} if rule.applies_when else set())

    assert wanted - expected == set()


def _without_one(condition: Condition | None) -> Iterator[tuple[str, Condition | None]]:
    """Yield the condition with each of its comparisons left out in turn; None: nothing is left."""
    if isinstance(condition, Leaf):
        yield f"{condition.field} {condition.operator.name}", None
    elif condition is not None:
        for index, part in enumerate(condition.parts):
            for name, rest in _without_one(part):
                others = [*condition.parts[:index], *condition.parts[index + 1 :]]
                parts = (*others, rest) if rest is not None else tuple(others)
                yield name, replace(condition, parts=parts) if parts else None


def _broken(rule: Rule) -> Iterator[tuple[str, Rule]]:
    for name, rest in _without_one(rule.applies_when):
        yield f"applies_when: {name}", replace(rule, applies_when=rest)
    for name, rest in _without_one(rule.where):
        yield f"where: {name}", replace(rule, where=rest)
    for name, rest in _without_one(rule.expect.condition):
        if rest is not None:
            yield f"expect: {name}", replace(rule, expect=replace(rule.expect, condition=rest))
    if rule.expect.bound is not None:
        for name, rest in _without_one(rule.expect.bound.of):
            bound = replace(rule.expect.bound, of=rest)
            yield f"expect: {name}", replace(rule, expect=replace(rule.expect, bound=bound))
    if rule.form.evidence.requires:
        evidence = rule.form.evidence.model_copy(update={"requires": ()})
        yield "requires", replace(rule, form=rule.form.model_copy(update={"evidence": evidence}))


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "rule"), OWN)
def test_a_rule_with_a_comparison_left_out_fails_its_cases(
    pack: Pack, rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = load_yaml(rule.file.with_name(f"{rule.file.stem}.test.yaml"))
    form = validate(document, CasesForm)
    monkeypatch.setattr(cases, "load_yaml", lambda *_: document)  # read once, not for each way to break it
    monkeypatch.setattr(cases, "validate", lambda *_: form)

    unnoticed = [
        name
        for name, broken in _broken(rule)
        if all(result.passed for result in cases.run_rule_cases(broken, pack))
    ]

    assert unnoticed == []


def test_no_rule_cites_a_clause_twice_whatever_packs_are_judged() -> None:
    packs = load_packs(bundled())
    for rule in {rule.id: rule for pack in packs for rule in pack.rules}.values():
        clauses = {clause.control: clause for clause in rule.references}
        for pack in packs:
            if any(each.id == rule.id for each in pack.rules):
                clauses |= {clause.control: clause for clause in pack.clauses(rule, date.max)}
        titles = dict.fromkeys(clause.title or clause.control for clause in clauses.values())
        cited = Counter(part for title in titles for part in title.split("; "))
        assert [part for part, times in cited.items() if times > 1] == [], rule.id
