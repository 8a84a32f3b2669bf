"""What runs in the worker processes of a Dask cluster: one task at a time, with models that are loaded once.

What a task raises, Dask logs, keeps and sends with its arguments, so nothing that is wrong with a file or an
audit is raised here, and arguments and answers are closed boxes.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from distributed import get_client, get_worker

from bpoaudit.detect import Engine
from bpoaudit.errors import BpoauditError, ModelError
from bpoaudit.executors.boxes import Boxes, Parcel, PrivateKey, taken_over
from bpoaudit.executors.claims import Claims, Everything
from bpoaudit.executors.likeness import likeness
from bpoaudit.executors.processes import CHANGED, KILLED
from bpoaudit.executors.reading import FileResult, Reading
from bpoaudit.executors.setup import EngineSetup, Setup
from bpoaudit.executors.work import FileTask, Worker
from bpoaudit.model import ModelUsed

TRIES = 2
"""So many processes may be killed by a file before it is listed."""
_MOST_AUDITS = 8
"""That one process keeps ready at a time; what is left over is of clients that vanished."""
_FRAMES = 6

_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Unready:
    """The answer of a process that does not know the audit yet; nothing of it is secret."""

    address: str
    public_key: bytes
    likeness: dict[str, str]


@dataclass(frozen=True, slots=True, repr=False)
class Charge:
    """What a process is given once for each audit."""

    setup: Setup
    models: tuple[ModelUsed, ...]
    """That the client loaded."""
    keep_findings: bool


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """What is asked of a process: to read what is claimed of a file, or to put together what others read."""

    task: FileTask
    claims: Claims = field(default_factory=Everything)
    number: int = 0
    """Among the requests for the same file."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that ends the audit: no worker like this one could do it."""

    message: str
    hint: str | None


@dataclass(frozen=True, slots=True)
class Unseen:
    """The answer where there is no such file on the machine of the worker."""


@dataclass(frozen=True, slots=True)
class Unlike:
    """The answer where the readings of a file did not meet the same pieces."""


@dataclass(slots=True)
class _Audit:
    name: str
    boxes: Boxes
    charge: Charge
    ended: bool = False
    worker: Worker | None = field(default=None, repr=False)

    def ready(self, folder: Path) -> Worker:
        """Return the worker, which is made for the first task, with `folder` for its files."""
        if self.worker is None:
            engine = _loaded(self.charge.setup.engine)
            if engine.known_models != self.charge.models:
                raise ModelError(
                    "the language model of a worker is not the one on this machine",
                    "the folder or package that --model names must hold the same files on both",
                )
            self.worker = self.charge.setup.worker(engine, None, self.step)
        findings = folder if self.charge.keep_findings else None
        return replace(self.worker, findings=findings, spools=folder)

    def step(self, number: int, position: int) -> None:
        """Learn, batch after batch, whether the audit has ended."""
        if self.ended:
            raise _Stopped


_audits: dict[str, _Audit] = {}


def work(audit: str, box: bytes, shares: Sequence[Parcel | Unready]) -> Parcel | Unready:
    """Do the `Request` in `box`; answer with a `FileResult`, a `Reading`, or why there is none.

    `Unready` alone is answered in the open: its type tells a client who leaves answers where they are.
    """
    known = _audits.get(audit)
    if known is None:
        return Unready(str(get_worker().address), bytes(_own_key().public_key), likeness())
    with suppress(KeyError):  # it was dropped just now, and is not to come back
        _audits[audit] = _audits.pop(audit)  # the last to be dropped
    with _one_at_a_time, TemporaryDirectory(prefix="bpoaudit-", dir=get_worker().local_directory) as folder:
        try:
            return _answer(known, known.boxes.opened(box), shares, Path(folder))
        except BpoauditError as error:
            return known.boxes.sent(Refused(error.message, error.hint))
        except Exception as error:  # noqa: BLE001 (Dask would log its message, which may hold data)
            frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
            where = "; ".join(f"in {f.name}, {Path(f.filename).name}:{f.lineno}" for f in frames)
            told = f"bpoaudit failed on a worker ({type(error).__name__}); there is no result"
            return known.boxes.sent(Refused(told, where))


