"""Show on standard error how far the reading has come; never a name that is not public."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bpoaudit.pipeline import Progress

if TYPE_CHECKING:
    from bpoaudit.cli.reading_bar import ReadingBar
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
    """A line a file, and a bar over all of them."""

    def __init__(self, bar: ReadingBar) -> None:
        self._bar = bar

    def started(self, files: int, size: int, reached: Sequence[int]) -> None:
        self._bar.begin(files, size, reached)

    def done(self, sources: Sequence[Source], size: int) -> None:
        self._bar.done(_line(sources), size)


def _line(sources: Sequence[Source]) -> str:
    from bpoaudit.report.printable import inert

    file, *inside = sources
    more = f", {len(inside):,} inside" if inside else ""
    return f"{inert(file.source)}: {file.status}, {file.records_read:,} records{more}"


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
    from bpoaudit.cli.reading_bar import ReadingBar

    with ReadingBar(console) as bar:
        yield _Animated(bar)
