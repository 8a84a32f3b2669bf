"""What one reading of a file has found: all of it, or its share beside others that read the same file.

A reading settles what it has seen the whole of. Of a large part it keeps what was seen until the shares of
all readings are merged: only then can its columns be judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bpoaudit.detect import ColumnEvidence, ColumnVerdict, SourcePlan
from bpoaudit.errors import SourceError
from bpoaudit.executors.became import Outline
from bpoaudit.executors.claims import Claims, Everything
from bpoaudit.inventory import Inventory
from bpoaudit.measures import Measured, Watching
from bpoaudit.model import Source
from bpoaudit.readers.batch import Part


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

    def merge(self, other: FileResult) -> None:
        """Take in what another reading of the same file has settled; order does not matter."""
        self.inventory.merge(other.inventory)
        self.measured.merge(other.measured)
        self.segments.extend(other.segments)
        self.true_sources.update(other.true_sources)
        self.true_fields.update(other.true_fields)


@dataclass(slots=True)
class Seen:
    """What one reading saw of a part before its columns are judged. Stays inside the border."""

    name: str
    """Public name of its source."""
    piece: int
    """Number of its first piece."""
    part: Part
    """Without its batches."""
    plan: SourcePlan
    read: int
    """Records, whoever analysed them."""
    problem: SourceError | None
    evidence: dict[str, ColumnEvidence]
    """By the true name of the field."""
    watching: Watching
    shared: bool = False
    """Whether it is so long that several readings analyse it."""
    spool: Path | None = None
    """The masked candidates of what was analysed here, where they are settled later."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one reading has spooled of a part that was judged since. Stays inside the border."""

    name: str
    """Public name of its source."""
    true: str = field(repr=False)
    plan: SourcePlan
    verdicts: Mapping[str, ColumnVerdict]
    """By the public name of the field."""
    spool: Path
    place: str
    """Where its findings stand among the others of the file."""


@dataclass(slots=True)
class Reading:
    """A file as it is being read, and then as it was read by one process."""

    result: FileResult
    claims: Claims
    step: Callable[[], None] | None = None
    """Called for each batch."""
    sha256: str | None = None
    outline: Outline | Source | None = None
    """What the file turned out to be; the same for every reading."""
    settled: dict[int, Source] = field(default_factory=dict)
    """By their numbers, the parts that this reading has done alone."""
    begun: dict[int, Seen] = field(default_factory=dict)
    """By their numbers, the parts that it shares."""
    parts: int = 0
    pieces: int = 0
    taken: list[int] = field(default_factory=list)
    """Numbers of the pieces that were analysed here."""

    @property
    def alone(self) -> bool:
        """Whether nobody else reads this file."""
        return isinstance(self.claims, Everything)

    @property
    def piece(self) -> int:
        """Number of the piece at hand."""
        return self.pieces - 1

    def take(self) -> bool:
        """Number the next piece; tell whether it is to be analysed here."""
        number, self.pieces = self.pieces, self.pieces + 1
        if self.alone:
            return True
        if taken := self.claims.take(number):
            self.taken.append(number)
        return taken

    def agrees(self, other: Reading) -> bool:
        """Whether another reading has met the same pieces."""
        return (self.pieces, self.parts, self.begun.keys()) == (
            other.pieces, other.parts, other.begun.keys(),
        ) and all(seen.read == other.begun[part].read for part, seen in self.begun.items())  # fmt: skip
