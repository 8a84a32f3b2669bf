"""Read the files of a delivery on several processes: many files side by side, one large file together.

Processes are forked when models are loaded, so memory holds them once. A large file is read by every process
that has nothing else to do, and each analyses the pieces that it is first to claim (`claims`). One of them
puts together what they saw and judges the columns; then each share of the candidates is settled by somebody.
Reading is cheap beside detection, so reading again costs little; files where it is not (scans, whose text is
recognised while they are read) and files from elsewhere, which would be fetched again, are read by one
process each. The pieces are those of the source, whoever analyses them: the result is the same for any number
of processes.

A process that is killed is replaced and what it was at is done once more. A file for which processes were
killed twice is listed as unreadable, and the others go on.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bpoaudit.delivery import media_type
from bpoaudit.delivery.media import SLOWLY_READ
from bpoaudit.errors import SourceError
from bpoaudit.executors.claims import Claims, Everything, FirstCome, Only, open_board
from bpoaudit.executors.pool import Pool
from bpoaudit.executors.reading import FileResult, Share
from bpoaudit.executors.work import FileTask, Worker

SMALLEST_SHARED = 256 << 10
"""Bytes of a file below which it is not worth a second reading."""
_PARTS_OF_ALL = 16
"""A file is shared where it is more than one part in so many of what a process has to do."""
_MOST_KILLED = 2
KILLED = "the process reading it was killed twice, as happens when memory runs out"
CHANGED = "it changed while it was read"


class _Read(NamedTuple):
    """To read a file."""

    task: FileTask
    claims: Claims = Everything()


class _Judge(NamedTuple):
    """To put together what several readings of a file have seen."""

    task: FileTask
    readings: tuple[bytes, ...]


class _Settle(NamedTuple):
    """To settle the share of one reading."""

    task: FileTask
    share: Share


_Request = _Read | _Judge | _Settle


class _Seen(NamedTuple):
    """What one of several readings of a file has seen."""

    taken: list[int]
    pieces: int
    sha256: str | None
    reading: bytes
    """Pickled; whoever hands it on need not look inside."""


class _Judged(NamedTuple):
    """All of a file but the shares."""

    result: FileResult
    shares: list[Share]


class _Unlike(NamedTuple):
    """The readings of a file did not meet the same pieces."""


_Answer = FileResult | _Seen | _Judged | _Unlike


@dataclass(slots=True)
class _File:
    """How far a file has come."""

    task: FileTask
    shared: bool
    at_work: int = 0
    """Requests that are not answered."""
    killed: int = 0
    whole: bool = False
    """Whether a reading has come to its end, so that all its pieces are claimed."""
    seen: list[_Seen] = field(default_factory=list)
    judged: FileResult | None = None
    left: list[Share] = field(default_factory=list)
    """Shares that nobody settles yet."""
    result: FileResult | None = None
    done: bool = False

    def end(self, result: FileResult) -> None:
        """Take the result; whatever else is heard of the file comes too late."""
        self.result, self.done = result, True
        self.seen.clear()

    def lost(self) -> frozenset[int]:
        """Return the pieces that were claimed and not analysed."""
        return frozenset(range(self.seen[0].pieces)).difference(*(each.taken for each in self.seen))


def spread(tasks: Sequence[FileTask], worker: Worker, jobs: int) -> Generator[FileResult, None, None]:
    """Yield the results of `tasks` as they come, computed by `jobs` forked processes.

    To close the generator ends them at once.
    """
    board = open_board()
    try:
        with TemporaryDirectory(prefix="bpoaudit-") as folder:
            worker.spools = Path(folder)
            with Pool[_Request, _Answer](_Work(worker), jobs) as pool:
                yield from _Spread(tasks, worker, jobs, board).results(pool)
    finally:
        worker.spools = None
        os.close(board)


@dataclass(frozen=True, slots=True)
class _Work:
    """What the processes do."""

    worker: Worker

    def __call__(self, request: _Request) -> _Answer:
        if isinstance(request, _Settle):
            return self.worker.settle(request.share, request.task.number)
        if isinstance(request, _Judge):
            readings = [pickle.loads(each) for each in request.readings]  # noqa: S301 (our own)
            first, *others = readings
            return _Judged(*self.worker.judge(readings)) if all(map(first.agrees, others)) else _Unlike()
        if isinstance(request.claims, Everything):
            return self.worker(request.task)
        reading = self.worker.read(request.task, request.claims)
        return _Seen(reading.taken, reading.pieces, reading.sha256, pickle.dumps(reading))


class _Spread:
    """Who does what next."""

    def __init__(self, tasks: Sequence[FileTask], worker: Worker, jobs: int, board: int) -> None:
        self._worker, self._jobs, self._board = worker, jobs, board
        least = max(SMALLEST_SHARED, sum(task.file.bytes for task in tasks) // (_PARTS_OF_ALL * jobs))
        self._files = {task.number: _File(task, _is_shared(task, least)) for task in tasks}
        self._open = dict(self._files)
        """Those that are not done; the first of them are being worked on."""

    def results(self, pool: Pool[_Request, _Answer]) -> Iterator[FileResult]:
        """Yield each result when it is complete: what comes late keeps none waiting, nor in memory."""
        while self._open:
            while pool.has_room and (request := self._next()) is not None:
                self._files[request.task.number].at_work += 1
                pool.give(request)
            for request, answer in pool.answers():
                file = self._files[request.task.number]
                self._hear(file, request, answer)
                if file.result is not None:
                    del self._open[request.task.number]
                    result, file.result = file.result, None
                    yield result

    def _next(self) -> _Request | None:
        """Return what is to be done next; None where all of it is being done."""
        for file in self._open.values():
            if request := self._next_of(file):
                return request
        return None

    def _next_of(self, file: _File) -> _Request | None:
        if file.left:
            return _Settle(file.task, file.left.pop())
        if file.done or (file.at_work and (file.whole or not file.shared)):
            return None
        if not file.shared:
            return _Read(file.task)
        if not file.whole:
            return _Read(file.task, FirstCome(self._board, file.task.number))
        if lost := file.lost():
            return _Read(file.task, Only(lost))
        return _Judge(file.task, tuple(each.reading for each in file.seen))

    def _hear(self, file: _File, request: _Request, answer: _Answer | None) -> None:
        file.at_work -= 1
        if file.done:
            return
        if answer is None:
            file.killed += 1
            if file.killed == _MOST_KILLED:
                file.left.clear()
                file.end(self._worker.lost(file.task, KILLED))
            elif isinstance(request, _Settle):
                file.left.append(request.share)
        elif isinstance(answer, _Seen):
            file.whole = True
            file.seen.append(answer)
            if answer.sha256 != file.seen[0].sha256:
                file.end(self._worker.lost(file.task, CHANGED))
        elif isinstance(answer, _Unlike):
            file.shared = False  # nobody can disagree with a process that reads alone
            file.seen.clear()
        elif isinstance(answer, _Judged):
            file.judged, file.left = answer.result, answer.shares
            file.seen.clear()
        elif file.judged is not None:
            file.judged.merge(answer)
        else:
            file.end(answer)
        if file.judged is not None and not file.left and not file.at_work and not file.done:
            file.end(file.judged)


def _is_shared(task: FileTask, least: int) -> bool:
    """Tell whether several processes read a file together."""
    file = task.file
    if file.problem is not None or file.bytes < least or not isinstance(file.place, Path):
        return False
    try:
        with file.content() as content:
            return not media_type(content).startswith(SLOWLY_READ)
    except SourceError:
        return False
