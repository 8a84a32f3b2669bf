"""Freshdesk: tickets with their conversations.

Shapes: a ticket of the v2 API with `conversations[]`, `helpdesk_ticket` of the account export with `notes[]`.
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Said
from bpoaudit.readers.platforms.bodies import read_body
from bpoaudit.readers.platforms.platform import MAIL, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import besides, moment_of, node, nodes, take, text_of
from bpoaudit.readers.roles import AGENT, CUSTOMER

_LISTS = ("conversations", "notes", "helpdesk_notes")
_PAIRS = (("description_text", "description", "description_html"), ("body_text", "body", "body_html"))


def recognises(value: object) -> bool:
    """Tell a ticket whose messages say whether they came in."""
    return any("incoming" in each and _written(each) for each in _messages(node(value)))


def read(found: Node, about: object) -> Conversation:
    """Take the description and the messages out; `incoming` ones are the customer's."""
    conversation = Conversation(MAIL)
    requester = text_of(node(found.get("requester")), "name") or text_of(found, "requester_name")
    _message(found, requester, CUSTOMER, conversation)
    for message in _messages(found):
        incoming = message.get("incoming") is True
        speaker = text_of(message, "from_email", "user_id") or (requester if incoming else None)
        _message(message, speaker, CUSTOMER if incoming else AGENT, conversation)
    return conversation


def _messages(found: Node) -> list[Node]:
    return [each for key in _LISTS for each in nodes(found.get(key))]


def _written(holder: Node) -> bool:
    return any(isinstance(holder.get(key), str) for pair in _PAIRS for key in pair)


def _message(holder: Node, speaker: str | None, role: str, conversation: Conversation) -> None:
    written = [read_body(text) for pair in _PAIRS for key in pair if (text := take(holder, key)) is not None]
    if not written:
        return
    body, *others = written
    beside = {(aside.field, aside.text): aside for each in written for aside in each.beside}
    conversation.items += [*beside.values(), *besides("html", [other.text for other in others], body.text)]
    conversation.items.append(Said(body.text, speaker, moment_of(holder, "created_at"), role))
    conversation.unread += max(each.files for each in written)


PLATFORM = Platform("Freshdesk", (("incoming", "body"), ("incoming", "body_text")), recognises, read)
