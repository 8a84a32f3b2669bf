"""The second stage: column verdicts turn spooled candidates into findings and an inventory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from bpoaudit import catalog
from bpoaudit.detect.columns import ColumnVerdict
from bpoaudit.detect.confidence import Origin, Step, calibrated
from bpoaudit.detect.detector import ValueCandidates
from bpoaudit.detect.explanation import Explanation
from bpoaudit.detect.matches import Candidate, Match
from bpoaudit.inventory import EntityTally, FieldTally, Inventory, Kind, Occurrence
from bpoaudit.model import Finding

_PLACE = attrgetter("record", "field", "start", "end", "entity")


def settle(
    source: str,
    batches: Iterable[Sequence[ValueCandidates]],
    verdicts: Mapping[str, ColumnVerdict],
    inventory: Inventory,
) -> Iterator[Finding]:
    """Yield the findings of one source in order of record, field and start; tally them on the way.

    `batches` are its spooled candidates in order, `verdicts` is by the public name of the field.
    `inventory` must hold the source's fields; it is complete when the iterator is exhausted. Candidates of
    text are settled already.
    """
    for batch in batches:
        findings: list[Finding] = []
        records: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for value in batch:
            verdict = None if value.final else verdicts[value.field]
            standing = verdict.settle(value.candidates) if verdict else value.candidates
            if not standing:
                continue
            tally = inventory.fields[source, value.field]
            for candidate in standing:
                match = candidate.match
                origin = Origin(match.recognizer, match.entity, verdict is not None, bool(match.also))
                confidence, step = calibrated(origin, match.score)
                why = explanation(match, match.why, verdict, step) if match.why else None
                _count(tally, value, candidate, confidence)
                records[value.field, match.entity].update(value.records)
                findings.extend(
                    _finding(source, record, value.field, candidate, confidence, why)
                    for record in value.records
                )
        for (field, entity), seen in records.items():
            inventory.fields[source, field].entities[entity].records += len(seen)
        findings.sort(key=_PLACE)
        yield from findings


def explanation(
    match: Match, why: Explanation, verdict: ColumnVerdict | None, step: Step | None
) -> dict[str, Any]:
    """Return how a finding came about: its match, what its column speaks for, how it was calibrated."""
    told = why.told()
    if verdict is not None and match.entity in verdict.support:
        support = verdict.support[match.entity]._asdict()
        told["column"] = support | {"verdict": verdict.confidence.get(match.entity)}
    told["settled_score"] = round(match.score, 2)
    if step is not None:
        told["calibration"] = {"right": step.right, "of": step.of}
    return told


def _count(tally: FieldTally, value: ValueCandidates, candidate: Candidate, confidence: float) -> None:
    match = candidate.match
    kind = Kind(match.entity, match.recognizer, confidence, match.masking, match.region)
    pointers = (
        Occurrence(record, match.start, match.end, candidate.masked, candidate.fingerprint)
        for record in value.records
    )
    sketch = int(candidate.fingerprint.rpartition(":")[2][:16], 16)
    tally.entities.setdefault(match.entity, EntityTally()).add(
        kind, len(value.records), pointers, sketch, candidate.masked
    )


def _finding(
    source: str,
    record: int,
    field: str,
    candidate: Candidate,
    confidence: float,
    explanation: Mapping[str, Any] | None,
) -> Finding:
    match = candidate.match
    return Finding(
        source=source,
        record=record,
        field=field,
        start=match.start,
        end=match.end,
        entity=match.entity,
        confidence=confidence,
        recognizer=match.recognizer,
        category=catalog.category_of(match.entity),
        masked=candidate.masked,
        fingerprint=candidate.fingerprint,
        masking=match.masking,
        region=match.region or None,
        spans=candidate.spans,
        explanation=explanation,
    )
