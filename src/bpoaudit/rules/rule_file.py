"""Read one file of a rule: checked against its table, ready to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any, get_args

from bpoaudit.documents import Steps, YamlFile, load_yaml, validate
from bpoaudit.errors import RulePackError
from bpoaudit.model import Reference, Remediation, Severity
from bpoaudit.rules.conditions import Condition, parse
from bpoaudit.rules.forms import SHOWABLE, BoundForm, ControlForm, Placeholder, RuleForm
from bpoaudit.rules.registry import tables
from bpoaudit.rules.table import Table
from bpoaudit.suggestions import shown, suggestion

CONTROLS = "controls.yaml"
"""Lies beside the rules, and has the clauses that they cite."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound on the rows of a table: on their number, or on the share that fits `of`."""

    kind: str
    """`count` or `ratio`."""
    at_most: bool
    """False: at least."""
    limit: float
    of: Condition | None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What has to hold of the rows."""

    kind: str
    """`every`, `none` or `bound`."""
    condition: Condition | None = None
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, checked and ready to be judged."""

    form: RuleForm
    pack: str
    table: Table
    references: tuple[Reference, ...]
    remediation: Remediation
    applies_when: Condition | None
    where: Condition | None
    expect: Expectation
    params: dict[str, Any]
    file: Path
    changed: Mapping[str, Any] = field(default_factory=dict)
    """What the pack says of parameters that a profile has changed."""

    @property
    def id(self) -> str:
        """Return `<pack>/<name>`."""
        return self.form.id

    @property
    def severity(self) -> Severity:
        """Return how bad a failure is."""
        return self.form.severity

    @property
    def needs_delivery(self) -> bool:
        """Tell whether a pass needs a delivery that was read completely."""
        return self.table.from_reading or "scan.delivery" in self.form.evidence.requires


def load_rule(
    file: Path, pack: str, controls: tuple[ControlForm, ...], given: Mapping[str, Any] | None = None
) -> Rule:
    """Read the rule in `file`, which is of `pack` and cites its `controls`; `given` are other parameters.

    Raises `RulePackError` for the first thing that is wrong, with line and column.
    """
    document = load_yaml(file, RulePackError)
    form = validate(document, RuleForm)
    if form.id != f"{pack}/{file.stem}":
        raise document.fault(("id",), f"must be '{pack}/{file.stem}', the pack and the file's name")
    table = tables().get(form.evidence.table)
    if table is None:
        hint = suggestion(form.evidence.table, tables())
        raise document.fault(("evidence", "from"), f"unknown table {shown(form.evidence.table)}{hint}")
    for index, name in enumerate(form.show or ()):
        if name not in SHOWABLE:
            raise document.fault(("show", index), f"cannot show {shown(name)}{suggestion(name, SHOWABLE)}")
    usual = {name: _default(param.default) for name, param in form.params.items()}
    params = {**usual, **(given or {})}
    _check_message(document, form, table, params)

    def condition(at: Steps, given: Any, over: Table) -> Condition | None:
        return None if given is None else parse(document, at, over, params)

    def bound(kind: str, given: BoundForm) -> Bound:
        at_most = given.lte is not None
        limit = given.lte if given.lte is not None else given.gte
        return Bound(kind, at_most, limit or 0.0, condition(("expect", kind, "of"), given.of, table))

    expect = form.expect
    if expect.count is not None:
        expectation = Expectation("bound", bound=bound("count", expect.count))
    elif expect.ratio is not None:
        expectation = Expectation("bound", bound=bound("ratio", expect.ratio))
    else:
        kind = "every" if expect.every is not None else "none"
        expectation = Expectation(kind, condition(("expect", kind), getattr(expect, kind), table))
    return Rule(
        form=form,
        pack=pack,
        table=table,
        references=tuple(_references(document, form, controls)),
        remediation=Remediation(**form.remediation.model_dump()),
        applies_when=condition(("applies_when",), form.applies_when, tables()["vendor"]),
        where=condition(("evidence", "where"), form.evidence.where, table),
        expect=expectation,
        params=params,
        file=file,
        changed={name: usual[name] for name in given or {} if params[name] != usual[name]},
    )


def _default(value: Any) -> Any:
    """Give a parameter's default the type it would have if it stood in the condition itself."""
    if isinstance(value, tuple):
        return list(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _references(document: YamlFile, form: RuleForm, controls: tuple[ControlForm, ...]) -> Iterable[Reference]:
    by_id = {control.id: control for control in controls}
    for index, reference in enumerate(form.references):
        control = by_id.get(reference.control)
        if control is None:
            hint = suggestion(reference.control, by_id)
            message = f"{shown(reference.control)} is not in {CONTROLS}{hint}"
            raise document.fault(("references", index, "control"), message)
        yield reference_to(control, reference.eli, reference.dpv)


def reference_to(control: ControlForm, eli: str | None = None, dpv: str | None = None) -> Reference:
    """Return the clause that a control stands for."""
    return Reference(control=control.id, title=control.title, eli=eli or control.eli, dpv=dpv or control.dpv)


def _check_message(document: YamlFile, form: RuleForm, table: Table, params: dict[str, Any]) -> None:
    allowed = {"failed", "checked", *table.placeholders, *params}
    clash = sorted(set(get_args(Placeholder)) & set(params))
    if clash:
        raise document.fault(("params", clash[0]), "a parameter cannot have this name", key=True)
    try:
        parts = list(Formatter().parse(form.message))
    except ValueError:
        raise document.fault(("message",), "has a brace without its partner") from None
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if name not in allowed or spec or conversion:
            hint = suggestion(name, allowed)
            raise document.fault(("message",), f"{shown('{' + name + '}')} cannot stand in the message{hint}")
