"""The Typer application, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
import traceback
from typing import Annotated

import typer

from bpoaudit import __version__
from bpoaudit.cli import (
    audit,
    demo,
    diff,
    entities,
    history,
    key,
    locate,
    portfolio,
    project,
    redact,
    report,
    rules,
    scan,
    sign,
    vendor,
    verify,
)
from bpoaudit.cli.examples import add_examples
from bpoaudit.cli.piped import Piped, is_of_typer
from bpoaudit.errors import KEPT, RESUMABLE, BpoauditError, ExitCode
from bpoaudit.parsers.limits import leave_no_core

_COLLECT_AFTER = (50_000, 20, 20)
"""Objects after which garbage is looked for: by default it is, several times, in what is being loaded."""
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}

app = typer.Typer(
    name="bpoaudit",
    no_args_is_help=True,
    rich_markup_mode=None,
    # Typer's own tracebacks show local variables, and ours hold records.
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("audit")(audit.audit)
app.command("scan")(scan.scan)
app.add_typer(rules.app, name="rules")
app.add_typer(vendor.app, name="vendor")
app.add_typer(project.app, name="project")
app.command("report")(report.report)
app.command("diff")(diff.diff)
app.add_typer(history.app, name="history")
app.command("portfolio")(portfolio.portfolio)
app.command("redact")(redact.redact)
app.command("locate")(locate.locate)
app.command("sign")(sign.sign)
app.command("verify")(verify.verify)
app.command("entities")(entities.entities)
app.add_typer(key.app, name="key")
app.command("demo")(demo.demo)
add_examples(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"bpoaudit {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", callback=_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Audit what an outsourcing vendor delivers: find the personal data, judge it, score it."""


def main() -> None:
    """Run the command line; every way out has one of the documented exit codes."""
    if sys.__stdout__ is not None and sys.stdout is sys.__stdout__:
        sys.stdout = Piped.around(sys.__stdout__)
    if sys.__stderr__ is not None and sys.stderr is sys.__stderr__:
        sys.stderr = Piped.around(sys.__stderr__)
    _end_as_by_ctrl_c(signal.SIGTERM, signal.SIGHUP)
    leave_no_core()
    gc.set_threshold(*_COLLECT_AFTER)
    # What pydantic validates comes from the audited: no other package listens, and none is looked for.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    try:
        app()
    except SystemExit as end:
        if end.code == ExitCode.INTERRUPTED:
            _complain("interrupted; there is no result")
            _say_kept(end)
        if is_of_typer(end):
            _complain("error: Broken pipe; there is no result")
            sys.exit(ExitCode.NO_RESULT)
        raise
    except BpoauditError as error:
        _complain(f"error: {error.message}")
        if error.hint:
            _complain(f"hint: {error.hint}")
        _say_kept(error)
        sys.exit(ExitCode.NO_RESULT)
    except Exception as error:  # noqa: BLE001 (the border: a bug must not exit 1, and its message may hold data)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            where = "in the folder for temporary files, or where standard output goes"
            _complain(f"error: {error.strerror}, {where}; there is no result")
            _complain("hint: make room, or name another folder in TMPDIR; it is to hold the masked findings")
            sys.exit(ExitCode.NO_RESULT)
        _complain(f"error: bpoaudit failed ({type(error).__name__}); there is no result")
        for frame in traceback.extract_tb(error.__traceback__)[-6:]:
            _complain(f"  in {frame.name}, {_short(frame.filename)}:{frame.lineno}")
        _complain("hint: please report this with the lines above; they hold nothing of the delivery")
        _say_kept(error)
        sys.exit(ExitCode.NO_RESULT)


def _end_as_by_ctrl_c(*signals: signal.Signals) -> None:
    """Clear away what an ended run would leave behind; the processes that this one forks just end."""
    own = os.getpid()

    def end(number: int, frame: object) -> None:
        if os.getpid() == own:
            raise KeyboardInterrupt
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for each in signals:
        if signal.getsignal(each) is not signal.SIG_IGN:  # under nohup it is
            signal.signal(each, end)


def _say_kept(error: BaseException | None) -> None:
    """Say what an ended run leaves behind for the next; other notes may hold anything."""
    while error is not None:
        for note in getattr(error, "__notes__", ()):
            if note.startswith(KEPT):
                _complain(f"hint: {note}; bpoaudit report makes the others from it")
            if note.startswith(RESUMABLE):
                _complain(f"hint: {note}")
        error = error.__context__


def _complain(text: str) -> None:
    for line in text.split("\n"):
        shown = "".join(c if c.isprintable() else "\ufffd" for c in line)
        # A line that begins with a name must not be a command of a build server.
        typer.echo(f"- {shown}" if shown.lstrip().startswith("::") else shown, err=True)


def _short(filename: str) -> str:
    return "/".join(filename.rsplit("/", 3)[-3:])
