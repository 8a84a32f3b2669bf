"""Run as a program: unpack standard input to standard output with a codec that is not trusted in the parent.

Deflate64 and PPMd are read by small C libraries that nobody fuzzes, and one input byte of Deflate64 can
become 200 KB at a time. A pipe bounds that, and a crash ends this process only. The exit code
is 0 when everything was unpacked.

Arguments: the method's number in APPNOTE 4.4.5, and the bytes it unpacks to (-1: not known).
"""

from __future__ import annotations

import sys
from typing import BinaryIO

from bpoaudit.parsers.limits import limit_memory, limit_time

MAX_BYTES = 1 << 30
"""Address space: PPMd asks for 256 MiB at most."""
MAX_SECONDS = 900
"""Processor time."""
_BLOCK = 1 << 20
DEFLATE64, PPMD = 9, 98


def main(method: int, size: int) -> None:
    """Unpack; a broken stream ends the process with an exception nobody reads."""
    limit_memory(MAX_BYTES)
    limit_time(MAX_SECONDS)
    unpack = {DEFLATE64: _deflate64, PPMD: _ppmd}[method]
    unpack(sys.stdin.buffer, sys.stdout.buffer, size)


def _deflate64(source: BinaryIO, target: BinaryIO, size: int) -> None:
    from inflate64 import Inflater

    inflater = Inflater()
    # A few bytes at a time: what they become is held in memory as a whole.
    while not inflater.eof and (block := source.read(256)):
        target.write(inflater.inflate(block))


def _ppmd(source: BinaryIO, target: BinaryIO, size: int) -> None:
    from pyppmd import Ppmd8Decoder

    # APPNOTE 5.10: order - 1 in four bits, megabytes - 1 in eight, the method of restoring in four.
    settings = int.from_bytes(source.read(2), "little")
    decoder = Ppmd8Decoder((settings & 15) + 1, ((settings >> 4 & 255) + 1) << 20, settings >> 12)
    beyond = b"\0"  # the coder reads a byte beyond its end
    while not decoder.eof and size:
        block = source.read(_BLOCK) if decoder.needs_input else b""
        if decoder.needs_input and not block:
            block, beyond = beyond, b""
            if not block:
                return  # cut; the size tells
        piece = decoder.decode(block, min(size, _BLOCK) if size > 0 else _BLOCK)
        size -= len(piece)
        target.write(piece)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
