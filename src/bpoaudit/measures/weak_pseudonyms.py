"""Columns of hashes that are those of values which stand in clear elsewhere in the same delivery.

A hash without a key hides nothing from who can guess what was hashed, and the delivery itself is the
first list to guess from. Both sides are kept as keyed hashes of the hashes: no unkeyed hash is held
longer than its batch, and none leaves.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bpoaudit.detect import BatchCandidates
from bpoaudit.distinct import DistinctCount
from bpoaudit.measures.measure import Row, Sight, Watch
from bpoaudit.measures.suppression_list import names_somebody
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import RecordBatch

ALGORITHMS = ("md5", "sha1", "sha256")
"""What people hash with, by the names that rules know."""

_DIGESTS = tuple((algorithm, getattr(hashlib, algorithm)) for algorithm in ALGORITHMS)
_BY_BYTES = {16: "md5", 20: "sha1", 32: "sha256"}
_HEX_LENGTHS = frozenset(2 * size for size in _BY_BYTES)
_BASE64_LENGTHS = frozenset({22, 24, 27, 28, 43, 44})
_SHORTEST = min(_BASE64_LENGTHS)
_PREFIX = re.compile(r"(?:md5|sha-?1|sha-?256)[:$=]", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_BASE64 = re.compile(r"(?=\S*\d)(?=\S*[A-Z])(?=\S*[a-z])[\w+/-]+={0,2}", re.ASCII)
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{3,250}")
_LONGEST = 254

_Column = tuple[str, str, str]
"""Source, field and algorithm."""


@dataclass(slots=True)
class Hashes:
    """Hashes that were met, and those of values in clear; each as keyed 64 bits, the smallest ones."""

    met: dict[_Column, DistinctCount] = field(default_factory=dict)
    guessed: dict[str, DistinctCount] = field(default_factory=dict)
    """By algorithm."""

    def merge(self, other: Hashes) -> None:
        """Take in another tally."""
        for column, count in other.met.items():
            self.met.setdefault(column, DistinctCount()).merge(count)
        for algorithm, count in other.guessed.items():
            self.guessed.setdefault(algorithm, DistinctCount()).merge(count)

    def rows(self) -> list[Row]:
        """Return a row for each column of hashes."""
        return [
            {
                "source": source,
                "field": name,
                "algorithm": algorithm,
                "values": count.count,
                "reversed": self._reversed(algorithm, count),
            }
            for (source, name, algorithm), count in sorted(self.met.items())
        ]

    def _reversed(self, algorithm: str, met: DistinctCount) -> int | None:
        """Return how many hashes are told by the delivery, at least; None where it does not tell."""
        guessed = self.guessed.get(algorithm)
        if guessed is None:
            return None
        common = met.common(guessed)
        return None if common == 0 and (met.estimated or guessed.estimated) else common


class LookingForHashes(Watch):
    """Collects hashes and what they could be of from the columns of one source."""

    tally: Hashes

    def __init__(self, sight: Sight) -> None:
        self.tally = Hashes()
        self._sight = sight

    def observe(self, batch: RecordBatch, found: BatchCandidates) -> None:
        """Take the hashes and the identifiers of one batch."""
        if self._sight.plan.kind is not FieldKind.COLUMN:
            return
        for values in batch.fields:
            plan = self._sight.plan.of(values.name)
            named = any(map(names_somebody, plan.hints + plan.suggested))
            told = (v for v in values.values if named or len(v) >= _SHORTEST or "@" in v)
            for value in {value.strip() for value in told}:
                if not 0 < len(value) <= _LONGEST:
                    continue
                if digest := digest_of(value):
                    column = (self._sight.source, self._sight.public[values.name], _BY_BYTES[len(digest)])
                    self.tally.met.setdefault(column, DistinctCount()).add(self._sketch(digest))
                elif named or ("@" in value and _EMAIL.fullmatch(value)):
                    self._guess(value)

    def _guess(self, value: str) -> None:
        for form in _forms(value):
            data = form.encode("utf-8", "surrogatepass")
            for algorithm, digest in _DIGESTS:
                guessed = self.tally.guessed.get(algorithm)
                if guessed is None:
                    guessed = self.tally.guessed[algorithm] = DistinctCount()
                guessed.add(self._sketch(digest(data, usedforsecurity=False).digest()))

    def _sketch(self, digest: bytes) -> int:
        return self._sight.key.sketch("hash|" + digest.hex())


def digest_of(value: str) -> bytes | None:
    """Return the bytes of a value that has the form of an MD5, SHA-1 or SHA-256 hash."""
    written = _PREFIX.sub("", value, count=1)
    if len(written) in _HEX_LENGTHS and _HEX.fullmatch(written) and not written.isdigit():
        return bytes.fromhex(written)
    if len(written) in _BASE64_LENGTHS and _BASE64.fullmatch(written):
        plain = written.replace("-", "+").replace("_", "/").rstrip("=")
        try:
            digest = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except binascii.Error:
            return None
        return digest if len(digest) in _BY_BYTES else None
    return None


def _forms(value: str) -> Iterator[str]:
    """Yield the spellings in which a value is hashed: as it stands, in one case, without separators."""
    forms = {value, value.lower(), value.upper()}
    if "@" not in value:
        bare = "".join(char for char in value if char.isalnum())
        forms |= {bare, bare.lower(), bare.upper()}
        if value.startswith("+"):
            forms.add("+" + bare)
    yield from sorted(forms)
