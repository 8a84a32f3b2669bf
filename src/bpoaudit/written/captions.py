"""Captions, cue by cue: tags, timings and the names of cues stay."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from functools import partial

from bpoaudit.delivery.turns import Speakers, find_speakers, parse_turn
from bpoaudit.readers.captions import COUNTER, MAX_BLOCK, MAX_LINE, NOTE, SETTINGS, TAG, TIMING, VOICE
from bpoaudit.readers.conversation import SPEAKER, TEXT
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.text_file import TextFile, without_end
from bpoaudit.written.joined import Gathered, joined, placed
from bpoaudit.written.piece import Piece, Value, as_markup, part_of, stripped

_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")
_VTT = "WEBVTT"


def caption_pieces(file: TextFile, how: ReadOptions) -> Iterator[Piece]:
    """Yield a piece for each stretch of lines: a cue, a note, blank lines."""
    cues = 0
    spoken: list[str] = []
    is_vtt = file.head(len(_VTT))[0].startswith(_VTT)
    for kind, lines in _stretches(file):
        if kind == TEXT:
            cues += 1
            if _voice(lines) is None:
                spoken += _said(joined(lines)).text.split("\n")
    speakers = find_speakers(spoken)
    escape = as_markup if is_vtt else str
    done = 0
    for kind, lines in _stretches(file):
        raw = "".join(lines)
        if kind == TEXT:
            done += 1
            yield Piece(raw, done, partial(_cue, lines, done, speakers), escape=escape)
        elif kind:
            # What stands between cues belongs to the next of them, at the end to the last.
            record = min(done + 1, cues)
            yield Piece(raw, record, partial(_note, lines, kind, record), escape=escape)
        else:
            yield Piece(raw)


def _stretches(file: TextFile) -> Iterator[tuple[str, list[str]]]:
    """Yield lines that belong together and the field that they are; of timings and blank lines none."""
    for block in _blocks(file):
        timings = [(at, found) for at, line in enumerate(block) if (found := TIMING.match(without_end(line)))]
        if not timings:
            yield (NOTE if block[0].strip() else ""), block
            continue
        for line in block[: timings[0][0]]:
            yield ("" if COUNTER.fullmatch(without_end(line)) else NOTE), [line]
        ends = [at for at, _ in timings[1:]] + [len(block)]
        for (at, timing), end in zip(timings, ends, strict=True):
            line, said, counter = block[at], block[at + 1 : end], list[str]()
            if end < len(block) and said and COUNTER.fullmatch(without_end(said[-1])):
                counter = [said.pop()]
            if SETTINGS.fullmatch(timing[5]):
                yield "", [line]
            else:
                yield "", [line[: timing.start(5)]]
                yield NOTE, [line[timing.start(5) :]]
            yield TEXT, said
            if counter:
                yield "", counter


def _blocks(file: TextFile) -> Iterator[list[str]]:
    """Yield runs of lines that are not blank, as the reader takes them, and each blank line by itself."""
    block: list[str] = []
    size = 0
    for line in file.lines(MAX_LINE):
        bare = without_end(line)
        if bare.strip():
            block.append(line)
            size += len(bare)
        if block and (not bare.strip() or size > MAX_BLOCK):
            yield block
            block, size = [], 0
        if not bare.strip():
            yield [line]
    if block:
        yield block


def _note(lines: list[str], field: str, record: int) -> Sequence[Value]:
    value = joined(lines)
    if value.text.startswith(_VTT):
        value = part_of(value, len(_VTT), len(value.text))
    return placed(value, record, field)


def _cue(lines: list[str], record: int, speakers: Speakers) -> Sequence[Value]:
    payload = joined(lines)
    voices = [*VOICE.finditer(payload.text)]
    values = [
        value
        for voice in voices
        for value in placed(stripped(_unescaped(part_of(payload, *voice.span(1)))), record, SPEAKER)
    ]
    said = _said(payload)
    if not voices and (turn := parse_turn(said.text)) and turn.speaker in speakers.labels:
        at = said.text.rfind(turn.speaker, 0, turn.start)
        label = part_of(said, at, at + len(turn.speaker))
        values.append(Value(record, SPEAKER, label.text, label.starts, label.ends, label=True))
        said = part_of(said, turn.start, len(said.text))
    return [*values, *placed(said, record, TEXT)]


def _voice(lines: list[str]) -> str | None:
    found = VOICE.search(joined(lines).text)
    return found[1] if found else None


def _said(payload: Value) -> Value:
    """Return what is said in a cue: without tags, its references as the characters that they stand for."""
    bare = Gathered()
    at = 0
    for tag in TAG.finditer(payload.text):
        bare.add(part_of(payload, at, tag.start()))
        at = tag.end()
    bare.add(part_of(payload, at, len(payload.text)))
    return _unescaped(bare.value())


def _unescaped(value: Value) -> Value:
    done = Gathered()
    at = 0
    for reference in _REFERENCE.finditer(value.text):
        text = html.unescape(reference[0])
        if text == reference[0]:
            continue
        start, end = reference.span()
        done.add(part_of(value, at, start))
        begins, stops = [value.starts[start]] * len(text), [value.ends[end - 1]] * len(text)
        done.add(Value(0, "", text, begins, stops))
        at = end
    done.add(part_of(value, at, len(value.text)))
    return done.value()
