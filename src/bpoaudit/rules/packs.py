"""Load rule packs: folders with `pack.yaml`, `controls.yaml`, one file a rule, cases beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any, get_args

from bpoaudit.documents import Steps, YamlFile, load_yaml, validate
from bpoaudit.errors import RulePackError
from bpoaudit.model import Reference, Remediation, Severity
from bpoaudit.resources import folder
from bpoaudit.rules.conditions import Condition, parse
from bpoaudit.rules.forms import SHOWABLE, BoundForm, ControlForm, PackForm, Placeholder, RuleForm
from bpoaudit.rules.registry import tables
from bpoaudit.rules.table import Table
from bpoaudit.suggestions import shown, suggestion

DEFAULT_PACKS = ("gdpr", "bpo-baseline")
"""What is judged where neither the command line nor the profile names packs."""

MAX_RULES = 2000
"""Files of rules in one pack: each costs milliseconds to read."""

_MANIFEST, _CONTROLS, _CASES = "pack.yaml", "controls.yaml", ".test.yaml"


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


@dataclass(frozen=True, slots=True)
class Pack:
    """A law's selection of rules, and its own."""

    form: PackForm
    rules: tuple[Rule, ...]
    """Sorted by id; those of other packs included."""
    controls: tuple[ControlForm, ...]
    digest: str
    """SHA-256 over manifest, controls and rules, borrowed ones included."""
    path: Path
    applies_when: Condition | None = None
    """Over the facts of the vendor profile; None: the pack is only judged where it is asked for."""

    @property
    def id(self) -> str:
        """Return the short name."""
        return self.form.id

    @property
    def own(self) -> tuple[Rule, ...]:
        """Return the rules that this pack brings itself."""
        return tuple(rule for rule in self.rules if rule.pack == self.id)

    def clauses(self, rule: Rule, as_of: date = date.max) -> tuple[Reference, ...]:
        """Return the clauses of this law, those in force by `as_of`, that a rule serves."""
        own = rule.references if rule.pack == self.id else ()
        named = {reference.control for reference in own}
        return own + tuple(
            _reference(control)
            for control in self.controls
            if rule.id in control.rules
            and control.id not in named
            and (control.in_force_from or date.min) <= as_of
        )

    def starts(self, rule: Rule) -> date:
        """Return from when this law asks for a rule."""
        begin = self.form.in_force_from or date.min
        asking = [control.in_force_from or begin for control in self.controls if rule.id in control.rules]
        asked = rule.pack == self.id or rule.id in self.form.rules
        return max(begin, min([*asking, begin] if asked else asking, default=begin))


def load_packs(names: Sequence[str], home: Path | None = None) -> tuple[Pack, ...]:
    """Load packs by name or folder, in the order given, each once.

    A name with a slash or dot, or of an existing folder with a `pack.yaml`, is a path; any other is
    a bundled pack. `home` is a kept copy of bundled packs, which then stand for those of today. Raises
    `RulePackError` for the first thing that is wrong.
    """
    paths = list(dict.fromkeys(_pack_path(name) for name in names))
    shelf = _Shelf(home or folder("rules"))
    packs = tuple(_load(path, shelf) for path in paths)
    places: dict[str, Path] = {}
    for pack in packs:
        if pack.id in places:
            message = f"another pack with the id {shown(pack.id)} is judged too: {places[pack.id]}"
            raise RulePackError(message, file=str(pack.path / _MANIFEST))
        places[pack.id] = pack.path
    return packs


def bundled() -> tuple[str, ...]:
    """Return the names of the bundled packs."""
    return tuple(sorted(path.parent.name for path in folder("rules").glob(f"*/{_MANIFEST}")))


def _pack_path(name: str) -> Path:
    path = Path(name)
    if (path / _MANIFEST).is_file():
        return path.resolve()
    if "/" in name or "." in name or path.is_dir():
        raise RulePackError(f"has no {_MANIFEST}", file=name)
    if name not in bundled():
        hint = suggestion(name, bundled())
        listed = f"the packs are {', '.join(bundled())}"
        raise RulePackError(f"there is no rule pack {shown(name)}{hint}", file="rules", hint=listed)
    return (folder("rules") / name).resolve()


class _Shelf:
    """What was read already: many packs ask for the same rules."""

    def __init__(self, home: Path) -> None:
        self.home = home
        """Where bundled packs lie."""
        self._controls: dict[Path, tuple[ControlForm, ...]] = {}
        self._rules: dict[Path, Rule] = {}

    def controls(self, path: Path) -> tuple[ControlForm, ...]:
        """Return the clauses of the pack in a folder."""
        if path not in self._controls:
            self._controls[path] = _controls(path)
        return self._controls[path]

    def rule(self, file: Path, pack: str) -> Rule:
        """Return the rule of a file."""
        if file not in self._rules:
            self._rules[file] = _rule(file, pack, self.controls(file.parent))
        return self._rules[file]


