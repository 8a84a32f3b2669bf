"""`bpoaudit vendor`: the vendor profile."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bpoaudit.cli import options
from bpoaudit.errors import OutputError

app = typer.Typer(no_args_is_help=True, help="Write and check vendor profiles.")


@app.command("init")
def init(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the profile.")
    ],
) -> None:
    """Write a commented profile that is valid as it is; fill in what you know."""
    from bpoaudit.report.files import write_atomically
    from bpoaudit.vendor import starter_profile

    _must_be_new(output)
    write_atomically(output, starter_profile())
    typer.echo(f"wrote {output}; next: fill it in, then bpoaudit vendor check {output}", err=True)


@app.command("check")
def check(
    profiles: Annotated[list[Path], typer.Argument(metavar="FILE", help="The profiles to check.")],
) -> None:
    """Check profiles; every fault comes with its line and column."""
    from bpoaudit.report.printable import inert
    from bpoaudit.vendor import load_profile, placeholders

    for profile in profiles:
        loaded = load_profile(profile)
        typer.echo(inert(f"{profile}: valid profile of {loaded.vendor.name}"))
        for line, key, value in placeholders(profile):
            told = f"warning: {profile}:{line}: {key} is still '{value}', as vendor init wrote it"
            typer.echo(inert(told), err=True)


@app.command("learn")
def learn(
    delivery: options.Delivery,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write it; else it is printed."),
    ] = None,
    vendor: Annotated[
        Path | None,
        typer.Option(
            "--vendor", metavar="FILE", help="A profile to complete: what its feeds do not cover is drafted."
        ),
    ] = None,
    password_file: options.PasswordFile = None,
    jobs: options.Jobs = None,
    language: options.Language = None,
    model: options.Model = None,
    recognizers: options.Recognizers = None,
    list_only: Annotated[bool, typer.Option("--list", help="Say what would be read and stop.")] = False,
    verbose: options.Verbose = False,
) -> None:
    """Draft the agreement of a profile from a delivery, for a person to decide and edit.

    What is critical (card security codes, clear credentials, special categories …) is not drafted as
    agreed, but listed to be decided. Exit codes: 0 everything was read, 2 no result, 3 something was not.
    """
    options.say_repeats(delivery)
    if output is not None:
        _must_be_new(output)
    from bpoaudit.vendor import Detection, load_profile, recognizers_of

    profile = load_profile(vendor) if vendor else None
    detection = profile.detection if profile else Detection()
    files = (*(recognizers or ()), *(recognizers_of(profile, vendor) if profile and vendor else ()))
    if list_only:
        from bpoaudit.cli.listing import print_listing
        from bpoaudit.scanning import own_recognizers

        own = own_recognizers(files, detection)
        agreement = profile.agreement_on(options.clock_of().now.date()) if profile else None
        print_listing(delivery, agreement, own, options.jobs_of(jobs))
        return
    from bpoaudit.cli.progress import progress
    from bpoaudit.learning import learn as learnt_from
    from bpoaudit.outputs import check_outputs
    from bpoaudit.report.files import write_atomically
    from bpoaudit.report.printable import inert
    from bpoaudit.scanning import Reading

    check_outputs([], [*map(Path, delivery), vendor, password_file, *files])
    reading = Reading(
        language=options.language_of(language or detection.language),
        model=model,
        recognizers=files,
        passwords=options.passwords_of(password_file),
        jobs=options.jobs_of(jobs),
    )
    with TemporaryDirectory(prefix="bpoaudit-") as folder, progress(verbose) as heard:
        learnt = learnt_from(
            delivery, reading, Path(folder), day=options.clock_of().now.date(), profile=profile,
            written=vendor, progress=heard,
        )  # fmt: skip
    if output is None:
        typer.echo(learnt.text, nl=False)
    else:
        write_atomically(output, learnt.text)
        typer.echo(f"wrote {output}; next: decide, then bpoaudit vendor check {output}", err=True)
    typer.echo(f"feeds drafted: {learnt.feeds}; places to decide: {learnt.undecided}", err=True)
    for reason in learnt.gate.reasons:
        typer.echo(inert(reason), err=True)
    raise typer.Exit(learnt.gate.exit_code)


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of a profile, for editors."""
    from bpoaudit.vendor import profile_schema

    typer.echo(json.dumps(profile_schema(), indent=2, sort_keys=True))


def _must_be_new(output: Path) -> None:
    if output.exists():
        raise OutputError(f"{output} exists already", "name another file, or remove it first")
