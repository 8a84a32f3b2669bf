"""Map the files of a delivery to their results: one after another, or on several processes."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from bpoaudit.executors.collecting import loaded_left_alone
from bpoaudit.executors.processes import spread
from bpoaudit.executors.work import FileResult, FileTask, Worker

__all__ = ["FileResult", "FileTask", "Results", "Worker", "serial", "spread"]

Results = Generator[FileResult, None, None]
"""What an executor gives; to close it ends the reading."""


def serial(tasks: Sequence[FileTask], worker: Worker) -> Results:
    """Yield the results in the order of `tasks`, computed one after another."""
    with loaded_left_alone():
        yield from map(worker, tasks)
