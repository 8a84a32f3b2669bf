"""Messenger and Instagram: the messages of a thread, as the download of one's information gives them.

Shape: `message_1.json` (`messages[]` with `sender_name` and `timestamp_ms`, the last message first). Its
text is UTF-8 of which each byte was written as a character of its own.
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Said
from bpoaudit.readers.platforms.platform import CHAT, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import moment_of, node, nodes, take


def recognises(value: object) -> bool:
    """Tell a thread by its messages."""
    return any(
        "sender_name" in each and "timestamp_ms" in each for each in nodes(node(value).get("messages"))
    )


def read(found: Node, about: object) -> Conversation:
    """Take the messages out, the first one first, and repair their characters, here and in all the rest."""
    conversation = Conversation(CHAT)
    _repair(found)
    messages = sorted(nodes(found.get("messages")), key=lambda each: moment_of(each, "timestamp_ms") or 0.0)
    for message in messages:
        if (text := take(message, "content")) is not None:
            speaker = take(message, "sender_name")
            conversation.items.append(Said(text, speaker, moment_of(message, "timestamp_ms")))
    return conversation


def _repair(found: Node) -> None:
    waiting: list[object] = [found]
    while waiting:
        value = waiting.pop()
        pairs = list(
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        for key, each in pairs:
            if isinstance(each, str) and not each.isascii():
                value[key] = _repaired(each)  # type: ignore[index]
            elif isinstance(each, dict | list):
                waiting.append(each)


def _repaired(text: str) -> str:
    try:
        return text.encode("latin-1").decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text  # written as it should be


PLATFORM = Platform("Messenger and Instagram", (("sender_name", "timestamp_ms"),), recognises, read)
