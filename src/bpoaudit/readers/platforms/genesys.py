"""Genesys Cloud: transcripts of speech and text analytics, recordings of chats, messages and mails.

Shapes: "Transcript schema" of the Genesys Cloud developer centre (`transcripts[].phrases[]`), `Recording`
of its platform API (`transcript[]`, `messagingTranscript[]`, `emailTranscript[]`).
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Aside, Said
from bpoaudit.readers.platforms.bodies import read_body
from bpoaudit.readers.platforms.platform import CHAT, MAIL, VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import besides, drop_measures, node, nodes, take, text_of, time_of
from bpoaudit.readers.platforms.words import ALTERNATIVES, beside_words, take_texts, take_words
from bpoaudit.readers.roles import role_of

DECORATED = "decorated"
"""Field of a phrase as it is set for reading, where that says something else."""

_MESSAGES = (
    ("messagingTranscript", ("messageText",), CHAT),
    ("transcript", ("body",), CHAT),
    ("emailTranscript", ("textBody", "htmlBody"), MAIL),
)


def recognises(value: object) -> bool:
    """Tell a transcript with phrases, or a recording with messages."""
    found = node(value)
    if any(next(nodes(each.get("phrases")), {}).get("text") for each in nodes(found.get("transcripts"))):
        return True
    return any(
        text_of(each, *texts)
        and ("participantPurpose" in each or "purpose" in each or key == "emailTranscript")
        for key, texts, _ in _MESSAGES
        for each in nodes(found.get(key))
    )


def read(found: Node, about: object) -> Conversation:
    """Take phrases and messages out; `external` is the customer, `internal` the agent."""
    media = (text_of(found, "mediaType", "media") or "").lower()
    conversation = Conversation({"call": VOICE, "email": MAIL}.get(media, CHAT if media else VOICE))
    for transcript in nodes(found.get("transcripts")):
        for phrase in nodes(transcript.get("phrases")):
            conversation.items += _phrase(phrase)
    for key, texts, channel in _MESSAGES:
        for message in nodes(found.get(key)):
            conversation.channel = channel
            _message(message, texts, conversation)
    return conversation


def _phrase(phrase: Node) -> list[Said | Aside]:
    text = take(phrase, "text")
    if text is None:
        return []
    purpose = take(phrase, "participantPurpose")
    seconds = time_of(phrase, "startTimeMs", unit=0.001)
    beside = besides(DECORATED, [take(phrase, "decoratedText")], text)
    beside += beside_words(take_words(phrase.get("words"), "word"), text)
    beside += beside_words(take_words(phrase.get("decoratedWords"), "word"), text)
    other = take_texts(phrase.get("alternatives"), "transcript", "decoratedTranscript", "text")
    beside += besides(ALTERNATIVES, other, text)
    drop_measures(phrase)
    return [*beside, Said(text, purpose, seconds, role_of(purpose))]


def _message(message: Node, texts: tuple[str, ...], conversation: Conversation) -> None:
    written = [text for key in texts if (text := take(message, key)) is not None]
    if not written:
        return
    body = read_body(written[0])
    others = [read_body(text) for text in written[1:]]
    beside = body.beside + [aside for other in others for aside in other.beside]
    purpose = text_of(message, "participantPurpose", "purpose")
    speaker = text_of(node(message.get("fromUser")), "name") or purpose
    if speaker is None:
        sender = message.get("from")
        speaker = sender if isinstance(sender, str) else text_of(node(sender), "name", "email")
    conversation.items += [*beside, *besides("html", [other.text for other in others], body.text)]
    seconds = time_of(message, "timestamp", "utc", "time")
    conversation.items.append(Said(body.text, speaker, seconds, role_of(purpose)))
    conversation.unread += body.files + sum(other.files for other in others)


PLATFORM = Platform(
    "Genesys Cloud",
    (("transcripts", "phrases"), ("messagingTranscript",), ("emailTranscript",), ("transcript", "body")),
    recognises,
    read,
)
