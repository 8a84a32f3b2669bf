"""`bpoaudit diff`: what changed between two results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bpoaudit.errors import ExitCode, UsageError


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD.json", help="audit.json or scan.json of before.")],
    new: Annotated[Path, typer.Argument(metavar="NEW.json", help="The one to hold against it.")],
    new_only: Annotated[
        bool, typer.Option("--new-only", help="Exit 1 when a rule fails that did not fail before.")
    ] = False,
    format: Annotated[
        str,
        typer.Option("--format", "-f", metavar="full|json|markdown", help="What goes to standard output."),
    ] = "full",
) -> None:
    """Say what changed between two audits: rules, score, sources, fields, personal data, coverage.

    Exit codes: 0 compared, 1 with --new-only when a rule newly fails, 2 no result.
    """
    from bpoaudit.comparison import compare
    from bpoaudit.model import AuditResult
    from bpoaudit.report.diff import FORMATS, print_diff
    from bpoaudit.report.json_document import load_audit_or_scan

    if format not in FORMATS:
        raise UsageError(f"--format is one of {', '.join(FORMATS)}")
    before, after = load_audit_or_scan(old), load_audit_or_scan(new)
    if new_only and not (isinstance(before, AuditResult) and isinstance(after, AuditResult)):
        raise UsageError("--new-only needs two audits: a scan has no verdicts")
    comparison = compare(before, after)
    print_diff(comparison, format)
    if new_only and comparison.newly_failing:
        raise typer.Exit(ExitCode.FAILED)
