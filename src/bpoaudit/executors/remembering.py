"""Read only the files of a delivery whose results are not known yet."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from bpoaudit.delivery import fingerprint_file
from bpoaudit.errors import SourceError
from bpoaudit.executors.cache import Cache
from bpoaudit.executors.work import FileResult, FileTask

Read = Callable[[Sequence[FileTask]], Generator[FileResult, None, None]]
"""Reads files, however many processes that takes."""


def remembering(tasks: Sequence[FileTask], read: Read, cache: Cache) -> Generator[FileResult, None, None]:
    """Yield first the results that `cache` has, then those of `read`, which are kept as they come.

    A file is known by the SHA-256 of its bytes, so all are hashed; the rest of the reading is saved.
    """
    unknown: dict[int, FileTask] = {}
    for task in tasks:
        result = _known(task, cache)
        if result is None:
            unknown[task.number] = task
        else:
            yield result
    for result in read(tuple(unknown.values())):
        cache.keep(unknown[result.number], result)
        yield result
    cache.tidy()


def _known(task: FileTask, cache: Cache) -> FileResult | None:
    if task.file.problem is not None:
        return None
    try:
        with task.file.content() as content:
            sha256, _ = fingerprint_file(content)
    except SourceError:
        return None  # the worker says what is wrong with it
    return cache.find(task, sha256)
