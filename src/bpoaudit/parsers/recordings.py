"""Sound and video through MediaInfo: what the file says of the recording; nobody listens to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pymediainfo import MediaInfo

from bpoaudit.delivery.recorded import GSM, VOX
from bpoaudit.errors import SourceError, UnreadableSource, UnsupportedSource
from bpoaudit.parsers.cells import Raw
from bpoaudit.parsers.sections import Batch, Column, Request, Section

NOT_HEARD = "a recording, not transcribed"

_GSM_FRAME, _GSM_SECONDS = 33, 0.02  # ETSI EN 300 961
_MOST = 10_000
_HEARD_OR_SEEN = ("Audio", "Video", "Image")
_PLACE = re.compile(r"[+-]\d+(?:\.\d+)?[+-]\d+")  # ISO 6709, as telephones write it
_KNOWN = re.compile(r"[A-Za-z0-9 .+-]{1,20}")

# What MediaInfo tells of a file as a whole that is measured, not said by anybody.
_MEASURED = re.compile(
    r"@|\w*Count$|Format|CodecID|FileSize$|Duration|OverallBitRate|FrameRate|FrameCount|Delay|StreamSize|HeaderSize"
    r"|DataSize$|FooterSize$|IsStreamable$|Interleaved$|(?:Menu|Unique)?ID$|StreamOrder$|Cover$|Cover_(?:Type|Mime)$"
    r"|Encryption|Album_ReplayGain|Track_Position|Encoded_Library|IsTruncated$|ConformanceErrors$"
    r"|bext_(?:Present|Version)$|mdhd_Duration$"
)
_SAID_OF_TRACKS = re.compile(r"Title|Comment|Description|ServiceName|ServiceProvider|\w+_Date$")


def parse(request: Request) -> Iterator[Section]:
    """Yield what stands in its tags (record 0); the section ends with `UnsupportedSource`.

    Raises `UnreadableSource` where there is nothing to hear or to see in it.
    """
    section = Section(None, "metadata", iter(()))
    if request.media_type in (GSM, VOX):
        _headless(request, section)
        said: dict[str, list[str]] = {}
    else:
        tracks = _tracks(request.path)
        said = _said(tracks, Raw(request.signatures))
        _measured(tracks, section)
        if any(_PLACE.match(text) for texts in said.values() for text in texts):
            section.facts["position"] = 1
    section.batches = _batches(said, UnsupportedSource(NOT_HEARD))
    yield section


def _batches(said: dict[str, list[str]], then: SourceError) -> Iterator[Batch]:
    if said:
        yield Batch(0, 0, [Column(name, [0] * len(texts), texts) for name, texts in said.items()])
    raise then


def _headless(request: Request, section: Section) -> None:
    size = Path(request.path).stat().st_size
    if request.media_type == GSM:
        section.facts["duration_seconds"] = round(size // _GSM_FRAME * _GSM_SECONDS)
        section.notes.append("GSM 06.10, 1 channel, 8,000 Hz")
    else:
        section.notes.append("ADPCM without a header: how long it is cannot be told")


def _tracks(path: str) -> list[dict[str, Any]]:
    """Ask MediaInfo. It is given the bytes, not the name, so that it opens no other file beside it."""
    with Path(path).open("rb") as file:
        answer = MediaInfo.parse(file, output="JSON", full=False)
    tracks: list[dict[str, Any]] = (json.loads(answer).get("media") or {}).get("track") or []
    if not any(track["@type"] in _HEARD_OR_SEEN and "Format" in track for track in tracks):
        raise UnreadableSource("a recording in which nothing to hear or to see can be found: broken or cut")
    return tracks


def _said(tracks: list[dict[str, Any]], raw: Raw) -> dict[str, list[str]]:
    """Return texts by field, each once: tags of the file, titles and dates of its tracks, chapters."""
    said: dict[str, list[str]] = {}
    for track in tracks:
        whole = track["@type"] == "General"
        tags = [(key, value) for key, value in track.items() if key != "extra"]
        tags = [(key, value) for key, value in tags if whole or _SAID_OF_TRACKS.match(key)]
        for key, value in [*tags, *dict(track.get("extra") or {}).items()][:_MOST]:
            if key == "Track" and value == track.get("Title"):
                continue  # MediaInfo's second name for it
            if isinstance(value, str) and value.strip() and not _MEASURED.match(key):
                texts = said.setdefault("chapters" if track["@type"] == "Menu" else _field(key), [])
                text = raw.escaped(value)
                if text not in texts:
                    texts.append(text)
    return said


def _field(name: str) -> str:
    """Return MediaInfo's name as words: `Recorded_Date` is `recorded date`, `EncodedBy` is `encoded by`."""
    return re.sub(r"_|(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _measured(tracks: list[dict[str, Any]], section: Section) -> None:
    """Say how long it is, and of what kind."""
    about = {
        kind: [track for track in tracks if track["@type"] == kind] for kind in ("General", "Audio", "Text")
    }
    whole = about["General"][0] if about["General"] else {}
    lengths = [float(track["Duration"]) for track in tracks if "Duration" in track]
    section.facts["duration_seconds"] = round(max(lengths, default=0))
    kinds = [_word(track.get("Format")) for track in tracks if track["@type"] in ("General", *_HEARD_OR_SEEN)]
    for track in about["Audio"]:
        channels, rate = track.get("Channels", ""), track.get("SamplingRate", "")
        if channels.isdecimal():
            kinds.append(f"{channels} channel{'' if channels == '1' else 's'}")
        if rate.isdecimal():
            kinds.append(f"{int(rate):,} Hz")
    section.notes.append(", ".join(dict.fromkeys(filter(None, kinds))) or "of an unknown kind")
    if not any(lengths):
        section.notes.append("how long it is cannot be told, or it is empty")
    if about["Text"]:
        section.losses.append(f"subtitles inside the recording, not read: {len(about['Text'])}")
    if "Cover" in whole:
        section.notes.append("pictures inside, not read")
    if (whole.get("extra") or {}).get("IsTruncated"):
        section.losses.append("breaks off")


def _word(value: Any) -> str:
    return value if isinstance(value, str) and _KNOWN.fullmatch(value) else ""
