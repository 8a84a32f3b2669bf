"""Conversations written as text: `[10:02:11] AGENT: …`, `Agent: …`, `12/05/2026, 10:02 - Ann: …`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import CHAT
from bpoaudit.delivery.turn_heads import TurnLine, exported_head, system_line
from bpoaudit.delivery.turns import find_speakers, parse_turn
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part
from bpoaudit.readers.conversation import TEXT, Aside, Said, transcript_batches
from bpoaudit.readers.format import Format
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.roles import SYSTEM
from bpoaudit.readers.text_file import TextFile, without_end
from bpoaudit.readers.until_fault import UntilFault

FORMATS = (
    Format(
        "Conversations written as text", (CHAT,), (".txt",), "standard library",
        "a record is a turn: `Agent: …`, `[10:02] Caller - …`, `Ann Lee  0:05` above the text, `Q.` and "
        "`A.`, exports of WhatsApp and Zoom, transcripts of Teams, Meet, Otter and Rev; `text`, `speaker`, "
        "`to`, "
        "`header` (what stands before the first turn)",
        "the times of turns (they are places in the conversation, no field)",
    ),
)  # fmt: skip

HEADER = "header"
TO = "to"
MAX_LINE = 1 << 20
MAX_TURN = 1 << 20

_DATE = re.compile(r"\W*\d{1,4}([-/.])\s?\d{1,2}\1\s?\d{1,4}")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?!\d))?(?:[.,](\d{1,3}))?\s*(?:([AaPp])\.?\s?[Mm])?")
_DAY = 86_400


def open_chat(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part]:
    """Yield one part, a transcript: a record is a turn, from 1.

    Field `text` is what follows the speaker's label; lines without a label belong to the turn
    before, joined by a line feed. Field `speaker` is the label; field `header` the lines before the
    first turn (`Call ID: …`), with its record; field `to` whom a message of Zoom is for. What a
    messenger writes itself is a turn without a speaker. The conversation is one batch, so
    `how.batch_records` has no effect.
    """
    file = TextFile(content)
    batches = transcript_batches(_turns(file))
    yield Part("", media_type, FieldKind.TRANSCRIPT, batches, (TEXT,), file.notes, file.losses)


def _turns(file: TextFile) -> Iterator[Said | Aside]:
    speakers = find_speakers(UntilFault(file.lines(MAX_LINE)))
    lines = UntilFault(file.lines(MAX_LINE))
    turn: TurnLine | None = None
    role: str | None = None
    seconds: float | None = None
    began: float | None = None
    said: list[str] = []
    size = 0
    for line in map(without_end, lines):
        opened = exported_head(line) if speakers.exported else parse_turn(line)
        if opened and opened.speaker not in speakers.labels:
            opened = None
        if speakers.exported and opened is None:
            opened = system_line(line)
        if opened:
            if turn:
                yield Said("\n".join(said).strip(), turn.speaker or None, seconds, role)
            turn, role = opened, None if opened.speaker else SYSTEM
            clock = _seconds(turn.time)
            began = clock if began is None else began
            seconds = _since(began, clock)
            said, size = [line[turn.start :]], len(line)
            if turn.to:
                yield Aside(TO, turn.to)
        elif turn is None:
            yield Aside(HEADER, line)
        else:
            if size > MAX_TURN:
                yield Said("\n".join(said), turn.speaker or None, seconds, role)
                said, size = [], 0
            said.append(line)
            size += len(line)
    if turn:
        yield Said("\n".join(said).strip(), turn.speaker or None, seconds, role)
    lines.end()


def _seconds(time: str | None) -> float | None:
    """Count from midnight for a time of day, from the start for a running time."""
    dates = _DATE.match(time or "")
    found = _CLOCK.search(time or "", dates.end() if dates else 0)
    if time is None or found is None:
        return None
    first, second, third = int(found[1]), int(found[2]), found[3]
    fraction = int((found[4] or "0").ljust(3, "0")) / 1000
    dated = dates is not None or bool(found[5])
    if third is None and not dated:
        return first * 60 + second + fraction  # minutes and seconds
    if found[5]:
        first = first % 12 + 12 * (found[5] in "pP")
    return first * 3600 + second * 60 + int(third or 0) + fraction


def _since(began: float | None, clock: float | None) -> float | None:
    if began is None or clock is None:
        return None
    # A time of day goes on after midnight.
    return (clock - began) % _DAY
