"""What a workbook holds beside the values of its cells, the same for every format, and where it stands."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bpoaudit.facts import Fact
from bpoaudit.readers.batch import FieldValues, Member, RecordBatch
from bpoaudit.readers.header import unique_names

COMMENT, AUTHOR, LINK, FORMULA = "comments", "comment author", "links", "texts in formulas"
"""Fields of what stands at a cell."""

_MAX_CHARS = 64 << 20
_MAX_ENTRIES = 1_000_000


@dataclass(slots=True)
class Beside:
    """What one sheet holds beside the values of its cells. `repr` shows no content."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    """(field, text) of what stands in no row: headers, footers, text boxes."""
    cells: list[tuple[int, int, str, str]] = field(default_factory=list)
    """(row, column, field, text) of what stands at a cell; rows and columns from 1."""
    exact: dict[tuple[int, int], str] = field(default_factory=dict)
    """Digits of whole numbers that are too long for the parser, by row and column."""
    hidden_rows: int = 0
    hidden_columns: int = 0
    comments: int = 0
    uncounted: int = 0
    """Formulas without a result: a program wrote them, and no spreadsheet has counted them yet."""
    losses: list[str] = field(default_factory=list)
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _chars: int = 0
    _over: int = 0

    def __repr__(self) -> str:
        return f"Beside(texts={len(self.texts)}, cells={len(self.cells)})"

    def say(self, name: str, text: str) -> None:
        """Add a text that stands in no row."""
        if self._fits(text):
            self.texts.append((name, text.replace("\0", "")))

    def at(self, row: int, column: int, name: str, text: str) -> None:
        """Add a text at a cell."""
        if self._fits(text):
            self.cells.append((row, column, name, text.replace("\0", "")))

    def once(self, row: int, column: int, name: str, text: str) -> None:
        """Add a text at the first of the cells that have it: formulas are filled down."""
        if (name, text) not in self._seen and self._fits(text):
            self._seen.add((name, text))
            self.cells.append((row, column, name, text.replace("\0", "")))

    def digits(self, row: int, column: int, number: str) -> None:
        """Add a number as it was written."""
        if self._fits(number):
            self.exact[row, column] = number

    def _fits(self, text: str) -> bool:
        if not any(map(str.isalnum, text)):
            return False
        held = len(self.texts) + len(self.cells) + len(self.exact)
        if self._chars + len(text) > _MAX_CHARS or held >= _MAX_ENTRIES:
            self._over += 1
            return False
        self._chars += len(text)
        return True

    def facts(self) -> dict[str, Fact]:
        """Return the counts that are not zero, for rules."""
        counts = {
            "hidden_rows": self.hidden_rows,
            "hidden_columns": self.hidden_columns,
            "comments": self.comments,
        }
        return {word: count for word, count in counts.items() if count}

    def notes(self) -> list[str]:
        """Return what loses nothing and is worth knowing."""
        counts = (
            ("hidden rows, read like the others", self.hidden_rows),
            ("hidden columns, read like the others", self.hidden_columns),
            ("comments", self.comments),
            ("formulas without a stored result, of which the text is read", self.uncounted),
        )
        return [f"{what}: {count}" for what, count in counts if count]

    def lost(self) -> list[str]:
        """Return what was left out."""
        over = f"comments, links and texts in formulas beyond {_MAX_ENTRIES:,} or {_MAX_CHARS:,} characters"
        return [*self.losses, f"{over}: {self._over}"] if self._over else self.losses


@dataclass(slots=True)
class Workbook:
    """What a workbook holds beside its cells. `repr` shows no content."""

    texts: Iterator[tuple[str, str]]
    """(field, text) of what belongs to no sheet: properties, names, connections."""
    sheet: Callable[[str], Beside]
    """What the sheet of a name holds beside its cells."""
    members: Iterable[Member] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Workbook(facts={self.facts})"


def joined(
    batches: Iterator[RecordBatch], beside: Beside, header_row: int, names: Sequence[str]
) -> Iterator[RecordBatch]:
    """Yield the batches of a sheet with what stands at its cells, in fields of their own.

    A row's record is its number less `header_row`; what stands in the header or above has record 0.
    `names` are the fields of the table; a field of ours that is among them gets a number.
    """
    placed = sorted(
        (max(row - header_row, 0), column, name, text) for row, column, name, text in beside.cells
    )
    ours = sorted({name for _, _, name, _ in placed})
    free = dict(zip(ours, unique_names((*names, *ours))[len(names) :], strict=True))
    records = [record for record, *_ in placed]
    last = done = 0
    for batch in batches:
        last += batch.records
        upto = bisect_right(records, last)
        yield replace(batch, fields=(*batch.fields, *_fields(placed[done:upto], free)))
        done = upto
    if done < len(placed):  # below the last row in use
        yield RecordBatch(0, _fields(placed[done:], free))


def _fields(placed: list[tuple[int, int, str, str]], free: dict[str, str]) -> tuple[FieldValues, ...]:
    columns: defaultdict[str, tuple[list[int], list[str]]] = defaultdict(lambda: ([], []))
    for record, _, name, text in placed:
        columns[free[name]][0].append(record)
        columns[free[name]][1].append(text)
    return tuple(FieldValues(name, *values) for name, values in columns.items())
