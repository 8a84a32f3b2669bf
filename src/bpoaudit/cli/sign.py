"""`bpoaudit sign`: put a signature under an audit and all that it rests on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bpoaudit.cli import options
from bpoaudit.errors import UsageError

BUNDLE_ENDING = ".zip"


def sign(
    audit: Annotated[
        Path, typer.Argument(metavar="AUDIT.json", help="What `bpoaudit audit -o audit.json` wrote.")
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="REPORT", help="Reports and other files that are signed along."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Private key (bpoaudit key new --signing).")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to write the signature; a .zip is a whole bundle."
        ),
    ] = None,
    passphrase_file: options.PassphraseFile = None,
    rules: Annotated[
        list[str] | None,
        typer.Option(
            "--rules", "-r", metavar="PACK", help="For a bundle: packs of the audit that are your own."
        ),
    ] = None,
    waivers: Annotated[
        Path | None, typer.Option("--waivers", metavar="FILE", help="For a bundle: the waivers of the audit.")
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="For a bundle: the baseline of the audit."),
    ] = None,
) -> None:
    """Sign an audit: its input files, rule packs, profile, waivers, result and reports.

    The signature (DSSE, Ed25519, over an in-toto statement) lies beside the files that it names. A bundle
    holds them, with all that a replay needs but the delivery and the key.
    """
    from bpoaudit.evidence import require_libraries

    require_libraries()
    if key is None or output is None:
        raise UsageError("sign needs a key and an output", "--key FILE -o audit.dsse.json, or -o audit.zip")
    reports = files or []
    inputs = [each for each in (audit, *reports, key, passphrase_file, waivers, baseline) if each is not None]
    if output.resolve() in {each.resolve() for each in inputs}:
        raise UsageError(f"{output} is read by this run and would be overwritten", "name another file")
    from bpoaudit.evidence.signing import Resting, bundle_over, envelope_over
    from bpoaudit.evidence.signing_keys import load_passphrase, load_signer
    from bpoaudit.report.files import write_atomically

    signer = load_signer(key, load_passphrase(passphrase_file) if passphrase_file else None)
    if output.name.lower().endswith(BUNDLE_ENDING):
        data = bundle_over(audit, reports, Resting(rules or (), waivers, baseline), signer)
    elif rules or waivers or baseline:
        raise UsageError(
            "--rules, --waivers and --baseline are for a bundle", "write one with -o FILE.zip, or name files"
        )
    else:
        data = envelope_over(audit, reports, signer)
    write_atomically(output, data)
    typer.echo(f"wrote {output}, signed by the key {signer.public_key.keyid[:16]}", err=True)