def _load(path: Path, shelf: _Shelf) -> Pack:
    document = load_yaml(_inside(path, path / _MANIFEST), RulePackError)
    form = validate(document, PackForm)
    if form.id in bundled() and path != (shelf.home / form.id).resolve():
        message = (
            f"{shown(form.id)} is a bundled pack: give yours an id of its own, and its rules ids of theirs"
        )
        raise document.fault(("id",), message)
    controls = shelf.controls(path)
    rules = {rule.id: rule for rule in _own_rules(path, form.id, shelf)}
    for index, rule_id in enumerate(form.rules):
        if rule_id in rules:
            raise document.fault(("rules", index), f"the rule {rule_id} is in the pack twice")
        rules[rule_id] = _borrowed(document, ("rules", index), path, rule_id, shelf)
    clauses = load_yaml(_inside(path, path / _CONTROLS), RulePackError)
    for at, control in enumerate(controls):
        for index, rule_id in enumerate(control.rules):
            if rule_id not in rules:
                rules[rule_id] = _borrowed(clauses, (at, "rules", index), path, rule_id, shelf)
    applies = None
    if form.applies_when is not None:
        applies = parse(document, ("applies_when",), tables()["vendor"], {})
    ordered = tuple(rules[rule_id] for rule_id in sorted(rules))
    return Pack(form, ordered, controls, _digest(path, ordered), path, applies)


def _own_rules(path: Path, pack: str, shelf: _Shelf) -> list[Rule]:
    files = _rule_files(path)
    if len(files) > MAX_RULES:
        raise RulePackError(f"holds {len(files):,} rules, more than {MAX_RULES:,}", file=str(path))
    return [shelf.rule(_inside(path, file), pack) for file in files]


def _rule_files(path: Path) -> list[Path]:
    files = sorted(path.glob("*.yaml"))
    return [f for f in files if f.name not in (_MANIFEST, _CONTROLS) and not f.name.endswith(_CASES)]


def _inside(path: Path, file: Path) -> Path:
    """Return `file` where it is one, and of the pack: a link could lead to anything on this machine."""
    try:
        if file.exists() and not file.is_file():
            raise RulePackError("is no file", file=str(file))
        if not file.resolve(strict=file.exists()).is_relative_to(path.resolve()):
            raise RulePackError("is a link that leads out of its pack", file=str(file))
    except (OSError, RuntimeError):  # links in a circle
        raise RulePackError("is a link that leads nowhere", file=str(file)) from None
    return file


def _borrowed(document: YamlFile, at: Steps, path: Path, rule_id: str, shelf: _Shelf) -> Rule:
    """Load a rule of another pack: of a bundled one, or else of one beside this pack."""
    pack, _, name = rule_id.partition("/")
    homes = [shelf.home / pack] if pack in bundled() else [path.parent / pack]
    for home in homes:
        file = home / f"{name}.yaml"
        if file.is_file():
            return shelf.rule(_inside(home, file), pack)
    near = [
        each.parent for each in (*path.parent.glob(f"*/{_MANIFEST}"), *folder("rules").glob(f"*/{_MANIFEST}"))
    ]
    names = [f"{each.name}/{file.stem}" for each in near for file in _rule_files(each)]
    raise document.fault(at, f"there is no rule {shown(rule_id)}{suggestion(rule_id, names)}")


def _controls(path: Path) -> tuple[ControlForm, ...]:
    document = load_yaml(_inside(path, path / _CONTROLS), RulePackError)
    if not isinstance(document.data, list):
        raise document.fault((), "must be a list of controls")
    controls = tuple(validate(document, ControlForm, (index,)) for index in range(len(document.data)))
    known: set[str] = set()
    for index, control in enumerate(controls):
        if control.id in known:
            raise document.fault((index, "id"), f"the control {shown(control.id)} is listed twice")
        known.add(control.id)
    return controls


def _digest(path: Path, rules: Sequence[Rule]) -> str:
    """Hash all that the pack judges by, so that two audits can tell whether they used the same rules.

    Borrowed rules count, cases do not.
    """
    files = {_MANIFEST: path / _MANIFEST, _CONTROLS: path / _CONTROLS}
    files |= {rule.id: rule.file for rule in rules}
    digest = hashlib.sha256()
    for name, file in sorted(files.items()):
        digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def with_params(rule: Rule, given: Mapping[str, Any]) -> Rule:
    """Return `rule` with other values for some of its parameters.

    Raises `RulePackError` where a condition cannot take such a value.
    """
    return _rule(rule.file, rule.pack, _controls(rule.file.parent), given)


def _rule(
    file: Path, pack: str, controls: tuple[ControlForm, ...], given: Mapping[str, Any] | None = None
) -> Rule:
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
            message = f"{shown(reference.control)} is not in {_CONTROLS}{hint}"
            raise document.fault(("references", index, "control"), message)
        yield _reference(control, reference.eli, reference.dpv)


def _reference(control: ControlForm, eli: str | None = None, dpv: str | None = None) -> Reference:
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


def in_force(rule: Rule, packs: Sequence[Pack], as_of: date) -> date | None:
    """Return from when the rule holds if that is after `as_of`, else None.

    A rule in several packs holds as soon as one of their laws asks for it.
    """
    own = rule.form.in_force_from or date.min
    first = min((pack.starts(rule) for pack in packs), default=date.min)
    start = max(own, first)
    return start if start > as_of else None
