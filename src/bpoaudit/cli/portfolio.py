"""`bpoaudit portfolio`: all vendors on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bpoaudit.cli import options
from bpoaudit.errors import UsageError


def portfolio(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.html", help="The page to write.")],
    history: options.History = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Show that day; default: that of the newest audit."),
    ] = None,
) -> None:
    """Write all vendors of a history to one HTML page: worst first, with their scores over time."""
    from bpoaudit.history import open_history
    from bpoaudit.report.files import write_atomically
    from bpoaudit.report.portfolio import render_portfolio

    if output.suffix.lower() != ".html":
        raise UsageError("a portfolio is an HTML page", "-o portfolio.html")
    day = options.day_of(as_of)
    page = render_portfolio(open_history(options.needed(history)).audits(), day)
    write_atomically(output, page)
    typer.echo(f"wrote {output}", err=True)
