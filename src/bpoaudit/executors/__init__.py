"""Map the files of a delivery to their results: one after another, or on several processes."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from bpoaudit.executors.work import FileResult, FileTask, Worker

__all__ = ["FileResult", "FileTask", "Worker", "serial", "spread"]


def serial(tasks: Sequence[FileTask], worker: Worker) -> Iterator[FileResult]:
    """Yield the results in the order of `tasks`, computed one after another."""
    return map(worker, tasks)


_worker: Worker | None = None


def _run(task: FileTask) -> FileResult:
    assert _worker is not None
    return _worker(task)


def spread(tasks: Sequence[FileTask], worker: Worker, jobs: int) -> Iterator[FileResult]:
    """Yield the results in the order of `tasks`, computed by `jobs` forked processes.

    Forking shares the loaded model; results do not depend on which process worked on what.
    """
    global _worker
    _worker = worker
    try:
        # Ctrl-C is the parent's to handle; a worker's own traceback would only litter the terminal.
        quiet = (signal.SIGINT, signal.SIG_IGN)
        fork = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(jobs, fork, initializer=signal.signal, initargs=quiet) as pool:
            yield from pool.map(_run, tasks)
    finally:
        _worker = None
