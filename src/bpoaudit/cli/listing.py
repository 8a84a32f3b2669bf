"""`--list`: what would be read, from where, how much, roughly how long; reads nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer
from rich.cells import cell_len

from bpoaudit.delivery import DeliveryFile, discover, media_type
from bpoaudit.delivery.media import DIRECTORIES
from bpoaudit.errors import SourceError
from bpoaudit.estimate import seconds
from bpoaudit.readers import Member, open_parts
from bpoaudit.report.columns import terminal_width, wrapped
from bpoaudit.report.printable import inert

if TYPE_CHECKING:
    from bpoaudit.detect import OwnRecognizer
    from bpoaudit.vendor import Agreement


class _Line(NamedTuple):
    """One file, or a member of an archive that has a directory."""

    true: str
    size: int | None
    media_type: str
    note: str = ""


def print_listing(
    paths: Sequence[str | Path],
    agreement: Agreement | None,
    own: Sequence[OwnRecognizer] = (),
    jobs: int = 1,
) -> None:
    """Print one line a file: size, media type by content, name, and why it would be left out.

    Archives with a directory (ZIP, 7z) show their members, which are not unpacked. What the recognisers
    of the user's, `own`, find in a name is replaced there too.
    """
    from bpoaudit.detect import Engine, NameBook
    from bpoaudit.masking import random_key

    names = NameBook(Engine(own=own), random_key())
    width = terminal_width(sys.stdout)
    files = discover(paths)
    to_read: list[tuple[str, int]] = []
    for file in files:
        for line in _lines(file):
            excluded = agreement.exclusion_of(line.true) if agreement else None
            note = f"excluded by the profile: {excluded}" if excluded else line.note
            size = "?" if line.size is None else f"{line.size:,}"
            cells = (size, line.media_type, names.public(line.true), f"({note})" if note else "")
            for text in _shown([inert(cell) for cell in cells], width):
                typer.echo(text)
            if line.true == file.source and not note:
                to_read.append((line.media_type, file.bytes))
    from bpoaudit.report.words import plural

    count, total = plural(len(files), "file"), sum(file.bytes for file in files)
    typer.echo(f"{count}, {total:,} bytes; {_roughly(to_read, jobs)}")


def _shown(cells: Sequence[str], width: int | None) -> Iterator[str]:
    """Yield the line of a file: columns that stay where they are, or in a narrow terminal its name first."""
    size, media, name, note = cells
    line = f"{size:>14}  {media:<32}  {name}  {note}".rstrip()
    if width is None or cell_len(line) <= width:
        yield line
        return
    yield from wrapped(name, width)
    told = " ".join(part for part in (f"{size} bytes", media, note) if part)
    yield from (f"  {each}" for each in wrapped(told, width - 2))


def _lines(file: DeliveryFile) -> Iterator[_Line]:
    if file.problem is not None:
        yield _Line(file.source, file.bytes, "-", file.problem.message)
        return
    with file.content() as content:
        try:
            media = media_type(content)
            yield _Line(file.source, file.bytes, media)
            if media in DIRECTORIES:
                for piece in open_parts(content, media):
                    if isinstance(piece, Member):
                        note = piece.problem.message if piece.problem else ""
                        yield _Line(file.source + piece.suffix, piece.size, "", note)
        except SourceError as problem:
            yield _Line(file.source, file.bytes, "-", problem.message)


def _roughly(files: Sequence[tuple[str, int]], jobs: int) -> str:
    estimate = seconds(files, jobs)
    processes = "one process" if jobs == 1 else f"{jobs} processes"
    if estimate < 90:
        return f"roughly {max(5, round(estimate, -1) or 5):.0f} seconds on {processes}"
    if estimate < 5400:
        return f"roughly {estimate / 60:.0f} minutes on {processes}"
    return f"roughly {estimate / 3600:.1f} hours on {processes}"
