"""Open one source of a delivery by its public name, and nothing beside it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from bpoaudit.delivery import DeliveryFile, discover, media_type
from bpoaudit.delivery.budget import MAX_DEPTH, Budget
from bpoaudit.delivery.compression import COMPRESSIONS, decompressed
from bpoaudit.delivery.content import Content
from bpoaudit.errors import LimitReached, UnreadableSource, UsageError
from bpoaudit.public_names import fits
from bpoaudit.readers import Member, Part, ReadOptions, open_parts
from bpoaudit.vendor import Agreement


@dataclass(frozen=True, slots=True)
class Opened:
    """The file or member that a source is, or is a sheet of. `repr` shows no name."""

    name: str = field(repr=False)
    """Its own name."""
    suffix: str = field(repr=False)
    """What the source's name has beyond that: `#sheet`."""
    content: Content
    media_type: str
    how: ReadOptions

    def parts(self) -> Iterator[Part]:
        """Yield what it holds under the source's name."""
        for piece in open_parts(self.content, self.media_type, self.how):
            if isinstance(piece, Part) and fits(self.suffix, piece.suffix):
                yield piece


def open_source(
    delivery: Sequence[str],
    source: str,
    passwords: tuple[str, ...],
    agreement: Agreement | None,
    layers: ExitStack,
) -> Opened:
    """Open the file that `source` is in, and what it lies in; they stay open as long as `layers`.

    Raises `UsageError` where the delivery has no such source or several that it may be, `SourceError`
    where it cannot be read.
    """
    wanted = source.partition("!")[0].partition("#")[0]
    files = [file for file in discover(delivery) if fits(wanted, file.source)]
    exact = [file for file in files if file.source == wanted]
    if not files:
        raise UsageError(
            "the delivery has no such source",
            "give the same DELIVERY as to the audit; names are relative to it",
        )
    if len(files) > 1 and not exact:
        raise UsageError(f"{len(files)} files of the delivery could be that source")
    file = (exact or files)[0]
    if file.problem is not None:
        raise file.problem
    how = ReadOptions(passwords=passwords, budget=Budget(file.bytes))
    return _Path(source, wanted, agreement, layers).open(file, how)


class _Path:
    """The way from a file to the source inside it. `repr` shows no name."""

    def __init__(self, source: str, file: str, agreement: Agreement | None, layers: ExitStack) -> None:
        self._source = source
        self._file = file
        self._agreement = agreement
        self._layers = layers

    def __repr__(self) -> str:
        return "_Path(…)"

    def open(self, file: DeliveryFile, how: ReadOptions) -> Opened:
        content = self._layers.enter_context(file.content())
        return self._inside(file.source, self._source[len(self._file) :], content, how, 0)

    def _inside(self, true: str, rest: str, content: Content, how: ReadOptions, depth: int) -> Opened:
        """Follow `rest`, what is left of the source's name, into the members of `content`."""
        if depth > MAX_DEPTH:
            raise LimitReached(f"more than {MAX_DEPTH} containers inside one another")
        media = media_type(content)
        for _ in range(MAX_DEPTH):
            if media not in COMPRESSIONS:
                break
            content = self._layers.enter_context(decompressed(content, media, how.budget))
            media = media_type(content)
        if "!" not in rest:
            layout = self._agreement.layout_of(true) if self._agreement else None
            return Opened(true, rest, content, media, replace(how, layout=layout) if layout else how)
        pieces = open_parts(content, media, how)
        if isinstance(pieces, Generator):
            self._layers.callback(pieces.close)  # a member is gone with what yields it
        for piece in pieces:
            if not isinstance(piece, Member):
                continue
            for suffix, left in _cuts(rest):
                if fits(suffix, piece.suffix):
                    if piece.problem is not None or piece.content is None:
                        raise piece.problem or UnreadableSource("nothing in it")
                    inner = self._layers.enter_context(piece.content)
                    return self._inside(true + piece.suffix, left, inner, how, depth + 1)
        raise UsageError("its container has no such member", "give the same DELIVERY as to the audit")


def _cuts(rest: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to cut `!a!b#c` into a member and what lies in it, the longest name first."""
    marks = [at for at, char in enumerate(rest) if char in "!#" and at]
    for at in [len(rest), *reversed(marks)]:
        yield rest[:at], rest[at:]
