"""Recordings of sound and video: listed with what their file says; nobody listens to them."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.recorded import GSM, VOX
from bpoaudit.readers.batch import Member, Part
from bpoaudit.readers.format import Format
from bpoaudit.readers.isolated import run_parser
from bpoaudit.readers.options import ReadOptions

_BY = "pymediainfo (MediaInfo)"
_SAYS = (
    "record 0: tags (title, artist, comment, dates of recording and encoding, position, chapters, whatever "
    "else has a name); length, codec, channels and sampling rate"
)
_LEAVES = "what is said in it: listed as not transcribed; pictures inside"

FORMATS = (
    Format(
        "WAV, AU, AIFF, CAF", ("audio/x-wav", "audio/basic", "audio/x-aiff", "audio/x-caf"),
        (".wav", ".au", ".aiff", ".caf"), _BY, _SAYS, _LEAVES,
    ),
    Format(
        "MP3, AAC, FLAC, Ogg (Vorbis, Opus, Speex), AMR, M4A, WavPack",
        ("audio/mpeg", "audio/aac", "audio/flac", "audio/ogg", "audio/amr", "audio/mp4", "audio/x-wavpack"),
        (".mp3", ".aac", ".flac", ".ogg", ".opus", ".amr", ".m4a"), _BY, _SAYS, _LEAVES,
    ),
    Format(
        "GSM 06.10 and Dialogic VOX without a header", (GSM, VOX), (".gsm", ".vox"), "standard library",
        "length of GSM; the tags that they cannot have are in no file",
        "what is said in it: listed as not transcribed; how long VOX is",
    ),
    Format(
        "MP4, MOV, 3GP, Matroska, WebM, AVI, Windows Media, FLV, MPEG",
        (
            "video/mp4", "video/quicktime", "video/3gpp", "video/x-matroska", "video/x-msvideo",
            "video/x-ms-asf", "video/x-flv", "video/mpeg", "video/mp2t",
        ),
        (".mp4", ".mov", ".3gp", ".mkv", ".webm", ".avi", ".wma", ".wmv", ".flv", ".mpg", ".ts"), _BY, _SAYS,
        f"{_LEAVES}; subtitle tracks",
    ),
)  # fmt: skip


def open_recording(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield what the file says (record 0); its batches end with `UnsupportedSource`.

    Raises `UnreadableSource` where there is nothing to hear or to see in it.
    """
    yield from run_parser("recordings", content, media_type, how)
