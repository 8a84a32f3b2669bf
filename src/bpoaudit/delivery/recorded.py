"""Tell pictures and recordings by their first bytes."""

from __future__ import annotations

GSM, VOX = "audio/x-gsm", "audio/x-dialogic-vox"
"""Telephony without a header."""

SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"II+\0", "image/tiff"),
    (0, b"MM\0+", "image/tiff"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (0, b"\xff\x4f\xff\x51", "image/jp2"),
    (0, b"8BPS\0\x01", "image/vnd.adobe.photoshop"),
    (0, b"\xb1\x68\xde\x3a", "image/x-dcx"),
    *((4, b"ftyp" + brand, "image/heic") for brand in (b"hei", b"hev", b"mif1", b"msf1")),
    (4, b"ftypavi", "image/avif"),
    (0, b"\xff\x0a", "image/jxl"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (40, b" EMF\0\0\x01\0", "image/emf"),
    (0, b"\xd7\xcd\xc6\x9a", "image/wmf"),
    (128, b"DICM", "application/dicom"),
    (0, b"ID3", "audio/mpeg"),
    *(
        (0, b"\xff" + second, "audio/mpeg")
        for second in (b"\xfa", b"\xfb", b"\xf2", b"\xf3", b"\xe2", b"\xe3")
    ),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b".snd\0\0", "audio/basic"),
    (0, b"caff\0\x01", "audio/x-caf"),
    (0, b"wvpk", "audio/x-wavpack"),
    (0, b"\x02dss", "audio/x-dss"),
    (0, b"\x03dss", "audio/x-dss"),
    (0, b"\x03ds2", "audio/x-dss"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypM4B", "audio/mp4"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/x-matroska"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (0, b"FLV\x01", "video/x-flv"),
    (0, b"\0\0\x01\xba", "video/mpeg"),
    (0, b"\0\0\x01\xb3", "video/mpeg"),
)
"""(offset, first bytes, media type), longest first where two begin alike."""

_CHUNKS = (b"RIFF", b"RIFX", b"RF64", b"BW64", b"FORM")
_CHUNKED = {
    b"WAVE": "audio/x-wav",
    b"AIFF": "audio/x-aiff",
    b"AIFC": "audio/x-aiff",
    b"WEBP": "image/webp",
    b"AVI ": "video/x-msvideo",
}
_BITMAP_HEADERS = (12, 40, 52, 56, 64, 108, 124)


def recorded_type(head: bytes) -> str | None:
    """Tell what has a signature that is also a word, or short, or none, by a header that makes sense."""
    if head.startswith(_CHUNKS) and (kind := _CHUNKED.get(head[8:12])):
        return kind
    if head.startswith(b"RIFF") and len(head) >= 12:
        return "application/x-riff"
    # QuickTime before it had a list of brands: the length of the first atom, its name.
    if head[:1] < b"\x08" and head[4:8] in (b"moov", b"mdat", b"wide"):
        return "video/quicktime"
    if len(head) < 32:
        return None
    # Windows bitmap: the length of its second header.
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BITMAP_HEADERS:
        return "image/bmp"
    # Icon: number of pictures; of the first one a zero, and planes.
    if head.startswith(b"\0\0\x01\0") and 0 < head[4] <= 64 and head[5] == head[9] == 0 and head[10] < 2:
        return "image/x-icon"
    # PCX: version, its only kind of compression, bits of a pixel.
    if head[0] == 0x0A and head[1] in (0, 2, 3, 4, 5) and head[2] == 1 and head[3] in (1, 2, 4, 8):
        return "image/x-pcx"
    # MPEG transport stream: packets of 188 bytes, each with its mark.
    if len(head) > 940 and all(head[at] == 0x47 for at in range(0, 941, 188)):
        return "video/mp2t"
    # GSM 06.10: frames of 33 bytes, each with its mark in four bits.
    if len(head) >= 330 and all(head[at] >> 4 == 0xD for at in range(0, len(head), 33)):
        return GSM
    return None
