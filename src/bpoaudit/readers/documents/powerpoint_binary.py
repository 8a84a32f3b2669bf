"""PPT, the binary format of PowerPoint 97 to 2003 ([MS-PPT]): a record is a slide."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import PPT
from bpoaudit.errors import UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.documents.office_password import decrypted_parts
from bpoaudit.readers.documents.ole_file import MAX_STREAM, OleFile
from bpoaudit.readers.documents.ole_objects import pictures
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.inside import Inside
from bpoaudit.readers.json_paths import whole
from bpoaudit.readers.options import ReadOptions

FORMATS = (
    Format(
        "PowerPoint 97 to 2003", (PPT,), (".ppt", ".pps", ".pot"), "olefile",
        "a record is a slide, hidden ones too: `text`, notes, comments and their authors, headers and "
        "footers. Record 0: properties, macros, link targets, text of masters, text of earlier states "
        "that are kept inside the file. Images and embedded objects are sources",
        "metafile drawings are a loss",
    ),
)  # fmt: skip

_STREAM, _USER = "PowerPoint Document", "Current User"
_ENCRYPTED_TOKEN = (0xF3D1C4DF).to_bytes(4, "little")
_CONTAINER = 0xF
_MAX_DEPTH = 60
_MAX_EDITS = 10_000

_DOCUMENT, _SLIDE, _NOTES, _NOTES_ATOM = 1000, 1006, 1008, 1009
_SLIDE_PERSIST, _SLIDE_SHOW_INFO, _SLIDE_LIST = 1011, 1017, 4080
_CHARS, _BYTES, _STRING = 4000, 4008, 4026
_LINK, _HEADERS, _OBJECT, _TAG_DATA, _COMMENT = 4055, 4057, 4113, 5003, 12000
_EDIT, _DIRECTORY = 4085, 6002
_HIDDEN = 4
_OWN_TAG = "___PPT"


class Record(NamedTuple):
    """A record's head: 4 bits version, 12 bits instance, type, length."""

    at: int
    version: int
    instance: int
    type: int
    begin: int
    end: int


class _Slide(NamedTuple):
    persist: int
    id: int
    outline: list[str]
    """Texts of its placeholders, which the document keeps."""


