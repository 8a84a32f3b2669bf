"""Microsoft Teams: messages of chats and channels as Microsoft Graph exports them.

Shape: resource type `chatMessage` of Microsoft Graph v1.0; replies may stand inside a message. The
transcripts of meetings (VTT) are read as captions.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.readers.conversation import Said
from bpoaudit.readers.platforms.bodies import read_body
from bpoaudit.readers.platforms.platform import CHAT, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import moment_of, node, nodes, take, text_of
from bpoaudit.readers.roles import SYSTEM, role_of


def recognises(value: object) -> bool:
    """Tell an array of messages, or one message that nobody put into an array."""
    return any(map(_is_message, _messages(value)))


def read(found: list[object] | Node, about: object) -> Conversation:
    """Take bodies and senders out, replies after their message."""
    conversation = Conversation(CHAT)
    for message in _with_replies(_messages(found)):
        holder = node(message.get("body"))
        text = take(holder, "content")
        if text is None:
            continue
        body = read_body(text)
        sender = node(message.get("from"))
        who = next((each for each in sender.values() if isinstance(each, dict)), {})
        if "bot" in (text_of(who, "applicationIdentityType") or "") or ("application" in sender and not who):
            role: str | None = SYSTEM
        else:
            role = role_of(text_of(who, "displayName"))
        conversation.items += body.beside
        speaker = take(who, "displayName") or text_of(who, "id")
        seconds = moment_of(message, "createdDateTime")
        conversation.items.append(Said(body.text, speaker, seconds, role))
        conversation.unread += body.files
    return conversation


def _messages(value: object) -> list[Node]:
    """Return the messages of an array, an answer of Graph (`value`, `messages`), or a line."""
    if isinstance(value, dict) and _is_message(value):
        return [value]
    listed = value if isinstance(value, list) else node(value).get("messages", node(value).get("value"))
    return [each for each in nodes(listed) if _is_message(each)]


def _with_replies(messages: list[Node]) -> Iterator[Node]:
    for message in messages:
        yield message
        yield from (each for each in nodes(message.get("replies")) if _is_message(each))


def _is_message(message: Node) -> bool:
    body = node(message.get("body"))
    return isinstance(body.get("content"), str) and "createdDateTime" in message and "from" in message


PLATFORM = Platform("Microsoft Teams", (("body", "content", "createdDateTime"),), recognises, read)
