"""What became of each thing that was signed, and the checks of the files that were handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from bpoaudit.delivery import fingerprint_file
from bpoaudit.delivery.content import Content
from bpoaudit.errors import EvidenceError, SourceError, UsageError
from bpoaudit.evidence.statement import (
    BASELINE,
    FILES,
    PACKS,
    PROFILE,
    RESULT,
    RULES,
    WAIVERS,
    Statement,
    bare,
)
from bpoaudit.evidence.strict_json import canonical, parse, sha256


class State(StrEnum):
    """What became of one thing."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    EXTRA = "extra"
    UNCHECKED = "not checked"


FAILURES = frozenset({State.CHANGED, State.MISSING, State.EXTRA})


class Held(NamedTuple):
    """One thing that was signed, or that should not be there."""

    name: str
    """Of the subject."""
    state: State
    why: str = ""


def hold_folder(statement: Statement, folder: Path, named: Sequence[Path]) -> tuple[list[Held], bytes | None]:
    """Hold the files of an envelope, found among `named` or in `folder`, against the statement.

    Return what became of them, and the bytes of audit.json where they are the signed ones.
    """
    places = {path.name: path for path in named}
    if len(places) != len(named):
        raise UsageError("two of the files have the same name", "a file is told by its name")
    signed = {each.name.removeprefix(FILES): each.sha256 for each in statement.under(FILES)}
    held = []
    result: bytes | None = None
    for name, expected in signed.items():
        path = places.pop(name, None) or (folder / name if Path(name).name == name else None)
        try:
            if path is None or not path.is_file():
                held.append(Held(FILES + name, State.MISSING))
                continue
            found = fingerprint_file(Content.of_path(path))[0]
            if name == statement.predicate.result_file and found == expected:
                # Held in memory only once it is the signed one, and hashed again as what is read now.
                result = path.read_bytes()
                found = sha256(result)
        except (SourceError, OSError) as error:
            held.append(Held(FILES + name, State.MISSING, f"cannot be read: {type(error).__name__}"))
            continue
        held.append(Held(FILES + name, State.SAME if found == expected else State.CHANGED))
    same = Held(FILES + statement.predicate.result_file, State.SAME) in held
    held += [Held(FILES + name, State.EXTRA, "it was not signed") for name in places]
    return held, result if same else None


def hold_members(statement: Statement, members: Mapping[str, bytes]) -> list[Held]:
    """Hold the members of a bundle, its envelope left out, against the statement."""
    signed = {each.name.removeprefix(FILES): each.sha256 for each in statement.under(FILES)}
    held = []
    for name, expected in signed.items():
        if name not in members:
            held.append(Held(FILES + name, State.MISSING))
        else:
            same = sha256(members[name]) == expected
            held.append(Held(FILES + name, State.SAME if same else State.CHANGED))
    held += [Held(FILES + name, State.EXTRA, "it was not signed") for name in members if name not in signed]
    return held


def hold_result(statement: Statement, data: bytes | None, file: str) -> list[Held]:
    """Hold the canonical forms in audit.json, whose bytes were verified, against the statement."""
    if data is None:
        why = "needs the signed audit.json"
        return [Held(name, State.UNCHECKED, why) for name in (RESULT, PROFILE)]
    document = parse(data, file)
    if not isinstance(document, dict) or "vendor" not in document:
        raise EvidenceError("is not an audit result", file=file)
    forms = {RESULT: canonical(document, file), PROFILE: canonical(document["vendor"], file)}
    held = []
    for name, form in forms.items():
        subject = statement.named(name)
        same = subject is not None and subject.sha256 == sha256(form)
        held.append(Held(name, State.SAME if same else State.CHANGED))
    return held


def hold_exceptions(statement: Statement, files: Sequence[Held]) -> list[Held]:
    """Tell of waivers and baseline whether a verified file is the one that the audit had."""
    same = {each.name for each in files if each.state is State.SAME}
    there = {each.sha256 for each in statement.under(FILES) if each.name in same}
    held = []
    for name in (WAIVERS, BASELINE):
        if (subject := statement.named(name)) is not None:
            state = State.SAME if subject.sha256 in there else State.UNCHECKED
            held.append(Held(name, state, "" if state is State.SAME else "the file was not signed along"))
    return held


def hold_packs(statement: Statement, packs: Mapping[str, str], files: Sequence[Held]) -> list[Held]:
    """Hold rule packs, digest by id, against the statement.

    A pack whose files were verified as members of a bundle is the one of the audit: whoever made the bundle
    held them against its digest.
    """
    signed = {each.name.removeprefix(RULES): each.sha256 for each in statement.under(RULES)}
    found = {name: bare(digest) for name, digest in packs.items()}
    whole = {each.name for each in files} if all(each.state is State.SAME for each in files) else set()
    held = []
    for name, expected in signed.items():
        if name not in found and f"{FILES}{PACKS}{name}/pack.yaml" in whole:
            held.append(Held(RULES + name, State.SAME))
        elif name not in found:
            held.append(Held(RULES + name, State.UNCHECKED, "give it with --rules"))
        else:
            same = found[name] == expected
            held.append(Held(RULES + name, State.SAME if same else State.CHANGED))
    other = [name for name in found if name not in signed]
    return [*held, *(Held(RULES + name, State.EXTRA, "the audit did not use it") for name in other)]
