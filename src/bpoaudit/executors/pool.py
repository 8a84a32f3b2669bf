"""A pool of forked processes that outlives the death of any of them.

`ProcessPoolExecutor` gives up as a whole when one of its processes is killed, and waits for all that is
going on before it ends. Here each process has a pipe of its own and one request at a time, so it is known
whose request was lost, the others go on, and an end is at once.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from multiprocessing.reduction import ForkingPickler
from types import TracebackType
from typing import Any, Generic, TypeVar

from tblib import pickling_support

from bpoaudit.executors.collecting import loaded_left_alone

_GRACE = 2.0
"""Seconds in which a process may put its things away when it is to end."""
_PR_SET_PDEATHSIG = 1

_Request = TypeVar("_Request")
_Answer = TypeVar("_Answer")


@dataclass(slots=True)
class _Member(Generic[_Request]):
    process: ForkProcess
    pipe: Connection
    request: _Request | None = None
    """What it is at; None: it waits."""


class Pool(Generic[_Request, _Answer]):
    """Processes that share, by forking, all that this one has loaded. A context manager that ends them."""

    def __init__(self, work: Callable[[_Request], _Answer], jobs: int) -> None:
        """`work` is what each of the `jobs` processes does; requests and answers are pickled, it is not."""
        self._work = work
        self._jobs = jobs
        self._members: list[_Member[_Request]] = []
        self._loaded = ExitStack()

    def __enter__(self) -> Pool[_Request, _Answer]:
        self._loaded.enter_context(loaded_left_alone())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loaded.close()
        members, self._members = self._members, []
        for member in members:
            member.process.terminate()
        for member in members:
            member.process.join(_GRACE)
            if member.process.exitcode is None:
                member.process.kill()
                member.process.join()
            member.pipe.close()

    @property
    def has_room(self) -> bool:
        """Whether a process waits for a request, or may be started for it."""
        return sum(member.request is not None for member in self._members) < self._jobs

    def give(self, request: _Request) -> None:
        """Give a request to a process that waits; there must be room."""
        idle = (each for each in self._members if each.request is None and each.process.is_alive())
        member = next(idle, None) or self._start()
        member.request = request
        with suppress(BrokenPipeError):  # it was killed just now; `answers` says so
            member.pipe.send(request)

    def answers(self) -> Iterator[tuple[_Request, _Answer | None]]:
        """Wait for at least one request to end; yield those that did, with None where a process was killed.

        Raises what a process raised, with its traceback.
        """
        busy = {member.pipe: member for member in self._members if member.request is not None}
        for pipe in wait(list(busy)):
            member = busy[pipe]  # type: ignore[index]  # (pipes alone were waited for)
            request, member.request = member.request, None
            assert request is not None
            try:
                done, answer = member.pipe.recv()
            except (EOFError, OSError):
                self._members.remove(member)
                member.pipe.close()
                member.process.join()
                yield request, None
                continue
            if not done:
                raise answer
            yield request, answer

    def _start(self) -> _Member[_Request]:
        ours, theirs = get_context("fork").Pipe()
        others = [*(member.pipe for member in self._members), ours]
        process = get_context("fork").Process(
            target=_serve, args=(self._work, theirs, others, os.getpid()), daemon=True
        )
        # A Ctrl-C between the fork and the first line of the child would be answered by a traceback.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        member = _Member[_Request](process, ours)
        self._members.append(member)
        return member


def _serve(work: Callable[[Any], Any], pipe: Connection, others: Sequence[Connection], parent: int) -> None:
    """Answer requests until the parent closes the pipe, or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to handle
    signal.signal(signal.SIGTERM, _leave)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return  # it ended before it could be said what then
    for other in others:
        other.close()
    while True:
        try:
            request = pipe.recv()
        except EOFError:
            return
        try:
            answer = bytes(ForkingPickler.dumps((True, work(request))))
        except Exception as error:  # noqa: BLE001 (whatever it is, the parent raises it)
            answer = _raised(error)
        pipe.send_bytes(answer)


def _raised(error: Exception) -> bytes:
    """Return the answer that lets the parent raise an error, or name it where it cannot be sent."""
    pickling_support.install(error)
    try:
        return bytes(ForkingPickler.dumps((False, error)))
    except Exception:  # noqa: BLE001 (what a class makes of its being pickled is anything)
        return bytes(ForkingPickler.dumps((False, RuntimeError(type(error).__name__))))


def _leave(number: int, frame: object) -> None:
    """End by way of all `finally`: parsers that were begun end too."""
    raise SystemExit
