"""Rule packs: load, check, test them, and hold the facts of an audit against them."""

from __future__ import annotations

from bpoaudit.rules.cases import CaseResult, run_cases
from bpoaudit.rules.choice import choose_packs
from bpoaudit.rules.facts import Facts, RuleError, facts_of
from bpoaudit.rules.judge import judge
from bpoaudit.rules.packs import DEFAULT_PACKS, Pack, Rule, bundled, load_packs
from bpoaudit.rules.registry import Column, Table, tables
from bpoaudit.rules.schema import rule_schema

__all__ = [
    "DEFAULT_PACKS",
    "CaseResult",
    "Column",
    "Facts",
    "Pack",
    "Rule",
    "RuleError",
    "Table",
    "bundled",
    "choose_packs",
    "facts_of",
    "judge",
    "load_packs",
    "rule_schema",
    "run_cases",
    "tables",
]
