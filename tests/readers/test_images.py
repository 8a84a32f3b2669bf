"""Pictures: what their files say of them. What is drawn in them is in `test_ocr`."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, IptcImagePlugin
from PIL.PngImagePlugin import PngInfo

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.errors import LimitReached, SourceError, UnreadableSource, UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers import Member, Part, open_parts
from tests.readers.conftest import Seen, consume

SECRET = "ann.lee@example.org"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a owner="{SECRET}">Ann &amp; Lee</a></x:xmpmeta>'

EXIF, GPS = 0x8769, 0x8825
HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA"
    "AAAAADRpbG9jAAAAAERAAAIAAQAAAAAB4gABAAAAAAAAABMAAgAAAAAB9QABAAAAAAAAALwAAAA4aWluZgAAAAAAAgAAABVp"
    "bmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZo"
    "dmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAA"
    "AwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAA"
    "AAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1h"
    "AAAAAAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAA121kYXQAAAAPKAGvBRj6AuiM15A8G+ggAAAA"
    "BkV4aWYAAE1NACoAAAAIAAKHaQAEAAAAAQAAACaIJQAEAAAAAQAAAEwAAAAAAAGkMAACAAAAFAAAADgAAAAAYW5uLmxlZUBl"
    "eGFtcGxlLm9yZwAABAABAAIAAAACTgAAAAACAAUAAAADAAAAggADAAIAAAACRQAAAAAEAAUAAAADAAAAmgAAAAAAAAAOAAAA"
    "AQAAACMAAAABAAAAAAAAAAEAAAB4AAAAAQAAAB4AAAABAAAAAAAAAAE="
)
"""64 by 48 pixels, made with libheif; Pillow can read such a file and not write it."""

pytestmark = pytest.mark.usefixtures("without_ocr")


def picture(kind: str, size: tuple[int, int] = (40, 30), mode: str = "L", **told: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 200).save(out, kind, **told)
    return out.getvalue()


def opened(data: bytes) -> list[Seen]:
    with Content.of_bytes("data", data) as content:
        return [consume(part) for part in open_parts(content, media_type(content)) if isinstance(part, Part)]


def told(data: bytes) -> Seen:
    """Return what a file says of itself, which is all there is without OCR."""
    (seen,) = opened(data)
    assert seen.part.kind is FieldKind.METADATA
    assert seen.records == 0
    return seen


def exif(**about: Any) -> bytes:
    made = Image.Exif()
    made.update(about.get("whole", {}))
    for number, name in ((EXIF, "shot"), (GPS, "place")):
        if name in about:
            made[number] = about[name]
    return made.tobytes()


# --- without OCR ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP", "AVIF", "PCX", "ICO", "JPEG2000"]
)
def test_a_picture_that_nobody_reads_is_said(kind: str) -> None:
    seen = told(picture(kind))
    assert isinstance(seen.error, UnsupportedSource)
    assert seen.error.message.startswith("a picture, not read: OCR needs ")


def test_a_picture_with_no_room_for_writing_is_read() -> None:
    about, page = opened(picture("GIF", (1, 1)))
    assert (about.error, page.error, page.records, page.fields) == (None, None, 1, {})
    assert page.part.notes == ["under 8 pixels high or wide"]


# --- EXIF -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_texts_of_exif_are_read_wherever_they_stand(kind: str) -> None:
    made = exif(
        whole={
            0x010E: "badge of Jörg".encode(),
            0x8298: "ⓒ Łukasz".encode(),
            0x013B: SECRET,
            0x9C9C: "by Zoë\0".encode("utf-16-le"),
        },
        shot={0xA430: "Ann Lee", 0x9286: b"UNICODE\0" + "José".encode("utf-16-le")},
    )
    data = picture(kind, exif=made)
    if kind == "TIFF":  # Pillow writes ASCII there
        data = data.replace(b"J??rg", "Jörg".encode()).replace(b"??? ??ukasz", "ⓒ Łukasz".encode())
    seen = told(data)
    assert {name: values[0] for name in seen.fields if (values := seen.values(name))} == {
        "exif.ImageDescription": "badge of Jörg",
        "exif.Artist": SECRET,
        "exif.Copyright": "ⓒ Łukasz",
        "exif.XPComment": "by Zoë",
        "exif.CameraOwnerName": "Ann Lee",
        "exif.UserComment": "José",
    }
    assert all(record == 0 for pairs in seen.fields.values() for record, _ in pairs)


def test_times_are_dates_as_everybody_writes_them() -> None:
    seen = told(picture("JPEG", exif=exif(whole={0x0132: "2026:05:01 10:20:30"}, place={29: "2026:05:02"})))
    assert seen.values("exif.DateTime") == ["2026-05-01 10:20:30"]
    assert seen.values("exif.GPSDateStamp") == ["2026-05-02"]


@pytest.mark.parametrize(
    ("north", "east", "degrees"),
    [("N", "E", "14.599583, 120.984167"), ("S", "W", "-14.599583, -120.984167")],
)
def test_the_position_is_told_in_degrees_and_is_a_fact(north: str, east: str, degrees: str) -> None:
    place = {1: north, 2: (14.0, 35.0, 58.5), 3: east, 4: (120.0, 59.0, 3.0)}
    seen = told(picture("JPEG", exif=exif(place=place)))
    assert seen.values("exif.GPS") == [degrees]
    assert seen.part.facts == {"position": 1}


def test_a_position_that_is_none_is_none() -> None:
    place = {1: "N", 2: (14.0, 35.0), 3: "E", 4: (120.0, 59.0, 3.0)}
    seen = told(picture("JPEG", exif=exif(place=place)))
    assert not seen.fields
    assert not seen.part.facts


def test_previews_and_notes_of_the_maker_are_noted() -> None:
    def directory(entries: list[tuple[int, int, int, int]], following: int) -> bytes:
        body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
        return struct.pack("<H", len(entries)) + body + struct.pack("<I", following)

    # The picture, its preview, and what the camera says: each a directory of TIFF 6.0.
    first = directory([(EXIF, 4, 1, 56)], 26)
    preview = directory([(0x0201, 4, 1, 74), (0x0202, 4, 1, 4)], 0)
    shot = directory([(0x927C, 7, 4, 0x04030201)], 0)
    data = b"II*\0\x08\0\0\0" + first + preview + shot + b"\xff\xd8\xff\xd9"
    seen = told(picture("JPEG", exif=b"Exif\0\0" + data))
    assert seen.part.notes == [
        "an embedded preview of the picture, not read", "notes of the camera's maker, not read",
    ]  # fmt: skip


def test_heic_of_telephones_is_read() -> None:
    seen = told(base64.b64decode(HEIC))
    assert seen.values("exif.CameraOwnerName") == [SECRET]
    assert seen.part.facts == {"position": 1}


# --- XMP, IPTC, texts, comments ---------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "xmp"), ("WEBP", "xmp"), ("TIFF", "xmp")])
def test_the_words_of_xmp_are_read(kind: str, name: str) -> None:
    if kind == "TIFF":
        made = Image.Exif()
        made[700] = XMP.encode()
        data = picture(kind, exif=made)
    else:
        data = picture(kind, xmp=XMP.encode())
    assert told(data).values(name) == [SECRET, "Ann & Lee"]


def test_xmp_that_is_no_xml_is_read_as_it_is() -> None:
    assert told(picture("JPEG", xmp=f"<a>{SECRET}".encode())).values("xmp") == [f"<a>{SECRET}"]


def test_a_position_in_xmp_is_a_fact() -> None:
    packet = b'<a xmlns:exif="e" exif:GPSLatitude="14,35.97N"/>'
    seen = told(picture("JPEG", xmp=packet))
    assert (seen.values("xmp")[-1], seen.part.facts) == ("14,35.97N", {"position": 1})


def test_iptc_is_read() -> None:
    def dataset(number: int, text: bytes) -> bytes:
        return struct.pack(">BBBH", 0x1C, 2, number, len(text)) + text

    records = (
        dataset(80, b"Ann Lee") + dataset(25, b"one") + dataset(25, SECRET.encode()) + dataset(222, b"x y")
    )
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)
    body = b"Photoshop 3.0\0" + block
    plain = picture("JPEG")
    data = plain[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + plain[2:]
    assert IptcImagePlugin.getiptcinfo(Image.open(io.BytesIO(data)))
    seen = told(data)
    assert seen.values("iptc.author") == ["Ann Lee"]
    assert seen.values("iptc.keywords") == ["one", SECRET]
    assert seen.values("iptc.2:222") == ["x y"]


def test_texts_of_png_are_read_behind_the_pixels_too() -> None:
    texts = PngInfo()
    texts.add_text("Author", "Ann Lee")
    texts.add_itxt("Comment", "für Zoë", "de", "Kommentar", zip=True)
    data = picture("PNG", pnginfo=texts)
    late = b"tEXt" + f"Late\0{SECRET}".encode()
    chunk = struct.pack(">I", len(late) - 4) + late + struct.pack(">I", zlib.crc32(late))
    at = data.rindex(b"IEND") - 4
    seen = told(data[:at] + chunk + data[at:])
    assert {name: seen.values(name) for name in seen.fields} == {
        "text.Author": ["Ann Lee"], "text.Comment": ["für Zoë"], "text.Late": [SECRET],
    }  # fmt: skip


def test_every_comment_is_read() -> None:
    plain = picture("JPEG", comment=b"the last")
    first = b"the first, by " + SECRET.encode()
    data = plain[:2] + b"\xff\xfe" + struct.pack(">H", len(first) + 2) + first + plain[2:]
    assert told(data).values("comment") == [first.decode(), "the last"]
    assert told(picture("GIF", comment=SECRET.encode())).values("comment") == [SECRET]


def test_what_the_last_page_says_is_read() -> None:
    made = Image.Exif()
    made[0x010E] = f"page three, by {SECRET}"
    pages = [Image.new("L", (40, 30), 9 * number) for number in range(3)]
    pages[2].encoderinfo = {"exif": made}
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    assert told(out.getvalue()).values("exif.ImageDescription") == [f"page three, by {SECRET}"]


# --- broken, hostile --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + SECRET.encode(),
        b"\xff\xd8\xff\xe1" + SECRET.encode(),
        b"II*\0" + b"\xff" * 100 + SECRET.encode(),
        b"GIF89a" + SECRET.encode(),
        b"RIFF\x10\0\0\0WEBPVP8 " + SECRET.encode(),
        b"\0\0\0\x18ftypheic\0\0\0\0" + SECRET.encode(),
        b"8BPS\0\x01" + b"\xff" * 60,
    ],
    ids=lambda data: data[:8].hex(),
)
def test_broken_pictures_are_said_without_their_bytes(data: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        opened(data)
    assert isinstance(caught.value, UnreadableSource)
    assert caught.value.message == "a broken picture"


def test_what_stands_before_the_break_is_read() -> None:
    texts = PngInfo()
    texts.add_text("Author", SECRET)
    data = picture("PNG", (400, 300), pnginfo=texts)
    whole = told(data)
    cut = told(data[: data.index(b"IDAT") + 20])
    assert not whole.part.losses
    assert cut.part.losses == ["what the file says of the picture may be incomplete: it is broken"]


def test_a_bomb_is_said() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    with pytest.raises(LimitReached, match="a picture of more than 150,000,000 pixels"):
        opened(data + b"\0\0\0\0IDAT" + struct.pack(">I", zlib.crc32(b"IDAT")))


def test_pages_that_lead_in_a_circle_end() -> None:
    data = bytearray(picture("TIFF"))
    first = int.from_bytes(data[4:8], "little")
    entries = int.from_bytes(data[first : first + 2], "little")
    link = first + 2 + 12 * entries
    data[link : link + 4] = data[4:8]
    assert told(bytes(data)).error is not None


def test_nothing_is_a_member(tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(picture("PNG"))
    assert not [each for each in open_parts(Content.of_path(path), "image/png") if isinstance(each, Member)]
