"""The catalogue of checks: complete, and true to the bundled packs."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bpoaudit.model import Severity
from bpoaudit.rules import bundled, load_packs
from bpoaudit.rules.catalogue import Check, catalogue

SEVERITIES = {rule.id: rule.severity for pack in load_packs(bundled()) for rule in pack.rules}
RULES = set(SEVERITIES)
CHECKED = {rule for check in catalogue().checks for rule in check.rules}
BEYOND = [rule for each in catalogue().beyond for rule in each.rules]


def test_every_rule_that_is_named_exists() -> None:
    assert (CHECKED | set(BEYOND)) - RULES == set()


def test_every_bundled_rule_serves_a_check_or_is_told_why_not() -> None:
    assert RULES - CHECKED - set(BEYOND) == set()


def test_no_rule_is_both_or_named_twice() -> None:
    assert CHECKED & set(BEYOND) == set()
    assert len(BEYOND) == len(set(BEYOND))
    for check in catalogue().checks:
        assert list(check.rules) == sorted(set(check.rules)), check.id


def test_every_check_is_listed_once() -> None:
    ids = [check.id for check in catalogue().checks]
    assert len(ids) == len(set(ids)) == 90


def test_a_check_needs_rules_or_a_question() -> None:
    with pytest.raises(ValidationError, match="give rules, a question, or both"):
        Check(id="LAW-01", severity=Severity.HIGH, what="Nothing.")


def test_a_rule_is_as_severe_as_its_check_or_the_catalogue_says_why_not() -> None:
    order = list(Severity)
    below = {
        (check.id, rule)
        for check in catalogue().checks
        for rule in check.rules
        if order.index(SEVERITIES[rule]) > order.index(check.severity)
    }

    assert below == {(check.id, rule) for check in catalogue().checks for rule in check.milder}


def test_where_only_milder_rules_check_a_person_is_asked_for_the_rest() -> None:
    alone = [check for check in catalogue().checks if check.rules and set(check.rules) == set(check.milder)]

    assert [check.id for check in alone if check.question is None] == []
