"""Compressed files of one member: the file keeps its name, and what is inside is read as if it lay there."""

from __future__ import annotations

import zlib
from bz2 import BZ2File
from collections.abc import Callable
from gzip import GzipFile
from lzma import LZMAError, LZMAFile
from typing import BinaryIO, NamedTuple, cast

import zstandard

from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.content import Content

GZIP, BZIP2 = "application/gzip", "application/x-bzip2"
XZ, ZSTD = "application/x-xz", "application/zstd"


class Compression(NamedTuple):
    """One way to compress a stream."""

    name: str
    endings: tuple[str, ...]
    open: Callable[[BinaryIO], BinaryIO]
    faults: tuple[type[Exception], ...]


COMPRESSIONS = {
    GZIP: Compression("gzip", (".gz", ".tgz"), lambda s: cast(BinaryIO, GzipFile(fileobj=s)), (zlib.error,)),
    BZIP2: Compression("bzip2", (".bz2", ".tbz2"), lambda s: cast(BinaryIO, BZ2File(s)), ()),
    XZ: Compression("xz", (".xz", ".txz"), lambda s: cast(BinaryIO, LZMAFile(s)), (LZMAError,)),
    ZSTD: Compression(
        "zstd",
        (".zst", ".tzst"),
        lambda s: cast(BinaryIO, zstandard.ZstdDecompressor().stream_reader(s, read_across_frames=True)),
        (zstandard.ZstdError,),
    ),
}


def decompressed(content: Content, media_type: str, budget: Budget) -> Content:
    """Return what a compressed content holds; several streams one after another are one.

    `media_type` is one of `COMPRESSIONS`. Reading raises `UnreadableSource` where the stream is broken
    or cut, `LimitReached` where it holds more than `budget` pays for.
    """
    how = COMPRESSIONS[media_type]
    lower = content.name.lower()
    ending = next((e for e in how.endings if lower.endswith(e)), "")
    name = content.name[: len(content.name) - len(ending)]
    return Content(name, lambda: how.open(content.open()), faults=how.faults, budget=budget)
