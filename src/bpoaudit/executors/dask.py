"""Map the files of a delivery to their results on the workers of an existing Dask cluster.

A large file is read by several workers, each of which analyses its share of the pieces (`claims`); one of
them puts the shares together, which it fetches from the others. This machine folds the results of files.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from distributed import Client, Future
from distributed.scheduler import KilledWorker
from distributed.security import Security

from bpoaudit.delivery import DeliveryFile, media_type
from bpoaudit.delivery.media import SLOWLY_READ
from bpoaudit.errors import ClusterError, SourceError
from bpoaudit.executors.boxes import Boxes, handed_over
from bpoaudit.executors.claims import EveryNth
from bpoaudit.executors.dask_worker import (
    Charge,
    Refused,
    Request,
    Unlike,
    Unready,
    Unseen,
    drop,
    moved,
    take_up,
)
from bpoaudit.executors.likeness import differences, likeness
from bpoaudit.executors.processes import KILLED
from bpoaudit.executors.setup import Setup
from bpoaudit.executors.work import FileResult, FileTask, Worker
from bpoaudit.on_worker import work

CONNECT_SECONDS = 10
WITHOUT_WORKERS = 60
"""Seconds that an audit waits for a worker where the cluster has none."""
SMALLEST_SHARE = 32 << 20
"""Bytes of a file that are worth another reading of it."""
MOST_SHARES = 8
"""Of one file: each of its readers reads, and if need be fetches, all of it."""
_PULSE = 5.0
"""Seconds between two looks at the cluster."""
_RESUBMITTED = 3
"""So often a file is handed in again that the scheduler gave up for the deaths of other files' workers."""
_LOST = "look whether the scheduler still runs, then start the audit again; --cache keeps what was read"


