"""Judge the columns of a part and turn its candidates into findings, tallies and measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bpoaudit.detect import (
    BatchCandidates,
    ColumnEvidence,
    ColumnVerdict,
    NameBook,
    SourcePlan,
    ValueCandidates,
    judge_column,
)
from bpoaudit.detect.matches import Candidate
from bpoaudit.detect.spool import read_saved
from bpoaudit.executors.became import part_source
from bpoaudit.executors.reading import FileResult, Seen, Share
from bpoaudit.inventory import FieldTally
from bpoaudit.masking import Key
from bpoaudit.measures import Measuring, Sight, Watching
from bpoaudit.model import FieldKind, Finding, Source
from bpoaudit.public_names import IN_FIELDS, IN_NAME
from bpoaudit.readers import Part, RecordBatch
from bpoaudit.segments import write_segment
from bpoaudit.settle import settle
from bpoaudit.vendor import Agreement

Batches = Iterable[Sequence[ValueCandidates]]


@dataclass(frozen=True, slots=True)
class Settler:
    """Settles what was seen, into the result of its file."""

    key: Key
    names: NameBook
    findings: Path | None
    """Folder for the findings of each source, or None when nobody asked for them."""
    agreement: Agreement | None
    measuring: Measuring

    def source_name(self, public: str, found: tuple[Candidate, ...], piece: int, result: FileResult) -> None:
        """Tally what the name of a source gives away."""
        result.inventory.fields[public, IN_NAME] = FieldTally(FieldKind.METADATA, records=1, non_empty=1)
        self._in_names(public, [ValueCandidates(IN_NAME, (0,), True, found)], f"{piece:08}-0", result)

    def whole(self, seen: Seen, batches: Batches, result: FileResult) -> Source:
        """Settle a part that one reading has seen the whole of."""
        verdicts = self._judged(seen, seen.evidence, result)
        self._settled(seen.name, f"{seen.piece:08}-1", batches, verdicts, result, seen.watching)
        return _source_of(seen, seen.evidence)

    def joined(self, seen: Sequence[Seen], result: FileResult) -> tuple[Source, list[Share]]:
        """Judge a part by what all readings have seen of it; return also what is left to be settled."""
        one = seen[0]
        watching = self.watching(one.name, one.plan, PublicNames(self.names), result, one.part)
        evidence: dict[str, ColumnEvidence] = {}
        for each in seen:
            watching.merge(each.watching)
            for name, more in each.evidence.items():
                evidence.setdefault(name, ColumnEvidence()).merge(more)
        verdicts = self._judged(one, evidence, result)
        watching.judged(verdicts)
        result.measured.merge(watching.done())
        true = result.true_sources[one.name]
        shares = [
            Share(one.name, true, one.plan, verdicts, each.spool, f"{one.piece:08}-1-{number:04}")
            for number, each in enumerate(seen)
            if each.spool is not None
        ]
        return _source_of(one, evidence), shares

    def share(self, share: Share, number: int) -> FileResult:
        """Settle what one reading has spooled of a part, by what the part as a whole was judged to be."""
        result = FileResult(number, true_sources={share.name: share.true})
        for field in share.verdicts:
            result.inventory.fields[share.name, field] = FieldTally(share.plan.kind)
        watching = self.watching(share.name, share.plan, {}, result, findings_only=True)
        self._settled(share.name, share.place, read_saved(share.spool), share.verdicts, result, watching)
        return result

    def _judged(
        self, seen: Seen, evidence: Mapping[str, ColumnEvidence], result: FileResult
    ) -> dict[str, ColumnVerdict]:
        """Tally the fields of a part; return what each holds, by its public name."""
        self._fields(seen, evidence, result)
        return {
            self.names.public(name): judge_column(seen.plan.of(name), column)
            for name, column in evidence.items()
        }

    def _fields(self, seen: Seen, evidence: Mapping[str, ColumnEvidence], result: FileResult) -> None:
        source, kind = seen.name, seen.part.kind
        # Record 0 is the document itself, which has no numbered records.
        records = 1 if kind is FieldKind.METADATA else seen.read
        in_names: list[ValueCandidates] = []
        for true, column in evidence.items():
            public = self.names.public(true)
            result.true_fields[source, public] = true
            result.inventory.fields[source, public] = FieldTally(
                kind, records, column.non_empty, column.distinct, {}, column.dates, column.languages
            )
            if found := self.names.found(true):
                in_names.append(ValueCandidates(IN_FIELDS, (0,), True, found))
        if in_names:
            tallies = result.inventory.fields
            tally = tallies.setdefault((source, IN_FIELDS), FieldTally(FieldKind.METADATA))
            tally.merge(FieldTally(tally.kind, records=len(evidence), non_empty=len(evidence)))
            self._in_names(source, in_names, f"{seen.piece:08}-0", result)

    def _in_names(self, source: str, found: list[ValueCandidates], place: str, result: FileResult) -> None:
        watching = self.watching(source, SourcePlan(FieldKind.METADATA, {}), {}, result)
        watching.observe(RecordBatch(1, ()), BatchCandidates(found))
        self._settled(source, place, [found], {}, result, watching)

    def watching(
        self,
        source: str,
        plan: SourcePlan,
        public: Mapping[str, str],
        result: FileResult,
        part: Part | None = None,
        findings_only: bool = False,
    ) -> Watching:
        """Begin to watch a source."""
        true = result.true_sources[source]
        sight = Sight(
            source,
            plan,
            public,
            self.key,
            self.agreement.feed_of(true) if self.agreement else None,
            suppressed=self.measuring.suppressed,
            lists=self.measuring.lists,
            true=true,
        )
        if part is not None:
            sight = replace(sight, media_type=part.media_type, facts=part.facts)
        return self.measuring.watch(sight, findings_only)

    def _settled(
        self,
        source: str,
        place: str,
        batches: Batches,
        verdicts: Mapping[str, ColumnVerdict],
        result: FileResult,
        watching: Watching,
    ) -> None:
        watching.judged(verdicts)
        findings = watching.passing(settle(source, batches, verdicts, result.inventory))
        self._kept(source, place, findings, result)
        result.measured.merge(watching.done())

    def _kept(self, source: str, place: str, findings: Iterator[Finding], result: FileResult) -> None:
        if self.findings is None:
            for _ in findings:
                pass
            return
        path = self.findings / f"{result.number:08}-{place}.jsonl"
        write_segment(path, findings)
        result.segments.append((source, path))


def _source_of(seen: Seen, evidence: Mapping[str, ColumnEvidence]) -> Source:
    unread = sum(column.unread for column in evidence.values())
    return part_source(seen.name, seen.part, seen.read, seen.problem, unread)


class PublicNames(dict[str, str]):
    """Public names of fields, looked up when first needed."""

    def __init__(self, names: NameBook) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, true: str) -> str:
        self[true] = public = self._names.public(true)
        return public
