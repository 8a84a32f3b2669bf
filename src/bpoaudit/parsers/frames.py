"""How a parser that is fed (`bpoaudit.parsers.fed`) and the process that feeds it talk: frames of bytes.

A request is a letter, a length and so many bytes; what comes back is a length and an `Answer` as MessagePack.
"""

from __future__ import annotations

import struct
from enum import Enum
from typing import Any, BinaryIO, NamedTuple

import msgspec

_HEAD = struct.Struct("<cI")
_LENGTH = struct.Struct("<I")


class Ask(Enum):
    """What a request asks for."""

    BEGIN = b"B"
    """A document of the kind that the bytes name; whatever was open is dropped."""
    FEED = b"F"
    """To go on with these bytes."""
    END = b"E"
    """To end: these bytes were the last."""


class Request(NamedTuple):
    """One request."""

    ask: Ask
    data: bytes


class Answer(msgspec.Struct, array_like=True):
    """What the parser met in the bytes of one request. `repr` shows no content."""

    events: list[Any]
    """Each as its kind of parser has them (`parsers.fed`), in their order."""
    behind: int = 0
    """Bytes that were taken and belong to something that has not ended yet."""
    fault: tuple[str, int, int] | None = None
    """What ended it, with line and column where that is known."""

    def __repr__(self) -> str:
        return f"Answer({len(self.events)})"


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Answer).decode


def write_request(stream: BinaryIO, request: Request) -> None:
    """Write a request and send it off."""
    stream.write(_HEAD.pack(request.ask.value, len(request.data)))
    stream.write(request.data)
    stream.flush()


def read_request(stream: BinaryIO) -> Request | None:
    """Return the next request, None at the end."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    ask, length = _HEAD.unpack(head)
    return Request(Ask(ask), stream.read(length))


def write_answer(stream: BinaryIO, answer: Answer) -> None:
    """Write an answer and send it off."""
    data = _encode(answer)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def read_answer(stream: BinaryIO) -> Answer | None:
    """Return the answer; None where the stream ends before it does, or it is none."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    try:
        return _decode(data) if len(data) == length else None
    except msgspec.DecodeError:
        return None
