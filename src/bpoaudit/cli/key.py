"""`bpoaudit key`: keys for fingerprints."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from bpoaudit.errors import OutputError

app = typer.Typer(no_args_is_help=True, help="Make keys for fingerprints.")


@app.callback()
def _keys() -> None:
    """Make keys for fingerprints."""


@app.command("new")
def new(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the key.")],
) -> None:
    """Write a new random key, readable by its owner only; an existing file is left alone."""
    from bpoaudit.masking import key_from_text, new_secret

    secret = new_secret()
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise OutputError(
            f"cannot write {output}: {error.strerror}", "name a file that does not exist yet"
        ) from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret + "\n")
    typer.echo(f"{output}: key {key_from_text(secret).key_id}")
