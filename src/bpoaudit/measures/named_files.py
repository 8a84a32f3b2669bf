"""Files whose content masks what their name or their properties say in clear.

Who masks the phone numbers of a call and calls the file after one of them has masked nothing. What is
masked and what is clear are counted by kind of value (a phone number, a name), not compared: that they
are of the same person is likely and not proven.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from bpoaudit.catalog import is_personal
from bpoaudit.measures.measure import Row, Sight, Watch
from bpoaudit.model import FieldKind, Finding, MaskingState

_WHEN = frozenset({"DATE_TIME"})
"""What names of files are full of."""


class _Kind(NamedTuple):
    file: str
    entity: str


@dataclass(slots=True)
class NamedFiles:
    """By file and entity what its content masks, and what stands around the content in clear."""

    masked: Counter[_Kind] = field(default_factory=Counter)
    named: Counter[_Kind] = field(default_factory=Counter)
    first: dict[_Kind, tuple[str, str, int]] = field(default_factory=dict)
    """Source, field and record of the first one in clear."""

    def mask(self, file: str, entity: str) -> None:
        """Count a masked value in the content."""
        self.masked[_Kind(file, entity)] += 1

    def name(self, file: str, entity: str, place: tuple[str, str, int]) -> None:
        """Count a clear value in a name or property; `place` is its source, field and record."""
        kind = _Kind(file, entity)
        self.named[kind] += 1
        self.first[kind] = min(place, self.first.get(kind, place))

    def merge(self, other: NamedFiles) -> None:
        """Take in another tally."""
        self.masked.update(other.masked)
        self.named.update(other.named)
        for kind, place in other.first.items():
            self.first[kind] = min(place, self.first.get(kind, place))

    def rows(self) -> list[Row]:
        """Return a row for each file that gives away what it masks, and one an entity for the others."""
        named: list[Row] = []
        files: Counter[str] = Counter()
        values: Counter[str] = Counter()
        for kind, masked in sorted(self.masked.items()):
            if kind in self.named:
                source, name, record = self.first[kind]
                named.append(
                    {
                        "source": source, "field": name, "record": record, "entity": kind.entity,
                        "named": True, "files": 1, "masked_values": masked,
                    }
                )  # fmt: skip
            else:
                files[kind.entity] += 1
                values[kind.entity] += masked
        others = [
            {
                "source": None, "field": None, "entity": entity, "named": False, "files": files[entity],
                "masked_values": values[entity],
            }
            for entity in sorted(files)
        ]  # fmt: skip
        return named + others


class LookingAtNames(Watch):
    """Counts the masked values of one source, or the clear ones of its name and properties."""

    tally: NamedFiles

    def __init__(self, sight: Sight) -> None:
        self.tally = NamedFiles()
        self._file = sight.source.partition("#")[0]
        self._around = sight.plan.kind is FieldKind.METADATA

    def find(self, finding: Finding) -> None:
        """Count one finding."""
        entity = finding.entity
        if finding.masking is not MaskingState.CLEAR:
            if not self._around:
                self.tally.mask(self._file, entity)
        elif self._around and is_personal(entity) and entity not in _WHEN:
            self.tally.name(self._file, entity, (finding.source, finding.field, finding.record))
