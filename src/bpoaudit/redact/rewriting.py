"""Write one file of a delivery again, with everything inside it, or say why it cannot be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from bpoaudit.delivery import media_type
from bpoaudit.delivery.budget import MAX_DEPTH, Budget
from bpoaudit.delivery.compression import COMPRESSIONS, decompressed
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import EMPTY, TAR, XLSX, ZIP
from bpoaudit.errors import EncryptedSource, LimitReached, SourceError, UnreadableSource, UnsupportedSource
from bpoaudit.model import Source, SourceStatus
from bpoaudit.readers import Member, ReadOptions, open_parts
from bpoaudit.redact.columnar_writer import COLUMNAR, write_columnar
from bpoaudit.redact.job import Job
from bpoaudit.redact.names import relative_path
from bpoaudit.redact.packing import compressed, packed
from bpoaudit.redact.source_redactor import Redaction, SourceRedactor, Tally
from bpoaudit.redact.text_writer import write_text
from bpoaudit.redact.wherever import MARKUP, is_platform, write_markup, write_platform
from bpoaudit.redact.workbook_writer import write_workbook

_WRITERS: dict[str, Callable[[Job], None]] = {
    XLSX: write_workbook,
    **dict.fromkeys(COLUMNAR, write_columnar),
    **dict.fromkeys(MARKUP, write_markup),
}
"""By media type; every other format is text, or refused."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A source that is not in the copy."""

    source: str
    """Its public name."""
    reason: str
    meant: bool = False
    """Whether policy or profile want it left out."""


class _LeftOut(SourceError):
    """A source that policy or profile want left out."""


@dataclass(slots=True)
class Rewritten:
    """What became of a file."""

    written: list[str] = field(default_factory=list)
    """Public names of the sources in the copy, containers and what lies in them."""
    refused: list[Refused] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class _Opened:
    name: str = field(repr=False)
    content: Content
    how: ReadOptions
    depth: int = 0