def spread_on(
    scheduler: str, tasks: Sequence[FileTask], worker: Worker, setup: Setup
) -> Generator[FileResult, None, None]:
    """Yield the results of `tasks` as they come from the workers behind `scheduler` (`tcp://HOST:PORT`).

    `worker` is this machine's; its findings folder receives those of all. Each worker process is given
    `setup` once, and one task at a time; a task whose process is killed goes to another, once. Raises
    `ClusterError` where the cluster cannot be reached, is lost, or would not do what this machine does.
    """
    with _connected(scheduler) as client:
        yield from _Audit(client, scheduler, worker, setup).results(tasks)


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    # What it logs are its connections; what matters of them is raised.
    for name in ("distributed", "distributed.client", "distributed.core"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    certified = Security().get_connection_args("client")["ssl_context"] is not None
    if scheduler.startswith(("tls:", "wss:")) and not certified:
        raise ClusterError(
            f"Dask has no certificates for {scheduler[:200]}",
            "its own configuration names them: distributed.comm.tls.ca-file, .client.cert and .client.key",
        )
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except OSError as error:
        raise ClusterError(
            f"no Dask scheduler answers at {scheduler[:200]} ({type(error).__name__})",
            "start one with: dask scheduler; its log says the address",
        ) from None
    try:
        yield client
    except (OSError, asyncio.CancelledError) as error:
        if getattr(error, "errno", None) is not None and not isinstance(error, ConnectionError):
            raise  # of this machine's disk
        raise ClusterError(f"the Dask scheduler was lost ({type(error).__name__})", _LOST) from None
    finally:
        client.close(timeout=CONNECT_SECONDS)


@dataclass(slots=True)
class _File:
    """A file and, where several workers read it, what has come of that."""

    task: FileTask
    shares: list[Future | None] = field(default_factory=list)
    """By their numbers, the answers of those that have read their share; they stay where they are."""
    given_up: bool = False
    """Whether it is listed already; whatever is heard of it comes too late."""


@dataclass(slots=True)
class _Errand:
    """A request that is, or is to be, with the cluster."""

    file: _File
    request: Request
    joins: bool = False
    given_up: int = 0
    """How often the scheduler gave it up."""


@dataclass(slots=True)
class _Audit:
    client: Client
    scheduler: str
    worker: Worker
    setup: Setup
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    boxes: Boxes = field(default_factory=Boxes)
    waiting: deque[_Errand] = field(default_factory=deque)
    running: dict[Future, _Errand] = field(default_factory=dict)
    done: SimpleQueue[Future] = field(default_factory=SimpleQueue)
    prepared: dict[str, bytes] = field(default_factory=dict)
    """Public key of its process by the address of a worker."""
    submitted: int = 0
    looked: float = 0.0
    alive: float = field(default_factory=time.monotonic)
    """When there were workers."""
    processes: int = 0
    window: int = 0
    """Errands that keep every worker busy."""

    def results(self, tasks: Sequence[FileTask]) -> Iterator[FileResult]:
        """Yield the results as they come; no more is with the cluster at a time than it can work on."""
        files = deque(tasks)
        try:
            while files or self.waiting or self.running:
                self._look()
                while len(self.running) < self.window and (self.waiting or files):
                    if not self.waiting:
                        self.waiting += self._errands(files.popleft())
                    self._submit(self.waiting.popleft())
                try:
                    future = self.done.get(timeout=_PULSE)
                except Empty:
                    continue
                result = self._heard(future)
                del future  # so that the cluster lets go of the answer
                if result is not None:
                    yield result
        finally:
            self._end()

    def _errands(self, task: FileTask) -> list[_Errand]:
        if isinstance(task.file.place, Path):
            task = replace(task, file=replace(task.file, place=task.file.place.absolute()))
        count = min(self.processes, MOST_SHARES, task.file.bytes // SMALLEST_SHARE)
        if count < 2 or _is_slowly_read(task.file):
            return [_Errand(_File(task), Request(task))]
        file = _File(task, [None] * count)
        return [_Errand(file, Request(task, EveryNth(n, count), n)) for n in range(count)]

    def _submit(self, errand: _Errand) -> None:
        self.submitted += 1
        future = self.client.submit(
            work, self.name, self.boxes.closed(errand.request), errand.file.shares if errand.joins else [],
            key=f"bpoaudit-{self.name}-{self.submitted}", pure=False,
        )  # fmt: skip
        self.running[future] = errand
        future.add_done_callback(self.done.put)

    def _heard(self, future: Future) -> FileResult | None:
        """Return the result of a file; None where there is more to do for it."""
        errand = self.running.pop(future)
        if errand.file.given_up:
            return None
        if future.status == "error":
            return self._failed(errand, future.exception())
        if future.status != "finished":
            raise ClusterError("the Dask scheduler was lost, or let go of this audit", _LOST)
        file = errand.file
        shares = bool(file.shares) and not errand.joins
        if not shares or future.type in (None, Unready):  # an answer that is to stay where it is has a type
            try:
                answer = future.result()
            except KilledWorker as error:  # its worker was lost since, and another one did not manage
                return self._failed(errand, error)
            if isinstance(answer, Unready):
                self._prepare(answer)
                self._repeat(errand)
                return None
            if not shares:
                return self._understood(file, self.boxes.received(answer, self.worker.findings))
        file.shares[errand.request.number] = future
        if all(share is not None for share in file.shares):
            join = Request(file.task, number=len(file.shares))
            self.waiting.appendleft(_Errand(file, join, joins=True))
        return None

    def _understood(self, file: _File, told: Any) -> FileResult | None:
        file.shares.clear()
        if isinstance(told, Refused):
            raise ClusterError(told.message, told.hint)
        if isinstance(told, Unlike):  # nobody can disagree with a process that reads alone
            self.waiting.appendleft(_Errand(file, Request(file.task)))
            return None
        if isinstance(told, Unseen):
            place = file.task.file.place
            if isinstance(place, Path) and place.exists():
                raise ClusterError(
                    "a worker does not see files of the delivery that this machine sees",
                    "put the delivery where all workers find it by the same path, or name it by a URI",
                )
            return self.worker(file.task)
        assert isinstance(told, FileResult)
        if self.worker.findings is not None:
            told.segments = moved(told.segments, self.worker.findings)
        return told

    def _failed(self, errand: _Errand, error: BaseException | None) -> FileResult | None:
        if isinstance(error, ModuleNotFoundError):
            raise ClusterError(
                "bpoaudit is not installed on the cluster",
                "install it with the extra dask where the scheduler and the workers run, in the same version",
            )
        if not isinstance(error, KilledWorker):
            raise ClusterError(
                f"a worker could not begin its task ({type(error).__name__})",
                "its log says more; workers need the same versions as this machine",
            )
        # The scheduler counts the deaths of workers that only had the task in their queue, too.
        errand.given_up += 1
        if errand.given_up < _RESUBMITTED:
            self._repeat(errand)
            return None
        errand.file.given_up = True
        self.waiting = deque(other for other in self.waiting if other.file is not errand.file)
        return self.worker.lost(errand.file.task, KILLED)

    def _repeat(self, errand: _Errand) -> None:
        """Hand an errand in again; before shares are put together, those that were lost are read again."""
        shares = errand.file.shares
        lost = [n for n, share in enumerate(shares) if share is not None and share.status != "finished"]
        if not errand.joins or not lost:
            self.waiting.appendleft(errand)
            return
        for number in lost:
            shares[number] = None
        task, count = errand.file.task, len(shares)
        again = [_Errand(errand.file, Request(task, EveryNth(n, count), n)) for n in lost]
        self.waiting.extendleft(again)

    def _prepare(self, process: Unready) -> None:
        """Give a process what it needs for this audit, where it is like this one."""
        if unlike := differences(likeness(), process.likeness):
            raise ClusterError(
                f"the worker {process.address} would not give the same results: {unlike}",
                "install the same versions there as here; a container image for both is the surest way",
            )
        models, findings = self.worker.detector.engine.known_models, self.worker.findings is not None
        box = self.boxes.closed(Charge(self.setup, models, findings))
        handed = handed_over(self.boxes, process.public_key)
        # A process that ended meanwhile is none of our concern: its successor will ask again.
        self._run(take_up, handed, box, workers=[process.address])
        self.prepared[process.address] = process.public_key

    def _run(self, function: Any, *arguments: bytes, workers: list[str]) -> None:
        self.client.run(function, self.name, *arguments, workers=workers, on_error="ignore")

    def _look(self) -> None:
        """See now and then how many workers there are."""
        now = time.monotonic()
        if now < self.looked + _PULSE:
            return
        self.looked = now
        threads: dict[str, int] = self.client.nthreads()
        self.processes, self.window = len(threads), sum(threads.values()) + len(threads)
        if threads:
            self.alive = now
        elif now > self.alive + WITHOUT_WORKERS:
            raise ClusterError(
                f"the Dask cluster at {self.scheduler} had no worker for {WITHOUT_WORKERS} seconds",
                f"start some with: dask worker {self.scheduler} --nthreads 1",
            )

    def _end(self) -> None:
        """Let the cluster forget this audit."""
        if self.client.status != "running":
            return
        with suppress(OSError, asyncio.CancelledError):
            self.client.cancel(list(self.running), force=True)
            self._run(drop, workers=list(self.prepared))
            self.client.set_metadata(["bpoaudit", self.name], None)


def _is_slowly_read(file: DeliveryFile) -> bool:
    """Tell whether most of the work on a file is to read it, which all of its readers would do."""
    try:
        with file.content() as content:
            return media_type(content).startswith(SLOWLY_READ)
    except SourceError:
        return True
