"""Show on standard error how far the reading has come; never a name that is not public."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bpoaudit.pipeline import Progress

if TYPE_CHECKING:
    from bpoaudit.cli.reading_bar import ReadingBar
    from bpoaudit.executors.cache import CacheUse
    from bpoaudit.model import Source

_NAMED = 3
"""So many files are named; the others are only counted."""


class _Quiet(Progress):
    """Says only what must be known in the end."""

    def remembered(self, use: CacheUse) -> None:
        _note(f"cache: {use.known:,} of {use.files:,} files were not read again")
        if use.changed:
            _note(f"cache: damaged or changed by somebody else, so read again: {_some(use.changed)}")
        if use.unkept:
            _note(f"cache: read each time, as names inside hold personal data: {_some(use.unkept)}")
        if use.trouble is not None:
            _note(f"cache: nothing more could be kept ({use.trouble}); the result is complete all the same")


class _Lines(_Quiet):
    """One plain line a file."""

    def __init__(self) -> None:
        self._files = self._done = 0

    def started(self, files: int, size: int, reached: Sequence[int]) -> None:
        self._files = files

    def done(self, sources: Sequence[Source], size: int) -> None:
        self._done += 1
        print(f"[{self._done}/{self._files}] {_line(sources)}", file=sys.stderr)  # noqa: T201


class _Animated(_Quiet):
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


def _note(text: str) -> None:
    print(f"note: {text}", file=sys.stderr)  # noqa: T201


def _some(names: Sequence[str]) -> str:
    from bpoaudit.report.printable import inert

    named = ", ".join(map(inert, sorted(names)[:_NAMED]))
    more = len(names) - _NAMED
    return f"{named} and {more:,} more" if more > 0 else named


@contextmanager
def progress(verbose: bool) -> Iterator[Progress]:
    """Yield what the pipeline reports to: lines where asked for, a bar on a terminal, else nothing."""
    if verbose:
        yield _Lines()
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        yield _Quiet()
        return
    from bpoaudit.cli.reading_bar import ReadingBar

    with ReadingBar(console) as bar:
        yield _Animated(bar)
