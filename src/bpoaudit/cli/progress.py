"""Show on standard error how far the reading has come; never a name that is not public."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bpoaudit.scanning import Progress

if TYPE_CHECKING:
    from bpoaudit.cli.reading_bar import ReadingBar
    from bpoaudit.executors.cache import CacheUse
    from bpoaudit.model import Source

_NAMED = 3
"""So many files are named; the others are only counted."""


class _Quiet(Progress):
    """Says only what must be known in the end."""

    def __init__(self, resumes: bool = False) -> None:
        """`resumes` says that what was kept is of an interrupted run, of which there need be none."""
        self._resumes = resumes

    def remembered(self, use: CacheUse) -> None:
        what = "resume" if self._resumes else "cache"
        if use.known or not self._resumes:
            _note(f"{what}: {use.known:,} of {use.files:,} files were not read again")
        if use.changed:
            _note(f"{what}: damaged or changed by somebody else, so read again: {_some(use.changed)}")
        if use.unkept:
            _note(f"{what}: read each time, as names inside hold personal data: {_some(use.unkept)}")
        if use.trouble is not None:
            _note(f"{what}: nothing more could be kept ({use.trouble}); the result is complete all the same")


class _Lines(_Quiet):
    """One plain line a file."""

    def __init__(self, resumes: bool) -> None:
        super().__init__(resumes)
        self._files = self._done = 0

    def started(self, files: int, size: int, reached: Sequence[int]) -> None:
        self._files = files

    def done(self, sources: Sequence[Source], size: int) -> None:
        self._done += 1
        print(f"[{self._done}/{self._files}] {_line(sources)}", file=sys.stderr)  # noqa: T201


class _Animated(_Quiet):
    """A line a file, and a bar over all of them."""

    def __init__(self, resumes: bool, bar: ReadingBar) -> None:
        super().__init__(resumes)
        self._bar = bar

    def started(self, files: int, size: int, reached: Sequence[int]) -> None:
        self._bar.begin(files, size, reached)

    def done(self, sources: Sequence[Source], size: int) -> None:
        self._bar.done(_line(sources), size)


def _line(sources: Sequence[Source]) -> str:
    from bpoaudit.report.printable import inert
    from bpoaudit.report.words import plural

    file, *inside = sources
    more = f", {len(inside):,} inside" if inside else ""
    return f"{inert(file.source)}: {file.status}, {plural(file.records_read, 'record')}{more}"


def _note(text: str) -> None:
    print(f"note: {text}", file=sys.stderr)  # noqa: T201


def _some(names: Sequence[str]) -> str:
    from bpoaudit.report.printable import inert

    named = ", ".join(map(inert, sorted(names)[:_NAMED]))
    more = len(names) - _NAMED
    return f"{named} and {more:,} more" if more > 0 else named


@contextmanager
def progress(verbose: bool, resumes: bool = False) -> Iterator[Progress]:
    """Yield what the pipeline reports to: lines where asked for, a bar on a terminal, else nothing.

    `resumes`: what was kept of an earlier run is that of an interrupted one, and no cache.
    """
    if verbose:
        yield _Lines(resumes)
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        yield _Quiet(resumes)
        return
    from bpoaudit.cli.reading_bar import ReadingBar

    with ReadingBar(console) as bar:
        yield _Animated(resumes, bar)
