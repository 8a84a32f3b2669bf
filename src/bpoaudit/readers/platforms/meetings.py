"""Recorders of calls and meetings whose transcript is a list of sentences: Gong, Dialpad, vCon.

Shapes: `/v2/calls/transcript` of Gong (`callTranscripts[].transcript[].sentences[]`), the transcript of a
call of Dialpad (`lines[]`), vCon of the IETF draft (`parties[]`, `dialog[]` of type text).
"""

from __future__ import annotations

from collections.abc import Mapping

from bpoaudit.readers.conversation import Said
from bpoaudit.readers.platforms.bodies import read_body
from bpoaudit.readers.platforms.platform import CHAT, VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import moment_of, node, nodes, take, take_seconds, text_of
from bpoaudit.readers.roles import role_of

_Who = tuple[str | None, str | None]
"""Name and role."""


def recognises(value: object) -> bool:
    """Tell one call of Gong or Dialpad, or a vCon."""
    found = node(value)
    line = next(nodes(found.get("lines")), {})
    return (
        any(next(nodes(each.get("sentences")), {}).get("text") for each in nodes(found.get("transcript")))
        or (isinstance(line.get("content"), str) and "name" in line and "time" in line)
        or ("vcon" in found and any(isinstance(each.get("body"), str) for each in nodes(found.get("dialog"))))
    )


def read(found: Node, about: Mapping[str, _Who]) -> Conversation:
    """Take the sentences out; the tables of parties say who a number or identifier is."""
    conversation = Conversation(VOICE)
    for monologue in nodes(found.get("transcript")):
        identity = text_of(monologue, "speakerId") or ""
        label, role = about.get(identity, (identity or None, None))
        for sentence in nodes(monologue.get("sentences")):
            if (text := take(sentence, "text")) is not None:
                seconds = take_seconds(sentence, "start", 0.001)
                take_seconds(sentence, "end", 0.001)
                conversation.items.append(Said(text, label, seconds, role))
    for line in nodes(found.get("lines")):
        if line.get("type") in (None, "transcript") and (text := take(line, "content")) is not None:
            role = (
                "agent" if text_of(line, "user_id") else "customer" if text_of(line, "contact_id") else None
            )
            conversation.items.append(Said(text, take(line, "name"), moment_of(line, "time"), role))
    people = list(nodes(found.get("parties")))
    for message in nodes(found.get("dialog")):
        if message.get("type") in (None, "text") and (text := take(message, "body")) is not None:
            body = read_body(text)
            conversation.items += body.beside
            who = _party(message, people)
            label = text_of(who, "role", "name", "mailto", "tel")
            conversation.items.append(Said(body.text, label, moment_of(message, "start"), role_of(label)))
            conversation.channel = CHAT
            conversation.unread += body.files
    return conversation


def _gong_parties(document: object) -> dict[str, _Who]:
    found: dict[str, _Who] = {}
    for call in (node(document), *nodes(node(document).get("calls"))):
        for each in nodes(call.get("parties")):
            if isinstance(identity := each.get("speakerId"), str):
                found[str(identity)] = (text_of(each, "name"), role_of(text_of(each, "affiliation")))
    return found


def _party(message: Node, people: list[Node]) -> Node:
    number = message.get("originator", message.get("parties"))
    first = number[0] if isinstance(number, list) and number else number
    if isinstance(first, str) and first.isdigit() and int(first) < len(people):
        return people[int(first)]
    return {}


PLATFORM = Platform(
    "Gong, Dialpad and vCon",
    (("transcript", "sentences"), ("lines", "content", "name"), ("vcon", "dialog", "body")),
    recognises,
    read,
    _gong_parties,
)
