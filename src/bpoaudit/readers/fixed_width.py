"""Fixed-width files, cut as the vendor profile declares."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.encoding import find_encoding
from bpoaudit.delivery.layout import FixedColumn, Layout
from bpoaudit.errors import UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part, RecordBatch
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.table import LEAD

FIXED_WIDTH = "text/x-fixed-width"
BETWEEN, BEYOND, UNDECLARED = "between", "beyond", "undeclared"
"""Fields of what stands between the columns, behind the last one, and in records of no declared kind."""

FORMATS = (
    Format(
        "Fixed width", (FIXED_WIDTH,), (".txt", ".dat", ".prn"), "standard library",
        "with a layout in the vendor profile: a record is a line or a stretch of the declared length, blank "
        "ones counted, a field a declared column (`detail.iban` where records are of several kinds); what "
        "stands between, behind and above the columns and in other kinds of record as fields of its own; any "
        "encoding, EBCDIC and packed decimals too. Without a layout: plain text",
        "bytes that the encoding does not know, counted",
    ),
)  # fmt: skip

_BLOCK = 64 << 10
_MAX_LINE = 1 << 20
_LINE_END = re.compile("\r\n|\n|\r(?!\\Z)")
"""A carriage return at the end of a block may be half of a pair."""
_EBCDIC_LINE_END = re.compile("\r\n|[\n\x85]|\r(?!\\Z)")


def open_fixed_width(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part]:
    """Yield one part: a record is a line below the header lines, or `record_length` characters.

    Values are without the space that pads them. What no column covers is read too, in fields of its own.
    Lines that end before their last column are noted, bytes that do not decode are a loss. Raises
    `UnsupportedSource` where `how` has no layout.
    """
    layout = how.layout
    if layout is None:
        raise UnsupportedSource("fixed width without a layout in the vendor profile")
    records = layout.records
    names = [f"{kind.name}.{column.name}" for kind in records for column in kind.columns]
    names += [column.name for column in layout.columns]
    file = FixedFile(content, layout)
    batches = file.batches(how.batch_records)
    yield Part("", media_type, FieldKind.COLUMN, batches, tuple(names), file.notes, file.losses)


class FixedFile:
    """One reading of a file as `layout` cuts it. `repr` shows no content."""

    def __init__(self, content: Content, layout: Layout) -> None:
        self._content = content
        self.layout = layout
        found = find_encoding(content) if layout.encoding is None else None
        self.codec, self.mark = (found.codec, found.bom) if found else (layout.encoding or "utf-8", 0)
        self._line_end = _EBCDIC_LINE_END if _is_ebcdic(self.codec) else _LINE_END
        self._kinds = {kind.marker: kind for kind in layout.records}
        self._undecoded = self._short = self._long = self._unknown = 0
        self.notes = [f"encoding {found.label if found else f'{self.codec} as declared'}"]
        self.losses: list[str] = []

    def __repr__(self) -> str:
        return f"FixedFile({self.codec})"

    def batches(self, batch_records: int) -> Iterator[RecordBatch]:
        """Yield the records, and say at the end what was amiss."""
        gathered = Gatherer(batch_records)
        first = 1 - self.layout.header_lines
        for number, (record, _) in enumerate(self.written_records(), start=first):
            if number < 1:
                gathered.add(LEAD, 0, _clean(record))
                continue
            self._cut(record, number, gathered)
            gathered.end_record()
            if gathered.full:
                yield gathered.take()
        if not gathered.empty:
            yield gathered.take()
        for count, note in (
            (self._short, "records that end before their last column"),
            (self._long, f"lines over {_MAX_LINE:,} characters, read in pieces"),
            (self._unknown, "records of a kind that the layout does not declare"),
        ):
            if count:
                self.notes.append(f"{note}: {count}")
        if self._undecoded:
            self.losses.append(f"bytes that {self.codec} does not know: {self._undecoded}")

    def _cut(self, record: str, number: int, gathered: Gatherer) -> None:
        cut = self.columns_of(record)
        if cut is None:
            self._unknown += bool(record.strip())
            gathered.add(UNDECLARED, number, _clean(record))
            return
        prefix, columns = cut
        end = 0
        for column in columns:
            gathered.add(BETWEEN, number, _clean(record[end : column.start - 1]))
            if column is not self.layout.marker:
                piece = _slice(record, column)
                value = self._unpacked(piece) if column.packed else _clean(piece)
                gathered.add(prefix + column.name, number, value)
            end = max(end, column.start - 1 + column.width)
        gathered.add(BEYOND, number, _clean(record[end:]))
        self._short += bool(record.strip()) and len(record) < end

    def columns_of(self, record: str) -> tuple[str, list[FixedColumn]] | None:
        """Return how a record is cut, and what its fields begin with; None where its kind is not declared."""
        columns, prefix, marker = self.layout.columns, "", self.layout.marker
        if marker is not None:
            kind = self._kinds.get(_slice(record, marker).strip())
            if kind is None:
                return None
            columns, prefix = (*kind.columns, marker), f"{kind.name}."
        return prefix, sorted(columns, key=lambda each: each.start)

    def _unpacked(self, piece: str) -> str:
        """Return the digits of a packed decimal; what is none comes as text."""
        try:
            digits = piece.encode(self.codec).hex()
        except UnicodeEncodeError:
            return _clean(piece)
        if not digits[:-1].isdigit() or digits[-1:] not in "abcdef":
            return _clean(piece)
        return ("-" if digits[-1] in "bd" else "") + (digits[:-1].lstrip("0") or "0")

    def written_records(self) -> Iterator[tuple[str, str]]:
        """Yield each record and the line end behind it."""
        length, rest = self.layout.record_length, ""
        for block in self._decoded():
            rest += block
            if length is not None:
                whole = len(rest) - len(rest) % length
                yield from ((rest[at : at + length], "") for at in range(0, whole, length))
                rest = rest[whole:]
                continue
            start = 0
            for found in self._line_end.finditer(rest):
                yield rest[start : found.start()], found[0]
                start = found.end()
            rest = rest[start:]
            while len(rest) > _MAX_LINE:
                self._long += 1
                yield rest[:_MAX_LINE], ""
                rest = rest[_MAX_LINE:]
        if last := (rest.rstrip("\r\n\x85") if length is None else rest):
            yield last, rest[len(last) :]

    def _decoded(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self.codec)("replace")
        with self._content.open() as file:
            file.read(self.mark)
            while block := file.read(_BLOCK):
                yield self._counted(decoder.decode(block))
        yield self._counted(decoder.decode(b"", final=True))

    def _counted(self, text: str) -> str:
        self._undecoded += text.count("\ufffd")
        return text


def _is_ebcdic(codec: str) -> bool:
    return b"\xc1\x15".decode(codec, "replace") == "A\x85"


def _slice(record: str, column: FixedColumn) -> str:
    return record[column.start - 1 : column.start - 1 + column.width]


def _clean(piece: str) -> str:
    return piece.replace("\0", " ").strip()
