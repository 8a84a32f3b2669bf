"""`bpoaudit report`: render an audit again without reading the delivery again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bpoaudit.cli import options
from bpoaudit.cli.typed_text import refuse_personal_data
from bpoaudit.errors import ResponseError, UsageError

_VIEWS = ("internal", "vendor")


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
            help="Repeatable; .html, .pdf, .json, .md, .sarif, .xml (JUnit), .oscal.json or responses.yaml.",
        ),
    ] = None,
    view: Annotated[
        str,
        typer.Option(
            "--view",
            metavar="internal|vendor",
            help="Who reads it; for the vendor: .html, .pdf and the form responses.yaml.",
        ),
    ] = "internal",
    responses: Annotated[
        Path | None,
        typer.Option("--responses", metavar="FILE", help="The form that the vendor filled in."),
    ] = None,
    history: options.History = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of audit.json and stop.")
    ] = False,
) -> None:
    """Render the reports of an audit from its audit.json."""
    from bpoaudit.cli.history import edition_of
    from bpoaudit.history import open_history
    from bpoaudit.outputs import check_editions, check_outputs, wants_baseline, wants_findings, write_outputs
    from bpoaudit.report.edition import Audience, Edition
    from bpoaudit.report.json_document import load_result, result_schema
    from bpoaudit.report.responses import load_responses

    if schema:
        typer.echo(json.dumps(result_schema(), indent=2, sort_keys=True))
        return
    outputs = output or []
    if audit is None or not outputs:
        raise UsageError(
            "name an audit.json and at least one output", "bpoaudit report audit.json -o report.html"
        )
    if view not in _VIEWS:
        raise UsageError(f"--view is one of {', '.join(_VIEWS)}")
    audience = Audience(view)
    check_outputs(outputs, [audit, responses])
    check_editions(outputs, audience, responses is not None)
    if wants_findings(outputs):
        raise UsageError(
            "single findings are written while a delivery is read", "use bpoaudit audit -o findings.jsonl"
        )
    if wants_baseline(outputs):
        raise UsageError(
            "a baseline is written while a delivery is read", "use bpoaudit audit -o known.baseline.json"
        )
    result = load_result(audit)
    kept = None if history is None else open_history(history)
    past = edition_of(kept, result).past
    answers = None if responses is None else load_responses(responses, result)
    refuse_personal_data([(responses, ResponseError)])
    write_outputs(result, (), outputs, edition=Edition(audience, answers, past))
    for path in outputs:
        typer.echo(f"wrote {path}", err=True)
