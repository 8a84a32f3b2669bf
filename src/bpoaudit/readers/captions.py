"""Captions of calls: WebVTT (W3C) and SubRip."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import SRT, WEBVTT
from bpoaudit.delivery.turns import find_speakers, parse_turn
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part
from bpoaudit.readers.conversation import SPEAKER, TEXT, Aside, Said, transcript_batches
from bpoaudit.readers.format import Format
from bpoaudit.readers.json_paths import whole
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.text_file import TextFile, without_end
from bpoaudit.readers.until_fault import UntilFault

FORMATS = (
    Format(
        "WebVTT and SRT captions", (WEBVTT, SRT), (".vtt", ".srt"), "standard library",
        "a record is a cue; `text`, `speaker` from voice tags, labels or the metadata of Microsoft Teams, "
        "notes and headers",
    ),
)  # fmt: skip

NOTE = "note"
MAX_LINE = 1 << 20
MAX_BLOCK = 1 << 20

_SPOKEN, _SPEAKER_NAME = "spokenText", "speakerName"
TIMING = re.compile(r"\s*(?:(\d+):)?(\d\d?):(\d\d)[.,](\d{1,3})\s*-->\s*[\d:.,]+(.*)")
SETTINGS = re.compile(r"(?:\s+(?:vertical|line|position|size|align|region):[\w%.,-]+)*\s*")
COUNTER = re.compile(r"\s*\d{1,6}\s*")
VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]*)>")
# Markup of both formats. What is no tag they know stays: `<ann@example.org>` is text.
TAG = re.compile(
    r"</?(?:c|i|b|u|s|ruby|rt|v|lang|font)(?:\.[^\s<>]*)?>|<(?:v|lang|font)(?:\.[^\s<>]*)?\s[^<>]*>"
    r"|<\d[\d:.]*>|\{\\an?\d\}"
)


def open_captions(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part]:
    """Yield one part, a transcript: a record is a cue, from 1.

    Field `text` is the cue without tags and without its speaker's label, entities decoded, lines
    joined by a line feed; offsets count in that. Field `speaker` is what `<v Name>` or `Name:` says.
    Field `note` is all the rest: the file's header, NOTE, STYLE and REGION blocks, cue names. The
    conversation is one batch, so `how.batch_records` has no effect.
    """
    file = TextFile(content)
    batches = transcript_batches(_cues(file))
    yield Part("", media_type, FieldKind.TRANSCRIPT, batches, (TEXT,), file.notes, file.losses)


def _cues(file: TextFile) -> Iterator[Said | Aside]:
    items = UntilFault(_items(file))
    spoken = (line for item in items if isinstance(item, Said) for line in item.text.split("\n"))
    labels = find_speakers(spoken).labels
    for item in _items(file):
        if isinstance(item, Said) and item.speaker is None:
            turn = parse_turn(item.text)
            if turn and turn.speaker in labels:
                item = Said(item.text[turn.start :], turn.speaker, item.seconds)
        yield item


def _items(file: TextFile) -> Iterator[Said | Aside]:
    lines = UntilFault(file.lines(MAX_LINE))
    for block in _blocks(lines):
        timings = [(index, found) for index, line in enumerate(block) if (found := TIMING.match(line))]
        if not timings:
            text = "\n".join(block)
            yield Aside(NOTE, text.removeprefix("WEBVTT") if text.startswith("WEBVTT") else text)
            continue
        yield from _notes(block[: timings[0][0]])
        ends = [index for index, _ in timings[1:]] + [len(block)]
        for (index, timing), end in zip(timings, ends, strict=True):
            said = block[index + 1 : end]
            if end < len(block) and said and COUNTER.fullmatch(said[-1]):
                said.pop()  # the counter of the next cue, which no blank line sets apart
            if not SETTINGS.fullmatch(timing[5]):
                yield Aside(NOTE, timing[5])
            yield from _cue("\n".join(said), _seconds(timing))
    lines.end()


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] = []
    size = 0
    for line in lines:
        bare = without_end(line)
        if bare.strip():
            block.append(bare)
            size += len(bare)
        if block and (not bare.strip() or size > MAX_BLOCK):
            yield block
            block, size = [], 0
    if block:
        yield block


def _notes(lines: list[str]) -> Iterator[Aside]:
    for line in lines:
        if not COUNTER.fullmatch(line):
            yield Aside(NOTE, line)


def _cue(payload: str, seconds: float) -> Iterator[Said | Aside]:
    if said := _of_teams(payload):
        yield from (Aside(NOTE, value) for key, value in said.items() if key not in (_SPOKEN, _SPEAKER_NAME))
        yield Said(said[_SPOKEN], said.get(_SPEAKER_NAME), seconds)
        return
    voices = [html.unescape(name).strip() for name in VOICE.findall(payload)]
    for name in voices[1:]:
        yield Aside(SPEAKER, name)
    yield Said(html.unescape(TAG.sub("", payload)), voices[0] if voices else None, seconds)


def _of_teams(payload: str) -> dict[str, str] | None:
    """Return what a cue of Microsoft Teams' metadata says, an object of JSON; None of any other cue."""
    if f'"{_SPOKEN}"' not in payload:
        return None
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        return None
    return (
        {key: whole(value).replace("\0", "") for key, value in found.items()} if found.get(_SPOKEN) else None
    )


def _seconds(timing: re.Match[str]) -> float:
    hours, minutes, seconds, fraction = timing[1] or "0", timing[2], timing[3], timing[4]
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000
