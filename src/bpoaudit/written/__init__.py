"""Text files as they are written: where in the file each value of each record stands.

Readers say what a file holds; whoever has to change a value in place, or to lead a person to it, needs to
know where it is written. The pieces of a file joined together are the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import UNKNOWN
from bpoaudit.delivery.shapes import CHAT, CSV, JSON, JSONL, PLAIN, SRT, TSV, WEBVTT
from bpoaudit.readers.fixed_width import FIXED_WIDTH, FixedFile
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.text_file import TextFile
from bpoaudit.written.captions import caption_pieces
from bpoaudit.written.chat import chat_pieces
from bpoaudit.written.delimited import delimited_pieces
from bpoaudit.written.fixed_width import fixed_width_pieces
from bpoaudit.written.json_text import json_line_pieces, json_pieces
from bpoaudit.written.piece import Edit, Name, Piece, Value, edited, edits_of
from bpoaudit.written.plain_lines import line_pieces

__all__ = ["Edit", "Name", "Piece", "Value", "Written", "edited", "edits_of", "written"]

_PIECES = {
    CSV: delimited_pieces,
    TSV: delimited_pieces,
    JSON: json_pieces,
    JSONL: json_line_pieces,
    PLAIN: line_pieces,
    CHAT: chat_pieces,
    WEBVTT: caption_pieces,
    SRT: caption_pieces,
}


@dataclass(frozen=True, slots=True)
class Written:
    """A text file in pieces, and how it is encoded."""

    codec: str
    bom: int
    """Bytes of the byte order mark that it begins with."""
    pieces: Iterator[Piece]
    """They raise `SourceError` where the file breaks off, or is written in a way that is not followed."""

    def __repr__(self) -> str:
        return f"Written({self.codec})"


def written(content: Content, media_type: str, how: ReadOptions) -> Written | None:
    """Return a text file in pieces; None where its format is not one of those that are followed."""
    if how.layout is not None and (media_type.startswith("text/") or media_type == UNKNOWN):
        media_type = FIXED_WIDTH
    if media_type == FIXED_WIDTH and how.layout is not None:
        fixed = FixedFile(content, how.layout)
        return Written(fixed.codec, fixed.mark, fixed_width_pieces(fixed))
    if media_type not in _PIECES:
        return None
    file = TextFile(content)
    return Written(file.encoding.codec, file.encoding.bom, _PIECES[media_type](file, how))
