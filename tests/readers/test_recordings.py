"""Recordings: nobody listens to them, and everything that their files say is read."""

from __future__ import annotations

import base64
import io
import struct
import wave
from collections.abc import Sequence

import pytest
from generate.formats.media import mp3, wav

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.errors import SourceError, UnreadableSource, UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers import Part, open_parts
from tests.readers.conftest import Seen, consume

SECRET = "ann.lee@example.org"


def told(data: bytes, name: str = "data") -> Seen:
    with Content.of_bytes(name, data) as content:
        (seen,) = [
            consume(part) for part in open_parts(content, media_type(content)) if isinstance(part, Part)
        ]
    assert seen.part.kind is FieldKind.METADATA
    assert seen.records == 0
    assert isinstance(seen.error, UnsupportedSource)
    assert seen.error.message == "a recording, not transcribed"
    return seen


# --- sound ------------------------------------------------------------------------------------------


def test_wav_with_its_tags() -> None:
    seen = told(
        wav(3, {"IART": "Ann Lee", "ICMT": f"call of {SECRET}", "ICRD": "2026-05-01", "IXYZ": "else"})
    )
    assert seen.values("director") == ["Ann Lee"]
    assert seen.values("comment") == [f"call of {SECRET}"]
    assert seen.values("recorded date") == ["2026-05-01"]
    assert seen.values("ixyz") == ["else"]
    assert seen.part.facts == {"duration_seconds": 3}
    assert seen.part.notes == ["Wave, PCM, 1 channel, 2,000 Hz"]
    assert not seen.part.losses


