"""What leads back from pseudonyms to people and is shipped beside them: mapping tables, salts, keys.

A column of codes in a feed that hides people, or of hashes in a table that names nobody, is undone by any
other table of the delivery that has the same codes beside people in clear. Codes are kept as keyed hashes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nsmallest

from bpoaudit.detect import BatchCandidates, ColumnVerdict
from bpoaudit.detect.headers import words
from bpoaudit.distinct import DistinctCount
from bpoaudit.measures.measure import Row, Sight, Watch
from bpoaudit.measures.suppression_list import names_somebody
from bpoaudit.measures.weak_pseudonyms import digest_of
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import RecordBatch

KEPT = 512
"""Codes of each table that are kept to name it; how many lead back is counted among all."""
UNIQUE_SHARE = 0.5
"""Share of different values from which on a column tells the records of its table apart."""
FEW = 20
"""A file of more lines is no key, whatever it is called."""
PSEUDONYM, SALT = "pseudonym", "salt"

_CODE = re.compile(r"(?=(?:\W*[A-Za-z0-9]){6})(?=.*\d)[\w.:{}-]{6,128}", re.ASCII)
_NO_CODE = re.compile(r"\d+[.,]\d+|(?:19|20)\d\d-?\d\d-?\d\d.*|\d\d[.-]\d\d[.-]\d{4}.*|\d{1,6}")
_OPAQUE = re.compile(r"(?=.*[A-Za-z0-9])\S{8,512}")
_SALTS = frozenset({"salt", "pepper", "hmac", "sel", "sal", "salz"})
_HIDING = frozenset(
    {"pseudonym", "pseudonymisation", "pseudonymization", "pseudonymisierung", "pseudo", "token",
     "tokenisation", "tokenization", "anonymisation", "anonymization", "hash", "hashing"}
)  # fmt: skip
_KEYS = frozenset({"key", "keys", "secret", "schlussel", "schluessel", "cle", "clave", "klucz", "chave"})

_Column = tuple[str, str]
"""Source and field."""


@dataclass(slots=True)
class KeysBeside:
    """Codes that hide people, codes that stand beside people in clear, and salts."""

    hiding: dict[_Column, DistinctCount] = field(default_factory=dict)
    known: DistinctCount = field(default_factory=DistinctCount)
    """Codes of all tables that name people."""
    tables: dict[str, frozenset[int]] = field(default_factory=dict)
    """Some of the codes of each such table: those with the smallest hashes."""
    salts: Counter[_Column] = field(default_factory=Counter)
    """Values of fields and files that are called so."""

    def merge(self, other: KeysBeside) -> None:
        """Take in another tally."""
        for column, codes in other.hiding.items():
            self.hiding.setdefault(column, DistinctCount()).merge(codes)
        self.known.merge(other.known)
        for table, some in other.tables.items():
            self.add_table(table, some)
        self.salts.update(other.salts)

    def add_table(self, table: str, codes: Iterable[int]) -> None:
        """Keep some of the codes of a table."""
        self.tables[table] = frozenset(nsmallest(KEPT, {*codes, *self.tables.get(table, ())}))

    def rows(self) -> list[Row]:
        """Return a row for each column that hides people, and for each that is called a salt or key."""
        rows = [
            {
                "source": source,
                "field": name,
                "kind": PSEUDONYM,
                "values": codes.count,
                "opened": self._opened(codes),
                "table": self._table(codes),
            }
            for (source, name), codes in sorted(self.hiding.items())
        ]
        rows += [
            {"source": source, "field": name, "kind": SALT, "values": count, "opened": count, "table": None}
            for (source, name), count in sorted(self.salts.items())
        ]
        return rows

    def _opened(self, codes: DistinctCount) -> int | None:
        """Return how many codes stand beside people, at least; None where that cannot be told."""
        common = codes.common(self.known)
        return None if common == 0 and (codes.estimated or self.known.estimated) else common

    def _table(self, codes: DistinctCount) -> str | None:
        """Name the table that leads back most often, as far as the codes that were kept of it tell."""
        if not codes.common(self.known):
            return None
        common = {name: codes.among(some) for name, some in self.tables.items()}
        best = max(sorted(common), key=common.__getitem__, default=None)
        return best if best is not None and common[best] else None


class LookingForKeys(Watch):
    """Collects the codes of one source."""

    tally: KeysBeside

    def __init__(self, sight: Sight) -> None:
        self.tally = KeysBeside()
        self._sight = sight
        self._hides = sight.feed is not None and sight.feed.hides
        plans = sight.plan.fields.values()
        self._may_name = any(_names(entity) for plan in plans for entity in plan.hints + plan.suggested)
        self._named = False
        self._codes: defaultdict[str, DistinctCount] = defaultdict(DistinctCount)
        self._hashes: defaultdict[str, DistinctCount] = defaultdict(DistinctCount)
        self._filled: Counter[str] = Counter()
        self._hashed: Counter[str] = Counter()
        self._called = is_called_key(sight.true.rpartition("/")[2].partition("!")[0])
        self._opaque: Counter[str] = Counter()
        self._records = 0

    def observe(self, batch: RecordBatch, found: BatchCandidates) -> None:
        """Take the codes of one batch."""
        self._records += batch.records
        if self._sight.plan.kind is FieldKind.METADATA:
            return
        for values in batch.fields:
            name = self._sight.public[values.name]
            if self._called or is_called_key(values.name):
                self._opaque[name] += sum(map(bool, map(_OPAQUE.fullmatch, values.values)))
            if self._sight.plan.kind is FieldKind.COLUMN and not self._sight.plan.of(values.name).event_date:
                self._take(name, values.values)

    def _take(self, name: str, values: Iterable[str]) -> None:
        for value, count in Counter(value.strip() for value in values).items():
            hashed = digest_of(value) is not None
            if not hashed and not (
                (self._hides or self._may_name) and _CODE.fullmatch(value) and not _NO_CODE.fullmatch(value)
            ):
                continue
            sketch = self._sight.key.sketch("code|" + value.casefold())
            self._filled[name] += count
            self._codes[name].add(sketch)
            if hashed:
                self._hashed[name] += count
                self._hashes[name].add(sketch)

    def merge(self, other: LookingForKeys) -> None:
        """Take in what another one has seen."""
        self._records += other._records
        self._filled.update(other._filled)
        self._hashed.update(other._hashed)
        self._opaque.update(other._opaque)
        for name, codes in other._codes.items():
            self._codes[name].merge(codes)
        for name, hashes in other._hashes.items():
            self._hashes[name].merge(hashes)

    def judged(self, verdicts: Mapping[str, ColumnVerdict]) -> None:
        """Tell whether a column names people; one of hashes names nobody, whatever it is called."""
        self._named = not self._hides and any(
            _names(next(iter(verdict.confidence), "")) and 2 * self._hashed[name] <= self._filled[name]
            for name, verdict in verdicts.items()
        )

    def close(self) -> None:
        """Keep what tells the records of a table apart, and the codes that hide."""
        source = self._sight.source
        for name, codes in (self._codes if self._named else {}).items():
            if codes.count >= UNIQUE_SHARE * self._filled[name]:
                self.tally.known.merge(codes)
                self.tally.add_table(source, codes.smallest(KEPT))
        if not self._named:
            for name, codes in (self._codes if self._hides else self._hashes).items():
                self.tally.hiding[source, name] = codes
        for name, count in self._opaque.items():
            if count and (not self._called or self._records <= FEW):
                self.tally.salts[source, name] += count


def _names(entity: str) -> bool:
    """Whether an entity names people; what a code is taken for names nobody yet."""
    return entity == "PERSON" or (entity not in ("", "ACCOUNT_ID") and names_somebody(entity))


def is_called_key(name: str) -> bool:
    """Tell whether the name of a file or field says that it is what pseudonyms are made with."""
    said = {*words(name)}
    return bool(said & _SALTS) or bool(said & _HIDING and said & _KEYS)
