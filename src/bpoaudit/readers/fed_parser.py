"""Feed XML, HTML or JSON to a parser in a process of its own (`bpoaudit.parsers.fed`), block by block."""

from __future__ import annotations

import weakref
from contextlib import suppress

from bpoaudit.parsers.fed import MAX_BYTES, MAX_SECONDS
from bpoaudit.parsers.frames import Answer, Ask, Request, read_answer, write_request
from bpoaudit.readers.child_process import Program, give_back, taken

_PROGRAM = "bpoaudit.parsers.fed"


class ParserEnded(Exception):
    """The process ended in the midst of a document: it crashed, or had no more time or memory."""


class FedParser:
    """One document that is parsed elsewhere. `repr` shows no content.

    The process is kept for the next document when this one is ended or forgotten.
    """

    def __init__(self, kind: str) -> None:
        """`kind` is one of `parsers.fed.PARSERS`."""
        self._program = _Fed.free()
        self._done = weakref.finalize(self, give_back, _PROGRAM, self._program)
        self._begin: bytes | None = kind.encode("ascii")

    def __repr__(self) -> str:
        return "FedParser(…)"

    def feed(self, data: bytes, *, last: bool = False) -> Answer:
        """Go on with these bytes. Raises `ParserEnded`, whatever of them it had met.

        Nothing can be fed after a fault, or after the last.
        """
        if self._begin is not None:
            self._program.answer(Ask.BEGIN, self._begin)
            self._begin = None
        answer = self._program.answer(Ask.END if last else Ask.FEED, data)
        if last or answer.fault is not None:
            self._done()
        return answer


class _Fed(Program):
    """The program, asked by frames."""

    @staticmethod
    def free() -> _Fed:
        """Return one that nobody uses."""
        program = taken(_PROGRAM) or _Fed(_PROGRAM, MAX_BYTES, MAX_SECONDS)
        assert isinstance(program, _Fed)
        return program

    def answer(self, ask: Ask, data: bytes) -> Answer:
        """Return what it answers. Raises `ParserEnded`."""
        if ask is not Ask.BEGIN and self._process is None:
            raise ParserEnded
        stdin, stdout = self.started()
        self._busy = True
        self._asked = 0 if ask is Ask.BEGIN else self._asked + len(data)
        answer = None
        with suppress(BrokenPipeError):
            write_request(stdin, Request(ask, data))
            answer = read_answer(stdout)
        if answer is None:
            self.end()
            raise ParserEnded
        self._busy = False
        return answer
