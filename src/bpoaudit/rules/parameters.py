"""Parameters of rules that a vendor profile changes: checked, and told wherever the verdict is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bpoaudit.documents import Steps, load_yaml
from bpoaudit.errors import ProfileError, RulePackError
from bpoaudit.resources import folder
from bpoaudit.rules.forms import ParamForm
from bpoaudit.rules.packs import Pack, bundled, with_params
from bpoaudit.rules.rule_file import Rule
from bpoaudit.suggestions import shown, suggestion
from bpoaudit.vendor import VendorProfile

RULE_PARAMS: Final = "rule_params"
"""Where the options of an audit tell what was changed."""


def with_parameters(
    packs: Sequence[Pack], profile: VendorProfile, written: Path | None = None
) -> tuple[Pack, ...]:
    """Return `packs` with the parameters that `profile` changes; `written` is the profile's file.

    `ProfileError` tells the line of a rule or parameter that there is not, and of a value of the wrong
    type or out of bounds. A rule of a bundled pack that is not judged today may be named.
    """
    given = profile.rules.params
    if not given:
        return tuple(packs)
    judged = {rule.id: rule for pack in packs for rule in pack.rules}
    changed: dict[str, Rule] = {}
    for rule_id, values in given.items():
        rule = judged.get(rule_id)
        if rule is None:
            _known(rule_id, judged, written)
            continue
        changed[rule_id] = _changed(rule, values, written)
    return tuple(
        replace(pack, rules=tuple(changed.get(rule.id, rule) for rule in pack.rules)) for pack in packs
    )


def changes(packs: Iterable[Pack]) -> list[str]:
    """Tell every changed parameter of the rules in `packs`, sorted."""
    return sorted(
        {f"{rule.id}: {told}" for pack in packs for rule in pack.rules for told in changes_of(rule)}
    )


def options_of(packs: Iterable[Pack]) -> dict[str, Any]:
    """Return what the options of an audit say of it: nothing where nothing was changed."""
    told = changes(packs)
    return {RULE_PARAMS: told} if told else {}


def changes_of(rule: Rule) -> list[str]:
    """Tell the changed parameters of one rule: `min_confidence 0.8 instead of 0.6`."""
    return [
        f"{name} {_said(rule.params[name])} instead of {_said(usual)}" for name, usual in rule.changed.items()
    ]


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value[:8]) + (f" and {len(value) - 8} more" if len(value) > 8 else "") or "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _known(rule_id: str, judged: Mapping[str, Rule], written: Path | None) -> None:
    pack, _, name = rule_id.partition("/")
    if pack in bundled() and (folder("rules") / pack / f"{name}.yaml").is_file():
        return
    known = {*judged, *(f"{file.parent.name}/{file.stem}" for file in folder("rules").glob("*/*.yaml"))}
    message = f"there is no rule {shown(rule_id)}{suggestion(rule_id, known)}"
    raise _fault(written, ("rules", "params", rule_id), message, key=True)


def _changed(
    rule: Rule,
    values: Mapping[str, Any],
    written: Path | None,
) -> Rule:
    given: dict[str, Any] = {}
    for name, value in values.items():
        at = ("rules", "params", rule.id, name)
        form = rule.form.params.get(name)
        if form is None:
            hint = suggestion(name, rule.form.params) or "; it has none"
            raise _fault(written, at, f"{rule.id} has no parameter {shown(name)}{hint}", key=True)
        given[name] = _value(form, value, at, written)
    try:
        return with_params(rule, given)
    except RulePackError as fault:
        raise _fault(
            written, ("rules", "params", rule.id), f"the rule cannot judge by it: {fault.message}"
        ) from fault


def _value(form: ParamForm, value: Any, at: Steps, written: Path | None) -> Any:
    """Return the value as a condition takes it, or say what is wrong with it."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    fits = {
        "number": number,
        "str": isinstance(value, str),
        "bool": isinstance(value, bool),
        "list": isinstance(value, tuple) and bool(value),
    }
    if not fits[form.type]:
        words = {"number": "a number", "str": "text", "bool": "true or false", "list": "a list of words"}
        raise _fault(written, at, f"has to be {words[form.type]}")
    if number:
        low, high = form.minimum, form.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            bounds = [f"at least {low:g}"] * (low is not None) + [f"at most {high:g}"] * (high is not None)
            raise _fault(written, at, f"has to be {' and '.join(bounds)}")
        return int(value) if float(value).is_integer() else value
    return list(value) if isinstance(value, tuple) else value


def _fault(written: Path | None, at: Steps, message: str, *, key: bool = False) -> ProfileError:
    if written is None:
        return ProfileError(message, file=".".join(map(str, at)))
    fault = load_yaml(written, ProfileError).fault(at, message, key=key)
    assert isinstance(fault, ProfileError)
    return fault
