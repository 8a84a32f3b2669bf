"""Results of files that were read before: a folder of sealed entries, each for one file read in one way.

An entry is named by a keyed hash of the file's SHA-256, its name, and all that its result depends on besides
(`conditions`), so what was read otherwise is not found. It is sealed under a key derived from that of the
audit: whoever holds the folder alone learns nothing from it, and what was changed in it is not believed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bpoaudit.errors import UsageError
from bpoaudit.executors.kept_result import is_whole, names_allow, told, understood
from bpoaudit.executors.sealed import PART, Changed, read_sealed, write_sealed
from bpoaudit.executors.work import FileResult, FileTask
from bpoaudit.masking import KEY_HINT, Key

MAX_DAYS = 90
"""An entry that was not used for so long is removed."""
MAX_BYTES = 10_000_000_000
"""Of all entries; beyond it those go that were not used for longest."""
_DAY = 86_400
_ABANDONED = 1
"""Days after which a file that is being written is written by nobody any more."""
_NAME = 64
"""Characters of an entry's name."""
_LENGTH = 8
"""Bytes in front of a result and of each segment of findings that say how long it is."""
_BLOCK = 1 << 20
_TAG_FILE = "CACHEDIR.TAG"
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Results of files that bpoaudit has read, sealed. Delete the folder at any time.\n"
    "# Backups leave it out: https://bford.info/cachedir/\n"
)


@dataclass(slots=True)
class CacheUse:
    """What a cache was good for in one audit. Names are public ones."""

    files: int = 0
    known: int = 0
    """Files that were not read again."""
    changed: list[str] = field(default_factory=list)
    """Files whose entry was damaged or changed by somebody else, so that they were read again."""
    unkept: list[str] = field(default_factory=list)
    """Files that are read each time, because names inside them hold personal data."""
    trouble: str | None = None
    """Why nothing more could be kept."""


class Cache:
    """A folder of results for one way of reading."""

    def __init__(self, folder: Path, key: Key, conditions: bytes, findings: Path | None) -> None:
        """`findings` is the folder for single findings, None where nobody wants them."""
        self.use = CacheUse()
        self._folder, self._conditions, self._findings = folder, conditions, findings
        self._naming, self._sealing = key.derived("names of a cache"), key.derived("entries of a cache")
        self._changed: set[int] = set()

    def find(self, task: FileTask, sha256: str) -> FileResult | None:
        """Return the result of a file that has `sha256`; None: it must be read."""
        self.use.files += 1
        path = self._path(task.file.source, sha256)
        try:
            result = self._opened(path, task)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (Changed, ValueError):
            self._changed.add(task.number)
            return None
        except OSError as error:
            self._stop(error)
            return None
        if result is not None:
            self.use.known += 1
            with suppress(OSError):
                os.utime(path)
        return result

    def keep(self, task: FileTask, result: FileResult) -> None:
        """Keep what was found in a file that was read to its end; a fault of the disk ends the keeping."""
        file = result.sources[0]
        if result.number in self._changed:
            self.use.changed.append(file.source)
        if file.sha256 is None or not is_whole(result):
            return
        if not names_allow(result, task.file.source):
            self.use.unkept.append(file.source)
            return
        if self.use.trouble is None:
            path = self._path(task.file.source, file.sha256)
            try:
                path.parent.mkdir(mode=0o700, exist_ok=True)
                write_sealed(path, self._sealing, self._pieces(result))
            except OSError as error:
                self._stop(error)

    def tidy(self) -> None:
        """Remove what was not used for long, and more while all of it is too large."""
        now = time.time()
        entries = sorted(_entries(self._folder), reverse=True)
        total = 0
        for used, size, path in entries:
            days = _ABANDONED if path.suffix == PART else MAX_DAYS
            total += size
            if now - used > days * _DAY or total > MAX_BYTES:
                with suppress(OSError):  # another audit was quicker, or the folder cannot be written
                    path.unlink()

    def _path(self, true: str, sha256: str) -> Path:
        what = b"\0".join((self._conditions, sha256.encode(), true.encode("utf-8", "surrogatepass")))
        name = hmac.new(self._naming, what, hashlib.sha256).hexdigest()
        return self._folder / name[:2] / name

    def _stop(self, error: OSError) -> None:
        self.use.trouble = error.strerror or type(error).__name__

    def _pieces(self, result: FileResult) -> Iterator[bytes]:
        """Yield a result and, where they are wanted, its findings, in the order of their segments."""
        segments = sorted(result.segments, key=lambda segment: segment[1].name)
        wanted = self._findings is not None
        yield from _with_length(told(result, [source for source, _ in segments] if wanted else None))
        for _, path in segments:
            yield path.stat().st_size.to_bytes(_LENGTH, "big")
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    yield block

    def _opened(self, path: Path, task: FileTask) -> FileResult | None:
        """Return what an entry holds; None where single findings are wanted and it has none."""
        stream = _Stream(read_sealed(path, self._sealing))
        result, segments = understood(b"".join(stream.piece()), task.number, task.file.source)
        if self._findings is None:
            return result
        if segments is None:
            return None
        for at, source in enumerate(segments):
            own = self._findings / f"{task.number:08}-{at:05}.jsonl"
            with own.open("wb") as file:
                file.writelines(stream.piece())
            result.segments.append((source, own))
        return result


def open_folder(folder: Path, key: Key) -> None:
    """Make the folder of a cache where there is none. Raises `UsageError`."""
    if not key.lasting:
        raise UsageError("a cache needs a key that later audits can have, not a random one", KEY_HINT)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            (folder / _TAG_FILE).write_text(_TAG, "ascii")
    except (FileExistsError, NotADirectoryError):
        raise UsageError(f"the cache {folder} is no folder", "name a folder; it is made if need be") from None
    except OSError as error:
        if not folder.is_dir():
            raise UsageError(f"cannot make the cache {folder}: {error.strerror}", "name another") from None


def remove_folder(folder: Path) -> None:
    """Remove the folder of a cache with all of its entries; what is in it that is not ours stays."""
    for _, _, path in _entries(folder):
        with suppress(OSError):
            path.unlink()
    with suppress(OSError):  # there is something else in it
        for inner in folder.glob("[0-9a-f][0-9a-f]"):
            inner.rmdir()
        if [path.name for path in folder.iterdir()] == [_TAG_FILE]:
            (folder / _TAG_FILE).unlink()
        folder.rmdir()


def count_entries(folder: Path) -> int:
    """Return how many files there is a whole entry of."""
    return sum(path.suffix != PART for _, _, path in _entries(folder))


def _entries(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """Yield the entries of a cache, and what was left of some: when each was used, and its size."""
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        if len(path.name.partition(".")[0]) != _NAME or path.suffix not in ("", PART):
            continue
        with suppress(OSError):
            status = path.lstat()
            yield status.st_mtime, status.st_size, path


def _with_length(data: bytes) -> Sequence[bytes]:
    return len(data).to_bytes(_LENGTH, "big"), data


class _Stream:
    """Pieces of bytes, taken apart by the lengths in front of them."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def piece(self) -> Iterator[bytes]:
        """Yield the blocks of the next piece. Raises `ValueError` where there is none."""
        left = int.from_bytes(b"".join(self._taken(_LENGTH)), "big")
        yield from self._taken(left)

    def _taken(self, left: int) -> Iterator[bytes]:
        while left:
            while not self._rest:
                block = next(self._blocks, None)
                if block is None:
                    raise ValueError("an entry of a cache ends before its end")
                self._rest = block
            block, self._rest = self._rest[:left], self._rest[left:]
            left -= len(block)
            yield block
