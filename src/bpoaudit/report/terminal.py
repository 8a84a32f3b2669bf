"""Lines on a terminal, or on what is none: plain text, wrapped and safe whatever names stand in it."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bpoaudit.report.columns import terminal_width
from bpoaudit.report.printable import inert

INDENT = " " * 8
_NARROWEST = 20


def console_for(stream: TextIO, environ: Mapping[str, str] = os.environ) -> Console:
    """Return a console that writes no escape sequence unless `stream` is a terminal that wants them.

    NO_COLOR (no-color.org), TERM=dumb and anything that is not a terminal give plain text. What the
    encoding of the stream lacks is replaced rather than fatal.
    """
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    plain = not stream.isatty() or bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
    return Console(
        file=stream, color_system=None if plain else "auto", force_terminal=False if plain else None,
        markup=False, emoji=False, highlight=False, soft_wrap=True,
    )  # fmt: skip


def say(console: Console, line: Text) -> None:
    """Print a line; on a terminal that is too narrow for it, go on below it, between words and indented."""
    width = terminal_width(console.file)
    pieces = line.wrap(console, max(_NARROWEST, width - len(INDENT))) if width else ()
    # A name that stands first in its line could be a command of a build server.
    if any(piece.plain.startswith("::") for piece in pieces):
        pieces = ()
    for at, piece in enumerate(pieces or (line,)):
        piece.rstrip()
        console.print(Text(INDENT) + piece if at else piece)


def literal(text: str, style: str = "") -> Text:
    """Return `text` as it is, without markup, its control characters spelled out."""
    return Text(inert(text), style)


def write_utf8(stream: TextIO, text: str) -> None:
    """Write a document as it is, whatever the encoding of the stream."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8")
    stream.write(text)
    stream.flush()
