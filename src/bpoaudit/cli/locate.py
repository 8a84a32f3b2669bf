"""`bpoaudit locate`: from a masked finding to the row it stands in."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bpoaudit.cli import options
from bpoaudit.errors import BpoauditError, UsageError

if TYPE_CHECKING:
    from bpoaudit.locate import Located


def locate(
    finding: Annotated[
        str,
        typer.Argument(
            metavar="FINDING",
            help="SOURCE:RECORD:FIELD:START-END, a line of findings.jsonl (or FILE:LINE), or a fingerprint.",
        ),
    ],
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY", help="As it was given to the audit.")],
    listed: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="audit.json or findings.jsonl with the fingerprint."),
    ] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show the value, on a terminal and nowhere else.")
    ] = False,
    vendor: Annotated[
        Path | None,
        typer.Option("--vendor", metavar="FILE", help="Profile with the layouts of fixed-width files."),
    ] = None,
    key_file: options.KeyFile = None,
    password_file: options.PasswordFile = None,
) -> None:
    """Say where a finding is: line, cell, page or turn, with shapes around it and never a value.

    With the key of the audit it checks whether the value that stands there is the one that was found. Only
    the one source is read.

    Exit codes: 0 found, 2 not found, or another value stands there.
    """
    if reveal and not (sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "--reveal shows a value on a terminal only, and never in a pipe or a file",
            "run it in a terminal, with neither standard output nor standard error redirected",
        )
    from bpoaudit.locate import locate as located
    from bpoaudit.locate import named
    from bpoaudit.vendor import load_profile

    has_key = key_file is not None or bool(os.environ.get(options.KEY_VARIABLE))
    key = options.key_of(key_file) if has_key else None
    agreement = load_profile(vendor).agreement if vendor else None
    readings = named(finding, listed)
    key_id = readings[0].key_id
    if key is not None and key_id not in (None, key.key_id):
        raise UsageError(
            f"the key is not that of the audit, which is called {key_id}", "give that --key-file"
        )
    passwords = options.passwords_of(password_file)
    if len(readings) > 1 or len(readings[0].references) == 1:
        groups = [[each.references[0] for each in readings]]
    else:
        groups = [[each] for each in readings[0].references]
    wrong = 0
    for number, references in enumerate(groups):
        if number:
            typer.echo("")
        for piece in located(references, [delivery], key, passwords, agreement):
            wrong += piece.same is False
            _print(piece, reveal=reveal)
    if readings[0].total > len(groups):
        typer.echo(f"showing {len(groups)} of {readings[0].total} places of this value", err=True)
    if wrong:
        raise BpoauditError(
            "another value stands there than was found",
            "the delivery is not the one that was audited, or it has changed since",
        )


def _print(piece: Located, *, reveal: bool) -> None:
    from bpoaudit.report.printable import inert

    reference = piece.reference
    where = [
        f"record {reference.record} ({piece.record_word})" if reference.record else "record 0 (metadata)"
    ]
    if piece.cell:
        where.append(f"{'cell' if piece.cell[0].isalpha() else 'row'} {piece.cell}")
    if piece.place:
        where.append(f"line {piece.place.line:,}, column {piece.place.column:,}")
    rows = [
        ("source", inert(reference.source)),
        ("field", inert(reference.field)),
        ("where", ", ".join([*where, f"characters {reference.start} to {reference.end} of the value"])),
        ("entity", inert(reference.entity or "not told by a place alone")),
        ("masked", inert(reference.masked or "")),
        ("context", inert(piece.context)),
        ("same", _sameness(piece)),
    ]
    if reveal and piece.same is not False:
        rows.append(("value", inert(piece.value)))
    for title, text in rows:
        if text:
            typer.echo(f"{title:<8}  {text}")


def _sameness(piece: Located) -> str:
    if piece.same is None:
        return "cannot be told without the finding and the key it was made with"
    if piece.by == "key":
        return "yes, by its fingerprint" if piece.same else "no: its fingerprint is another"
    return (
        "its shape is the same; give --key-file to be certain" if piece.same else "no: its shape is another"
    )
