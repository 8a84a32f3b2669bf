"""`bpoaudit vendor`: the vendor profile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bpoaudit.errors import OutputError

app = typer.Typer(no_args_is_help=True, help="Write and check vendor profiles.")


@app.command("init")
def init(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the profile.")
    ],
) -> None:
    """Write a commented profile that is valid as it is; fill in what you know."""
    from bpoaudit.report import write_atomically
    from bpoaudit.vendor import starter_profile

    if output.exists():
        raise OutputError(f"{output} exists already", "name another file, or remove it first")
    write_atomically(output, starter_profile())
    typer.echo(f"wrote {output}; next: fill it in, then bpoaudit vendor check {output}", err=True)


@app.command("check")
def check(profile: Annotated[Path, typer.Argument(metavar="FILE", help="The profile to check.")]) -> None:
    """Check a profile; every fault comes with its line and column."""
    from bpoaudit.vendor import load_profile

    loaded = load_profile(profile)
    typer.echo(f"{profile}: valid profile of {_printable(loaded.vendor.name)}")


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of a profile, for editors."""
    from bpoaudit.vendor import profile_schema

    typer.echo(json.dumps(profile_schema(), indent=2, sort_keys=True))


def _printable(text: str) -> str:
    from bpoaudit.report.printable import printable

    return printable(text)
