"""`bpoaudit scan`: the inventory alone."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bpoaudit.cli import options, project


def scan(
    context: typer.Context,
    delivery: options.Delivery,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Repeatable; .jsonl or .csv findings, .json inventory."
        ),
    ] = None,
    key_file: options.KeyFile = None,
    password_file: options.PasswordFile = None,
    jobs: options.Jobs = None,
    executor: options.Executor = None,
    scheduler: options.Scheduler = None,
    cache: options.Cache = None,
    resume: options.Resume = False,
    language: options.Language = None,
    model: options.Model = None,
    recognizers: options.Recognizers = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say how each finding came about, here and in the findings.")
    ] = False,
    project_file: project.File = None,
    list_only: Annotated[bool, typer.Option("--list", help="Say what would be read and stop.")] = False,
    verbose: options.Verbose = False,
) -> None:
    """Say what personal data a delivery holds, without a vendor profile and without a judgement.

    Exit codes: 0 everything was read, 2 no result, 3 something could not be read.
    """
    project.used(context, delivery)
    options.say_repeats(delivery)
    scheduler = options.scheduler_of(executor, scheduler, project.sets(context, "scheduler"))
    if list_only:
        from bpoaudit.cli.listing import print_listing
        from bpoaudit.scanning import own_recognizers
        from bpoaudit.vendor import Detection

        own = own_recognizers(recognizers or (), Detection())
        print_listing(delivery, None, own, options.jobs_of(jobs, executor))
        return
    from bpoaudit import pipeline, scanning
    from bpoaudit.cli.progress import progress
    from bpoaudit.outputs import check_outputs, wants_findings, write_outputs
    from bpoaudit.report.console import print_explanations, print_scan
    from bpoaudit.report.explanations import kinds
    from bpoaudit.segments import findings_of

    outputs = output or []
    check_outputs(outputs, [*map(Path, delivery), key_file, password_file, *(recognizers or ())])
    key = options.key_of(key_file)
    resumed = options.resume_of(outputs, key, delivery) if resume and cache is None else None
    reading = scanning.Reading(
        key=key,
        language=options.language_of(language or "auto"),
        model=model,
        recognizers=tuple(recognizers or ()),
        passwords=options.passwords_of(password_file),
        jobs=options.jobs_of(jobs, executor),
        scheduler=scheduler,
        cache=resumed or options.cache_of(cache, key, delivery),
        keep_findings=explain or wants_findings(outputs),
        explain=explain,
    )
    with (
        options.resumable(resumed),
        TemporaryDirectory(prefix="bpoaudit-") as folder,
        progress(verbose, resumed is not None) as heard,
    ):
        result, segments = pipeline.scan(
            delivery, reading=reading, clock=options.clock_of(), folder=Path(folder), progress=heard
        )
        write_outputs(result, segments, outputs, explain)
        explained = kinds(findings_of(segments)) if explain else []
    options.end_resume(resumed)
    print_explanations(explained, outputs)
    print_scan(result, outputs)
    raise typer.Exit(result.gate.exit_code)
