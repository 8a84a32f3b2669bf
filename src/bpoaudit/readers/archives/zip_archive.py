"""Zip archives: a member each, whatever the directory leaves out said or found."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader, RawIOBase
from itertools import chain, islice, pairwise
from typing import BinaryIO, cast

from bpoaudit.delivery.budget import MAX_MEMBERS
from bpoaudit.delivery.compression import FAULTS
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import ZIP
from bpoaudit.errors import EncryptedSource, SourceError, UnreadableSource, UnsupportedSource
from bpoaudit.facts import Fact
from bpoaudit.model import FieldKind
from bpoaudit.readers.archives.zip_cipher import WrongPassword, spellings
from bpoaudit.readers.archives.zip_directory import (
    DESCRIPTOR,
    LOCAL,
    Directory,
    Entry,
    directory_entries,
    entries_between,
    find_directory,
    own_header,
)
from bpoaudit.readers.archives.zip_member import METHODS, STORED, open_member
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.member_names import MemberNames, last_part
from bpoaudit.readers.options import ReadOptions

_SAMPLE = 64 << 10
_SLACK = 24
"""Bytes between members that are nothing but the sizes of the one before."""
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!")


def open_zip(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield a member for each file of a zip archive, then one part of kind metadata: its comments.

    The directory names the members; those that still stand between the others without being named there
    (deleted, or hidden) are given too, and all of them are found by their own headers where the directory
    is gone. A member that overlaps another, a link, one under a password that no given one opens, one
    packed by a method that is not known, and one in another volume come with a problem. Raises
    `UnreadableSource` where there is nothing of a zip in it.
    """
    with content.open_seekable() as file, content.open_seekable() as walked:
        yield from _Archive(content, file, how).read(walked)


