"""Intercom: conversations with their parts.

Shape: the conversation model of the Intercom API (`source`, `conversation_parts`), alone, in lists and a line
each.
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Aside, Said
from bpoaudit.readers.platforms.bodies import read_body
from bpoaudit.readers.platforms.platform import CHAT, MAIL, VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import moment_of, node, nodes, take, text_of
from bpoaudit.readers.roles import AGENT, role_of

_CHANNELS = {"email": MAIL, "phone_call": VOICE, "phone_switch": VOICE}


def recognises(value: object) -> bool:
    """Tell a conversation by its parts."""
    return "conversation_parts" in node(value) and any(
        isinstance(each.get("body"), str) for each in (node(node(value).get("source")), *_parts(node(value)))
    )


def read(found: Node, about: object) -> Conversation:
    """Take the first message and the parts out; `author.type` says who is who, an `admin` being the agent."""
    source = node(found.get("source"))
    conversation = Conversation(_CHANNELS.get(text_of(source, "type") or "", CHAT))
    begun = moment_of(source, "created_at")
    if begun is None:
        begun = moment_of(found, "created_at")
    _message(source, begun, conversation)
    for part in _parts(found):
        _message(part, moment_of(part, "created_at"), conversation)
    return conversation


def _parts(found: Node) -> list[Node]:
    parts = found.get("conversation_parts")
    listed = (
        parts if isinstance(parts, list) else node(parts).get("conversation_parts", node(parts).get("parts"))
    )
    return list(nodes(listed))


def _message(message: Node, moment: float | None, conversation: Conversation) -> None:
    subject = take(message, "subject")
    if subject:
        conversation.items.append(Aside("subject", read_body(subject).text))
    text = take(message, "body")
    if text is None:
        return
    body = read_body(text)
    author = node(message.get("author"))
    kind = text_of(author, "type")
    role = AGENT if kind in ("admin", "team") else role_of(kind)
    conversation.items += body.beside
    conversation.items.append(Said(body.text, take(author, "name") or kind, moment, role))
    conversation.unread += body.files


PLATFORM = Platform("Intercom", (("conversation_parts", "body"),), recognises, read)
