"""The second stage: column verdicts turn spooled candidates into findings and an inventory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from bpoaudit import catalog
from bpoaudit.detect.columns import ColumnVerdict
from bpoaudit.detect.detector import ValueCandidates
from bpoaudit.detect.matches import Candidate
from bpoaudit.detect.spool import Spool
from bpoaudit.inventory import EntityTally, FieldTally, Inventory, Kind, Occurrence
from bpoaudit.model import Finding


def settle(
    source: str, spool: Spool, verdicts: Mapping[str, ColumnVerdict], inventory: Inventory
) -> Iterator[Finding]:
    """Yield the findings of one source in order of record, field and start; tally them on the way.

    `verdicts` is by the public name of the field. `inventory` must hold the source's fields; it is
    complete when the iterator is exhausted. Candidates of text are settled already.
    """
    for batch in spool.read():
        findings: list[Finding] = []
        records: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for value in batch:
            standing = value.candidates if value.final else verdicts[value.field].settle(value.candidates)
            if not standing:
                continue
            tally = inventory.fields[source, value.field]
            for candidate in standing:
                _count(tally, value, candidate)
                records[value.field, candidate.match.entity].update(value.records)
                findings.extend(_finding(source, record, value.field, candidate) for record in value.records)
        for (field, entity), seen in records.items():
            inventory.fields[source, field].entities[entity].records += len(seen)
        findings.sort(key=lambda f: (f.record, f.field, f.start, f.end, f.entity))
        yield from findings


def _count(tally: FieldTally, value: ValueCandidates, candidate: Candidate) -> None:
    match = candidate.match
    kind = Kind(match.entity, match.recognizer, round(match.score, 2), match.masking, match.region)
    pointers = (
        Occurrence(record, match.start, match.end, candidate.masked, candidate.fingerprint)
        for record in value.records
    )
    sketch = int(candidate.fingerprint.rpartition(":")[2][:16], 16)
    tally.entities.setdefault(match.entity, EntityTally()).add(
        kind, len(value.records), pointers, sketch, candidate.masked
    )


def _finding(source: str, record: int, field: str, candidate: Candidate) -> Finding:
    match = candidate.match
    return Finding(
        source=source,
        record=record,
        field=field,
        start=match.start,
        end=match.end,
        entity=match.entity,
        confidence=round(match.score, 2),
        recognizer=match.recognizer,
        category=catalog.category_of(match.entity),
        masked=candidate.masked,
        fingerprint=candidate.fingerprint,
        masking=match.masking,
        region=match.region or None,
        spans=candidate.spans,
    )
