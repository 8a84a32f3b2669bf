"""`bpoaudit entities`: what can be found."""

from __future__ import annotations

import sys

import typer

from bpoaudit.cli import options


def entities(recognizers: options.Recognizers = None) -> None:
    """List every entity that is looked for, with its W3C DPV category."""
    from bpoaudit.catalog import CATALOG
    from bpoaudit.report.columns import laid_out, terminal_width

    rows = {name: (entry.title, entry.category or "-") for name, entry in CATALOG.items()}
    for file in recognizers or ():
        from bpoaudit.detect import load_recognizers

        for recognizer in load_recognizers(file):
            for name in recognizer.supported_entities:
                rows.setdefault(name, (f"Found by {recognizer.name}", "-"))
    table = [(name, *told) for name, told in sorted(rows.items())]
    for line in laid_out(table, terminal_width(sys.stdout)):
        typer.echo(line)
