"""Conversations written as text: `[10:02:11] AGENT: …`, `Agent: …`, `(00:01) Caller - …`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import CHAT
from bpoaudit.delivery.turns import find_speakers, parse_turn
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part
from bpoaudit.readers.conversation import TEXT, Aside, Said, transcript_batches
from bpoaudit.readers.format import Format
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.text_file import TextFile, without_end

FORMATS = (
    Format(
        "Conversations written as text", (CHAT,), (".txt",), "standard library",
        "a record is a turn (`Agent: …`, `[10:02] Caller - …`); `text`, `speaker`, `header`",
    ),
)  # fmt: skip

HEADER = "header"
_MAX_LINE = 1 << 20
_MAX_TURN = 1 << 20

_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?(?:[.,](\d{1,3}))?\s*(?:([AaPp])\.?[Mm])?")
_DAY = 86_400


def open_chat(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part]:
    """Yield one part, a transcript: a record is a turn, from 1.

    Field `text` is what follows the speaker's label; lines without a label belong to the turn
    before, joined by a line feed. Field `speaker` is the label; field `header` the lines before the
    first turn (`Call ID: …`), with its record. The conversation is one batch, so `how.batch_records` has
    no effect.
    """
    file = TextFile(content)
    batches = transcript_batches(_turns(file))
    yield Part("", media_type, FieldKind.TRANSCRIPT, batches, (TEXT,), file.notes, file.losses)


def _turns(file: TextFile) -> Iterator[Said | Aside]:
    labels = find_speakers(file.lines(_MAX_LINE)).labels
    speaker: str | None = None
    seconds: float | None = None
    began: float | None = None
    said: list[str] = []
    size = 0
    for line in map(without_end, file.lines(_MAX_LINE)):
        turn = parse_turn(line)
        if turn and turn.speaker in labels:
            if speaker is not None:
                yield Said("\n".join(said).rstrip(), speaker, seconds)
            clock = _seconds(turn.time)
            began = clock if began is None else began
            speaker, seconds = turn.speaker, _since(began, clock)
            said, size = [line[turn.start :]], len(line)
        elif speaker is None:
            yield Aside(HEADER, line)
        else:
            if size > _MAX_TURN:
                yield Said("\n".join(said), speaker, seconds)
                said, size = [], 0
            said.append(line)
            size += len(line)
    if speaker is not None:
        yield Said("\n".join(said).rstrip(), speaker, seconds)


def _seconds(time: str | None) -> float | None:
    """Count from midnight for a time of day, from the start for a running time."""
    found = _CLOCK.search(time or "")
    if time is None or found is None:
        return None
    first, second, third = int(found[1]), int(found[2]), found[3]
    fraction = int((found[4] or "0").ljust(3, "0")) / 1000
    dated = bool(found[5]) or bool(re.search(r"\d[-/.]\d", time[: found.start()]))
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
