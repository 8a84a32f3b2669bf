"""Archives and compressed files, written without names, times and owners: the same bytes each time."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from bpoaudit.delivery.compression import BZIP2, GZIP, XZ, ZSTD
from bpoaudit.delivery.media import ZIP

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Add = Callable[[str, Path], None]
"""Puts a file into an archive under a name."""

_COMPRESSORS: dict[str, Callable[[BinaryIO], object]] = {
    GZIP: lambda out: gzip.GzipFile("", "wb", fileobj=out, mtime=0),
    BZIP2: lambda out: bz2.BZ2File(out, "wb"),
    XZ: lambda out: lzma.LZMAFile(out, "wb"),  # noqa: SIM115 (closed by who asked for it)
    ZSTD: lambda out: zstd.ZstdFile(out, "wb"),
}


def compressed(media_type: str, out: BinaryIO) -> BinaryIO:
    """Return what compresses to `out`; closing it leaves `out` open."""
    return cast(BinaryIO, _COMPRESSORS[media_type](out))


@contextmanager
def packed(media_type: str, out: BinaryIO) -> Iterator[Add]:
    """Begin an archive, ZIP or TAR, at `out`."""
    if media_type == ZIP:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            yield lambda name, path: _zipped(archive, name, path)
        return
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tape:
        yield lambda name, path: _taped(tape, name, path)


def _zipped(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.file_size = path.stat().st_size
    with path.open("rb") as file, archive.open(info, "w") as member:
        shutil.copyfileobj(file, member)


def _taped(tape: tarfile.TarFile, name: str, path: Path) -> None:
    info = tarfile.TarInfo(name)
    info.size = path.stat().st_size
    with path.open("rb") as file:
        tape.addfile(info, file)