def test_broadcast_wav_says_who_made_it_and_when() -> None:
    plain = wav(1, {})
    about = (
        f"call of {SECRET}".encode().ljust(256, b"\0") + b"Ann Lee".ljust(32, b"\0") + b"r7".ljust(32, b"\0")
    )
    bext = about + b"2026-05-01" + b"10:11:12" + bytes(264)
    data = plain[:12] + b"bext" + struct.pack("<I", len(bext)) + bext + plain[12:]
    seen = told(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    assert seen.values("description") == [f"call of {SECRET}"]
    assert seen.values("producer") == ["Ann Lee"]
    assert seen.values("encoded date") == ["2026-05-01 10:11:12"]


def test_wav_without_a_sample() -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(2)
        made.setsampwidth(2)
        made.setframerate(8000)
    seen = told(out.getvalue())
    assert seen.part.facts == {"duration_seconds": 0}
    assert seen.part.notes == [
        "Wave, PCM, 2 channels, 8,000 Hz",
        "how long it is cannot be told, or it is empty",
    ]


def test_wav_that_breaks_off() -> None:
    seen = told(wav(10, {})[:9000])
    assert seen.part.losses == ["breaks off"]
    assert seen.part.facts == {"duration_seconds": 4}


def test_mp3_with_its_tags() -> None:
    tags = {
        "TPE1": "Ann Lee",
        "TIT2": "Call 7",
        "TDRC": "2026-05-01",
        "TXXX": "AgentName\0Bob Ray",
        "TENC": "Cy Po",
    }
    seen = told(mp3(120, tags, f"about {SECRET}"))
    assert {name: seen.values(name) for name in seen.fields} == {
        "performer": ["Ann Lee"],
        "title": ["Call 7"],
        "recorded date": ["2026-05-01"],
        "agent name": ["Bob Ray"],
        "encoded by": ["Cy Po"],
        "comment": [f"about {SECRET}"],
    }
    assert seen.part.facts == {"duration_seconds": 3}


def flac(comments: Sequence[str]) -> bytes:
    info = (
        struct.pack(">HH", 4096, 4096)
        + bytes(6)
        + (8000 << 44 | 0 << 41 | 15 << 36 | 16000).to_bytes(8, "big")
    )
    said = struct.pack("<I", 0) + struct.pack("<I", len(comments))
    said += b"".join(struct.pack("<I", len(each.encode())) + each.encode() for each in comments)
    blocks = (
        b"\0"
        + struct.pack(">I", 34)[1:]
        + info
        + bytes(16)
        + b"\x84"
        + struct.pack(">I", len(said))[1:]
        + said
    )
    return b"fLaC" + blocks + b"\xff\xf8\xc9\x08" + bytes(40)


def test_flac_with_vorbis_comments() -> None:
    seen = told(flac(["ARTIST=Ann Lee", f"COMMENT=of {SECRET}", "DATE=2026-05-01", "CASE=für Zoë"]))
    values = {value for pairs in seen.fields.values() for _, value in pairs}
    assert {"Ann Lee", f"of {SECRET}", "2026-05-01", "für Zoë"} <= values
    assert seen.part.facts == {"duration_seconds": 2}


def test_au_with_its_remark() -> None:
    remark = f"call of {SECRET}".encode().ljust(32, b"\0")
    seen = told(b".snd" + struct.pack(">5I", 56, 16000, 1, 8000, 1) + remark + bytes(16000))
    assert seen.values("comment") == [f"call of {SECRET}"]
    assert seen.part.facts == {"duration_seconds": 2}


def test_telephony_without_a_header() -> None:
    assert told(b"#!AMR\n" + (b"\x0c" + bytes(13)) * 500).part.facts == {"duration_seconds": 10}
    assert told((b"\xd2" + bytes(32)) * 500).part.facts == {"duration_seconds": 10}
    vox = told(bytes(range(1, 255)) * 40, "call.VOX")
    assert (vox.part.facts, vox.part.notes) == ({}, ["ADPCM without a header: how long it is cannot be told"])


# --- video ------------------------------------------------------------------------------------------


def box(name: bytes, *inside: bytes) -> bytes:
    data = b"".join(inside)
    return struct.pack(">I", 8 + len(data)) + name + data


def mp4(brand: bytes) -> bytes:
    """Return the boxes of ISO/IEC 14496-12 for one track of sound of 65 seconds, with tags behind it."""
    made = 3_860_474_400  # seconds since 1904
    matrix = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    movie = box(
        b"mvhd", struct.pack(">5IIH", 0, made, made, 1000, 65_000, 1 << 16, 0x100), bytes(10), matrix, bytes(24),
        struct.pack(">I", 2),
    )  # fmt: skip
    track = box(b"tkhd", struct.pack(">I5I", 7, made, made, 1, 0, 65_000), bytes(16), matrix, bytes(8))
    entry = box(b"samr", bytes(6), struct.pack(">H", 1), bytes(8), struct.pack(">HHII", 1, 16, 0, 8000 << 16))
    table = box(
        b"stbl", box(b"stsd", struct.pack(">II", 0, 1), entry),
        *(box(name, bytes(8)) for name in (b"stts", b"stsc", b"stco")), box(b"stsz", bytes(12)),
    )  # fmt: skip
    media = box(
        b"mdia", box(b"mdhd", struct.pack(">5IHH", 0, made, made, 8000, 520_000, 0x55C4, 0)),
        box(b"hdlr", bytes(8), b"soun", bytes(13)),
        box(b"minf", box(b"smhd", bytes(8)), box(b"dinf", box(b"dref", bytes(8))), table),
    )  # fmt: skip

    def text(name: bytes, said: str) -> bytes:
        return box(name, box(b"data", struct.pack(">II", 1, 0), said.encode()))

    items = text(b"\xa9ART", "Ann Lee") + text(b"\xa9cmt", f"of {SECRET}") + text(b"\xa9day", "2026-05-01")
    place = b"+14.5995+120.9842/"
    said = box(
        b"udta", box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7), place),
        box(b"meta", bytes(4), box(b"hdlr", bytes(8), b"mdirappl", bytes(9)), box(b"ilst", items)),
    )  # fmt: skip
    first = box(b"ftyp", brand, bytes(4), brand)
    return first + box(b"moov", movie, box(b"trak", track, media), said) + box(b"mdat", bytes(100))


@pytest.mark.parametrize(
    ("brand", "kind"),
    [(b"isom", "video/mp4"), (b"qt  ", "video/quicktime"), (b"3gp4", "video/3gpp"), (b"M4A ", "audio/mp4")],
)
def test_mp4_and_its_kin(brand: bytes, kind: str) -> None:
    seen = told(mp4(brand))
    assert seen.part.media_type == kind
    assert seen.values("performer") == ["Ann Lee"]
    assert seen.values("comment") == [f"of {SECRET}"]
    assert seen.values("recorded date") == ["2026-05-01"]
    assert seen.values("encoded date")[0].startswith("2026-05-01")
    assert seen.part.facts == {"duration_seconds": 65, "position": 1}


def element(number: int, *inside: bytes) -> bytes:
    data = b"".join(inside)
    name = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return name + (len(data) | 1 << 28).to_bytes(4, "big") + data


