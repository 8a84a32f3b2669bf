"""What a picture's file says of it: EXIF (JEITA CP-3451), XMP (ISO 16684-1), IPTC-IIM, texts, comments."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import ExifTags, ImageFile, IptcImagePlugin

from bpoaudit.parsers.cells import Raw

_DATE = re.compile(r"(\d{4}):(\d\d):(\d\d)\b")
_MOST = 10_000
_MAKER_NOTE = 0x927C
_PREVIEW = 0x0201
_WINDOWS = range(0x9C9B, 0x9CA0)
"""Title, comment, author, keywords and subject that Windows writes, in UTF-16."""
# Versions, parts of a second, zones; XMP, IPTC and profiles, which are read as what they are.
_NO_WORDS = frozenset(
    [0x0001, 0x0002, 0x8769, 0x8825, 0xA005, 0x9000, 0x9010, 0x9011, 0x9012, 0x9101, 0x9290, 0x9291, 0x9292,
     0xA000, 0xA300, 0xA301, 0xA302, 0x02BC, 0x83BB, 0x8649, 0x8773, 0x935C, 0x014A, 0x015B]
)  # fmt: skip
_CHARSETS = {b"ASCII\0\0\0": "utf-8", b"UNICODE\0": "utf-16", b"JIS\0\0\0\0\0": "iso2022_jp"}
"""How a comment begins that says what it is written in."""
_IPTC = {
    5: "title", 25: "keywords", 26: "location", 40: "instructions", 55: "date", 80: "author",
    85: "author title", 90: "city", 92: "place", 95: "state", 101: "country", 105: "headline",
    110: "credit", 115: "source", 116: "copyright", 118: "contact", 120: "caption", 122: "caption writer",
}  # fmt: skip


class Tags:
    """Collects the texts of a file, each once. `repr` shows no content."""

    def __init__(self, signatures: Sequence[tuple[int, bytes]]) -> None:
        self._raw = Raw(signatures)
        self._said: set[str] = set()
        self._count = 0
        self.values: dict[str, list[str]] = {}
        """Texts by field, in the order they stand in."""
        self.position = False
        """Whether it says where it was made."""

    def __repr__(self) -> str:
        return f"Tags(fields={len(self.values)})"

    def frame(self, picture: ImageFile.ImageFile) -> None:
        """Take what one page or frame says."""
        exif = picture.getexif()
        for number, value in exif.items():
            self._tag("exif", ExifTags.TAGS.get(number), number, value)
        for number, value in exif.get_ifd(ExifTags.IFD.Exif).items():
            self._tag("exif", ExifTags.TAGS.get(number), number, value)
        places = exif.get_ifd(ExifTags.IFD.GPSInfo)
        for number, value in places.items():
            if number not in (1, 2, 3, 4):
                self._tag("exif", ExifTags.GPSTAGS.get(number), number, value)
        if place := _position(places):
            self.position = True
            self._add("exif.GPS", place)
        if _PREVIEW in exif.get_ifd(ExifTags.IFD.IFD1):
            self._said.add("an embedded preview of the picture, not read")
        if exif.get_ifd(ExifTags.IFD.Exif).get(_MAKER_NOTE):
            self._said.add("notes of the camera's maker, not read")
        packet = picture.info.get("xmp") or exif.get(0x02BC)
        if isinstance(packet, bytes | str):
            text = self._raw.text(packet) if isinstance(packet, bytes) else self._raw.escaped(packet)
            self.position = self.position or "GPSLatitude" in text
            self._add("xmp", text)
        for field, text in self._comments(picture):
            self._add(field, text)

    def whole(self, picture: ImageFile.ImageFile) -> None:
        """Take what stands in the file once; texts of PNG may come behind the pixels."""
        for (record, number), values in (IptcImagePlugin.getiptcinfo(picture) or {}).items():
            if record in (2, 3) and number:
                for value in values if isinstance(values, list) else [values]:
                    self._add(f"iptc.{_IPTC.get(number, f'{record}:{number}')}", self._bytes(value))
        if picture.format == "PNG":
            picture.seek(0)
            for key, value in picture.text.items():  # type: ignore[attr-defined]
                if key == "XML:com.adobe.xmp":
                    continue
                self._add(f"text.{self._raw.escaped(str(key))}", self._raw.escaped(str(value)))

    def notes(self) -> list[str]:
        """Say what was left out."""
        return sorted(self._said) + self._raw.notes() + self._raw.losses()

    def _comments(self, picture: ImageFile.ImageFile) -> Iterator[tuple[str, str]]:
        for marker, value in getattr(picture, "applist", ()):
            if marker == "COM":
                yield "comment", self._raw.text(value)
        comment = picture.info.get("comment")
        if not hasattr(picture, "applist") and isinstance(comment, bytes | str):
            yield (
                "comment",
                self._raw.text(comment) if isinstance(comment, bytes) else self._raw.escaped(comment),
            )

    def _tag(self, group: str, name: str | None, number: int, value: Any) -> None:
        if number in _NO_WORDS or number == _MAKER_NOTE:
            return
        if number in _WINDOWS and isinstance(value, bytes | tuple):
            text = self._raw.bare(bytes(value).decode("utf-16-le", "replace").rstrip("\0"))
        elif isinstance(value, str):
            # Pillow reads it as Latin-1, cameras write UTF-8.
            text = self._raw.text(value.rstrip("\0").encode("latin-1", "replace"))
        elif isinstance(value, bytes):
            text = self._bytes(value)
        else:
            return
        self._add(f"{group}.{name or number}", _DATE.sub(r"\1-\2-\3", text))

    def _bytes(self, value: bytes) -> str:
        """Read bytes as text, in what they say they are written in; nothing where they are no text."""
        for begins, charset in _CHARSETS.items():
            if value.startswith(begins):
                rest = value[8:]
                if charset == "utf-16" and rest[:2] not in (b"\xff\xfe", b"\xfe\xff"):
                    charset = "utf-16-le" if rest[1:2] == b"\0" else "utf-16-be"
                return self._raw.bare(rest.decode(charset, "replace").rstrip("\0"))
        text = self._raw.text(value.strip(b"\0 "))
        return text if text.isprintable() or "\n" in text else ""

    def _add(self, field: str, text: str) -> None:
        text = text.strip()
        texts = self.values.setdefault(field, [])
        if not text or text in texts:
            if not texts:
                del self.values[field]
            return
        self._count += 1
        if self._count > _MOST:
            self._said.add(f"texts after the first {_MOST:,}, not read")
            return
        texts.append(text)


def _position(places: dict[int, Any]) -> str:
    """Return latitude and longitude in degrees, or nothing where they are no numbers."""
    degrees = []
    for direction, value, negative in ((1, 2, "S"), (3, 4, "W")):
        parts = places.get(value)
        if not isinstance(parts, tuple) or len(parts) != 3:
            return ""
        found = sum(float(part) / 60**at for at, part in enumerate(parts))
        if not math.isfinite(found):
            return ""
        degrees.append(-found if str(places.get(direction, "")).startswith(negative) else found)
    return f"{degrees[0]:.6f}, {degrees[1]:.6f}"
