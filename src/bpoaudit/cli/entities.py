"""`bpoaudit entities`: what can be found."""

from __future__ import annotations

import typer

from bpoaudit.cli import options


def entities(recognizers: options.Recognizers = None) -> None:
    """List every entity that is looked for, with its W3C DPV category."""
    from bpoaudit.catalog import CATALOG

    rows = {name: (entry.title, entry.category or "-") for name, entry in CATALOG.items()}
    for file in recognizers or ():
        from bpoaudit.detect import load_recognizers

        for recognizer in load_recognizers(file):
            for name in recognizer.supported_entities:
                rows.setdefault(name, (f"Found by {recognizer.name}", "-"))
    width = max(map(len, rows))
    for name, (title, category) in sorted(rows.items()):
        typer.echo(f"{name:<{width}}  {title:<44}  {category}")
