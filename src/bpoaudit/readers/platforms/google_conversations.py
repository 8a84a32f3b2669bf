"""Google: conversations of Contact Center AI and Dialogflow.

Shapes: "Conversation data format" of Contact Center AI (`entries[]`), `Conversation.Transcript` of Contact
Center AI Insights (`transcriptSegments[]`), `Message` of the Dialogflow API (`participantRole`), and the
interactions of Dialogflow CX.
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Aside, Said
from bpoaudit.readers.platforms.platform import CHAT, VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import (
    drop_measures,
    drop_repeats,
    letters,
    moment_of,
    node,
    nodes,
    take,
    text_of,
    time_of,
)
from bpoaudit.readers.platforms.words import beside_words, take_words
from bpoaudit.readers.roles import AGENT, CUSTOMER, SYSTEM, role_of


def recognises(value: object) -> bool:
    """Tell a conversation of one of the four shapes."""
    found = node(value)
    entry, message = (next(nodes(found.get(key)), {}) for key in ("entries", "messages"))
    segment = next(nodes(node(found.get("transcript")).get("transcriptSegments")), {})
    return (
        (isinstance(entry.get("text"), str) and "role" in entry)
        or isinstance(segment.get("text"), str)
        or (isinstance(message.get("content"), str) and "participantRole" in message)
        or any(_texts(each) for each in nodes(found.get("interactions")))
    )


def read(found: Node, about: object) -> Conversation:
    """Take the turns out; `callMetadata` says which channel is the customer's."""
    conversation = Conversation(CHAT)
    metadata = node(found.get("callMetadata"))
    channels = {
        channel: role
        for key, role in (("customerChannel", CUSTOMER), ("agentChannel", AGENT))
        if (channel := text_of(metadata, key))
    }
    for turn in (*nodes(found.get("entries")), *nodes(found.get("messages"))):
        conversation.items += _message(turn)
    for segment in nodes(node(found.get("transcript")).get("transcriptSegments")):
        conversation.items += _segment(segment, channels)
        conversation.channel = VOICE
    for each in nodes(found.get("interactions")):
        _interaction(each, conversation)
    medium = (text_of(found, "medium") or "").upper()
    conversation.channel = {"PHONE_CALL": VOICE, "CHAT": CHAT}.get(medium, conversation.channel)
    return conversation


def _message(turn: Node) -> list[Said | Aside]:
    text = take(turn, "text", "content")
    if text is None:
        return []
    role = take(turn, "role", "participantRole")
    seconds = moment_of(turn, "start_timestamp_usec", "createTime", "sendTime")
    said = letters(text)
    for part in nodes(node(turn.get("messageAnnotation")).get("parts")):
        drop_repeats(part, ("text",), said)
    return [Said(text, role, seconds, _role(role))]


def _segment(segment: Node, channels: dict[str, str]) -> list[Said | Aside]:
    text = take(segment, "text")
    if text is None:
        return []
    participant = node(segment.get("segmentParticipant"))
    channel = take(segment, "channelTag")
    label = take(participant, "role") or channels.get(channel or "") or text_of(participant, "userId")
    words = take_words(segment.get("words"), "word")
    seconds = time_of(segment, "messageTime")
    if seconds is None:
        seconds = next((word.seconds for word in words), None)
    drop_measures(segment)
    label = label or (f"channel {channel}" if channel else None)
    return [*beside_words(words, text), Said(text, label, seconds, _role(label))]


def _role(label: str | None) -> str | None:
    return role_of((label or "").removeprefix("ROLE_"))


def _interaction(each: Node, conversation: Conversation) -> None:
    seconds = moment_of(each, "createTime")
    for holder, key, role in _texts(each):
        if (text := take(holder, key)) is not None:
            conversation.items.append(Said(text, role, seconds, role))
    for message in nodes(node(node(each.get("response")).get("queryResult")).get("responseMessages")):
        texts = node(message.get("text")).get("text")
        if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
            conversation.items += (Said(text, SYSTEM, seconds, SYSTEM) for text in texts)
            del message["text"]["text"]


def _texts(each: Node) -> list[tuple[Node, str, str]]:
    asked = node(node(each.get("request")).get("queryInput"))
    answer = node(node(each.get("response")).get("queryResult"))
    places = ((node(asked.get("text")), "text", CUSTOMER), (answer, "transcript", CUSTOMER))
    first = [place for place in places if isinstance(place[0].get(place[1]), str)][:1]
    return [
        *first,
        *([(answer, "text", CUSTOMER)] if not first and isinstance(answer.get("text"), str) else []),
    ]


PLATFORM = Platform(
    "Google Contact Center AI and Dialogflow",
    (
        ("entries", "role", "text"),
        ("transcriptSegments",),
        ("participantRole",),
        ("interactions", "queryResult"),
    ),
    recognises,
    read,
)
