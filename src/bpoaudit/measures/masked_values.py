"""Masked values, and what stands in the same record that undoes the masking.

A card number that shows its last four digits is enough for many a hotline when the expiry stands beside
it, and the initials of a name are, where town or date of birth follow. What is left visible is compared
with the clear values of the same record, so what is said of a value is true of its record, whoever else
has the same digits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bpoaudit.detect import BatchCandidates, ColumnVerdict, ValueCandidates
from bpoaudit.detect.masked import left_visible
from bpoaudit.detect.matches import Candidate
from bpoaudit.distinct import DistinctCount
from bpoaudit.masking import normalise
from bpoaudit.measures.measure import Row, Sight, Watch
from bpoaudit.model import FieldKind, MaskingState
from bpoaudit.readers.batch import FieldValues, RecordBatch

MOST_HEAD, MOST_TAIL = 8, 4
"""Digits of a card number that may be seen at its beginning and end (PCI DSS 3.4.1)."""
_ISSUER, _LAST = 6, 4
"""Digits that make two forms of one card number comparable."""
_FEWEST_VISIBLE = 2
"""Letters and digits from which on a masked value can agree with a clear one by more than chance."""
_BESIDE = {
    "CREDIT_CARD": {"expiry_beside": frozenset({"CARD_EXPIRY"})},
    "PERSON": {
        "birth_date_beside": frozenset({"DATE_OF_BIRTH"}),
        "town_beside": frozenset({"LOCATION", "POSTAL_CODE", "STREET_ADDRESS"}),
    },
}
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?){2,4}|[A-Z]{2,3}")

_Text = dict[int, list[str]]
"""The values of one field by record."""


class Column(NamedTuple):
    """Where masked values stand."""

    source: str
    field: str
    entity: str


@dataclass(slots=True)
class Leak:
    """Of the masked values of a column, those with something wrong."""

    values: int = 0
    leaking: int = 0
    first: int | None = None
    """Record."""

    def add(self, values: int, leaking: Iterable[int]) -> None:
        """Count values, and the records of those that leak."""
        records = list(leaking)
        self.values += values
        self.leaking += len(records)
        self.first = min([*records, *([self.first] if self.first is not None else [])], default=None)

    def merge(self, other: Leak) -> None:
        """Take in what others have counted."""
        self.values += other.values
        self.leaking += other.leaking
        self.first = min((r for r in (self.first, other.first) if r is not None), default=None)


@dataclass(slots=True)
class Leaks:
    """All columns of masked values. Card numbers are kept as keyed 64 bits of their outer digits."""

    found: dict[tuple[Column, str], Leak] = field(default_factory=dict)
    outlines: dict[Column, DistinctCount] = field(default_factory=dict)
    """Of masked card numbers that show issuer and last four digits."""
    clear: DistinctCount = field(default_factory=DistinctCount)
    """The same of clear card numbers, wherever they stand."""

    def merge(self, other: Leaks) -> None:
        """Take in another tally."""
        for place, leak in other.found.items():
            self.found.setdefault(place, Leak()).merge(leak)
        for column, count in other.outlines.items():
            self.outlines.setdefault(column, DistinctCount()).merge(count)
        self.clear.merge(other.clear)

    def rows(self) -> list[Row]:
        """Return a row for each column and each thing that can be wrong with its values."""
        rows = [
            {**column._asdict(), "leak": name, "values": leak.values, "leaking": leak.leaking}
            | ({} if leak.first is None else {"record": leak.first})
            for (column, name), leak in self.found.items()
        ]
        for column, count in self.outlines.items():
            common = count.common(self.clear)
            unsure = common == 0 and (count.estimated or self.clear.estimated)
            rows.append(
                {**column._asdict(), "leak": "clear_elsewhere", "values": count.count}
                | {"leaking": None if unsure else common}
            )
        return sorted(rows, key=lambda row: (row["source"], row["field"], row["entity"], row["leak"]))


class LookingBesideMasked(Watch):
    """Compares the masked values of one source with the rest of their records."""

    tally: Leaks

    def __init__(self, sight: Sight) -> None:
        self.tally = Leaks()
        self._sight = sight
        self._true: dict[str, str] = {}
        """True names of fields by their public ones."""
        self._of_text: set[Column] = set()
        self._together = sight.plan.kind is FieldKind.TRANSCRIPT or sight.plan.dialogue is not None
        """Fields are writings of the same text: whatever is clear in another one undoes a placeholder."""

    def observe(self, batch: RecordBatch, found: BatchCandidates) -> None:
        """Compare the values of one batch."""
        self._true |= {self._sight.public[each.name]: each.name for each in batch.fields}
        texts = _Texts(self._sight, batch)
        masked: list[tuple[ValueCandidates, Candidate, str]] = []
        for value in found.values:
            for candidate in _one_each(value.candidates):
                match = candidate.match
                if match.masking is not MaskingState.CLEAR:
                    masked.append((value, candidate, texts.of(value, candidate)))
                elif match.entity == "CREDIT_CARD":
                    self._remember(texts.of(value, candidate))
                elif match.entity == "PERSON" and not value.final:
                    text = texts.of(value, candidate)
                    if _INITIALS.fullmatch(text.strip()):
                        masked.append((value, candidate, text))
        if masked:
            beside = self._beside({c.match.entity for _, c, _ in masked}, found)
            clear = self._clear({c.match.entity for _, c, _ in masked}, found, texts)
            for value, candidate, text in masked:
                self._compare(value, candidate, text, beside, clear)

    def merge(self, other: LookingBesideMasked) -> None:
        """Take in what another one has compared."""
        super().merge(other)
        self._of_text |= other._of_text

    def judged(self, verdicts: Mapping[str, ColumnVerdict]) -> None:
        """Forget what is not what it was taken for."""
        for column, name in [place for place in self.tally.found if place[0] not in self._of_text]:
            if column.entity not in verdicts[column.field].confidence:
                del self.tally.found[column, name]
                self.tally.outlines.pop(column, None)

    def _compare(
        self,
        value: ValueCandidates,
        candidate: Candidate,
        text: str,
        beside: Mapping[str, set[int]],
        clear: Mapping[str, Mapping[int, list[tuple[str, str]]]],
    ) -> None:
        entity, records = candidate.match.entity, value.records
        column = Column(self._sight.source, value.field, entity)
        if value.final:
            self._of_text.add(column)
        visible = left_visible(text)
        if visible is not None and candidate.match.masking is MaskingState.CLEAR:
            visible = (text[:1], "")  # initials
        head, tail = ("", "") if visible is None else (_plain(visible[0]), _plain(visible[1]))
        count = len(records)
        if entity == "CREDIT_CARD":
            shows = len(tail) >= _LAST
            leaking = beside["expiry_beside"].intersection(records) if shows else ()
            self._add(column, "expiry_beside", count, leaking)
            over = len(head) > MOST_HEAD or len(tail) > MOST_TAIL
            self._add(column, "over_shown", count, records if over else ())
            if len(head) >= _ISSUER and len(tail) == _LAST:
                outline = self._sight.key.sketch(f"card|{head[:_ISSUER]}|{tail}")
                self.tally.outlines.setdefault(column, DistinctCount()).add(outline)
        if entity == "PERSON":
            for leak in _BESIDE[entity]:
                self._add(column, leak, count, beside[leak].intersection(records) if head or tail else ())
        comparable = len(head) + len(tail) >= _FEWEST_VISIBLE or (self._together and visible is None)
        known = clear[entity] if comparable else {}
        agreeing = [
            record
            for record in records
            if any(
                (other != value.field or visible is not None) and _agrees(plain, head, tail)
                for other, plain in known.get(record, ())
            )
        ]
        self._add(column, "clear_beside", count, agreeing)

    def _add(self, column: Column, leak: str, values: int, leaking: Iterable[int]) -> None:
        self.tally.found.setdefault((column, leak), Leak()).add(values, leaking)

    def _beside(self, entities: set[str], found: BatchCandidates) -> dict[str, set[int]]:
        """Return by what leaks the records in which there is something of it in clear."""
        wanted = {leak: kinds for entity in entities for leak, kinds in _BESIDE.get(entity, {}).items()}
        records: dict[str, set[int]] = {leak: set() for leak in wanted}
        for value, candidate in _clear_ones(found):
            for leak, kinds in wanted.items():
                if candidate.match.entity in kinds and self._is_meant(value, candidate):
                    records[leak].update(value.records)
        return records

    def _clear(
        self, entities: set[str], found: BatchCandidates, texts: _Texts
    ) -> dict[str, dict[int, list[tuple[str, str]]]]:
        """Return the clear values by entity and record, each with its field."""
        known: dict[str, dict[int, list[tuple[str, str]]]] = {
            entity: defaultdict(list) for entity in entities
        }
        for value, candidate in _clear_ones(found):
            entity = candidate.match.entity
            if entity in entities and self._is_meant(value, candidate):
                text = texts.of(value, candidate)
                if entity == "PERSON" and _INITIALS.fullmatch(text.strip()):
                    continue
                plain = _plain(normalise(entity, text))
                for record in value.records:
                    known[entity][record].append((value.field, plain))
        return known

    def _is_meant(self, value: ValueCandidates, candidate: Candidate) -> bool:
        """Whether a value of a column is what it may be, before all of the column was seen."""
        if value.final or candidate.match.proven:
            return True
        plan = self._sight.plan.of(self._true[value.field])
        return candidate.match.entity in plan.hints + plan.suggested

    def _remember(self, text: str) -> None:
        digits = normalise("CREDIT_CARD", text)
        if len(digits) > _ISSUER + _LAST:  # spoken digits are words
            self.tally.clear.add(self._sight.key.sketch(f"card|{digits[:_ISSUER]}|{digits[-_LAST:]}"))


def _one_each(candidates: Iterable[Candidate]) -> Iterable[Candidate]:
    """Return of the candidates that several recognisers have for one value the last one."""
    return {(c.match.entity, c.match.start): c for c in candidates}.values()


def _clear_ones(found: BatchCandidates) -> Iterator[tuple[ValueCandidates, Candidate]]:
    for value in found.values:
        for candidate in value.candidates:
            if candidate.match.masking is MaskingState.CLEAR:
                yield value, candidate


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _agrees(plain: str, head: str, tail: str) -> bool:
    """Whether a clear value can be what was masked."""
    return len(plain) > len(head) + len(tail) and plain.startswith(head) and plain.endswith(tail)


class _Texts:
    """The text behind a candidate, while its batch is at hand."""

    def __init__(self, sight: Sight, batch: RecordBatch) -> None:
        self._sight = sight
        self._fields: dict[str, FieldValues] = {sight.public[each.name]: each for each in batch.fields}
        self._by_record: dict[str, _Text] = {}

    def of(self, value: ValueCandidates, candidate: Candidate) -> str:
        """Return what the candidate is of; of several values of a record, the one with its fingerprint."""
        match = candidate.match
        texts = self._values(value.field).get(value.records[0], ())
        slices = [text[match.start : match.end] for text in texts]
        if len(slices) > 1:
            key = self._sight.key
            slices = [s for s in slices if key.fingerprint(match.entity, s) == candidate.fingerprint]
        return slices[0] if slices else ""

    def _values(self, name: str) -> _Text:
        if name not in self._by_record:
            found: _Text = defaultdict(list)
            values = self._fields.get(name)
            for record, text in zip(values.records, values.values, strict=True) if values else ():
                found[record].append(text)
            self._by_record[name] = found
        return self._by_record[name]
