"""`bpoaudit entities`: what can be found."""

from __future__ import annotations

import typer


def entities() -> None:
    """List every entity that is looked for, with its W3C DPV category."""
    from bpoaudit.catalog import CATALOG

    width = max(map(len, CATALOG))
    for name, entry in sorted(CATALOG.items()):
        typer.echo(f"{name:<{width}}  {entry.title:<44}  {entry.category or '-'}")
