"""The unit of work that executors map: read one file of the delivery, detect, settle, tally."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import chain
from operator import attrgetter
from pathlib import Path

from bpoaudit.delivery import DeliveryFile, fingerprint_file, media_type
from bpoaudit.detect import (
    BatchCandidates,
    ColumnEvidence,
    ColumnVerdict,
    Detector,
    NameBook,
    Spool,
    ValueCandidates,
    judge_column,
)
from bpoaudit.detect.dialogue import whole_conversations
from bpoaudit.detect.routing import HEAD_RECORDS
from bpoaudit.errors import EncryptedSource, SourceError, UnsupportedSource
from bpoaudit.inventory import FieldTally, Inventory
from bpoaudit.model import FieldKind, Finding, Source, SourceStatus
from bpoaudit.readers import open_parts
from bpoaudit.readers.batch import Part, RecordBatch
from bpoaudit.settle import settle

NAME_FIELD = "@name"
"""The field under which personal data in a file's or sheet's own name is found (record 0)."""
FIELDS_FIELD = "@fields"
"""The same for the names of columns."""

_values_of = attrgetter(*(f.name for f in fields(Finding)))


@dataclass(frozen=True, slots=True)
class FileTask:
    """One file to work on."""

    number: int
    file: DeliveryFile
    excluded: str | None = None
    """Why the profile leaves it out."""


@dataclass(slots=True)
class FileResult:
    """What is known about one file when it has been worked on. Names are public ones."""

    number: int
    sources: list[Source] = field(default_factory=list)
    inventory: Inventory = field(default_factory=Inventory)
    segments: list[tuple[str, Path]] = field(default_factory=list)
    """(source, file of its findings in order), only where findings are wanted."""
    true_sources: dict[str, str] = field(default_factory=dict)
    """True name by public name, for agreement patterns; stays inside the border."""
    true_fields: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(slots=True)
class Worker:
    """Everything that is built once and used for many files."""

    detector: Detector
    names: NameBook
    findings: Path | None
    """Folder for the findings of each source, or None when nobody asked for them."""

    def __call__(self, task: FileTask) -> FileResult:
        """Work on one file. Whatever is wrong with it is in the result; nothing is raised for it."""
        result = FileResult(task.number)
        file = task.file
        name = self._name(file.source, result)
        if file.problem is not None:
            result.sources.append(_unread(name, "application/octet-stream", file.bytes, None, file.problem))
            return result
        try:
            sha256, size = fingerprint_file(file.path)
            media = media_type(file.path)
        except SourceError as error:
            result.sources.append(_unread(name, "application/octet-stream", file.bytes, None, error))
            return result
        if task.excluded is not None:
            result.sources.append(
                Source(
                    source=name, media_type=media, bytes=size, sha256=sha256, status=SourceStatus.SKIPPED,
                    records_read=0, records_total=None, reason=f"excluded by the profile: {task.excluded}",
                )
            )  # fmt: skip
            return result
        parts: list[Source] = []
        problem: SourceError | None = None
        try:
            for part in open_parts(file.path, media):
                parts.append(self._part(file.source, part, result))
        except SourceError as error:
            problem = error
        result.sources.extend(_file_and_parts(name, media, size, sha256, parts, problem))
        return result

    def _name(self, true: str, result: FileResult, own: int = 0) -> str:
        """Return the public name of a source; what its name gives away from `own` on is tallied."""
        public = self.names.public(true)
        result.true_sources[public] = true
        found = tuple(c for c in self.names.found(true) if c.match.start >= own)
        if found:
            with Spool() as spool:
                spool.write([ValueCandidates(NAME_FIELD, (0,), True, found)])
                tally = FieldTally(FieldKind.METADATA, records=1, non_empty=1)
                result.inventory.fields[public, NAME_FIELD] = tally
                self._settled(public, spool, {}, result)
        return public

    def _part(self, file: str, part: Part, result: FileResult) -> Source:
        # The name of the file itself was looked at when the file was taken up.
        name = self._name(file + part.suffix, result, own=len(file))
        evidence: dict[str, ColumnEvidence] = {field: ColumnEvidence() for field in part.field_names}
        read = 0
        problem: SourceError | None = None
        with Spool() as spool:
            batches = part.batches
            head, problem = _head(batches)
            plan = self.detector.plan(head, part.kind)
            rest = iter(()) if problem else batches
            public = _PublicNames(self.names)
            try:
                together: Iterable[RecordBatch] = chain(head, rest)
                if plan.dialogue and part.kind is not FieldKind.TRANSCRIPT:
                    together = whole_conversations(together, plan.dialogue)
                for batch in together:
                    found = self.detector.detect(batch, plan, public)
                    read += batch.records
                    spool.write(found.values)
                    _fold(evidence, found)
            except SourceError as error:
                problem = error
            self._fields(name, part.kind, read, evidence, result)
            verdicts = {public[n]: judge_column(plan.of(n), e) for n, e in evidence.items()}
            self._settled(name, spool, verdicts, result)
        return _part_source(name, part, read, problem, sum(e.unread for e in evidence.values()))

    def _fields(
        self,
        source: str,
        kind: FieldKind,
        records: int,
        evidence: dict[str, ColumnEvidence],
        result: FileResult,
    ) -> None:
        if kind is FieldKind.METADATA:
            records = 1  # record 0: the document itself, which has no numbered records
        in_names: list[ValueCandidates] = []
        for true, seen in evidence.items():
            public = self.names.public(true)
            result.true_fields[source, public] = true
            result.inventory.fields[source, public] = FieldTally(
                kind, records, seen.non_empty, seen.distinct, {}, seen.dates, seen.languages
            )
            if found := self.names.found(true):
                in_names.append(ValueCandidates(FIELDS_FIELD, (0,), True, found))
        if in_names:
            with Spool() as spool:
                spool.write(in_names)
                tally = FieldTally(FieldKind.METADATA, records=len(evidence), non_empty=len(evidence))
                result.inventory.fields[source, FIELDS_FIELD] = tally
                self._settled(source, spool, {}, result)

    def _settled(
        self, source: str, spool: Spool, verdicts: Mapping[str, ColumnVerdict], result: FileResult
    ) -> None:
        findings = settle(source, spool, verdicts, result.inventory)
        if self.findings is None:
            for _ in findings:
                pass
            return
        path = self.findings / f"{result.number:08}-{len(result.segments):05}.jsonl"
        with path.open("w", encoding="ascii") as file:
            for finding in findings:
                file.write(json.dumps(_values_of(finding), separators=(",", ":")) + "\n")
        result.segments.append((source, path))


class _PublicNames(dict[str, str]):
    """Public names of fields, looked up when first needed."""

    def __init__(self, names: NameBook) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, true: str) -> str:
        self[true] = public = self._names.public(true)
        return public


def _head(batches: Iterator[RecordBatch]) -> tuple[list[RecordBatch], SourceError | None]:
    """Take whole batches until they hold the head; a fault on the way keeps what was read."""
    head: list[RecordBatch] = []
    records = 0
    try:
        for batch in batches:
            head.append(batch)
            records += batch.records
            if records >= HEAD_RECORDS:
                break
    except SourceError as problem:
        return head, problem
    return head, None


def _fold(evidence: dict[str, ColumnEvidence], found: BatchCandidates) -> None:
    for name, more in found.evidence.items():
        evidence.setdefault(name, ColumnEvidence()).merge(more)


# --- what became of a source ---------------------------------------------------------------------


def _status_of(problem: SourceError) -> SourceStatus:
    if isinstance(problem, EncryptedSource):
        return SourceStatus.ENCRYPTED
    if isinstance(problem, UnsupportedSource):
        return SourceStatus.UNSUPPORTED
    return SourceStatus.UNREADABLE


def _unread(name: str, media: str, size: int, sha256: str | None, problem: SourceError) -> Source:
    return Source(
        source=name, media_type=media, bytes=size, sha256=sha256, status=_status_of(problem),
        records_read=0, records_total=None, reason=problem.message,
    )  # fmt: skip


def _part_source(name: str, part: Part, read: int, problem: SourceError | None, unread: int) -> Source:
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
    )  # fmt: skip


def _file_and_parts(
    name: str, media: str, size: int, sha256: str, parts: list[Source], problem: SourceError | None
) -> Iterator[Source]:
    """Yield the file itself, then the sheets or tables in it. A file is never better than its parts."""
    if not parts:
        problem = problem or UnsupportedSource("nothing in it could be recognised as records")
        yield _unread(name, media, size, sha256, problem)
        return
    inside = [part for part in parts if part.source != name]
    read = sum(part.records_read for part in parts)
    complete = problem is None and all(part.records_total is not None for part in parts)
    status = max((part.status for part in parts), key=list(SourceStatus).index)
    if status is not SourceStatus.READ and any(p.records_read for p in parts):
        status = SourceStatus.PARTIAL
    if problem is not None:
        status = SourceStatus.PARTIAL if read else _status_of(problem)
    reasons = [problem.message] if problem else []
    for part in parts:
        if part.reason:
            reasons.append(f"{part.source.removeprefix(name)}: {part.reason}".removeprefix(": "))
    yield Source(
        source=name, media_type=media, bytes=size, sha256=sha256, status=status, records_read=read,
        records_total=read if complete else None, reason="; ".join(reasons) or None,
        notes=parts[0].notes if not inside else (),
    )  # fmt: skip
    yield from inside
