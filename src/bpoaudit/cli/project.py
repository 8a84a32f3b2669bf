"""`bpoaudit project`, and the option `--project` of the commands that read a delivery."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bpoaudit.cli.options import KEY_VARIABLE
from bpoaudit.errors import UsageError

if TYPE_CHECKING:
    from bpoaudit.project import Project

_NONE = "none"
_BY_PROJECT = "DEFAULT_MAP"
"""What Typer calls the source of a value that is neither given nor the option's own default."""

app = typer.Typer(no_args_is_help=True, help="Check the project file bpoaudit.yaml.")


@app.command("check")
def check(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Default: the one that audits started here would use."),
    ] = None,
) -> None:
    """Check a project file and say which options it sets; every fault comes with its line and column."""
    project = _project_at(file)
    if project is None:
        raise UsageError("there is no bpoaudit.yaml here, nor above in this repository")
    typer.echo(f"{project.path}: valid")
    for name, value in sorted(project.options.items()):
        typer.echo(_inert(f"  {name.replace('_', '-'):<13}  {_told(value)}"))


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of a project file, for editors."""
    from bpoaudit.project import project_schema

    typer.echo(json.dumps(project_schema(), indent=2, sort_keys=True))


def _defaults(context: typer.Context, file: str | None) -> str | None:
    """Let the project file give what the command line leaves out."""
    if context.resilient_parsing or file == _NONE:
        return file
    project = _project_at(Path(file) if file else None)
    if project is not None:
        options = dict(project.options)
        if os.environ.get(KEY_VARIABLE):
            options.pop("key_file", None)
        if context.info_name == "scan":
            options.pop("output", None)
        context.obj, context.default_map = project, options
    return file


File = Annotated[
    str | None,
    typer.Option(
        "--project", metavar="FILE|none", is_eager=True, callback=_defaults,
        help="Where options come from that are not given; default: bpoaudit.yaml here, or above in this "
        "repository.",
    ),
]  # fmt: skip


def sets(context: typer.Context, option: str) -> bool:
    """Tell whether the value of `option` comes from the project file."""
    source = context.get_parameter_source(option)
    return source is not None and source.name == _BY_PROJECT


def used(context: typer.Context, delivery: Iterable[str]) -> dict[str, Any] | None:
    """Say on standard error what the project file sets; return what a result says of it.

    Raises `UsageError` where the file was found in the delivery.
    """
    project = context.obj
    if project is None:
        return None
    project.check_outside(delivery)
    turned_off = {"history"} if context.params.get("no_history") else set()
    names = [name for name in project.options if sets(context, name) and name not in turned_off]
    if names:
        told = ", ".join(sorted(name.replace("_", "-") for name in names))
        typer.echo(f"note: {_inert(str(project.path))} sets {told}", err=True)
    recorded: dict[str, Any] | None = project.recorded(names)
    return recorded


def _project_at(file: Path | None) -> Project | None:
    from bpoaudit.project import find_project, load_project

    found = file or find_project(Path.cwd())
    return None if found is None else load_project(_near(found), named=file is not None)


def _near(path: Path) -> Path:
    """Return a path as it is seen from the working folder."""
    return Path(os.path.relpath(path))


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _inert(text: str) -> str:
    from bpoaudit.report.printable import inert

    return inert(text)
