"""`bpoaudit audit`: scan, judge, score, report."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bpoaudit.cli import options, project
from bpoaudit.cli.typed_text import refuse_personal_data
from bpoaudit.errors import ProfileError, UsageError, WaiverError

if TYPE_CHECKING:
    from bpoaudit.gate import Thresholds
    from bpoaudit.history import History
    from bpoaudit.model import AuditResult, PackChoice
    from bpoaudit.pipeline import Clock
    from bpoaudit.rules import Exceptions, Pack
    from bpoaudit.vendor import VendorProfile

_SEVERITIES = ("critical", "high", "medium", "low", "never")


def audit(
    context: typer.Context,
    delivery: Annotated[
        list[str] | None, typer.Argument(metavar="DELIVERY", help=options.DELIVERY_HELP)
    ] = None,
    vendor: Annotated[
        Path | None,
        typer.Option("--vendor", metavar="FILE", help="The vendor profile (bpoaudit vendor init makes one)."),
    ] = None,
    rules: Annotated[
        list[str] | None,
        typer.Option(
            "--rules",
            "-r",
            metavar="PACK",
            help="Pack by name or folder, repeatable; default: the profile's, else those that apply.",
        ),
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Repeatable; .html or .pdf report, .md summary, .json audit.json, .jsonl or .csv findings, "
            ".sarif, .xml (JUnit), .oscal.json, .baseline.json, responses.yaml.",
        ),
    ] = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="full|concise|json|markdown|github",
            help="What goes to standard output; github annotates a run of GitHub Actions.",
        ),
    ] = "full",
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="SEVERITY",
            help="critical|high|medium|low|never: the mildest failed rule that exits 1.",
        ),
    ] = "high",
    min_score: Annotated[
        float | None, typer.Option("--min-score", metavar="N", help="Exit 1 below this score.")
    ] = None,
    min_coverage: Annotated[
        float | None,
        typer.Option("--min-coverage", metavar="PCT", help="Exit 1 when less of the sources was read."),
    ] = None,
    waivers: Annotated[
        Path | None, typer.Option("--waivers", metavar="FILE", help="Failures that somebody answers for.")
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline", metavar="FILE", help="Failures known before; -o known.baseline.json writes them."
        ),
    ] = None,
    suppression: Annotated[
        Path | None,
        typer.Option(
            "--suppression",
            metavar="FILE",
            help="Erased and do-not-contact people, one a line or CSV, in clear or as fingerprints.",
        ),
    ] = None,
    new_only: Annotated[
        bool,
        typer.Option("--new-only/--no-new-only", help="Exit 1 only for what the baseline does not know."),
    ] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Judge as of this date instead of today.")
    ] = None,
    earlier: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="AUDIT.json", help="Judge this audit again instead of reading a delivery."
        ),
    ] = None,
    history: options.History = None,
    no_history: Annotated[
        bool, typer.Option("--no-history", help="Record this audit in no history.")
    ] = False,
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
    project_file: project.File = None,
    list_only: Annotated[bool, typer.Option("--list", help="Say what would be read and stop.")] = False,
    verbose: options.Verbose = False,
) -> None:
    """Audit a delivery against a vendor profile and rule packs.

    Exit codes: 0 passed, 1 a threshold was crossed, 2 no result, 3 not everything could be read or judged.
    """
    recorded = project.used(context, delivery or ())
    if vendor is None:
        raise UsageError(
            "an audit needs --vendor FILE, the profile of the vendor",
            "make one with bpoaudit vendor init -o vendor.yaml, or use bpoaudit scan for the inventory alone",
        )
    if fail_on not in _SEVERITIES:
        raise UsageError(f"--fail-on is one of {', '.join(_SEVERITIES)}")
    least_score = options.percent_of("--min-score", min_score)
    least_coverage = options.percent_of("--min-coverage", min_coverage)
    if new_only and baseline is None:
        raise UsageError("--new-only needs --baseline FILE, which says what is known")
    from bpoaudit.outputs import check_key, check_outputs, wants_baseline, wants_findings, write_outputs
    from bpoaudit.report.console import FORMATS

    if format not in FORMATS:
        raise UsageError(f"--format is one of {', '.join(FORMATS)}")
    outputs = output or []
    if no_history and project.sets(context, "history"):
        history = None
    if earlier is not None and project.sets(context, "suppression"):
        suppression = None  # it is compared while a delivery is read
    if bool(delivery) == (earlier is not None):
        raise UsageError("an audit needs a DELIVERY, or --from AUDIT.json without one")
    if resume and earlier is not None:
        raise UsageError("--resume goes on with the reading of a delivery", "leave it or --from out")
    delivery = delivery or []
    options.say_repeats(delivery)
    scheduler = options.scheduler_of(executor, scheduler, project.sets(context, "scheduler"))
    named = (earlier, vendor, key_file, password_file, waivers, baseline, suppression, *(recognizers or ()))
    inputs = (*map(Path, delivery), *named)
    check_outputs(outputs, inputs)
    from bpoaudit.vendor import lists_of, load_profile, recognizers_of

    profile = load_profile(vendor)
    files = (*(recognizers or ()), *recognizers_of(profile, vendor))
    check_outputs(outputs, lists_of(profile, vendor))
    if list_only:
        from bpoaudit.cli.listing import print_listing
        from bpoaudit.scanning import own_recognizers

        own = own_recognizers(files, profile.detection)
        today = options.day_of(as_of) or options.clock_of().now.date()
        print_listing(delivery, profile.agreement_on(today), own, options.jobs_of(jobs, executor))
        return
    from bpoaudit import pipeline, scanning
    from bpoaudit.cli.history import begun, edition_of
    from bpoaudit.cli.progress import progress
    from bpoaudit.gate import Thresholds
    from bpoaudit.history.rows import named_in
    from bpoaudit.measures import load_lists, load_suppression
    from bpoaudit.model import Severity
    from bpoaudit.rules import choose_packs, load_exceptions

    refuse_personal_data([(vendor, ProfileError), (waivers, WaiverError)])
    clock = options.clock_of()
    day = options.day_of(as_of) or clock.now.date()
    packs, choices = choose_packs(rules or (), profile, day, vendor)
    severity = None if fail_on == "never" else Severity(fail_on)
    thresholds = Thresholds(severity, least_score, least_coverage, new_only, recorded)
    excepting = partial(load_exceptions, profile, packs, day, waivers=waivers, baseline=baseline)
    kept = begun(history, no_history, delivery)
    if earlier is not None:
        if suppression is not None:
            raise UsageError("a suppression list is compared while a delivery is read", "leave --from out")
        result = _again(earlier, profile, packs, choices, thresholds, clock, day, outputs, excepting, kept)
        _end(result, format, outputs, kept)
    key = options.key_of(key_file)
    resumed = options.resume_of(outputs, key, delivery) if resume and cache is None else None
    reading = scanning.Reading(
        key=key,
        language=options.language_of(language or profile.detection.language),
        model=model,
        recognizers=files,
        passwords=options.passwords_of(password_file),
        suppressed=load_suppression(suppression, key) if suppression else None,
        lists=load_lists(profile.lists, vendor.parent, key),
        jobs=options.jobs_of(jobs, executor),
        scheduler=scheduler,
        cache=resumed or options.cache_of(cache, key, delivery),
        keep_findings=wants_findings(outputs),
    )
    check_key(outputs, reading.key)
    exceptions = excepting(reading.key.lasting_id)
    with (
        options.resumable(resumed),
        TemporaryDirectory(prefix="bpoaudit-") as folder,
        progress(verbose, resumed is not None) as heard,
    ):
        result, segments, made = pipeline.audit(
            delivery, profile, packs, choices, reading=reading, thresholds=thresholds, clock=clock,
            as_of=day, folder=Path(folder), progress=heard, exceptions=exceptions,
            wants_baseline=wants_baseline(outputs),
            earlier=None if kept is None else partial(kept.last_delivery, *named_in(profile), day),
        )  # fmt: skip
        write_outputs(result, segments, outputs, baseline=made, edition=edition_of(kept, result))
    options.end_resume(resumed)
    _end(result, format, outputs, kept)


def _end(result: AuditResult, format: str, outputs: Sequence[Path], kept: History | None) -> NoReturn:
    """Record the result, print it, and end with the exit code of its gate."""
    from bpoaudit.report.console import print_result

    if kept is not None:
        kept.record(result)
    print_result(result, format, outputs)
    if format == "github":
        from bpoaudit.report.github_step import write_step

        write_step(result, outputs, os.environ)
    raise typer.Exit(result.gate.exit_code)


def _again(
    earlier: Path,
    profile: VendorProfile,
    packs: Sequence[Pack],
    choices: Sequence[PackChoice],
    thresholds: Thresholds,
    clock: Clock,
    day: date,
    outputs: Sequence[Path],
    excepting: Callable[[str], Exceptions],
    kept: History | None,
) -> AuditResult:
    from bpoaudit.cli.history import edition_of
    from bpoaudit.outputs import wants_baseline, wants_findings, write_outputs
    from bpoaudit.pipeline import stamp
    from bpoaudit.rejudge import judge_again
    from bpoaudit.report.json_document import load_result

    if wants_findings(outputs):
        raise UsageError("single findings are written while a delivery is read", "leave --from out")
    if wants_baseline(outputs):
        raise UsageError("a baseline is written while a delivery is read", "leave --from out")
    started = stamp(clock.now)
    before = load_result(earlier)
    result = judge_again(
        before, profile, packs, choices, thresholds=thresholds,
        run={"id": clock.run_id, "started_at": started, "finished_at": stamp(clock.finished())},
        as_of=day, exceptions=excepting(before.delivery.key_id),
    )  # fmt: skip
    write_outputs(result, (), outputs, edition=edition_of(kept, result))
    return result
