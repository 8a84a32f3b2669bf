"""Rule packs: load, check, test them, and hold the facts of an audit against them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpoaudit.rules.baseline import baseline_of as baseline_of
    from bpoaudit.rules.baseline import render_baseline as render_baseline
    from bpoaudit.rules.cases import CaseResult as CaseResult
    from bpoaudit.rules.cases import run_cases as run_cases
    from bpoaudit.rules.choice import choose_packs as choose_packs
    from bpoaudit.rules.exceptions import Excepted as Excepted
    from bpoaudit.rules.exceptions import Exceptions as Exceptions
    from bpoaudit.rules.exceptions import excepted as excepted
    from bpoaudit.rules.exceptions import load_exceptions as load_exceptions
    from bpoaudit.rules.exceptions import vendor_names as vendor_names
    from bpoaudit.rules.facts import Facts as Facts
    from bpoaudit.rules.facts import RuleError as RuleError
    from bpoaudit.rules.facts import facts_of as facts_of
    from bpoaudit.rules.items import items_of as items_of
    from bpoaudit.rules.items import seen_in as seen_in
    from bpoaudit.rules.judge import Judged as Judged
    from bpoaudit.rules.judge import judge_all as judge_all
    from bpoaudit.rules.packs import DEFAULT_PACKS as DEFAULT_PACKS
    from bpoaudit.rules.packs import Pack as Pack
    from bpoaudit.rules.packs import bundled as bundled
    from bpoaudit.rules.packs import load_packs as load_packs
    from bpoaudit.rules.parameters import RULE_PARAMS as RULE_PARAMS
    from bpoaudit.rules.parameters import options_of as options_of
    from bpoaudit.rules.registry import tables as tables
    from bpoaudit.rules.rule_file import Rule as Rule
    from bpoaudit.rules.scaffold import new_rule as new_rule
    from bpoaudit.rules.schema import pack_schemas as pack_schemas
    from bpoaudit.rules.schema import rule_schema as rule_schema
    from bpoaudit.rules.table import Column as Column
    from bpoaudit.rules.table import Table as Table

_PUBLIC = {
    name: home
    for home, names in {
        "baseline": ("baseline_of", "render_baseline"),
        "cases": ("CaseResult", "run_cases"),
        "choice": ("choose_packs",),
        "exceptions": ("Excepted", "Exceptions", "excepted", "load_exceptions", "vendor_names"),
        "facts": ("Facts", "RuleError", "facts_of"),
        "items": ("items_of", "seen_in"),
        "judge": ("Judged", "judge_all"),
        "packs": ("DEFAULT_PACKS", "Pack", "bundled", "load_packs"),
        "parameters": ("RULE_PARAMS", "options_of"),
        "registry": ("tables",),
        "rule_file": ("Rule",),
        "scaffold": ("new_rule",),
        "schema": ("pack_schemas", "rule_schema"),
        "table": ("Column", "Table"),
    }.items()
    for name in names
}

__all__ = [*_PUBLIC]


def __getattr__(name: str) -> Any:
    # What judges needs pandas; who only loads or checks packs must not wait for it.
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PUBLIC[name]}"), name)
