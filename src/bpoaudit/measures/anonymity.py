"""How well people hide among each other in feeds that are declared pseudonymised or anonymised.

Records that agree in everything that an outsider may know of a person, such as year of birth, gender and
postal code (the quasi-identifiers), form an equivalence class. In a class of one the person can be
singled out (k-anonymity, Sweeney 2002); in one whose records have few diagnoses among them, little is
hidden of anybody in it (distinct l-diversity, Machanavajjhala et al. 2007). Classes count records: who has
several records hides less well than the size of the class says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import NamedTuple

from bpoaudit.catalog import is_special
from bpoaudit.detect import BatchCandidates
from bpoaudit.detect.headers import read_header, words
from bpoaudit.measures.measure import Row, Sight, Watch
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import RecordBatch

MAX_CLASSES = 100_000
"""Classes that are counted. Of more, those with the smallest keyed hashes: each of these exactly."""
LARGEST = 21
"""Stands for all larger sizes too."""

_QUASI = frozenset(
    {"DATE_OF_BIRTH", "AGE", "GENDER", "POSTAL_CODE", "LOCATION", "STREET_ADDRESS", "ETHNICITY", "NRP"}
)
_QUASI_WORDS = frozenset(
    {
        "age", "occupation", "profession", "job", "employer", "beruf", "arbeitgeber", "metier", "profesion",
        "profissao", "ocupacion", "zawod", "profesie", "nationality", "citizenship", "nationalitat",
        "staatsangehorigkeit", "nationalite", "nacionalidad", "nacionalidade", "obywatelstwo", "narodowosc",
        "cetatenie", "marital", "familienstand", "education", "bildung", "household",
    }
)  # fmt: skip
"""Words of headers that tell what is widely known of a person and is no personal data by itself."""
_SENSITIVE_WORDS = frozenset(
    {
        "salary", "income", "wage", "gehalt", "einkommen", "salaire", "salario", "pensja", "wynagrodzenie",
        "debt", "schulden",
    }
)  # fmt: skip
"""Words of headers that tell what nobody else should learn, beside special categories."""
MOST_VALUES = 5
"""Different values of a sensitive field that are told apart in a class; stands for more too."""
_JOIN, _PAIR = "\x1f", "\x1e"


class _Kind(NamedTuple):
    source: str
    feed: str
    quasi: int
    """Quasi-identifiers that were met."""
    sensitive: int
    """Sensitive fields that were met."""
    size: int
    """0: not known."""
    values: int
    """Least number of different values of a sensitive field; 0: there is none."""


@dataclass(slots=True)
class Anonymity:
    """Records by the size of their class."""

    records: Counter[_Kind] = field(default_factory=Counter)

    def merge(self, other: Anonymity) -> None:
        """Take in another tally."""
        self.records.update(other.records)

    def rows(self) -> list[Row]:
        """Return a row for each size of class in each source."""
        return [
            {
                "source": kind.source,
                "feed": kind.feed,
                "quasi_identifiers": kind.quasi,
                "sensitive_fields": kind.sensitive if kind.size else None,
                "size": kind.size or None,
                "sensitive_values": kind.values or None,
                "records": records,
            }
            for kind, records in sorted(self.records.items())
        ]


@dataclass(slots=True)
class _Class:
    records: int = 0
    told: dict[str, frozenset[int]] = field(default_factory=dict)
    """By sensitive field: its values, as keyed hashes, up to `MOST_VALUES` of them."""

    @property
    def values(self) -> int:
        return min(map(len, self.told.values()), default=0)


class CountingClasses(Watch):
    """Counts the classes of one source in bounded memory."""

    tally: Anonymity

    def __init__(self, sight: Sight) -> None:
        self.tally = Anonymity()
        self._sight = sight
        self._hides = sight.feed is not None and sight.feed.hides
        self._records = 0
        self._blank = 0
        self._roles: dict[str, str] = {}
        self._classes: dict[int, _Class] = {}
        self._cut: int | None = None
        """Classes with larger hashes were dropped."""

    def observe(self, batch: RecordBatch, found: BatchCandidates) -> None:
        """Put each record into its class."""
        if not self._hides or self._sight.plan.kind is FieldKind.METADATA:
            return
        self._records += batch.records
        if self._sight.plan.kind is not FieldKind.COLUMN:
            return
        known: defaultdict[int, list[str]] = defaultdict(list)
        sensitive: defaultdict[int, dict[str, frozenset[int]]] = defaultdict(dict)
        for values in batch.fields:
            role = self._role(values.name)
            for record, value in zip(values.records, values.values, strict=True) if role else ():
                said = " ".join(value.casefold().split())
                if said and role == "quasi":
                    known[record].append(values.name + _PAIR + said)
                elif said:
                    sketch = self._sight.key.sketch("sensitive|" + said) >> 1
                    _tell(sensitive[record], values.name, frozenset((sketch,)))
        self._blank += batch.records - len(known)
        for record, pairs in known.items():
            self._add(self._sight.key.sketch("class|" + _JOIN.join(sorted(pairs))), sensitive.get(record, {}))

    def merge(self, other: CountingClasses) -> None:
        """Take in what another one has counted."""
        self._records += other._records
        self._blank += other._blank
        self._roles |= other._roles
        if other._cut is not None and (self._cut is None or other._cut < self._cut):
            self._cut = other._cut
            self._classes = {sketch: one for sketch, one in self._classes.items() if sketch <= self._cut}
        for sketch, one in other._classes.items():
            self._add(sketch, one.told, one.records)

    def _add(self, sketch: int, told: Mapping[str, frozenset[int]], records: int = 1) -> None:
        if self._cut is not None and sketch > self._cut:
            return
        one = self._classes.setdefault(sketch, _Class())
        one.records += records
        for name, value in told.items():
            _tell(one.told, name, value)
        if len(self._classes) > 2 * MAX_CLASSES:
            self._prune()

    def _prune(self) -> None:
        """Keep the classes with the smallest hashes, which are the same whatever the order of records."""
        if len(self._classes) > MAX_CLASSES:
            kept = nsmallest(MAX_CLASSES, self._classes)
            self._classes = {sketch: self._classes[sketch] for sketch in kept}
            self._cut = kept[-1]

    def _role(self, name: str) -> str:
        """Return whether a field is a quasi-identifier, sensitive, or neither (empty)."""
        if name not in self._roles:
            self._roles[name] = self._told(name)
        return self._roles[name]

    def _told(self, name: str) -> str:
        plan, heading = self._sight.plan.of(name), read_header(name)
        said = {*plan.hints, *plan.suggested, *heading.entities, *heading.loose}
        tokens = {*words(name)}
        assert self._sight.feed is not None
        agreed = self._sight.feed.is_quasi_identifier(name)
        if agreed or (agreed is None and (said & _QUASI or tokens & _QUASI_WORDS)):
            return "quasi"
        return "sensitive" if any(map(is_special, said)) or tokens & _SENSITIVE_WORDS else ""

    def close(self) -> None:
        """Turn the classes into their sizes; what is not known of is of unknown size."""
        self._prune()
        feed = self._sight.feed
        if feed is None:
            return
        roles = Counter(self._roles.values())
        about = (self._sight.source, feed.id, roles["quasi"], roles["sensitive"])
        counted = 0
        for size, values in self._sizes():
            self.tally.records[_Kind(*about, min(size, LARGEST), values)] += size
            counted += size
        # A record that says nothing that others may know singles nobody out.
        blank = self._blank if roles["quasi"] or feed.quasi_identifiers == () else 0
        if unknown := self._records - blank - counted:
            self.tally.records[_Kind(*about, 0, 0)] += unknown

    def _sizes(self) -> Iterator[tuple[int, int]]:
        for one in self._classes.values():
            yield one.records, one.values


def _tell(told: dict[str, frozenset[int]], name: str, values: frozenset[int]) -> None:
    """Add values of a sensitive field, no more than are told apart."""
    before = told.get(name, frozenset())
    if len(before) < MOST_VALUES and not values <= before:
        told[name] = frozenset(sorted(before | values)[:MOST_VALUES])
