"""What became of a source: how far it was read, and what a container owes to what is inside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bpoaudit.errors import EncryptedSource, SourceError, UnsupportedSource
from bpoaudit.facts import Fact
from bpoaudit.model import Source, SourceStatus
from bpoaudit.readers.batch import Part

_BEST_FIRST = list(SourceStatus)
_NAMED = 3
"""So many reasons of what is inside a container are told with the container."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file or member itself, apart from its parts and members."""

    name: str
    media_type: str
    bytes: int | None
    sha256: str | None
    notes: tuple[str, ...] = ()
    facts: Mapping[str, Fact] | None = None
    problem: SourceError | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """A file or member that was opened: what became of it shows when its parts are settled."""

    file: FileRead
    parts: tuple[int, ...]
    """Numbers of its parts."""
    members: tuple[Outline | Source, ...]
    """What lies in it; as a source where it was not opened."""


def told(outline: Outline | Source, settled: Mapping[int, Source]) -> list[Source]:
    """Return what became of a file and of everything inside it, by its parts that were `settled`."""
    if isinstance(outline, Source):
        return [outline]
    inside = [source for member in outline.members for source in told(member, settled)]
    return gathered(outline.file, [settled[part] for part in outline.parts], inside)


def unread(name: str, media_type: str, size: int | None, sha256: str | None, problem: SourceError) -> Source:
    """Return a source of which nothing was read."""
    return Source(
        source=name, media_type=media_type, bytes=size, sha256=sha256, status=_status_of(problem),
        records_read=0, records_total=None, reason=problem.message,
    )  # fmt: skip


def excluded(name: str, media_type: str, size: int | None, sha256: str | None, reason: str) -> Source:
    """Return a source that the profile leaves out."""
    return Source(
        source=name, media_type=media_type, bytes=size, sha256=sha256, status=SourceStatus.SKIPPED,
        records_read=0, records_total=None, reason=f"excluded by the profile: {reason}",
    )  # fmt: skip


def part_source(name: str, part: Part, read: int, problem: SourceError | None, unread: int) -> Source:
    """Tell how far a part was read; `unread` values were too much for a recogniser of the user's."""
    reasons = [*part.losses]
    if unread:
        reasons.append(f"a pattern of your own ran out of time in {unread:,} values")
    if problem is not None:
        reasons.insert(0, problem.message)
    status = SourceStatus.READ
    if problem is not None and read == 0:
        status = _status_of(problem)
    elif reasons:
        status = SourceStatus.PARTIAL
    return Source(
        source=name, media_type=part.media_type, bytes=None, sha256=None, status=status, records_read=read,
        records_total=None if problem else read, reason="; ".join(reasons) or None, notes=tuple(part.notes),
        facts=part.facts,
    )  # fmt: skip


def gathered(file: FileRead, parts: Sequence[Source], members: Sequence[Source]) -> list[Source]:
    """Return the file itself, then the sheets or tables in it, then its members and what is in them.

    A file is never better than what is inside it, and its records are all that is inside it.
    """
    if not parts and not members:
        problem = file.problem or UnsupportedSource("nothing in it could be recognised as records")
        alone = unread(file.name, file.media_type, file.bytes, file.sha256, problem)
        return [alone.model_copy(update={"notes": file.notes, "facts": dict(file.facts or {})})]
    if file.problem is None and _left_out(file, parts, members):
        whole = excluded(file.name, file.media_type, file.bytes, file.sha256, "all that is in it")
        return [whole.model_copy(update={"notes": file.notes, "facts": dict(file.facts or {})}), *members]
    own = [part for part in parts if part.source == file.name]
    inside = [*_by_name(part for part in parts if part.source != file.name), *members]
    counted = [source for source in inside if source.status is not SourceStatus.SKIPPED]
    direct = [source for source in counted if not _lies_deeper(source.source, file.name)]
    read = sum(source.records_read for source in (*own, *direct))
    complete = file.problem is None and all(s.records_total is not None for s in (*own, *direct))
    status = max((s.status for s in (*own, *counted)), key=_BEST_FIRST.index, default=SourceStatus.READ)
    begun = any(s.records_read or s.status is SourceStatus.READ for s in (*own, *direct))
    if file.problem is not None and not begun:
        status = _status_of(file.problem)
    elif file.problem is not None or (status is not SourceStatus.READ and begun):
        status = SourceStatus.PARTIAL
    reasons = [file.problem.message] if file.problem else []
    reasons += [part.reason for part in own if part.reason]
    reasons += _reasons(file.name, direct)
    facts = dict(file.facts or {})
    for part in own:
        facts.update(part.facts)
    whole = Source(
        source=file.name, media_type=file.media_type, bytes=file.bytes, sha256=file.sha256, status=status,
        records_read=read, records_total=read if complete else None, reason="; ".join(reasons) or None,
        notes=(*file.notes, *(note for part in own for note in part.notes)), facts=facts,
    )  # fmt: skip
    return [whole, *inside]


def _left_out(file: FileRead, parts: Sequence[Source], members: Sequence[Source]) -> bool:
    """Whether the profile excludes everything in a container that has nothing of its own."""
    bare = all(p.source == file.name and p.status is SourceStatus.READ and not p.records_read for p in parts)
    return bare and bool(members) and all(m.status is SourceStatus.SKIPPED for m in members)


def _by_name(parts: Iterable[Source]) -> list[Source]:
    """Make one source of the parts that share a name: the rows of a sheet and its comments."""
    named: dict[str, list[Source]] = {}
    for part in parts:
        named.setdefault(part.source, []).append(part)
    return [_one(same) for same in named.values()]


def _one(same: Sequence[Source]) -> Source:
    if len(same) == 1:
        return same[0]
    read = sum(part.records_read for part in same)
    complete = all(part.records_total is not None for part in same)
    status = max((part.status for part in same), key=_BEST_FIRST.index)
    if status is not SourceStatus.READ and any(part.status is SourceStatus.READ for part in same):
        status = SourceStatus.PARTIAL
    facts: dict[str, Fact] = {}
    for part in same:
        facts.update(part.facts)
    return same[-1].model_copy(
        update={
            "status": status,
            "records_read": read,
            "records_total": read if complete else None,
            "reason": "; ".join(part.reason for part in same if part.reason) or None,
            "notes": tuple(note for part in same for note in part.notes),
            "facts": facts,
        }
    )


def _reasons(name: str, inside: Sequence[Source]) -> list[str]:
    told = [f"{s.source.removeprefix(name)}: {s.reason}" for s in inside if s.reason]
    if len(told) <= _NAMED:
        return told
    states = Counter(s.status for s in inside if s.reason)
    counts = ", ".join(f"{states[state]} {state}" for state in SourceStatus if states[state])
    return [f"not fully read inside it: {counts}, of {len(inside)}"]


def _lies_deeper(name: str, container: str) -> bool:
    """Whether it lies in something that itself lies in the container."""
    return sum(name.count(mark, len(container)) for mark in "!#") > 1


def _status_of(problem: SourceError) -> SourceStatus:
    if isinstance(problem, EncryptedSource):
        return SourceStatus.ENCRYPTED
    if isinstance(problem, UnsupportedSource):
        return SourceStatus.UNSUPPORTED
    return SourceStatus.UNREADABLE
