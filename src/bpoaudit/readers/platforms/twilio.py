"""Twilio: sentences of Conversational Intelligence, messages of Conversations, Flex and Programmable Chat.

Shapes: "Transcript Sentence subresource", "Transcript resource" (`channel.participants`), "Conversation
Message resource" and "Message resource" of the Twilio API reference.
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Aside, Said
from bpoaudit.readers.platforms.platform import CHAT, VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import (
    drop_measures,
    moment_of,
    node,
    nodes,
    take,
    take_seconds,
    text_of,
)
from bpoaudit.readers.platforms.words import beside_words, take_words
from bpoaudit.readers.roles import AGENT, CUSTOMER, role_of

_SENTENCE_KEYS = ("media_channel", "mediaChannel")
_SIDS = ("conversation_sid", "conversationSid", "channel_sid", "channelSid", "messaging_service_sid")


def recognises(value: object) -> bool:
    """Tell a list of sentences by their channel, a list of messages by the identifiers beside them."""
    found = node(value)
    sentence, message = (next(nodes(found.get(key)), {}) for key in ("sentences", "messages"))
    if any(key in sentence for key in _SENTENCE_KEYS) and isinstance(sentence.get("transcript"), str):
        return True
    return isinstance(message.get("body"), str) and any(key in message for key in _SIDS)


def read(found: Node, about: dict[str, str]) -> Conversation:
    """Take sentences and messages out; the participants of the transcript say who is on which channel."""
    roles = _roles(found) or about
    conversation = Conversation(VOICE if "sentences" in found else CHAT)
    for sentence in nodes(found.get("sentences")):
        conversation.items += _sentence(sentence, roles)
    for message in nodes(found.get("messages")):
        text = take(message, "body")
        if text is not None:
            direction = text_of(message, "direction") or ""
            role = CUSTOMER if direction == "inbound" else AGENT if direction.startswith("outbound") else None
            speaker = take(message, "author") or text_of(message, "from")
            seconds = moment_of(message, "date_created", "dateCreated", "date_sent")
            conversation.items.append(Said(text, speaker, seconds, role))
    return conversation


def _roles(found: Node) -> dict[str, str]:
    """Return what the participants table says of each channel: a role, else a name."""
    holders = (found, node(found.get("transcript")), node(found.get("meta")))
    for holder in holders:
        participants = list(nodes(node(holder.get("channel")).get("participants")))
        if participants:
            return {
                str(each.get("channel_participant", each.get("channelParticipant"))): label
                for each in participants
                if (label := text_of(each, "role", "full_name", "fullName", "user_id"))
            }
    return {}


def _sentence(sentence: Node, roles: dict[str, str]) -> list[Said | Aside]:
    text = take(sentence, "transcript")
    if text is None:
        return []
    channel = take(sentence, *_SENTENCE_KEYS)
    seconds = take_seconds(sentence, "start_time")
    if seconds is None:
        seconds = take_seconds(sentence, "startTime")
    drop_measures(sentence)
    label = roles.get(channel or "", f"channel {channel}" if channel else None)
    return [
        *beside_words(take_words(sentence.get("words"), "word", "text"), text),
        Said(text, label, seconds, role_of(label)),
    ]


PLATFORM = Platform(
    "Twilio",
    (("sentences", "transcript"), ("messages", "body")),
    recognises,
    read,
    lambda document: _roles(node(document)),
)
