"""A bar over the bytes of a delivery, with a line above it for each file that is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

_WIDE = 80
"""Columns of a terminal from which all that is known has room."""


class ReadingBar(Progress):
    """Asks how far the workers are whenever it is drawn."""

    def __init__(self, console: Console) -> None:
        self._reached: Sequence[int] = ()
        self._files = self._done = self._read = 0
        columns: tuple[ProgressColumn, ...] = (
            TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
            TimeRemainingColumn(),
        )  # fmt: skip
        if console.width < _WIDE:
            columns = (columns[0], TaskProgressColumn(), columns[-1])
        super().__init__(*columns, console=console, transient=True)

    def begin(self, files: int, size: int, reached: Sequence[int]) -> None:
        """Start to show; `reached` always tells how many bytes of each file were read."""
        self._files, self._reached = files, reached
        self.add_task(self._told(), total=size)

    def done(self, line: str, size: int) -> None:
        """Print the line of a file, of `size` bytes."""
        self._done += 1
        self._read += size
        self.console.print(Text(line), soft_wrap=True)
        for task in self.task_ids:
            self.update(task, description=self._told())

    def get_renderables(self) -> Iterable[RenderableType]:
        """Draw what the workers have reached by now."""
        for task in self.task_ids:
            self.update(task, completed=max(self._read, sum(self._reached)))
        yield from super().get_renderables()

    def _told(self) -> str:
        return f"{self._done:,} of {self._files:,} files"
