"""The unit of work that executors map: read one file of the delivery and all that is inside it.

One process may do all of it, or several do it together: each reads the whole file and analyses its share of
the pieces (`Worker.read`), and what they have seen is put together (`Worker.join`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from uuid import uuid4

from bpoaudit.delivery import DeliveryFile, fingerprint_file
from bpoaudit.delivery.budget import MAX_DEPTH, Budget
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import UNKNOWN
from bpoaudit.detect import (
    BatchCandidates,
    ColumnEvidence,
    Detector,
    NameBook,
    Spool,
)
from bpoaudit.detect.dialogue import whole_conversations
from bpoaudit.detect.routing import HEAD_RECORDS
from bpoaudit.errors import LimitReached, SourceError, UnreadableSource
from bpoaudit.executors.became import FileRead, Outline, excluded, told, unread
from bpoaudit.executors.claims import Claims, Everything
from bpoaudit.executors.opened import Opened
from bpoaudit.executors.reading import FileResult as FileResult
from bpoaudit.executors.reading import Reading, Seen, Share
from bpoaudit.executors.settler import PublicNames, Settler
from bpoaudit.measures import Measuring
from bpoaudit.model import FieldKind, Source
from bpoaudit.readers import (
    Member,
    Part,
    ReadOptions,
    RecordBatch,
    open_parts,
)
from bpoaudit.readers.archives.packed_names import packed_part
from bpoaudit.vendor import Agreement

FIRST_PIECE = 4_000
"""Records at the beginning of a part that are one piece; after them each batch is one."""
MOST_SHARED = 8
"""Parts of one file that are shared, for what is seen of each takes memory; any further one is one piece."""


Step = Callable[[int, int], None]
"""Takes the number of a file, and how many of its bytes were read so far."""


@dataclass(frozen=True, slots=True)
class FileTask:
    """One file to work on."""

    number: int
    file: DeliveryFile


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
    step: Step | None = None
    """Hears batch after batch how far it is."""
    measuring: Measuring = field(default_factory=Measuring)
    spools: Path | None = None
    """Folder for what the readings of one file leave for each other; needed where several read it."""

    @property
    def _settler(self) -> Settler:
        return Settler(self.detector.key, self.names, self.findings, self.agreement, self.measuring)

    def __call__(self, task: FileTask) -> FileResult:
        """Work on one file. Whatever is wrong with it is in the result; nothing is raised for it."""
        return self.join([self.read(task, Everything())])

    def read(self, task: FileTask, claims: Claims) -> Reading:
        """Read one file and analyse what of it is claimed; the rest is passed over."""
        file = task.file
        reading = Reading(FileResult(task.number), claims)
        if file.problem is not None:
            reading.outline = self._unread(file.source, file.bytes, file.problem, reading)
            return reading
        with file.content() as content:
            try:
                reading.sha256, size = fingerprint_file(content)
            except SourceError as error:
                reading.outline = self._unread(file.source, file.bytes, error, reading)
                return reading
            how = ReadOptions(passwords=self.passwords, budget=Budget(size))
            reading.step = lambda: self._note(task.number, content)
            source = Opened(file.source, content, size, reading.sha256, how)
            reading.outline = self._source(source, reading)
            reading.step = None
        return reading

    def join(self, readings: Sequence[Reading]) -> FileResult:
        """Put together what the readings of one file have seen, which must agree."""
        result, shares = self.judge(readings)
        for share in shares:
            result.merge(self.settle(share, result.number))
        return result

    def judge(self, readings: Sequence[Reading]) -> tuple[FileResult, list[Share]]:
        """Put together all but the shares, which may be settled anywhere and merged into the result."""
        first, *others = readings
        result = first.result
        settled = dict(first.settled)
        for other in others:
            result.merge(other.result)
            settled |= other.settled
        left: list[Share] = []
        for part in sorted(first.begun):
            settled[part], shares = self._settler.joined([each.begun[part] for each in readings], result)
            left += shares
        assert first.outline is not None
        result.sources = told(first.outline, settled)
        return result, left

    def settle(self, share: Share, number: int) -> FileResult:
        """Settle a share of the file of that number."""
        return self._settler.share(share, number)

    def lost(self, task: FileTask, reason: str) -> FileResult:
        """Return what is known of a file that was not read."""
        reading = Reading(FileResult(task.number), Everything())
        reading.result.sources.append(
            self._unread(task.file.source, task.file.bytes, UnreadableSource(reason), reading)
        )
        return reading.result

    def _unread(
        self, true: str, size: int | None, problem: SourceError, reading: Reading, own: int = 0
    ) -> Source:
        """Return what cannot be opened at all; the profile may exclude that too."""
        name = self._name(true, reading, own=own)
        if reason := self._exclusion_of(true):
            return excluded(name, UNKNOWN, size, None, reason)
        return unread(name, UNKNOWN, size, None, problem)

    def _exclusion_of(self, true: str) -> str | None:
        return self.agreement.exclusion_of(true) if self.agreement else None

    def _note(self, number: int, content: Content) -> None:
        if self.step is not None:
            self.step(number, content.position)

    def _source(self, opened: Opened, reading: Reading) -> Outline | Source:
        """Read a file or member; return what it turned out to be, with everything inside it."""
        name = self._name(opened.true, reading, own=opened.own)
        if reason := self._exclusion_of(opened.true):
            return excluded(name, opened.media(), opened.size, opened.sha256, reason)
        parts: list[int] = []
        inside: list[Outline | Source] = []
        notes = [*opened.notes]
        facts = {**opened.facts}
        media = UNKNOWN
        problem: SourceError | None = None
        try:
            with ExitStack() as layers:
                texts: list[tuple[str, str]] = []
                content, media = opened.unpacked(layers, notes, texts)
                if texts:
                    parts.append(self._part(opened.true, packed_part(texts, media), reading))
                for piece in open_parts(content, media, self._told(opened)):
                    if isinstance(piece, Member):
                        inside.append(self._member(opened, piece, reading))
                    else:
                        parts.append(self._part(opened.true, piece, reading))
        except SourceError as error:
            problem = error
        file = FileRead(name, media, opened.size, opened.sha256, tuple(notes), facts, problem)
        return Outline(file, tuple(parts), tuple(inside))

    def _told(self, opened: Opened) -> ReadOptions:
        """Return how it is read, with the layout that the profile declares for it."""
        layout = self.agreement.layout_of(opened.true) if self.agreement else None
        return replace(opened.how, layout=layout) if layout else opened.how

    def _member(self, outer: Opened, member: Member, reading: Reading) -> Outline | Source:
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
            source = self._unread(true, member.size, problem, reading, own=len(outer.true))
            return source.model_copy(update={"notes": tuple(member.notes), "facts": member.facts})
        with member.content as content:
            inner = Opened(
                true, content, member.size, None, outer.how, outer.depth + 1, len(outer.true),
                tuple(member.notes), member.facts,
            )  # fmt: skip
            return self._source(inner, reading)

    def _name(self, true: str, reading: Reading, own: int = 0) -> str:
        """Return the public name of a source; what its name gives away from `own` on is tallied, once."""
        public = self.names.public(true)
        if public in reading.result.true_sources:
            return public
        reading.result.true_sources[public] = true
        found = tuple(c for c in self.names.found(true) if c.match.start >= own)
        if found and reading.take():
            self._settler.source_name(public, found, reading.piece, reading.result)
        return public

    def _part(self, file: str, part: Part, reading: Reading) -> int:
        """Read a part; return its number, under which it is settled, or begun where it is shared."""
        number, reading.parts = reading.parts, reading.parts + 1
        # The name of the file itself was looked at when the file was taken up.
        name = (
            self._name(file + part.suffix, reading, own=len(file)) if part.suffix else self.names.public(file)
        )
        if part.suffix and (reason := self._exclusion_of(file + part.suffix)):
            _pass_over(part)
            reading.settled[number] = excluded(name, part.media_type, None, None, reason)
            return number
        may_share = len(reading.begun) < MOST_SHARED and not reading.alone
        taken = reading.take()
        if not taken and _is_one_piece(part, may_share):
            return number
        piece = reading.piece
        head, problem = _head(part.batches)
        plan = self.detector.plan(head, part.kind)
        public = PublicNames(self.names)
        watching = self._settler.watching(name, plan, public, reading.result, part)
        evidence: dict[str, ColumnEvidence] = {field: ColumnEvidence() for field in part.field_names}
        seen = Seen(name, piece, part, plan, 0, problem, evidence, watching)
        with Spool() as spool:
            for batch in self._batches(seen, head, () if problem else part.batches):
                if may_share and seen.read >= FIRST_PIECE:
                    seen.shared = True
                    taken = reading.take()
                if taken:
                    found = self.detector.detect(batch, plan, public)
                    spool.write(found.values)
                    watching.observe(batch, found)
                    _fold(evidence, found)
                else:
                    watching.pass_over(batch)
                seen.read += batch.records
                if reading.step is not None:
                    reading.step()
            if taken and not seen.shared:
                reading.settled[number] = self._settler.whole(seen, spool.read(), reading.result)
            elif seen.shared:
                assert self.spools is not None
                seen.spool = self.spools / f"{reading.result.number:08}-{piece:08}-{uuid4().hex}.jsonl"
                spool.save(seen.spool)
                seen.part = replace(part, batches=iter(()))
                reading.begun[number] = seen
        return number

    def _batches(
        self, seen: Seen, head: Sequence[RecordBatch], rest: Iterable[RecordBatch]
    ) -> Iterator[RecordBatch]:
        """Yield what is analysed together; a fault of the source ends it and is kept."""
        together: Iterable[RecordBatch] = chain(head, rest)
        if seen.plan.dialogue and seen.part.kind is not FieldKind.TRANSCRIPT:
            together = whole_conversations(together, seen.plan.dialogue)
        try:
            yield from together
        except SourceError as error:
            seen.problem = error


def _pass_over(part: Part) -> None:
    """Lead the reader past a part: what follows may come from the same stream."""
    with suppress(SourceError):
        for _ in part.batches:
            pass


def _is_one_piece(part: Part, may_share: bool) -> bool:
    """Lead the reader past a part that somebody else analyses as a whole; a longer one begins anew."""
    if not may_share:
        _pass_over(part)
        return True
    begun, problem = _head(part.batches, FIRST_PIECE)
    if problem is not None or sum(batch.records for batch in begun) < FIRST_PIECE:
        return True
    part.batches = chain(begun, part.batches)
    return False


def _head(
    batches: Iterator[RecordBatch], most: int = HEAD_RECORDS
) -> tuple[list[RecordBatch], SourceError | None]:
    """Take whole batches until they hold the head; a fault on the way keeps what was read."""
    head: list[RecordBatch] = []
    records = 0
    try:
        for batch in batches:
            head.append(batch)
            records += batch.records
            if records >= most:
                break
    except SourceError as problem:
        return head, problem
    return head, None


def _fold(evidence: dict[str, ColumnEvidence], found: BatchCandidates) -> None:
    for name, more in found.evidence.items():
        evidence.setdefault(name, ColumnEvidence()).merge(more)
