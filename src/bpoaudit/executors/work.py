"""The unit of work that executors map: read one file of the delivery and all that is inside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableSequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, fields, replace
from itertools import chain
from operator import attrgetter
from pathlib import Path

from bpoaudit.delivery import DeliveryFile, fingerprint_file, media_type
from bpoaudit.delivery.budget import MAX_DEPTH, Budget
from bpoaudit.delivery.compression import COMPRESSIONS, decompressed
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import UNKNOWN
from bpoaudit.detect import (
    BatchCandidates,
    ColumnEvidence,
    ColumnVerdict,
    Detector,
    NameBook,
    SourcePlan,
    Spool,
    ValueCandidates,
    judge_column,
)
from bpoaudit.detect.dialogue import whole_conversations
from bpoaudit.detect.routing import HEAD_RECORDS
from bpoaudit.errors import LimitReached, SourceError, UnreadableSource
from bpoaudit.executors.became import FileRead, excluded, gathered, part_source, unread
from bpoaudit.facts import Fact
from bpoaudit.inventory import FieldTally, Inventory
from bpoaudit.measures import Measured, Measuring, Sight, Watching
from bpoaudit.model import FieldKind, Finding, Source
from bpoaudit.public_names import IN_FIELDS, IN_NAME
from bpoaudit.readers import (
    Member,
    Part,
    ReadOptions,
    RecordBatch,
    open_parts,
)
from bpoaudit.readers.archives.packed_names import packed_part, packed_texts
from bpoaudit.settle import settle
from bpoaudit.vendor import Agreement

_values_of = attrgetter(*(f.name for f in fields(Finding)))


@dataclass(frozen=True, slots=True)
class FileTask:
    """One file to work on."""

    number: int
    file: DeliveryFile


@dataclass(slots=True)
class FileResult:
    """What is known about one file when it has been worked on. Names are public ones."""

    number: int
    sources: list[Source] = field(default_factory=list)
    inventory: Inventory = field(default_factory=Inventory)
    measured: Measured = field(default_factory=Measured)
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
    agreement: Agreement | None = None
    """Says what is left out."""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    reached: MutableSequence[int] | None = None
    """Where to note, by the number of the file, how many of its bytes were read so far."""
    measuring: Measuring = field(default_factory=Measuring)

    def __call__(self, task: FileTask) -> FileResult:
        """Work on one file. Whatever is wrong with it is in the result; nothing is raised for it."""
        result = FileResult(task.number)
        file = task.file
        if file.problem is not None:
            result.sources.append(self._unread(file.source, file.bytes, file.problem, result))
            return result
        with file.content() as content:
            try:
                sha256, size = fingerprint_file(content)
            except SourceError as error:
                result.sources.append(self._unread(file.source, file.bytes, error, result))
                return result
            how = ReadOptions(passwords=self.passwords, budget=Budget(size))
            source = _Opened(file.source, content, size, sha256, how)
            result.sources.extend(self._source(source, result, lambda: self._note(task.number, content)))
        return result

    def _unread(
        self, true: str, size: int | None, problem: SourceError, result: FileResult, own: int = 0
    ) -> Source:
        """Return what cannot be opened at all; the profile may exclude that too."""
        name = self._name(true, result, own=own)
        if reason := self._exclusion_of(true):
            return excluded(name, UNKNOWN, size, None, reason)
        return unread(name, UNKNOWN, size, None, problem)

    def _exclusion_of(self, true: str) -> str | None:
        return self.agreement.exclusion_of(true) if self.agreement else None

    def _note(self, number: int, content: Content) -> None:
        if self.reached is not None:
            self.reached[number] = max(self.reached[number], content.position)

    def _source(self, opened: _Opened, result: FileResult, step: Callable[[], None]) -> list[Source]:
        """Read a file or member; return what became of it, then of everything inside it."""
        name = self._name(opened.true, result, own=opened.own)
        if reason := self._exclusion_of(opened.true):
            return [excluded(name, opened.media(), opened.size, opened.sha256, reason)]
        told: list[Source] = []
        inside: list[Source] = []
        notes = [*opened.notes]
        facts = {**opened.facts}
        media = UNKNOWN
        problem: SourceError | None = None
        try:
            with ExitStack() as layers:
                texts: list[tuple[str, str]] = []
                content, media = opened.unpacked(layers, notes, texts)
                if texts:
                    told.append(self._part(opened.true, packed_part(texts, media), result, step))
                for piece in open_parts(content, media, self._told(opened)):
                    if isinstance(piece, Member):
                        inside += self._member(opened, piece, result, step)
                    else:
                        told.append(self._part(opened.true, piece, result, step))
        except SourceError as error:
            problem = error
        file = FileRead(name, media, opened.size, opened.sha256, tuple(notes), facts, problem)
        return gathered(file, told, inside)

    def _told(self, opened: _Opened) -> ReadOptions:
        """Return how it is read, with the layout that the profile declares for it."""
        layout = self.agreement.layout_of(opened.true) if self.agreement else None
        return replace(opened.how, layout=layout) if layout else opened.how

    def _member(
        self, outer: _Opened, member: Member, result: FileResult, step: Callable[[], None]
    ) -> list[Source]:
        true = outer.true + member.suffix
        problem = member.problem
        try:
            outer.how.budget.member()
            if outer.depth == MAX_DEPTH:
                raise LimitReached(f"more than {MAX_DEPTH} containers inside one another")
        except LimitReached as error:
            problem = problem or error
        if problem is not None or member.content is None:
            problem = problem or UnreadableSource("nothing in it")
            source = self._unread(true, member.size, problem, result, own=len(outer.true))
            return [source.model_copy(update={"notes": tuple(member.notes), "facts": member.facts})]
        with member.content as content:
            inner = _Opened(
                true, content, member.size, None, outer.how, outer.depth + 1, len(outer.true),
                tuple(member.notes), member.facts,
            )  # fmt: skip
            return self._source(inner, result, step)

    def _name(self, true: str, result: FileResult, own: int = 0) -> str:
        """Return the public name of a source; what its name gives away from `own` on is tallied, once."""
        public = self.names.public(true)
        if public in result.true_sources:
            return public
        result.true_sources[public] = true
        found = tuple(c for c in self.names.found(true) if c.match.start >= own)
        if found:
            tally = FieldTally(FieldKind.METADATA, records=1, non_empty=1)
            result.inventory.fields[public, IN_NAME] = tally
            self._names_settled(public, [ValueCandidates(IN_NAME, (0,), True, found)], result)
        return public

    def _part(self, file: str, part: Part, result: FileResult, step: Callable[[], None]) -> Source:
        # The name of the file itself was looked at when the file was taken up.
        name = (
            self._name(file + part.suffix, result, own=len(file)) if part.suffix else self.names.public(file)
        )
        if part.suffix and (reason := self._exclusion_of(file + part.suffix)):
            _pass_over(part)
            return excluded(name, part.media_type, None, None, reason)
        evidence: dict[str, ColumnEvidence] = {field: ColumnEvidence() for field in part.field_names}
        read = 0
        problem: SourceError | None = None
        with Spool() as spool:
            batches = part.batches
            head, problem = _head(batches)
            plan = self.detector.plan(head, part.kind)
            rest = iter(()) if problem else batches
            public = _PublicNames(self.names)
            watching = self._watching(name, plan, public, result, part)
            try:
                together: Iterable[RecordBatch] = chain(head, rest)
                if plan.dialogue and part.kind is not FieldKind.TRANSCRIPT:
                    together = whole_conversations(together, plan.dialogue)
                for batch in together:
                    found = self.detector.detect(batch, plan, public)
                    read += batch.records
                    spool.write(found.values)
                    watching.observe(batch, found)
                    _fold(evidence, found)
                    step()
            except SourceError as error:
                problem = error
            self._fields(name, part.kind, read, evidence, result)
            verdicts = {public[n]: judge_column(plan.of(n), e) for n, e in evidence.items()}
            self._settled(name, spool, verdicts, result, watching)
        return part_source(name, part, read, problem, sum(e.unread for e in evidence.values()))

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
                in_names.append(ValueCandidates(IN_FIELDS, (0,), True, found))
        if in_names:
            tallies = result.inventory.fields
            tally = tallies.setdefault((source, IN_FIELDS), FieldTally(FieldKind.METADATA))
            tally.merge(FieldTally(tally.kind, records=len(evidence), non_empty=len(evidence)))
            self._names_settled(source, in_names, result)

    def _names_settled(self, source: str, found: list[ValueCandidates], result: FileResult) -> None:
        watching = self._watching(source, SourcePlan(FieldKind.METADATA, {}), {}, result)
        watching.observe(RecordBatch(1, ()), BatchCandidates(found))
        with Spool() as spool:
            spool.write(found)
            self._settled(source, spool, {}, result, watching)

    def _watching(
        self,
        source: str,
        plan: SourcePlan,
        public: Mapping[str, str],
        result: FileResult,
        part: Part | None = None,
    ) -> Watching:
        true = result.true_sources[source]
        sight = Sight(
            source,
            plan,
            public,
            self.detector.key,
            self.agreement.feed_of(true) if self.agreement else None,
            suppressed=self.measuring.suppressed,
            lists=self.measuring.lists,
            true=true,
        )
        if part is not None:
            sight = replace(sight, media_type=part.media_type, facts=part.facts)
        return self.measuring.watch(sight)

    def _settled(
        self,
        source: str,
        spool: Spool,
        verdicts: Mapping[str, ColumnVerdict],
        result: FileResult,
        watching: Watching,
    ) -> None:
        watching.judged(verdicts)
        findings = watching.passing(settle(source, spool, verdicts, result.inventory))
        self._kept(source, findings, result)
        result.measured.merge(watching.done())

    def _kept(self, source: str, findings: Iterator[Finding], result: FileResult) -> None:
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


def _pass_over(part: Part) -> None:
    """Lead the reader past a part: what follows may come from the same stream."""
    with suppress(SourceError):
        for _ in part.batches:
            pass


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


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file or member that is being read. `repr` shows no name."""

    true: str = field(repr=False)
    content: Content
    size: int | None
    sha256: str | None
    how: ReadOptions
    depth: int = 0
    """How many containers it lies in."""
    own: int = 0
    """Where in its name its own part begins."""
    notes: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def media(self) -> str:
        try:
            return media_type(self.content)
        except SourceError:
            return UNKNOWN

    def unpacked(
        self, layers: ExitStack, notes: list[str], texts: list[tuple[str, str]]
    ) -> tuple[Content, str]:
        """Take off what it is compressed with; return what is inside and its media type.

        `texts` gets what the compressed file says of itself: fields and their texts.
        """
        content = self.content
        media = media_type(content)
        while media in COMPRESSIONS:
            name = COMPRESSIONS[media].name
            notes.append(f"compressed with {name}")
            if len(notes) - len(self.notes) > MAX_DEPTH:
                raise LimitReached(f"compressed more than {MAX_DEPTH} times over")
            texts += packed_texts(content, media)
            content = layers.enter_context(decompressed(content, media, self.how.budget))
            media = media_type(content)
        return content, media
