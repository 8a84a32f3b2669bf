"""`bpoaudit history`: what past audits came to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from bpoaudit.cli import options
from bpoaudit.errors import UsageError

if TYPE_CHECKING:
    from bpoaudit.history import History
    from bpoaudit.model import AuditResult
    from bpoaudit.report.edition import Edition


class _ShowByDefault(TyperGroup):
    """`history VENDOR` is `history show VENDOR`; a vendor called as a command is shown by `show`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Name the command that a line without one means."""
        if not args or args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["show", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_ShowByDefault,
    help="Show past audits, of one vendor or of all, or take them out.",
)


@app.command("show")
def show(
    vendor: Annotated[
        str | None, typer.Argument(metavar="VENDOR", help="Id or name; default: all vendors.")
    ] = None,
    history: options.History = None,
    format: Annotated[str, typer.Option("--format", "-f", metavar="table|json")] = "table",
) -> None:
    """Show the audits of a vendor, or of all: date, score, assurance, what failed, what was read."""
    from bpoaudit.history import open_history, series
    from bpoaudit.report.past_audits import print_audits, render_audits

    if format not in ("table", "json"):
        raise UsageError("--format is table or json")
    past = series(open_history(options.needed(history)).audits(vendor))
    if not past and vendor is not None:
        raise UsageError("the history holds no audit of this vendor", "name it by its id or its full name")
    if format == "json":
        typer.echo(render_audits(past))
    else:
        print_audits(past)


@app.command("purge")
def purge(
    history: options.History = None,
    older_than: Annotated[
        int | None,
        typer.Option("--older-than", metavar="DAYS", min=0, help="Audits that finished more days ago."),
    ] = None,
    vendor: Annotated[
        str | None, typer.Option("--vendor", metavar="ID", help="Audits of this vendor (id or name).")
    ] = None,
) -> None:
    """Take audits out of the history for good; with both options those that meet both.

    Prints a line an audit that was taken out: id, vendor, date.
    """
    from bpoaudit.history import open_history
    from bpoaudit.report.printable import inert

    if older_than is None and vendor is None:
        raise UsageError("say what to take out", "--older-than DAYS, --vendor ID, or both")
    before = None
    if older_than is not None:
        today = options.clock_of().now.date()
        if older_than > (today - today.min).days:
            raise UsageError("--older-than goes back to before the calendar begins")
        before = today - timedelta(days=older_than)
    gone = open_history(options.needed(history)).purge(before=before, vendor=vendor)
    for audit in gone:
        typer.echo("\t".join(inert(text) for text in (audit.id, audit.vendor_id, audit.as_of)))
    typer.echo(f"taken out: {len(gone)}", err=True)


def begun(location: str | None, off: bool, delivery: Iterable[str]) -> History | None:
    """Return the history that an audit is to be recorded in, opened or begun now; None where it is off.

    Opened before the delivery is read: what would fail after an hour should fail at once.
    """
    if location is not None and off:
        raise UsageError("--history and --no-history exclude each other")
    if location is None or off:
        return None
    if "://" not in location:
        file = Path(location).resolve()
        if any(file.is_relative_to(Path(each).resolve()) for each in delivery if "://" not in each):
            raise UsageError(f"the history {location} would lie in the delivery", "keep it somewhere else")
    from bpoaudit.history import open_history

    return open_history(location, create=True)


def edition_of(kept: History | None, result: AuditResult) -> Edition:
    """Return the edition of a report that tells what the history remembers of the vendor."""
    from bpoaudit.history import remembered
    from bpoaudit.report.edition import Edition

    return Edition(past=() if kept is None else kept.audits(remembered(result).vendor_id))
