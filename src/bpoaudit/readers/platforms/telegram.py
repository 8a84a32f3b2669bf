"""Telegram: the machine-readable export of a chat, or of all chats.

Shape: `result.json` of the desktop client (`messages[]`; a text is a string or a list of pieces).
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Said
from bpoaudit.readers.platforms.platform import CHAT, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import besides, moment_of, node, nodes, take, text_of
from bpoaudit.readers.roles import SYSTEM


def recognises(value: object) -> bool:
    """Tell a chat by its messages, which carry both kinds of date."""
    return any(
        "date_unixtime" in each or ("from_id" in each and "date" in each)
        for each in nodes(node(value).get("messages"))
    )


def read(found: Node, about: object) -> Conversation:
    """Take texts out; what the list of their entities repeats is left out."""
    conversation = Conversation(CHAT)
    for message in nodes(found.get("messages")):
        text = _joined(message, "text")
        entities = [each for each in nodes(message.get("text_entities")) if isinstance(each.get("text"), str)]
        if not text and not entities:
            continue
        again = "".join(str(each.pop("text")) for each in entities)
        speaker = take(message, "from") or text_of(message, "actor", "from_id")
        seconds = moment_of(message, "date_unixtime", "date")
        conversation.items += besides("entities", [again], text)
        if text:
            role = SYSTEM if message.get("type") == "service" else None
            conversation.items.append(Said(text, speaker, seconds, role))
    return conversation


def _joined(message: Node, key: str) -> str | None:
    value = message.get(key)
    if not isinstance(value, list):
        return take(message, key)
    pieces = [piece if isinstance(piece, str) else node(piece).get("text") for piece in value]
    if not pieces or not all(isinstance(piece, str) for piece in pieces):
        return None
    for piece in nodes(value):
        del piece["text"]
    message[key] = list(nodes(value))  # what the pieces hold besides: addresses of links
    return "".join(str(piece) for piece in pieces)


PLATFORM = Platform("Telegram", (("messages", "from_id"), ("messages", "date_unixtime")), recognises, read)
