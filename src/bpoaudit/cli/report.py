"""`bpoaudit report`: render an audit again without reading the delivery again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bpoaudit.errors import UsageError


def report(
    audit: Annotated[
        Path | None, typer.Argument(metavar="AUDIT.json", help="What `bpoaudit audit -o audit.json` wrote.")
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Repeatable; .html, .json, .md, .sarif, .xml (JUnit) or .oscal.json.",
        ),
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of audit.json and stop.")
    ] = False,
) -> None:
    """Render the reports of an audit from its audit.json."""
    from bpoaudit.outputs import check_outputs, wants_baseline, wants_findings, write_outputs
    from bpoaudit.report import load_result, result_schema

    if schema:
        typer.echo(json.dumps(result_schema(), indent=2, sort_keys=True))
        return
    outputs = output or []
    if audit is None or not outputs:
        raise UsageError(
            "name an audit.json and at least one output", "bpoaudit report audit.json -o report.html"
        )
    check_outputs(outputs, [audit])
    if wants_findings(outputs):
        raise UsageError(
            "single findings are written while a delivery is read", "use bpoaudit audit -o findings.jsonl"
        )
    if wants_baseline(outputs):
        raise UsageError(
            "a baseline is written while a delivery is read", "use bpoaudit audit -o known.baseline.json"
        )
    result = load_result(audit)
    write_outputs(result, (), outputs)
    for path in outputs:
        typer.echo(f"wrote {path}", err=True)
