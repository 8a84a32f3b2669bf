"""Tar archives: old, ustar, pax and GNU, in place or out of a stream that cannot jump."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from tarfile import EOFHeaderError, InvalidHeaderError, TruncatedHeaderError  # type: ignore[attr-defined]
from typing import Any, BinaryIO, cast

from bpoaudit.delivery.budget import MAX_MEMBERS
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import TAR
from bpoaudit.delivery.streamed import streamed
from bpoaudit.errors import LimitReached, SourceError, UnreadableSource, UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.archives.held import HOLD, held
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.member_names import MemberNames, last_part
from bpoaudit.readers.options import ReadOptions

_BLOCK = 1 << 20
_MAX_HEADER = 1 << 20
"""Bytes that the headers of one member may take: names, attributes, the map of a sparse file."""
_MAX_SAID = 10_000
"""Different owners, groups, comments, targets of links that are kept."""

_NO_FILES = {
    tarfile.LNKTYPE: "a hard link; its content is read under the name it was packed with",
    tarfile.SYMTYPE: "a link, which is not followed",
    tarfile.CHRTYPE: "a device, not a file",
    tarfile.BLKTYPE: "a device, not a file",
    tarfile.FIFOTYPE: "a pipe, not a file",
}


def open_tar(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield a member for each file of a tar archive, then one part of kind metadata.

    That part holds owners, groups, comments and targets of links (record 0). Archives written one after
    another, and what follows a broken header, are read as well. Where the archive lies in place its members
    are read there; out of a compressed stream those of up to `held.HOLD` bytes are held in memory for their
    turn, so that the stream is unpacked once. Links, devices and pipes come with a problem. An archive that
    breaks off gives what came before. Raises `UnreadableSource` where nothing of a tar is in it.
    """
    with content.open() as stream:
        yield from _Archive(content, stream, how).read()


class _Archive:
    """One archive while its members are given out. `repr` shows no content."""

    def __init__(self, content: Content, stream: BinaryIO, how: ReadOptions) -> None:
        self._content, self._how = content, how
        self._in_place = stream.seekable()
        self._file = _Forward(stream)
        self._names = MemberNames()
        self._said: dict[str, dict[str, None]] = {}
        self._notes: list[str] = []
        self._losses: list[str] = []

    def __repr__(self) -> str:
        return "_Archive(…)"

    def read(self) -> Iterator[Part | Member]:
        given = 0
        for info in self._headers():
            self._say(info)
            if info.isdir():
                continue  # nothing but a name, which its members have too
            if given == MAX_MEMBERS:
                self._losses.append(f"more than {MAX_MEMBERS:,} members; the others are not listed")
                break
            given += 1
            yield from self._member(info)
        if not given:
            if self._losses or self._file.broken or not self._file.ended:
                raise UnreadableSource(self._losses[0] if self._losses else "no header of a member is whole")
            self._notes.append("an empty archive")
        elif not self._file.ended:
            self._notes.append("has no mark at its end; it may have been cut between two members")
        if self._file.broken:
            self._losses.append(f"blocks that are neither a member nor its header: {self._file.broken:,}")
        yield Part(
            "", TAR, FieldKind.METADATA, self._batches(), notes=self._notes, losses=self._losses
        )  # fmt: skip

    def _headers(self) -> Iterator[tarfile.TarInfo]:
        """Yield the headers; what ends them too early is a loss."""
        try:
            with tarfile.TarFile(
                fileobj=cast(Any, self._file), mode="r", tarinfo=_Header, ignore_zeros=True,
                encoding="utf-8", errors="surrogateescape",
            ) as archive:  # fmt: skip
                while (info := archive.next()) is not None:
                    cast(Any, archive).members.clear()  # kept for jumping back, which nobody does
                    yield info
        except SourceError as error:
            self._losses.append(error.message)
        # Fields of extended headers are turned into numbers without a word of caution.
        except (tarfile.TarError, ValueError, OverflowError, RecursionError) as error:
            self._losses.append(f"breaks off after {self._file.tell():,} bytes ({type(error).__name__})")
        if self._file.cut:
            self._losses.append(f"breaks off after {self._file.tell():,} bytes, inside a header")

    def _member(self, info: tarfile.TarInfo) -> Iterator[Member]:
        suffix, notes = self._names.suffix(info.name)
        if info.type in _NO_FILES:
            yield Member(suffix, None, UnsupportedSource(_NO_FILES[info.type]), 0, notes)
            return
        if info.sparse is not None:
            notes.append("a sparse file")
        name = last_part(info.name)
        with ExitStack() as used:
            if self._in_place or info.size > HOLD:
                inner = self._again(name, info)
            else:
                inner = used.enter_context(held(name, _blocks(self._file, info)))
            yield Member(suffix, inner, None, info.size, notes)

    def _again(self, name: str, info: tarfile.TarInfo) -> Content:
        """Return a member that is read from the archive each time."""

        def begin() -> BinaryIO:
            file = _Forward(self._content.open())
            file.seek(info.offset_data)
            return streamed(_blocks(file, info), file.close)

        # What lies in a tar was paid for when the tar was; only the gaps of sparse files are new.
        budget = self._how.budget if info.sparse is not None else None
        return Content(name, begin, size=info.size, budget=budget)

    def _say(self, info: tarfile.TarInfo) -> None:
        texts = {
            "owner": info.uname,
            "group": info.gname,
            "comment": info.pax_headers.get("comment", ""),
            "link": info.linkname,
        }
        for field, text in texts.items():
            values = self._said.setdefault(field, {})
            if text and len(values) < _MAX_SAID:
                values[text.encode("utf-8", "replace").decode().replace("\0", "")] = None

    def _batches(self) -> Iterator[RecordBatch]:
        gathered = Gatherer(self._how.batch_records)
        for field, values in self._said.items():
            for value in values:
                gathered.add(field, 0, value)
        if not gathered.empty:
            yield gathered.take()


