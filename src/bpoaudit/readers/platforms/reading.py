"""Take an export of a platform apart: its conversations as turns, all the rest as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bpoaudit.errors import SourceError
from bpoaudit.facts import Fact
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Part
from bpoaudit.readers.conversation import TEXT, Aside, Border, Said, transcript_batches
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.platforms import PLATFORMS
from bpoaudit.readers.platforms.leaves import clean, is_left, left_batches
from bpoaudit.readers.platforms.platform import Conversation, Platform
from bpoaudit.readers.platforms.taking import Number
from bpoaudit.readers.text_file import TextFile

MAX_CHARACTERS = 64 << 20
"""A larger export is read as a stream, without its conversations being taken apart."""

_MAX_DEPTH = 6
"""Containers around a conversation."""

_LINE_END = re.compile(r"\r\n|\n|\r")


class _KeyTwice(ValueError):
    """An object has a key twice, of which a dictionary would keep one."""


def open_platform(file: TextFile, media_type: str, how: ReadOptions, *, lines: bool) -> list[Part] | None:
    """Return the parts of an export: its turns, and what else is in it; None where it is no export.

    Turns are records from 1, counted through all conversations, in the fields of `transcript_batches`;
    `words`, `alternatives` and their like only where they say something else than the turn. What no
    module takes is a part of its own, with paths as fields. The facts tell the `channel` and the number of
    `conversations`. With `lines` each line is a document.
    """
    text = _whole_text(file)
    if text is None:
        return None
    asked = [platform for platform in PLATFORMS if _may_be(platform, text)]
    documents = _parsed(text, lines=lines) if asked else None
    del text
    if documents is None:
        return None
    for platform in asked:
        read = [each for document in documents for each in _conversations(platform, document)]
        if not read:
            continue
        conversations = _joined(read)
        if any(isinstance(item, Said) for each in conversations for item in each.items):
            return _parts(platform, conversations, documents, file, media_type, how, lines=lines)
        return None  # nothing was said in it
    return None


def _whole_text(file: TextFile) -> str | None:
    blocks, size = [], 0
    try:
        for block in file.blocks():
            blocks.append(block)
            size += len(block)
            if size > MAX_CHARACTERS:
                if any(_may_be(platform, "".join(blocks)) for platform in PLATFORMS):
                    file.notes.append(f"more than {MAX_CHARACTERS:,} characters: turns are read as fields")
                return None
    except SourceError:
        return None  # whoever reads it as JSON meets the fault behind what comes before it
    return "".join(blocks)


def _may_be(platform: Platform, text: str) -> bool:
    return any(all(f'"{key}"' in text for key in group) for group in platform.marks)


def _parsed(text: str, *, lines: bool) -> list[object] | None:
    decoder = json.JSONDecoder(
        parse_int=Number, parse_float=Number, parse_constant=lambda _: None, object_pairs_hook=_once
    )
    texts = _LINE_END.split(text) if lines else [text]
    try:
        return [decoder.decode(each) if each.strip() else None for each in texts]
    except (ValueError, RecursionError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _KeyTwice
    return found


def _conversations(platform: Platform, document: object) -> list[Conversation]:
    found = list(_find(platform, document, 0))
    about = platform.about(document) if found else None
    return [platform.read(each, about) for each in found]


def _find(platform: Platform, value: object, depth: int) -> Iterator[object]:
    """Yield the outermost objects and arrays that the platform knows, in their order."""
    if not isinstance(value, dict | list):
        return
    if platform.recognises(value):
        yield value
    elif depth < _MAX_DEPTH:
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _find(platform, inner, depth + 1)


def _joined(conversations: list[Conversation]) -> list[Conversation]:
    """Put together the pieces of each conversation, where its first piece stands."""
    found: dict[object, Conversation] = {}
    for at, each in enumerate(conversations):
        known = found.setdefault(each.key or at, each)
        if known is not each:
            known.items += each.items
            known.unread += each.unread
            known.redacted += each.redacted
    return [each.from_start() for each in found.values()]


def _parts(
    platform: Platform,
    conversations: list[Conversation],
    documents: list[object],
    file: TextFile,
    media_type: str,
    how: ReadOptions,
    *,
    lines: bool,
) -> list[Part]:
    channels = {each.channel for each in conversations if each.channel}
    facts: dict[str, Fact] = {"conversations": len(conversations)}
    if channels:
        facts["channel"] = channels.pop() if len(channels) == 1 else "several"
    if redacted := sum(each.redacted for each in conversations):
        facts["redacted"] = redacted
    unread = sum(each.unread for each in conversations)
    losses = file.losses + ([f"files inside messages, not read: {unread}"] if unread else [])
    notes = [*file.notes, f"conversations of {platform.title}: {len(conversations)}"]
    turns = transcript_batches(_items(conversations))
    parts = [Part("", media_type, FieldKind.TRANSCRIPT, turns, (TEXT,), notes, losses, facts)]
    if is_left(documents):
        rest: list[str] = []
        left = left_batches(documents, how.batch_records, rest, lines=lines)
        parts.append(Part("", media_type, FieldKind.COLUMN, left, (), rest))
    return parts


def _items(conversations: list[Conversation]) -> Iterator[Said | Aside | Border]:
    for each in conversations:
        for item in each.items:
            if isinstance(item, Said):
                speaker = None if item.speaker is None else clean(item.speaker)
                yield replace(item, text=clean(item.text), speaker=speaker)
            else:
                yield replace(item, text=clean(item.text))
        yield Border()
