"""`bpoaudit redact`: the cleaned copy of a delivery."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bpoaudit.cli import options
from bpoaudit.errors import ExitCode, UsageError


def redact(
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY", help=options.DELIVERY_HELP)],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the copy: a new or an empty one.")
    ],
    policy: Annotated[
        Path | None,
        typer.Option("--policy", metavar="FILE", help="What becomes of what (YAML); default: all is masked."),
    ] = None,
    vendor: Annotated[
        Path | None,
        typer.Option(
            "--vendor",
            metavar="FILE",
            help="Its agreement decides: agreed clear stays, agreed masked is masked, else dropped.",
        ),
    ] = None,
    key_file: options.KeyFile = None,
    password_file: options.PasswordFile = None,
    jobs: options.Jobs = None,
    language: options.Language = None,
    model: options.Model = None,
    recognizers: options.Recognizers = None,
    verbose: options.Verbose = False,
) -> None:
    """Write a copy of a delivery without the personal data that a scan finds in it.

    Structure and types stay. A format that cannot be rewritten is refused by name and not copied. A second
    scan of the copy must find nothing that the policy would change.

    Exit codes: 0 everything is in the copy, 2 no result, 3 something was refused.
    """  # fmt: skip
    from bpoaudit import catalog, scanning
    from bpoaudit.cleaned_copy import write_cleaned_copy
    from bpoaudit.cli.copy_table import print_copy
    from bpoaudit.cli.progress import progress
    from bpoaudit.redact import Policy, RedactionPolicy, load_policy
    from bpoaudit.vendor import Detection, load_profile, recognizers_of

    profile = load_profile(vendor) if vendor else None
    if profile is not None and profile.agreement is None:
        raise UsageError("the profile has no agreement to redact by", "write one, or leave out --vendor")
    detection = profile.detection if profile else Detection()
    files = (*(recognizers or ()), *(recognizers_of(profile, vendor) if profile and vendor else ()))
    reading = scanning.Reading(
        key=options.key_of(key_file),
        language=options.language_of(language or detection.language),
        model=model,
        recognizers=files,
        passwords=options.passwords_of(password_file),
        jobs=options.jobs_of(jobs),
    )
    brought = scanning.own_recognizers(files, detection)
    own = {catalog.fold(entity) for each in brought for entity in each.supported_entities}
    form = load_policy(policy, own) if policy else RedactionPolicy()
    agreement = profile.agreement_on(options.clock_of().now.date()) if profile else None
    with progress(verbose) as heard:
        copy = write_cleaned_copy(delivery, output, Policy(form, agreement), reading, detection, heard)
    print_copy(copy, output, reading.key)
    raise typer.Exit(ExitCode.OK if copy.complete else ExitCode.INCOMPLETE)
