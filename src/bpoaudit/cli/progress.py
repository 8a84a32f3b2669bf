"""Show on standard error how far the reading has come; never a name that is not public."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
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

    def started(self, files: int, size: int, reached: Sequence[int]) -> None:
        self._files = files

    def done(self, sources: Sequence[Source], size: int) -> None:
        self._done += 1
        print(f"[{self._done}/{self._files}] {_line(sources)}", file=sys.stderr)  # noqa: T201


class _Animated(Progress):
    """A line a file, and below them a bar over the bytes of the delivery, with rate and remaining time."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._read = 0

    def started(self, files: int, size: int, reached: Sequence[int]) -> None:
        self._reached = reached
        self._files = files
        self._task = self._bar.add_task(f"0 of {files} files", total=size)

    def refresh(self) -> None:
        """Move the bar to where the workers are."""
        if self._bar.tasks:
            self._bar.update(self._task, completed=max(self._read, sum(self._reached)))

    def done(self, sources: Sequence[Source], size: int) -> None:
        from rich.markup import escape

        self._read += size
        self._bar.console.print(escape(_line(sources)), highlight=False, soft_wrap=True)
        done = self._bar.tasks[0].fields.get("files", 0) + 1
        self._bar.update(self._task, files=done, description=f"{done} of {self._files} files")


def _line(sources: Sequence[Source]) -> str:
    from bpoaudit.report.printable import printable

    file, *inside = sources
    more = f", {len(inside):,} inside" if inside else ""
    return f"{printable(file.source)}: {file.status}, {file.records_read:,} records{more}"


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
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    class Polling(Bar):
        """A bar that asks how far the workers are whenever it is drawn."""

        def get_renderables(self):  # type: ignore[no-untyped-def]
            animated.refresh()
            yield from super().get_renderables()

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    bar = Polling(*columns, console=console, transient=True)
    animated = _Animated(bar)
    with bar:
        yield animated
