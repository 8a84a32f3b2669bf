"""Zoom: the transcript of a call or meeting as JSON, and messages of its chats.

Shape: the file that the recordings API gives as transcript (`"type": "zoom_transcript"`), and the chat
messages of the team chat API. The captions of meetings (VTT) are read as captions.
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Aside, Said
from bpoaudit.readers.platforms.platform import CHAT, VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import (
    besides,
    drop_measures,
    moment_of,
    node,
    nodes,
    take,
    take_seconds,
)
from bpoaudit.readers.platforms.words import beside_words, take_words

RAW = "raw"
"""Field of a turn before it was set for reading, where that says something else."""


def recognises(value: object) -> bool:
    """Tell a `timeline` of texts with a time, or a list of messages with their sender."""
    found = node(value)
    if any(isinstance(each.get("text"), str) and "ts" in each for each in nodes(found.get("timeline"))):
        return True
    message = next(nodes(found.get("messages")), {})
    return isinstance(message.get("message"), str) and "sender" in message and "date_time" in message


def read(found: Node, about: object) -> Conversation:
    """Take the turns out; who speaks stands in `username`, or in the first of `users`."""
    conversation = Conversation(VOICE if "timeline" in found else CHAT)
    for turn in nodes(found.get("timeline")):
        conversation.items += _said(turn)
    for message in nodes(found.get("messages")):
        if (text := take(message, "message")) is not None:
            speaker = take(message, "sender_display_name", "sender")
            conversation.items.append(Said(text, speaker, moment_of(message, "date_time", "timestamp")))
    return conversation


def _said(turn: Node) -> list[Said | Aside]:
    text = take(turn, "text")
    if text is None:
        return []
    user = next(nodes(turn.get("users")), {})
    speaker = take(turn, "username", "userName") or take(user, "username", "userName")
    seconds = take_seconds(turn, "ts")
    beside = besides(RAW, [take(turn, "raw_text")], text)
    beside += beside_words(take_words(turn.get("word_items"), "text", "word"), text)
    drop_measures(turn)
    return [*beside, Said(text, speaker, seconds)]


PLATFORM = Platform(
    "Zoom", (("timeline", "ts", "text"), ("messages", "sender", "date_time")), recognises, read
)