def _blocks(file: _Forward, info: tarfile.TarInfo) -> Iterator[bytes]:
    """Yield the bytes of a member from where `file` stands, the gaps of a sparse file as zeros."""
    pieces = cast("list[tuple[int, int]] | None", info.sparse)
    at = 0
    for start, length in [(0, info.size)] if pieces is None else pieces:
        if start < at or length < 0:
            raise UnreadableSource("a sparse file whose map makes no sense")
        yield from _zeros(start - at)
        at = start + length
        while length:
            file.allow()
            block = file.read(min(length, _BLOCK))
            if not block:
                raise UnreadableSource(f"breaks off after {at - length:,} bytes")
            length -= len(block)
            yield block
    yield from _zeros(info.size - at)


def _zeros(count: int) -> Iterator[bytes]:
    while count > 0:
        yield bytes(min(count, _BLOCK))
        count -= _BLOCK


class _Header(tarfile.TarInfo):
    """A header that counts what `tarfile` passes over in silence."""

    @classmethod
    def frombuf(cls, buf: Any, encoding: str, errors: str) -> _Header:
        info = super().frombuf(buf, encoding, errors)
        if info.size < 0:
            raise InvalidHeaderError
        return info

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> _Header:
        file = cast(_Forward, archive.fileobj)
        file.allow()
        try:
            return super().fromtarfile(archive)
        except EOFHeaderError:
            file.ended = True
            raise
        except InvalidHeaderError:
            file.broken += 1
            raise
        except TruncatedHeaderError:
            file.cut = True
            raise


class _Forward:
    """A stream that only goes forward, as `tarfile` reads it.

    Jumping forward reads, where the stream cannot jump. Raises `LimitReached` where more than
    `_MAX_HEADER` bytes are read after `allow`, `UnreadableSource` for a jump back.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = self._since = 0
        self.ended = False
        """Whether a mark of the end was met."""
        self.cut = False
        """Whether a header broke off."""
        self.broken = 0
        """Blocks that are no header, where one was to be."""

    def allow(self) -> None:
        """Begin a header, or a block of content."""
        self._since = 0

    def read(self, count: int) -> bytes:
        self._since += count
        if self._since > _MAX_HEADER:
            raise LimitReached(f"a header of more than {_MAX_HEADER:,} bytes")
        block = self._stream.read(count)
        self._at += len(block)
        return block

    def seek(self, position: int) -> None:
        if position < self._at:
            raise UnreadableSource("a header that points back")
        if self._stream.seekable():
            self._stream.seek(position)
            self._at = position
        while self._at < position and (block := self._stream.read(min(position - self._at, _BLOCK))):
            self._at += len(block)

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        self._stream.close()
