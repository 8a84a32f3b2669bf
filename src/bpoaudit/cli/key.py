"""`bpoaudit key`: keys for fingerprints, and pairs of keys for signing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from bpoaudit.cli import options
from bpoaudit.errors import OutputError, UsageError

app = typer.Typer(no_args_is_help=True, help="Make keys for fingerprints and for signing.")


@app.callback()
def _keys() -> None:
    """Make keys for fingerprints and for signing."""


@app.command("new")
def new(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the key.")],
    signing: Annotated[
        bool, typer.Option("--signing", help="A pair for bpoaudit sign: the public key goes to FILE.pub.")
    ] = False,
    passphrase_file: options.PassphraseFile = None,
) -> None:
    """Write a new random key, readable by its owner only; an existing file is left alone."""
    if signing:
        _new_pair(output, passphrase_file)
        return
    if passphrase_file is not None:
        raise UsageError("only a key for signing has a passphrase", "add --signing")
    from bpoaudit.masking import key_from_text, new_secret

    secret = new_secret()
    _write_new(output, f"{secret}\n".encode("ascii"), 0o600)
    typer.echo(f"{output}: key {key_from_text(secret).key_id}")


def _new_pair(output: Path, passphrase_file: Path | None) -> None:
    from bpoaudit.evidence import require_libraries

    require_libraries()
    from bpoaudit.evidence.signing_keys import load_passphrase, new_pair

    public = output.with_name(f"{output.name}.pub")
    if public.exists():
        raise OutputError(f"cannot write {public}: File exists", "name a file that does not exist yet")
    pair = new_pair(load_passphrase(passphrase_file) if passphrase_file else None)
    _write_new(output, pair.private, 0o600)
    _write_new(public, pair.public, 0o644)
    typer.echo(
        f"{output}: private key for signing, keep it; {public}: public key {pair.key_id[:16]}, hand it out"
    )


def _write_new(path: Path, data: bytes, mode: int) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror}", "name a file that does not exist yet"
        ) from error
    with os.fdopen(handle, "wb") as file:
        file.write(data)


@app.command("digest")
def digest(
    people: Annotated[
        Path, typer.Argument(metavar="LIST", help="E-mail addresses, phone numbers, identifiers: one a line.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write it.")],
    key_file: options.KeyFile = None,
) -> None:
    """Write a list of people as keyed digests, which tell nobody who is on it.

    An audit under the same key finds the same people, as a suppression list or as a list of the profile.
    """
    from bpoaudit.masking import KEY_HINT
    from bpoaudit.measures import digests_of
    from bpoaudit.report.files import write_atomically

    if output.resolve() == people.resolve():
        raise UsageError("the digests would be written over the list", "name another file with -o")
    key = options.key_of(key_file)
    if not key.lasting:
        raise UsageError("digests need a key that later audits have too", KEY_HINT)
    lines = list(digests_of(people, key))
    write_atomically(output, "".join(f"{line}\n" for line in lines))
    typer.echo(f"{output}: {len(lines)} values under the key {key.key_id}")
