"""`bpoaudit demo`: audit the bundled sample vendors."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bpoaudit.cli import options
from bpoaudit.errors import UsageError

AS_OF = date(2026, 11, 22)
"""The day the sample deliveries were made for: retention and certificates are judged as of it."""


def demo(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the reports.")
    ] = Path("demo"),
    jobs: options.Jobs = None,
) -> None:
    """Audit the bundled sample vendors and say where the reports are."""
    from bpoaudit import pipeline, scanning
    from bpoaudit.cli.progress import progress
    from bpoaudit.gate import Thresholds
    from bpoaudit.measures import load_suppression
    from bpoaudit.outputs import write_outputs
    from bpoaudit.report.scorecard import sentence
    from bpoaudit.resources import folder
    from bpoaudit.rules import choose_packs
    from bpoaudit.vendor import load_profile

    if output.exists() and not output.is_dir():
        raise UsageError(f"{output} is a file, and the reports need a folder", "name another with -o")
    lines = []
    for profile_file in sorted(folder("fixtures").glob("*/vendor.yaml")):
        vendor = profile_file.parent.name
        profile = load_profile(profile_file)
        target = output / vendor
        target.mkdir(parents=True, exist_ok=True)
        outputs = [target / "report.html", target / "audit.json", target / "findings.jsonl"]
        key = options.key_of(None)
        reading = scanning.Reading(
            key=key,
            suppressed=load_suppression(profile_file.with_name("suppression.txt"), key),
            jobs=options.jobs_of(jobs),
            keep_findings=True,
        )
        typer.echo(f"auditing {vendor} …", err=True)
        with TemporaryDirectory(prefix="bpoaudit-") as spool, progress(False) as heard:
            result, segments, _ = pipeline.audit(
                [profile_file.parent / "delivery"],
                profile,
                *choose_packs((), profile, AS_OF),
                reading=reading,
                thresholds=Thresholds(),
                clock=options.clock_of(),
                as_of=AS_OF,
                folder=Path(spool),
                progress=heard,
            )
            write_outputs(result, segments, outputs)
        score = "not assessed" if result.score.value is None else f"{result.score.value:5.1f}"
        lines.append(
            (
                result.score.value or 0.0,
                f"{score}  {profile.vendor.name}\n       {sentence(result)}\n       {outputs[0]}",
            )
        )
    typer.echo("\n".join(text for _, text in sorted(lines, reverse=True)))
