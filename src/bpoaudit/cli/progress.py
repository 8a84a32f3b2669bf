"""Show on standard error how far the reading has come; never a name that is not public."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bpoaudit.pipeline import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from bpoaudit.model import Source


class _Lines(Progress):
    """One plain line a file."""

    def __init__(self) -> None:
        self._files = self._done = 0

    def started(self, files: int, size: int) -> None:
        self._files = files

    def done(self, source: Source, size: int) -> None:
        from bpoaudit.report.printable import printable

        self._done += 1
        told = f"{printable(source.source)}: {source.status}, {source.records_read:,} records"
        print(f"[{self._done}/{self._files}] {told}", file=sys.stderr)  # noqa: T201


class _Animated(Progress):
    """A bar over the bytes of the delivery."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar

    def started(self, files: int, size: int) -> None:
        self._task = self._bar.add_task("reading", total=size)

    def done(self, source: Source, size: int) -> None:
        self._bar.advance(self._task, size)


@contextmanager
def progress(verbose: bool) -> Iterator[Progress]:
    """Yield what the pipeline reports to: lines where asked for, a bar on a terminal, else nothing."""
    if verbose:
        yield _Lines()
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        yield Progress()
        return
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        yield _Animated(bar)
