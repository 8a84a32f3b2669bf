"""Zendesk: tickets with their comments, and transcripts of its chat.

Shapes: JSON export of tickets (a ticket a line, or `tickets[]`, each with `comments[]`), `comments[]` of the
ticketing API with `users[]` beside them, `history[]` of a chat of the chat API.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping

from bpoaudit.readers.conversation import Said
from bpoaudit.readers.platforms.bodies import read_body
from bpoaudit.readers.platforms.platform import CHAT, MAIL, VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import (
    besides,
    drop_repeats,
    letters,
    moment_of,
    node,
    nodes,
    take,
    text_of,
)
from bpoaudit.readers.roles import AGENT, CUSTOMER, SYSTEM, role_of

_BODIES = ("plain_body", "body", "html_body")
_CHANNELS = {"voice": VOICE, "phone": VOICE, "email": MAIL}
_Who = tuple[str | None, str | None]
"""Name and role."""


def recognises(value: object) -> bool:
    """Tell a ticket with comments, the comments of one ticket, or the history of a chat."""
    found = node(value)
    return any(map(_is_comment, nodes(found.get("comments")))) or any(
        isinstance(each.get("msg"), str) and ("type" in each or "sender_type" in each)
        for each in nodes(found.get("history"))
    )


def read(found: Node, about: dict[str, _Who]) -> Conversation:
    """Take comments and messages out; users, requester and assignee say who an author is."""
    people = ChainMap(_people(found, about), about)
    conversation = Conversation(CHAT)
    description = text_of(found, "description")
    for comment in nodes(found.get("comments")):
        if _is_comment(comment):
            via = text_of(node(comment.get("via")), "channel") or text_of(node(found.get("via")), "channel")
            conversation.channel = _CHANNELS.get(
                via or "", MAIL if not conversation.items else conversation.channel
            )
            _comment(comment, people, text_of(found, "requester_id"), conversation)
    if description:
        # The first comment is the description of the ticket.
        said = letters("".join(item.text for item in conversation.items))
        drop_repeats(found, ("description", "raw_description"), said)
    for message in nodes(found.get("history")):
        text = take(message, "msg")
        if text is None:
            continue
        sender = text_of(message, "sender_type") or ""
        nick = text_of(message, "nick") or ""
        role = role_of(sender) or (SYSTEM if sender or nick.startswith("system") else None)
        role = AGENT if nick.startswith("agent:") else CUSTOMER if nick.startswith("visitor") else role
        speaker = take(message, "name") or nick or sender
        conversation.items.append(Said(text, speaker or None, moment_of(message, "timestamp"), role))
        conversation.channel = CHAT
    return conversation


def _is_comment(comment: Node) -> bool:
    return "author_id" in comment and any(isinstance(comment.get(key), str) for key in _BODIES)


def _users(document: object) -> dict[str, _Who]:
    """Return name and role of the users of a document by their identifier."""
    return {
        identity: (text_of(user, "name"), role_of(text_of(user, "role")))
        for user in nodes(node(document).get("users"))
        if (identity := text_of(user, "id"))
    }


def _people(found: Node, users: dict[str, _Who]) -> dict[str, _Who]:
    """Return the people that a ticket itself tells of."""
    people = _users(found)
    for key, role in (("submitter", None), ("assignee", AGENT), ("requester", CUSTOMER)):
        person = node(found.get(key))
        if identity := text_of(person, "id") or text_of(found, f"{key}_id"):
            name, known = people.get(identity) or users.get(identity, (None, None))
            said = known or role_of(text_of(person, "role")) or role
            people[identity] = (text_of(person, "name") or name, said)
    return people


def _comment(
    comment: Node,
    people: Mapping[str, _Who],
    requester: str | None,
    conversation: Conversation,
) -> None:
    written = [read_body(text) for key in _BODIES if (text := take(comment, key)) is not None]
    body, *others = written
    identity = text_of(comment, "author_id") or ""
    name, role = people.get(identity, (None, None))
    role = role or (CUSTOMER if identity == requester else None)
    author = text_of(node(comment.get("author")), "name")
    seen = letters(body.text)
    for each in written:
        conversation.items += [aside for aside in each.beside if letters(aside.text) not in seen]
    conversation.items += besides("html", [other.text for other in others], body.text)
    speaker = name or author or identity or None
    conversation.items.append(Said(body.text, speaker, moment_of(comment, "created_at"), role))
    conversation.unread += max(each.files for each in written)


PLATFORM = Platform("Zendesk", (("comments", "author_id"), ("history", "msg")), recognises, read, _users)
