"""Amazon Connect: Contact Lens and chat transcripts, streams of segments, Amazon Transcribe Call Analytics.

Shapes: "Example Contact Lens output files" of the Amazon Connect administrator guide, `Transcript` of
the Contact Lens API, "Call Analytics output" of the Amazon Transcribe developer guide.
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Aside, Said
from bpoaudit.readers.platforms.platform import CHAT, VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import (
    drop_measures,
    drop_repeats,
    letters,
    node,
    nodes,
    take,
    text_of,
    time_of,
)
from bpoaudit.readers.platforms.words import beside_words, take_words
from bpoaudit.readers.roles import role_of


def recognises(value: object) -> bool:
    """Tell a document with a `Transcript` of turns, or an event with `Segments` of them."""
    found = node(value)
    return any(isinstance(each.get("Content"), str) for each in _turns(found))


def read(found: Node, about: object) -> Conversation:
    """Take the turns out; the table of participants says who a `ParticipantId` is."""
    roles = {
        str(each["ParticipantId"]): text_of(each, "ParticipantRole")
        for each in nodes(found.get("Participants"))
        if isinstance(each.get("ParticipantId"), str)
    }
    channel = CHAT if (text_of(found, "Channel") or "").upper() == "CHAT" else None
    streamed = "Segments" in found
    conversation = Conversation(channel, key=text_of(found, "ContactId") if streamed else None)
    for turn in _turns(found):
        if "BeginOffsetMillis" in turn or "OffsetMillis" in node(turn.get("Time")):
            conversation.channel = conversation.channel or VOICE
        conversation.redacted += sum(
            len(pieces) for pieces in node(turn.get("Redaction")).values() if isinstance(pieces, list)
        )
        conversation.items += _said(turn, roles)
    conversation.channel = conversation.channel or CHAT
    return conversation


def _turns(found: Node) -> list[Node]:
    segments = [node(each.get("Transcript")) for each in nodes(found.get("Segments"))]
    return [each for each in (*nodes(found.get("Transcript")), *segments) if each]


def _said(turn: Node, roles: dict[str, str | None]) -> list[Said | Aside]:
    text = take(turn, "Content")
    if text is None:
        return []
    identity = text_of(turn, "ParticipantId")
    role = text_of(turn, "ParticipantRole") or roles.get(identity or "")
    seconds = time_of(turn, "BeginOffsetMillis", "AbsoluteTime", unit=0.001)
    if seconds is None:
        seconds = time_of(node(turn.get("Time")), "OffsetMillis", "AbsoluteTime", unit=0.001)
    drop_measures(turn)
    if identity and (identity in roles or identity == role):
        del turn["ParticipantId"]  # read in the table of participants
    speaker = take(turn, "DisplayName", "ParticipantRole") or role or take(turn, "ParticipantId")
    words = take_words(turn.get("Items"), "Content")
    for matched in (*nodes(turn.get("IssuesDetected")), *nodes(turn.get("OutcomesDetected")),
                    *nodes(turn.get("ActionItemsDetected"))):  # fmt: skip
        drop_repeats(matched, ("Text",), letters(text))
    return [*beside_words(words, text), Said(text, speaker, seconds, role_of(role))]


PLATFORM = Platform(
    "Amazon Connect (Contact Lens, chat) and Amazon Transcribe Call Analytics",
    (("Transcript", "Content"),),
    recognises,
    read,
)