class _Archive:
    """One archive while its members are given out. `repr` shows no content."""

    def __init__(self, content: Content, file: BinaryIO, how: ReadOptions) -> None:
        self._content, self._file, self._how = content, file, how
        self._size = file.seek(0, 2)
        self._directory = find_directory(file, self._size)
        self._names = MemberNames()
        self._spans: list[tuple[int, int]] = []
        self._passwords = [s for password in how.passwords for s in spellings(password)]
        self._comments = 0
        self._losses: list[str] = []
        self._notes: list[str] = []

    def __repr__(self) -> str:
        return f"_Archive(members={len(self._spans)})"

    def read(self, walked: BinaryIO) -> Iterator[Part | Member]:
        found = self._named(walked, self._directory) if self._directory else self._lost()
        given = 0
        for member in found:
            if given == MAX_MEMBERS:
                self._losses.append(f"more than {MAX_MEMBERS:,} members; the others are not listed")
                break
            given += 1
            yield member
        if self._directory is None and not given:
            raise UnreadableSource("a zip archive without a directory, and no member begins in it")
        if not given:
            self._notes.append("an empty archive")
        yield Part(
            "", ZIP, FieldKind.METADATA, self._said(walked),
            notes=self._notes, losses=self._losses, facts=self._facts(),
        )  # fmt: skip

    def _facts(self) -> dict[str, Fact]:
        return {"comments": self._comments} if self._comments else {}

    def _named(self, walked: BinaryIO, directory: Directory) -> Iterator[Member]:
        if directory.volume:
            self._losses.append("the last part of a split archive; what lies in the others is not read")
        if directory.comment:
            self._comments += 1
        try:
            for entry in directory_entries(walked, directory):
                self._comments += bool(entry.comment)
                yield from self._placed(entry, directory)
        except UnreadableSource as error:
            self._losses.append(error.message)
        yield from self._between(directory)
        self._behind(directory.end)

    def _placed(self, entry: Entry, directory: Directory) -> Iterator[Member]:
        """Yield the member of an entry of the directory, if it is one."""
        if entry.volume != directory.volume:
            yield self._refused(entry, UnreadableSource("begins in another part of a split archive"))
            return
        own = own_header(self._file, entry.at) if entry.at < self._size else None
        if own is None:
            yield self._refused(entry, UnreadableSource("is not where the directory says"))
            return
        header, begin = own
        end = begin + entry.packed
        if not self._claim(entry.at, end):
            yield self._refused(entry, UnreadableSource("lies over another member, as no archiver packs it"))
            return
        notes = []
        if (header.name, header.method) != (entry.name, entry.method):
            notes.append("its own header and the directory of the archive disagree")
        yield from self._member(entry, begin, notes)

    def _claim(self, start: int, end: int) -> bool:
        """Note where a member lies; false where another lies already."""
        at = bisect_left(self._spans, (start, start))
        before, after = self._spans[:at][-1:], self._spans[at : at + 1]
        if (before and before[0][1] > start) or (after and after[0][0] < end):
            return False
        self._spans.insert(at, (start, end))
        return True

    def _between(self, directory: Directory) -> Iterator[Member]:
        """Yield the members that stand between the others and are named nowhere."""
        unread = 0
        edges = chain([(0, 0)], self._spans, [(directory.start, directory.start)])
        for (_, start), (end, _) in pairwise(list(edges)):
            if end <= start:
                continue
            self._file.seek(start)
            head = self._file.read(min(end - start, _SAMPLE))
            if not start and head.startswith(_PROGRAMS):
                self._notes.append(f"unpacks itself: {end:,} bytes of program before the archive, not read")
                continue
            # What closes a member that was written as a stream may stand before the next.
            at = start + max(head.find(LOCAL, 0, _SLACK + len(LOCAL)), 0)
            for entry, after in entries_between(self._file, at, end):
                at = after
                hidden = own_header(self._file, entry.at)
                if hidden is not None and entry.name:
                    yield from self._member(entry, hidden[1], ["not in the directory of the archive"])
            rest = end - at
            if rest > _SLACK and head.strip(b"\0"):
                unread += rest
        if unread:
            self._losses.append(f"bytes between its members that are none of them, not read: {unread:,}")

    def _behind(self, end: int) -> None:
        self._file.seek(end)
        if (behind := self._size - end) > 0 and self._file.read(_SAMPLE).strip(b"\0\r\n"):
            self._losses.append(f"bytes behind the archive, not read: {behind:,}")

    def _lost(self) -> Iterator[Member]:
        """Yield the members of an archive that breaks off before its directory."""
        start = self._first()
        for entry, _ in entries_between(self._file, start, self._size):
            own = own_header(self._file, entry.at)
            if own is not None:
                yield from self._member(entry, own[1], [])
        self._losses.append("breaks off before its directory; members are those found until there")

    def _first(self) -> int:
        self._file.seek(0)
        # A split archive begins with a mark of its own.
        head = self._file.read(_SAMPLE)
        if head.startswith((DESCRIPTOR, b"PK00")):
            self._losses.append("the first part of a split archive; what lies in the others is not read")
        return max(head.find(LOCAL), 0)

    def _member(self, entry: Entry, begin: int, notes: list[str]) -> Iterator[Member]:
        if entry.name.endswith(("/", "\\")) and not entry.size:
            return  # a folder: nothing but a name, which its members have too
        facts: dict[str, Fact] = {}
        password = None
        if entry.encrypted:
            facts["encryption"] = "pkware" if entry.strong else "aes" if entry.aes else "zipcrypto"
        try:
            _must_be_read(entry)
            if entry.encrypted:
                password = self._password(entry, begin)
        except SourceError as problem:
            yield self._refused(entry, problem, facts, notes)
            return
        suffix, more = self._names.suffix(entry.name)
        plain = entry.method == STORED and password is None
        inner = Content(
            last_part(entry.name),
            lambda: open_member(self._content.open_seekable(), entry, begin, password),
            size=entry.size if entry.size >= 0 else None,
            seeks=plain,
            faults=FAULTS,
            budget=self._how.budget,
        )
        yield Member(suffix, inner, None, max(entry.size, 0) or None, notes + more, facts)

    def _refused(
        self,
        entry: Entry,
        problem: SourceError,
        facts: dict[str, Fact] | None = None,
        notes: list[str] | None = None,
    ) -> Member:
        suffix, more = self._names.suffix(entry.name)
        return Member(suffix, None, problem, max(entry.size, 0), (notes or []) + more, facts or {})

    def _password(self, entry: Entry, begin: int) -> bytes:
        """Find the password; the one that opened the member before is tried first."""
        for password in self._passwords:
            if self._opens(entry, begin, password):
                self._passwords.remove(password)
                self._passwords.insert(0, password)
                return password
        under = "AES" if entry.aes else "ZipCrypto, a legacy cipher that can be broken"
        tried = len(self._how.passwords)
        said = f"; none of the {tried} passwords given opens it" if tried else ""
        raise EncryptedSource(f"under a password ({under}){said}")

    def _opens(self, entry: Entry, begin: int, password: bytes) -> bool:
        """Tell whether a password opens a member: its check passes, and so does what it begins with."""
        try:
            with open_member(self._content.open_seekable(), entry, begin, password) as stream:
                BufferedReader(cast(RawIOBase, stream)).read(_SAMPLE)
        except EOFError:
            return True  # cut, which is not for a wrong password
        except (WrongPassword, SourceError, *FAULTS, OSError):
            return False
        return True

    def _said(self, walked: BinaryIO) -> Iterator[RecordBatch]:
        """Yield the comments of the archive and of its members."""
        if self._directory is None:
            return
        gathered = Gatherer(self._how.batch_records)
        gathered.add("comment", 0, _clean(self._directory.comment))
        with suppress(UnreadableSource):  # said when the members were listed
            for entry in islice(directory_entries(walked, self._directory), MAX_MEMBERS):
                gathered.add("member_comment", 0, _clean(entry.comment))
                if gathered.heavy:
                    yield gathered.take()
        if not gathered.empty:
            yield gathered.take()


def _must_be_read(entry: Entry) -> None:
    if entry.strong:
        raise EncryptedSource("under PKWARE's own encryption, which is not read")
    if entry.is_link:
        raise UnsupportedSource("a link, which is not followed")
    if entry.method not in METHODS:
        raise UnsupportedSource(f"packed by method {entry.method}, which is not known")


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