def matroska() -> bytes:
    """Return the elements of RFC 9559 for sound, subtitles, chapters and a tag."""
    head = element(0x1A45DFA3, element(0x4282, b"matroska"), element(0x4287, b"\4"), element(0x4285, b"\2"))
    info = element(
        0x1549A966, element(0x2AD7B1, (1_000_000).to_bytes(3, "big")), element(0x4489, struct.pack(">d", 7000.0)),
        element(0x7BA9, b"Talk with Ann Lee"), element(0x4D80, b"t"), element(0x5741, b"t"),
    )  # fmt: skip

    def track(number: int, kind: int, codec: bytes, *more: bytes) -> bytes:
        return element(
            0xAE, element(0xD7, bytes([number])), element(0x73C5, bytes([number])), element(0x83, bytes([kind])),
            element(0x86, codec), *more,
        )  # fmt: skip

    sound = element(0xE1, element(0xB5, struct.pack(">d", 8000.0)), element(0x9F, b"\1"))
    tracks = element(
        0x1654AE6B, track(1, 2, b"A_PCM/INT/LIT", sound),
        track(2, 17, b"S_TEXT/UTF8", element(0x536E, b"as Bob Ray heard it")),
    )  # fmt: skip
    chapter = element(
        0xB6, element(0x73C4, b"\1"), element(0x91, b"\0"), element(0x80, element(0x85, SECRET.encode()))
    )
    chapters = element(0x1043A770, element(0x45B9, chapter))
    simple = element(0x67C8, element(0x45A3, b"CASE"), element(0x4487, b"of Cy Po"))
    tags = element(0x1254C367, element(0x7373, element(0x63C0), simple))
    block = element(0x1F43B675, element(0xE7, b"\0"), element(0xA3, b"\x81\0\0\x80" + bytes(64)))
    return head + element(0x18538067, info, tracks, chapters, tags, block)


def test_matroska_with_subtitles_chapters_and_tags() -> None:
    seen = told(matroska())
    values = {value for pairs in seen.fields.values() for _, value in pairs}
    assert {"Talk with Ann Lee", "as Bob Ray heard it", "of Cy Po"} <= values
    assert any(SECRET in value for value in seen.values("chapters"))
    assert seen.part.losses == ["subtitles inside the recording, not read: 1"]
    assert seen.part.facts == {"duration_seconds": 7}


def test_avi() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    # Ten frames a second, twenty of them: Microsoft's AVI RIFF File Reference.
    head = chunk(b"avih", struct.pack("<14I", 100_000, 0, 0, 0, 20, 0, 1, 0, 16, 16, 0, 0, 0, 0))
    stream = chunk(b"strh", b"vidsMJPG" + bytes(12) + struct.pack("<7I", 1, 10, 0, 20, 0, 0, 0) + bytes(8))
    form = chunk(b"strf", struct.pack("<IiiHH4s5I", 40, 16, 16, 1, 24, b"MJPG", 768, 0, 0, 0, 0))
    lists = chunk(b"LIST", b"hdrl" + head + chunk(b"LIST", b"strl" + stream + form))
    tags = chunk(b"LIST", b"INFO" + chunk(b"IART", b"Ann Lee\0") + chunk(b"ICMT", SECRET.encode()))
    data = chunk(b"RIFF", b"AVI " + lists + tags + chunk(b"LIST", b"movi" + chunk(b"00dc", bytes(99)) * 20))
    seen = told(data)
    assert seen.part.media_type == "video/x-msvideo"
    assert seen.values("director") == ["Ann Lee"]
    assert seen.values("comment") == [SECRET]
    assert seen.part.facts == {"duration_seconds": 2}


# --- broken, hostile --------------------------------------------------------------------------------

_ASF = base64.b64decode("MCaydY5mzxGm2QCqAGLObA==")


@pytest.mark.parametrize(
    "data",
    [
        b"RIFF\x20\0\0\0WAVE" + SECRET.encode(),
        b"ID3" + SECRET.encode(),
        b"OggS" + SECRET.encode(),
        b"\0\0\0\x18ftypisom" + SECRET.encode(),
        b"\x1a\x45\xdf\xa3" + SECRET.encode() * 9,
        _ASF + b"\xff" * 100 + SECRET.encode(),
        b"FLV\x01" + SECRET.encode(),
    ],
    ids=lambda data: data[:12].hex(),
)
def test_a_broken_recording_is_said_without_its_bytes(data: bytes) -> None:
    with Content.of_bytes("data", data) as content, pytest.raises(SourceError) as caught:
        list(open_parts(content, media_type(content)))
    assert isinstance(caught.value, UnreadableSource)
    assert SECRET not in caught.value.message


def test_a_table_about_recordings_is_a_table() -> None:
    for text in (
        "id,name\nAVI Cohen,1\nWAVE Inc,2\n",
        "the wide range\nof words\n",
        "id,name\nAIFF,1\nAIFC,2\n",
    ):
        with Content.of_bytes("data.csv", text.encode()) as content:
            assert media_type(content).startswith("text/")
