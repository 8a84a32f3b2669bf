"""Load rule packs: folders with `pack.yaml`, `controls.yaml`, one file a rule, cases beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bpoaudit.documents import Steps, YamlFile, load_yaml, validate
from bpoaudit.errors import RulePackError
from bpoaudit.model import Reference
from bpoaudit.resources import folder
from bpoaudit.rules.conditions import Condition, parse
from bpoaudit.rules.forms import ControlForm, PackForm
from bpoaudit.rules.registry import tables
from bpoaudit.rules.rule_file import CONTROLS, Rule, load_rule, reference_to
from bpoaudit.suggestions import shown, suggestion

DEFAULT_PACKS = ("gdpr", "bpo-baseline")
"""What is judged where neither the command line nor the profile names packs."""

MAX_RULES = 2000
"""Files of rules in one pack: each costs milliseconds to read."""

_MANIFEST, _CASES = "pack.yaml", ".test.yaml"


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
            reference_to(control)
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
        self.bundled = frozenset(bundled())
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
            self._rules[file] = load_rule(_inside(file.parent, file), pack, self.controls(file.parent))
        return self._rules[file]

    def has(self, file: Path) -> bool:
        """Tell whether there is a rule in a file."""
        return file in self._rules or file.is_file()


def _load(path: Path, shelf: _Shelf) -> Pack:
    document = load_yaml(_inside(path, path / _MANIFEST), RulePackError)
    form = validate(document, PackForm)
    if form.id in shelf.bundled and path != (shelf.home / form.id).resolve():
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
    clauses = load_yaml(_inside(path, path / CONTROLS), RulePackError)
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
    return [shelf.rule(file, pack) for file in files]


def _rule_files(path: Path) -> list[Path]:
    files = sorted(path.glob("*.yaml"))
    return [f for f in files if f.name not in (_MANIFEST, CONTROLS) and not f.name.endswith(_CASES)]


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
    homes = [shelf.home / pack] if pack in shelf.bundled else [path.parent / pack]
    for home in homes:
        file = home / f"{name}.yaml"
        if shelf.has(file):
            return shelf.rule(file, pack)
    near = [
        each.parent for each in (*path.parent.glob(f"*/{_MANIFEST}"), *folder("rules").glob(f"*/{_MANIFEST}"))
    ]
    names = [f"{each.name}/{file.stem}" for each in near for file in _rule_files(each)]
    raise document.fault(at, f"there is no rule {shown(rule_id)}{suggestion(rule_id, names)}")


def _controls(path: Path) -> tuple[ControlForm, ...]:
    document = load_yaml(_inside(path, path / CONTROLS), RulePackError)
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
    files = {_MANIFEST: path / _MANIFEST, CONTROLS: path / CONTROLS}
    files |= {rule.id: rule.file for rule in rules}
    digest = hashlib.sha256()
    for name, file in sorted(files.items()):
        digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def with_params(rule: Rule, given: Mapping[str, Any]) -> Rule:
    """Return `rule` with other values for some of its parameters.

    Raises `RulePackError` where a condition cannot take such a value.
    """
    return load_rule(rule.file, rule.pack, _controls(rule.file.parent), given)


def in_force(rule: Rule, packs: Sequence[Pack], as_of: date) -> date | None:
    """Return from when the rule holds if that is after `as_of`, else None.

    A rule in several packs holds as soon as one of their laws asks for it.
    """
    own = rule.form.in_force_from or date.min
    first = min((pack.starts(rule) for pack in packs), default=date.min)
    start = max(own, first)
    return start if start > as_of else None
