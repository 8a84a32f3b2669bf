"""Pictures through Pillow: what their files say of them, and the text in them where there is OCR."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from pi_heif import register_heif_opener
from PIL import Image, ImageFile

from bpoaudit.errors import LimitReached, SourceError, UnreadableSource, UnsupportedSource
from bpoaudit.parsers import ocr
from bpoaudit.parsers.image_tags import Tags
from bpoaudit.parsers.ocr_tally import Tally
from bpoaudit.parsers.sections import Batch, Column, Request, Section

MAX_PAGES = 5_000
"""Pages of a scan that are read."""
MAX_MOVING = 100
"""Pictures of an animation that are read."""

# What Pillow raises for a file that is not what it claims to be.
FAULTS = (
    ArithmeticError, AttributeError, EOFError, Image.DecompressionBombError, LookupError, MemoryError,
    OSError, RuntimeError, SyntaxError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip

_FORMATS = (
    "PNG",
    "JPEG",
    "GIF",
    "TIFF",
    "WEBP",
    "BMP",
    "AVIF",
    "HEIF",
    "JPEG2000",
    "PSD",
    "ICO",
    "DCX",
    "PCX",
)
_SCANS = ("TIFF", "DCX")
_BROKEN = "a broken picture"

Picture = ImageFile.ImageFile

Image.MAX_IMAGE_PIXELS = ocr.MAX_PIXELS // 2  # Pillow refuses from twice that on


def parse(request: Request) -> Iterator[Section]:
    """Yield what the file says (record 0), then the text of each page or frame.

    Without OCR the first section ends with `UnsupportedSource`, unless there is no room for writing.
    """
    register_heif_opener()
    with _opened(request.path) as picture:
        has_room = min(picture.size) >= ocr.SMALLEST
    engine: ocr.Engine | None = None
    problem: SourceError | None = None
    if has_room:
        try:
            engine = ocr.load()
        except UnsupportedSource as missing:
            problem = missing
    about = Section(None, "metadata", iter(()))
    about.batches = _about(request, about, problem)
    yield about
    if engine is not None:
        text = Section(None, "text", iter(()), ["text"])
        text.batches = _pages(request, text, engine)
        yield text
    elif problem is None:
        yield Section(
            None, "text", iter([Batch(1, 1, [])]), ["text"], [f"under {ocr.SMALLEST} pixels high or wide"]
        )


def _about(request: Request, section: Section, problem: SourceError | None) -> Iterator[Batch]:
    tags = Tags(request.signatures)
    broken = False
    with _opened(request.path) as picture:
        try:
            for _ in _frames(picture, MAX_PAGES):
                tags.frame(picture)
            tags.whole(picture)
        except FAULTS:
            broken = True
    if tags.values:
        yield Batch(0, 0, [Column(name, [0] * len(texts), texts) for name, texts in tags.values.items()])
    section.notes += tags.notes()
    if tags.position:
        section.facts["position"] = 1
    if broken:
        section.losses.append("what the file says of the picture may be incomplete: it is broken")
    if problem is not None:
        raise problem


def _pages(request: Request, section: Section, engine: ocr.Engine) -> Iterator[Batch]:
    tally = Tally()
    cut = large = frames = 0
    before = b""
    with _opened(request.path) as picture:
        most = MAX_PAGES if picture.format in _SCANS else MAX_MOVING
        try:
            moves = most == MAX_MOVING and getattr(picture, "is_animated", False)
            for frames in _frames(picture, most):
                columns = []
                if picture.width * picture.height > ocr.MAX_PIXELS:
                    large += 1
                else:
                    with _loaded(picture, request.path, frames) as (loaded, whole):
                        seen = _fingerprint(loaded) if moves else b""
                        if not moves or seen != before:  # else the animation stands still
                            tally.add(read := engine.read(loaded))
                            columns = [Column("text", [frames], [read.text])] if read.text else []
                    before, cut = seen, cut + (not whole)
                yield Batch(frames, 1, columns)
            more = _is_there(picture, most)
        except FAULTS:
            raise UnreadableSource(f"broken from picture {frames:,} on" if frames > 1 else _BROKEN) from None
        finally:
            section.notes += tally.notes(engine.name)
            section.losses += tally.losses()
    if frames > 1:
        section.facts["pages"] = frames
    for count, loss in (
        (cut, f"pictures that break off, read as far as they go: {cut:,}"),
        (large, f"pictures of more than {ocr.MAX_PIXELS:,} pixels, not read: {large:,}"),
        (more, f"pictures after the first {most:,}, not read"),
    ):
        section.losses += [loss] if count else []


def _fingerprint(picture: Picture) -> bytes:
    return hashlib.blake2b(picture.tobytes(), digest_size=16).digest()


def _opened(path: str) -> Picture:
    """Open a file, of which no pixel is decoded yet."""
    try:
        return Image.open(path, formats=_FORMATS)
    except Image.DecompressionBombError:
        raise LimitReached(f"a picture of more than {ocr.MAX_PIXELS:,} pixels") from None
    except FAULTS:
        raise UnreadableSource(_BROKEN) from None


def _frames(picture: Picture, most: int) -> Iterator[int]:
    """Go from page to page, or from frame to frame; yield their numbers, from 1."""
    yield 1
    for number in range(1, most):
        if not _is_there(picture, number):
            return
        yield number + 1


def _is_there(picture: Picture, index: int) -> bool:
    try:
        picture.seek(index)
    except EOFError:
        return False
    return True


@contextmanager
def _loaded(picture: Picture, path: str, number: int) -> Iterator[tuple[Picture, bool]]:
    """Give the picture with its pixels, as far as there are any, and whether they are all there."""
    try:
        picture.load()
    except OSError:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            with _opened(path) as again:
                again.seek(number - 1)
                again.load()
                yield again, False
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
    else:
        yield picture, True
