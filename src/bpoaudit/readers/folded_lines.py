"""Calendars, contact cards and directory entries: lines that go on in the next one, values in code."""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Iterator
from typing import NamedTuple

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import CALENDAR, LDIF, VCARD
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.charsets import find_codec
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.inside import Inside
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.plain_text import FIELD
from bpoaudit.readers.text_file import TextFile, without_end
from bpoaudit.readers.until_fault import UntilFault

FORMATS = (
    Format(
        "Calendars, contact cards and directory entries", (CALENDAR, VCARD, LDIF), (".ics", ".vcf", ".ldif"),
        "standard library (base64, quopri)",
        "a record is a line, where it begins if it is folded; values in Base64 or quoted-printable are "
        "decoded. Pictures and other files inside are sources",
        "of a line of more than 16 MB what goes beyond it",
    ),
)  # fmt: skip

_MAX_LINE = 1 << 20
"""Characters of a line as it is written."""
_MAX_VALUE = 16 << 20
"""Characters of a line once it is unfolded."""
_QUOTED = re.compile(r"(?=[^:\n]*;(?:ENCODING=)?QUOTED-PRINTABLE\b)[^:\n]*+:", re.IGNORECASE)
_CODED = re.compile(
    r"(?=[^:\n]*;ENCODING=(?:B|BASE64)\b)[^:\n]*+:|[^:\n]*:data:[^,\n]*;base64,", re.IGNORECASE
)
_CODED_ENTRY = re.compile(r"[^:\n]*::[ ]*")
_CHARSET = re.compile(r";CHARSET=\"?([\w.:-]+)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([nN,;:\\])")


class _Line(NamedTuple):
    """A line put together. `repr` shows no content."""

    number: int
    """Of the line it begins in."""
    lines: int
    """So many it is written in."""
    text: str

    def __repr__(self) -> str:
        return f"_Line({self.number})"


def open_folded_lines(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield one part, of field `text`, then a member for each file inside.

    A record is a line as it is written; a value that goes on in the lines below has the record of the
    first of them. Sources: RFC 5545 and 6350 (3.1 and 3.2, folding), vCard 2.1, RFC 2849 (LDIF).
    """
    file = TextFile(content)
    files: list[int] = []
    batches = _batches(file, media_type, files, how.batch_records)
    yield Part("", media_type, FieldKind.TEXT, batches, (FIELD,), file.notes, file.losses)
    if files:
        yield from _members(file, media_type, how)


def _members(file: TextFile, media_type: str, how: ReadOptions) -> Iterator[Member]:
    inside = Inside(how)
    for line in _unfolded(UntilFault(file.lines(_MAX_LINE)), file, media_type):
        value = _decoded(line.text, media_type)
        if isinstance(value, bytes):
            yield inside.member(f"line_{line.number}", value)


def _batches(file: TextFile, media_type: str, files: list[int], batch_records: int) -> Iterator[RecordBatch]:
    """Yield the lines; those that hold a file go to `files` by their number."""
    gathered = Gatherer(batch_records)
    lines = UntilFault(file.lines(_MAX_LINE))
    for line in _unfolded(lines, file, media_type):
        value = _decoded(line.text, media_type)
        if isinstance(value, bytes):
            files.append(line.number)
        else:
            gathered.add(FIELD, line.number, value)
        for _ in range(line.lines):
            gathered.end_record()
        if gathered.full:
            yield gathered.take()
    if not gathered.empty:
        yield gathered.take()
    lines.end()


def _unfolded(lines: UntilFault[str], file: TextFile, media_type: str) -> Iterator[_Line]:
    """Yield each line with those it goes on in."""
    folds = " " if media_type == LDIF else " \t"
    pieces: list[str] = []
    begun = number = length = beyond = 0
    soft = False
    for number, line in enumerate(lines, start=1):
        bare = without_end(line)
        goes_on = bool(pieces) and (soft or bare[:1] in folds) and bool(bare)
        if not goes_on and pieces:
            yield _Line(begun, number - begun, "".join(pieces))
            pieces, length = [], 0
        piece = bare[1:] if goes_on and not soft else bare
        length += len(piece)
        if length > _MAX_VALUE:
            beyond += len(piece)
        elif goes_on:
            pieces.append(f"\n{piece}" if soft else piece)
        else:
            begun, pieces = number, [piece]
        # A soft line break of quoted-printable: the equals sign stays for who decodes it.
        soft = media_type != LDIF and bare.endswith("=") and bool(_QUOTED.match(pieces[0]))
    if pieces:
        yield _Line(begun, number + 1 - begun, "".join(pieces))
    loss = f"characters of lines longer than {_MAX_VALUE:,}, not read: {beyond:,}"
    if beyond and loss not in file.losses:
        file.losses.append(loss)


def _decoded(line: str, media_type: str) -> str | bytes:
    """Return a line with its value decoded; the bytes where they are a file."""
    if media_type == LDIF:
        return _in_base64(line, _CODED_ENTRY)
    if found := _QUOTED.match(line):
        value = quopri.decodestring(line[found.end() :].encode())
        return found[0] + value.decode(_codec(found[0]), "replace").replace("\0", "")
    if _CODED.match(line):
        return _in_base64(line, _CODED)
    return _ESCAPE.sub(lambda escape: "\n" if escape[1] in "nN" else escape[1], line)


def _in_base64(line: str, coded: re.Pattern[str]) -> str | bytes:
    found = coded.match(line)
    if found is None:
        return line
    try:
        value = base64.b64decode(line[found.end() :].strip(), validate=True)
    except ValueError:
        return line
    try:
        text = value.decode(_codec(found[0]))
    except UnicodeError:
        return value
    return value if "\0" in text else found[0] + text


def _codec(parameters: str) -> str:
    named = _CHARSET.search(parameters)
    return find_codec(named[1] if named else None) or "utf-8"