def take_up(audit: str, handed: bytes, box: bytes) -> None:
    """Take up an audit: its key, handed over to this process, opens the box with its `Charge`."""
    boxes = taken_over(handed, _own_key())
    _audits.pop(audit, None)
    while len(_audits) >= _MOST_AUDITS:
        drop(next(iter(_audits)))  # the one that was used longest ago
    _audits[audit] = _Audit(audit, boxes, boxes.opened(box))


def drop(audit: str) -> None:
    """Forget an audit and its secrets; a task of it that is still worked on ends at its next batch."""
    if (known := _audits.pop(audit, None)) is not None:
        known.ended = True


def _answer(audit: _Audit, request: Request, shares: Sequence[Parcel | Unready], folder: Path) -> Parcel:
    """Do what is asked for, unless the file has killed the processes that tried."""
    task, file = request.task, request.task.file
    if file.problem is None and isinstance(file.place, Path) and not file.place.exists():
        return audit.boxes.sent(Unseen())
    worker = audit.ready(folder)
    scheduler, place = get_client(), ["bpoaudit", audit.name, task.number]
    begun: dict[int, int] = scheduler.get_metadata(place, {})
    own = begun.get(request.number, 0)
    # What others began once may still be going on.
    killed = own + sum(times - 1 for number, times in begun.items() if times and number != request.number)
    if killed >= TRIES:
        return _of_result(audit, worker.lost(task, KILLED))
    scheduler.set_metadata([*place, request.number], own + 1)
    parcel = _joined(audit, worker, task, shares, folder) if shares else _read(audit, worker, request)
    scheduler.set_metadata([*place, request.number], 0)
    return parcel


def _read(audit: _Audit, worker: Worker, request: Request) -> Parcel:
    reading = worker.read(request.task, request.claims)
    if reading.alone:
        return _of_result(audit, worker.join([reading]))
    spools = [seen.spool for seen in reading.begun.values() if seen.spool is not None]
    return audit.boxes.sent(reading, [*(path for _, path in reading.result.segments), *spools])


def _joined(
    audit: _Audit, worker: Worker, task: FileTask, shares: Sequence[Parcel | Unready], folder: Path
) -> Parcel:
    """Put together what several processes have read of a file."""
    readings: list[Reading] = []
    for number, parcel in enumerate(shares):
        if isinstance(parcel, Unready):
            # It was lost with its process, and begun again by one that did not know the audit.
            return audit.boxes.sent(Unlike())
        own = folder / str(number)
        own.mkdir()
        told = audit.boxes.received(parcel, own)
        if not isinstance(told, Reading):
            return audit.boxes.sent(told, [path for _, path in getattr(told, "segments", ())])
        told.result.segments = moved(told.result.segments, own)
        for seen in told.begun.values():
            seen.spool = seen.spool and own / seen.spool.name
        readings.append(told)
    first, *others = readings
    if any(other.sha256 != first.sha256 for other in others):
        return _of_result(audit, worker.lost(task, CHANGED))
    if not all(map(first.agrees, others)):
        return audit.boxes.sent(Unlike())
    return _of_result(audit, worker.join(readings))


def moved(segments: Sequence[tuple[str, Path]], folder: Path) -> list[tuple[str, Path]]:
    """Return where segments are that were received in `folder`."""
    return [(source, folder / path.name) for source, path in segments]


def _of_result(audit: _Audit, result: FileResult) -> Parcel:
    return audit.boxes.sent(result, [path for _, path in result.segments])


@lru_cache(maxsize=1)
def _loaded(setup: EngineSetup) -> Engine:
    """Return the engine of the last audit, where this one needs the same."""
    return setup.load()


@cache
def _own_key() -> PrivateKey:
    """Return the key of this process, which never leaves it."""
    return PrivateKey.generate()


class _Stopped(Exception):
    """Nobody waits for this task any more."""