def open_powerpoint(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield what belongs to no slide (record 0), the slides, and a member for each image and object.

    Raises `EncryptedSource` and `UnreadableSource`.
    """
    with OleFile(content) as ole:
        if not _is_encrypted(ole):
            yield from _parts(ole, media_type, how)
            return
    yield from decrypted_parts(content, how, lambda clear: _clear_parts(clear, media_type, how))


def _clear_parts(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    with OleFile(content) as ole:
        yield from _parts(ole, media_type, how)


def _parts(ole: OleFile, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    try:
        show = _Show(ole.read(_STREAM), ole.read(_USER))
        apart, slides = list(show.apart()), list(show.slides())
    except struct.error:
        raise UnreadableSource("a presentation that is broken") from None
    part = Part(
        "", media_type, FieldKind.TEXT, _batches(slides, show.count, how), ("text",), facts=show.facts
    )
    images, metafiles = pictures(ole.read("Pictures"))
    if metafiles:
        part.losses.append(f"metafile drawings, not read: {metafiles}")
    if show.broken:
        part.losses.append(f"embedded objects that are broken: {show.broken}")
    files = [("picture", image) for image in images]
    for storage in show.objects:
        macros, inner = _opened(storage, part.losses)
        apart += [(0, "macros", text) for text in macros]
        files += inner
    words = [(0, "properties", text) for text in ole.properties()] + apart
    yield Part("", media_type, FieldKind.METADATA, _batches(words, 0, how))
    yield part
    inside = Inside(how)
    for name, data in files:
        yield inside.member(name, data)


def _opened(storage: bytes, losses: list[str]) -> tuple[list[str], list[tuple[str, bytes]]]:
    """Return the macros of an embedded object, or the files in it; a document is a file itself."""
    try:
        with OleFile(Content.of_bytes("object", storage)) as ole:
            if macros := list(ole.macros(losses)):
                return macros, []
            return [], list(ole.objects()) or [("object", storage)]
    except UnreadableSource:
        return [], [("object", storage)]


def _is_encrypted(ole: OleFile) -> bool:
    return ole.read(_USER)[12:16] == _ENCRYPTED_TOKEN


def _batches(words: list[tuple[int, str, str]], records: int, how: ReadOptions) -> Iterator[RecordBatch]:
    gathered = Gatherer(how.batch_records)
    done = 0
    for record, field, text in sorted(words, key=lambda word: word[0]):
        while done < record - 1:
            done += 1
            gathered.end_record()
            if gathered.full:
                yield gathered.take()
        gathered.add(field, record, whole(text).replace("\0", ""))
        if gathered.heavy:
            yield gathered.take()
    for _ in range(records - done):
        gathered.end_record()
    if not gathered.empty:
        yield gathered.take()


class _Show:
    """The slides of one stream. `repr` shows no content."""

    def __init__(self, data: bytes, user: bytes) -> None:
        """Find the slides. Raises `struct.error` where the stream is broken."""
        self._data = data
        (edit,) = struct.unpack_from("<I", user, 16)
        self._places = self._directory(edit)
        self._document = self._record(self._places.get(self._document_id, 0))
        self._slides = [slide for list_ in self._lists(0) for slide in list_]
        self.count = len(self._slides)
        self.facts: dict[str, str | int] = {"pages": self.count}
        self.objects: list[bytes] = []
        self.broken = 0

    def __repr__(self) -> str:
        return f"_Show({self.count})"

    def apart(self) -> Iterator[tuple[int, str, str]]:
        """Yield what belongs to no slide: masters, links, and what the current state no longer uses."""
        live = set(self._places.values())
        owned = {self._places.get(slide.persist) for slide in self._slides}
        for record in self._records(0, len(self._data)):
            if record.at in owned or record.type == _NOTES or record.at == self._document.at:
                continue
            for field, text in self._texts(record, "text"):
                yield 0, f"layout {field}" if record.at in live else "earlier text", text
            if record.type == _OBJECT and record.at in live:
                self._take_object(record)
        for field, text in self._texts(self._document, "outline", {_SLIDE_LIST}):
            yield 0, field if field in ("outline", "links") else f"document {field}", text

    def slides(self) -> Iterator[tuple[int, str, str]]:
        """Yield record, field and text of each slide and its notes."""
        number_of = {slide.id: number for number, slide in enumerate(self._slides, start=1)}
        for number, slide in enumerate(self._slides, start=1):
            for text in slide.outline:
                yield number, "text", text
            at = self._places.get(slide.persist)
            if at is not None:
                record = self._record(at)
                self._count(record)
                for field, text in self._texts(record, "text"):
                    yield number, field, text
        for at in sorted(set(self._places.values())):
            record = self._record(at)
            if record.type == _NOTES:
                first = next(self._records(record.begin, record.end), None)
                of = (
                    struct.unpack_from("<I", self._data, first.begin)[0]
                    if first and first.type == _NOTES_ATOM
                    else 0
                )
                for field, text in self._texts(record, "notes"):
                    yield number_of.get(of, 1 if self._slides else 0), field, text

    def _count(self, slide: Record) -> None:
        for record in self._records(slide.begin, slide.end):
            if record.type == _SLIDE_SHOW_INFO:
                (flags,) = struct.unpack_from("<H", self._data, record.begin + 10)
                if flags & _HIDDEN:
                    self.facts["hidden_slides"] = int(self.facts.get("hidden_slides", 0)) + 1

    def _directory(self, edit: int) -> dict[int, int]:
        """Return where each persistent object is: newest edits first, older ones fill what they leave."""
        places: dict[int, int] = {}
        self._document_id = 0
        for _ in range(_MAX_EDITS):
            record = self._record(edit)
            if record.type != _EDIT:
                break
            before, directory, document = struct.unpack_from("<III", self._data, record.begin + 8)
            self._document_id = self._document_id or document
            for number, at in self._entries(self._record(directory)):
                places.setdefault(number, at)
            if not before or before >= edit:
                break
            edit = before
        return places

    def _entries(self, directory: Record) -> Iterator[tuple[int, int]]:
        at = directory.begin
        while at + 4 <= directory.end:
            (head,) = struct.unpack_from("<I", self._data, at)
            for index in range(head >> 20):
                at += 4
                yield (head & 0xFFFFF) + index, struct.unpack_from("<I", self._data, at)[0]
            at += 4

    def _lists(self, instance: int) -> Iterator[list[_Slide]]:
        for record in self._records(self._document.begin, self._document.end):
            if record.type == _SLIDE_LIST and record.instance == instance:
                slides: list[_Slide] = []
                for each in self._records(record.begin, record.end):
                    if each.type == _SLIDE_PERSIST:
                        persist, _, _, number = struct.unpack_from("<IIiI", self._data, each.begin)
                        slides.append(_Slide(persist, number, []))
                    elif slides and (text := self._string(each)):
                        slides[-1].outline.append(text)
                yield slides

    def _texts(
        self, record: Record, field: str, without: set[int] | None = None, depth: int = 0
    ) -> Iterator[tuple[str, str]]:
        field = {_COMMENT: "comments", _LINK: "links", _HEADERS: "headers"}.get(record.type, field)
        if record.type == _COMMENT:
            self.facts["comments"] = int(self.facts.get("comments", 0)) + 1
        if (text := self._string(record)) and not text.startswith(_OWN_TAG):
            is_author = field == "comments" and record.instance != 1
            yield "authors" if is_author else field, text
        elif (record.version == _CONTAINER or record.type == _TAG_DATA) and depth < _MAX_DEPTH:
            for each in self._records(record.begin, record.end):
                if not without or each.type not in without:
                    yield from self._texts(each, field, without, depth + 1)

    def _string(self, record: Record) -> str:
        if record.type in (_CHARS, _STRING):
            text = self._data[record.begin : record.end].decode("utf-16-le", "replace")
        elif record.type == _BYTES:
            text = self._data[record.begin : record.end].decode("latin-1")
        else:
            return ""
        return text.replace("\r", "\n").replace("\x0b", "\n").replace("\0", "")

    def _take_object(self, record: Record) -> None:
        data = self._data[record.begin : record.end]
        if record.instance == 1:
            unpacker = zlib.decompressobj()
            try:
                data = unpacker.decompress(data[4:], MAX_STREAM)
            except zlib.error:
                self.broken += 1
                return
        self.objects.append(data)

    def _records(self, at: int, end: int) -> Iterator[Record]:
        while at + 8 <= end:
            record = self._record(at)
            if record.end > end:
                record = record._replace(end=end)
            yield record
            at = record.end

    def _record(self, at: int) -> Record:
        head, kind, length = struct.unpack_from("<HHI", self._data, at)
        return Record(at, head & 0xF, head >> 4, kind, at + 8, at + 8 + length)
