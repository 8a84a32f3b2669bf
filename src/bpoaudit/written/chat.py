"""Conversations written as text, turn by turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bpoaudit.delivery.turn_heads import TurnLine, exported_head, system_line
from bpoaudit.delivery.turns import Speakers, find_speakers, parse_turn
from bpoaudit.readers.chat import HEADER, MAX_LINE, MAX_TURN, TO
from bpoaudit.readers.conversation import SPEAKER, TEXT
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.text_file import TextFile, without_end
from bpoaudit.written.joined import joined, placed
from bpoaudit.written.piece import Piece, Value, stripped, whole


@dataclass(slots=True)
class _Turn:
    """The turn that is being collected. `repr` shows nothing."""

    head: TurnLine
    record: int
    lines: list[str] = field(default_factory=list)
    size: int = 0

    def __repr__(self) -> str:
        return f"_Turn(lines={len(self.lines)})"


def chat_pieces(file: TextFile, how: ReadOptions) -> Iterator[Piece]:
    """Yield the lines above the first turn, then a piece a turn with its label."""
    speakers = find_speakers(file.lines(MAX_LINE))
    turn: _Turn | None = None
    for line in file.lines(MAX_LINE):
        if (opened := _opened(without_end(line), speakers)) is not None:
            if turn:
                yield _piece(turn)
            turn = _Turn(opened, turn.record + 1 if turn else 1, [line], len(without_end(line)))
        elif turn is None:
            yield _above(line)
        else:
            if turn.size > MAX_TURN:
                yield _piece(turn, whole_turn=False)
                turn = _Turn(TurnLine("", None, 0), turn.record + 1)
            turn.lines.append(line)
            turn.size += len(without_end(line))
    if turn:
        yield _piece(turn)


def _opened(line: str, speakers: Speakers) -> TurnLine | None:
    opened = exported_head(line) if speakers.exported else parse_turn(line)
    if opened and opened.speaker not in speakers.labels:
        opened = None
    return system_line(line) if speakers.exported and opened is None else opened


def _above(line: str) -> Piece:
    values = placed(joined([line]), 1, HEADER)
    return Piece(line, 1, lambda: values)


def _piece(turn: _Turn, *, whole_turn: bool = True) -> Piece:
    raw = "".join(turn.lines)
    return Piece(raw, turn.record, lambda: _values(turn, raw, whole_turn))


def _values(turn: _Turn, raw: str, whole_turn: bool) -> list[Value]:
    head = turn.head
    first = turn.lines[0]
    said = joined([first[head.start :], *turn.lines[1:]], head.start)
    values = placed(stripped(said) if whole_turn else said, turn.record, TEXT)
    for name, label in ((SPEAKER, head.speaker), (TO, head.to)):
        # The time comes first in most heads, and no label begins with a digit of it.
        if label and (at := raw.rfind(label, 0, head.start)) >= 0:
            values.append(whole(turn.record, name, raw, at, at + len(label), label=name == SPEAKER))
    return values