class Rewriter:
    """Writes files again, as one redaction says. `repr` shows no name."""

    def __init__(
        self, redaction: Redaction, sources: Mapping[str, Source], passwords: tuple[str, ...], scratch: Path
    ) -> None:
        """`sources` is what the scan said of each source; `scratch` is a folder for members on the way."""
        self._redaction = redaction
        self._sources = sources
        self._passwords = passwords
        self._scratch = scratch
        self._inside = Counter(name[:at] for name in sources for at, char in enumerate(name) if char == "!")

    def __repr__(self) -> str:
        return "Rewriter(…)"

    def rewrite(self, name: str, content: Content, size: int, out: BinaryIO) -> Rewritten:
        """Write the file `name` to `out`. The file is not among `written` where it is refused as a whole."""
        done = Rewritten()
        how = ReadOptions(passwords=self._passwords, budget=Budget(size))
        self._source(_Opened(name, content, how), out, done)
        return done

    def _source(self, opened: _Opened, out: BinaryIO, done: Rewritten) -> bool:
        """Write a file or member, and tell whether that was done."""
        names = self._redaction.names
        public = names.public(opened.name)
        if self._redaction.policy.excludes(names.true_source(public)):
            done.refused.append(Refused(public, "excluded in the vendor profile", meant=True))
            return False
        redactors: dict[str, SourceRedactor] = {}

        def redactor(name: str, is_column: bool) -> SourceRedactor:
            if name not in redactors:
                redactors[name] = SourceRedactor(self._redaction, name, is_column=is_column)
            return redactors[name]

        before = Rewritten([*done.written], tally=Tally(done.tally))
        try:
            self._write(opened, out, redactor, done)
            if missed := sum(each.missed() for each in redactors.values()):
                raise UnsupportedSource(f"findings that stand where they cannot be rewritten: {missed}")
        except SourceError as error:
            done.written, done.tally = (
                before.written,
                before.tally,
            )  # what lies in it is not in the copy either
            done.refused.append(Refused(public, error.message, meant=isinstance(error, _LeftOut)))
            return False
        done.written.append(public)
        for each in redactors.values():
            done.tally.update(each.tally)
        return True

    def _write(
        self, opened: _Opened, out: BinaryIO, redactor: Callable[[str, bool], SourceRedactor], done: Rewritten
    ) -> None:
        media = media_type(opened.content)
        if media in COMPRESSIONS:
            redactor(opened.name, True).dropped("packed_name", "comment")
            with (
                compressed(media, out) as smaller,
                decompressed(opened.content, media, opened.how.budget) as inner,
            ):
                deeper = replace(opened, content=inner, depth=opened.depth + 1)
                _check_depth(deeper)
                self._write(deeper, smaller, redactor, done)
        elif media in (ZIP, TAR):
            self._archive(opened, media, out, redactor, done)
        else:
            self._leaf(opened, media, out, redactor)

    def _leaf(
        self, opened: _Opened, media: str, out: BinaryIO, redactor: Callable[[str, bool], SourceRedactor]
    ) -> None:
        source = self._sources.get(self._redaction.names.public(opened.name))
        if not self._is_covered(opened.name):
            raise _LeftOut("no feed of the agreement covers it")
        if source is None or source.status is not SourceStatus.READ:
            raise UnreadableSource(f"not fully read: {source.reason if source else 'not known to the scan'}")
        if media == EMPTY:
            return
        if inside := self._inside[source.source]:
            raise UnsupportedSource(f"files inside it, which cannot be cleaned: {inside}")
        agreement = self._redaction.policy.agreement
        true = self._redaction.names.true_source(source.source)
        layout = agreement.layout_of(true) if agreement else None
        how = replace(opened.how, layout=layout) if layout else opened.how
        job = Job(opened.name, opened.content, media, how, redactor, out)
        writer = write_text if layout else _WRITERS.get(media, write_text)
        (write_platform if not layout and is_platform(job) else writer)(job)

    def _is_covered(self, name: str) -> bool:
        """Tell whether the agreement covers a file or member, or a sheet of it."""
        names = self._redaction.names
        public = names.public(name)
        sheets = (each for each in self._sources if each.startswith(f"{public}#"))
        return any(self._redaction.policy.covers(names.true_source(each)) for each in (public, *sheets))

    def _archive(
        self,
        opened: _Opened,
        media: str,
        out: BinaryIO,
        redactor: Callable[[str, bool], SourceRedactor],
        done: Rewritten,
    ) -> None:
        redactor(opened.name, False).dropped("comment", "member_comment")
        before, refused = len(done.written), len(done.refused)
        with packed(media, out) as add:
            for piece in open_parts(opened.content, media, opened.how):
                if isinstance(piece, Member):
                    self._member(opened, piece, add, done)
        if len(done.written) == before and all(each.meant for each in done.refused[refused:]):
            raise _LeftOut("nothing in it is agreed")
        if len(done.written) == before:
            raise UnsupportedSource("nothing in it could be rewritten")

    def _member(
        self, outer: _Opened, member: Member, add: Callable[[str, Path], None], done: Rewritten
    ) -> None:
        name = outer.name + member.suffix
        public = self._redaction.names.public(name)
        path = relative_path(public[len(self._redaction.names.public(outer.name)) + 1 :])
        problem = member.problem
        if problem is None and "encryption" in member.facts:
            problem = EncryptedSource("under a password, which its copy would not be")
        if problem is None and (path is None or not _is_text(path)):
            problem = UnsupportedSource("a name that leads out of the archive, or is no text")
        if problem is not None or member.content is None or path is None:
            reason = problem.message if problem else "nothing in it"
            done.refused.append(Refused(public, reason))
            return
        part = self._scratch / f"{outer.depth}.part"
        try:
            with member.content as content, part.open("wb") as out:
                inner = _Opened(name, content, outer.how, outer.depth + 1)
                try:
                    _check_depth(inner)
                except LimitReached as error:
                    done.refused.append(Refused(public, error.message))
                    return
                written = self._source(inner, out, done)
            if written:
                add(path.as_posix(), part)
        finally:
            part.unlink(missing_ok=True)


def _is_text(path: Path) -> bool:
    """Tell whether a name can be written as UTF-8: bytes that are none stand in it as lone surrogates."""
    return not any("\ud800" <= char <= "\udfff" for char in path.as_posix())


def _check_depth(opened: _Opened) -> None:
    if opened.depth > MAX_DEPTH:
        raise LimitReached(f"more than {MAX_DEPTH} containers inside one another")
