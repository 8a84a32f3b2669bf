"""`--list`: what would be read, without reading it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bpoaudit.delivery import discover, media_type
from bpoaudit.delivery.content import Content
from bpoaudit.errors import SourceError
from bpoaudit.report.printable import printable

if TYPE_CHECKING:
    from bpoaudit.detect import OwnRecognizer
    from bpoaudit.vendor import Agreement


def print_listing(
    paths: Sequence[str | Path], agreement: Agreement | None, own: Sequence[OwnRecognizer] = ()
) -> None:
    """Print one line a file: size, media type by content, name, and why it would be left out.

    What the recognisers of the user's, `own`, find in a name is replaced there too.
    """
    from bpoaudit.detect import Engine, NameBook
    from bpoaudit.masking import random_key

    names = NameBook(Engine(own=own), random_key())
    files = discover(paths)
    for file in files:
        note = ""
        media = "-"
        if file.problem is not None:
            note = f"  ({file.problem.message})"
        else:
            try:
                media = media_type(Content.of_path(file.path))
            except SourceError as problem:
                note = f"  ({problem.message})"
        if agreement is not None and (reason := agreement.exclusion_of(file.source)):
            note = f"  (excluded by the profile: {reason})"
        typer.echo(printable(f"{file.bytes:>12,}  {media:<28}  {names.public(file.source)}{note}"))
    typer.echo(f"{len(files)} files, {sum(f.bytes for f in files):,} bytes")
