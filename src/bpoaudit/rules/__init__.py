"""Rule packs: load, check, test them, and hold the facts of an audit against them."""

from __future__ import annotations

from bpoaudit.rules.baseline import baseline_of, render_baseline
from bpoaudit.rules.cases import CaseResult, run_cases
from bpoaudit.rules.choice import choose_packs
from bpoaudit.rules.exceptions import Excepted, Exceptions, excepted, load_exceptions, vendor_names
from bpoaudit.rules.facts import Facts, RuleError, facts_of
from bpoaudit.rules.items import items_of, seen_in
from bpoaudit.rules.judge import Judged, judge, judge_all
from bpoaudit.rules.packs import DEFAULT_PACKS, Pack, bundled, load_packs
from bpoaudit.rules.parameters import OPTION as RULE_PARAMS
from bpoaudit.rules.parameters import options_of
from bpoaudit.rules.registry import tables
from bpoaudit.rules.rule_file import Rule
from bpoaudit.rules.scaffold import new_rule
from bpoaudit.rules.schema import pack_schemas, rule_schema
from bpoaudit.rules.table import Column, Table

__all__ = [
    "DEFAULT_PACKS",
    "RULE_PARAMS",
    "CaseResult",
    "Column",
    "Excepted",
    "Exceptions",
    "Facts",
    "Judged",
    "Pack",
    "Rule",
    "RuleError",
    "Table",
    "baseline_of",
    "bundled",
    "choose_packs",
    "excepted",
    "facts_of",
    "items_of",
    "judge",
    "judge_all",
    "load_exceptions",
    "load_packs",
    "new_rule",
    "options_of",
    "pack_schemas",
    "render_baseline",
    "rule_schema",
    "run_cases",
    "seen_in",
    "tables",
    "vendor_names",
]
