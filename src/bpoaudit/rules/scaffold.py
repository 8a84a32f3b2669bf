"""Write a new rule with its cases, and the pack around it where there is none: valid as they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import Final

from bpoaudit.errors import OutputError, RulePackError, UsageError
from bpoaudit.rules.packs import bundled, load_packs

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,60}")
_PACK = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
_TEMPLATES: Final = Path(__file__).with_name("starter")
_TAKEN: Final = ("pack", "controls")
_CONTROL: Final = "policy-1"


@dataclass(frozen=True, slots=True)
class Scaffold:
    """The files of a new rule, none of which exists yet."""

    rule: str
    files: Mapping[Path, str]


def new_rule(place: str, today: date) -> Scaffold:
    """Return the files of the rule `place`: a pack's folder, a slash, the name of the rule.

    A folder that is not there, or is empty, becomes a pack of its own. `UsageError` for what cannot be a
    rule's place, `OutputError` for a rule that there is, `RulePackError` for a broken pack.
    """
    folder, _, name = place.rstrip("/").rpartition("/")
    if not folder or not _NAME.fullmatch(name) or name in _TAKEN or name.endswith(".test"):
        raise UsageError(
            "a new rule is named by the folder of its pack and a name in small letters",
            "such as my-pack/cards-masked, or path/to/my-pack/cards-masked",
        )
    home = Path(folder)
    files: dict[Path, str] = {}
    if (home / "pack.yaml").is_file():
        (pack,) = load_packs([str(home.resolve())])
        if not pack.controls:
            raise RulePackError("has no control that a rule could serve", file=str(home / "controls.yaml"))
        pack_id, control = pack.id, pack.controls[0].id
    else:
        pack_id, control = _new_pack_id(home), _CONTROL
        told = {"pack": pack_id, "today": today.isoformat(), "control": control}
        for part in ("pack.yaml", "controls.yaml"):
            files[home / part] = _filled(part, told)
    words = {"pack": pack_id, "name": name, "control": control}
    files[home / f"{name}.yaml"] = _filled("rule.yaml", words)
    files[home / f"{name}.test.yaml"] = _filled("rule.test.yaml", words)
    for file in files:
        if file.exists():
            raise OutputError(f"{file} exists already", "choose another name, or edit the file")
    return Scaffold(f"{pack_id}/{name}", files)


def _new_pack_id(home: Path) -> str:
    if home.is_dir() and any(home.iterdir()):
        raise UsageError(
            f"{home} holds files but no pack.yaml, so it is no pack", "name a new folder, or one with a pack"
        )
    if home.exists() and not home.is_dir():
        raise UsageError(f"{home} is a file, not the folder of a pack")
    name = home.resolve().name
    if not _PACK.fullmatch(name):
        raise UsageError(
            f"the folder of a pack is called in small letters, digits and hyphens, not {name[:60]!r}"
        )
    if name in bundled():
        raise UsageError(
            f"{name} is a pack that comes with bpoaudit",
            f"give your pack another name, such as my-{name}; it can take over rules of {name}",
        )
    return name


def _filled(name: str, words: Mapping[str, str]) -> str:
    return Template((_TEMPLATES / name).read_text(encoding="utf-8")).substitute(words)
