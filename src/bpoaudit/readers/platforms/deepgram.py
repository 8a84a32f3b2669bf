"""Deepgram: `results` by channel, with words, paragraphs and utterances.

Shape: the response of the pre-recorded audio API (`results.channels[].alternatives[]`).
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Aside, Said
from bpoaudit.readers.platforms.platform import VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import (
    besides,
    drop_measures,
    node,
    nodes,
    take,
    take_seconds,
)
from bpoaudit.readers.platforms.whole import Heard, transcript_asides, word_asides
from bpoaudit.readers.platforms.words import (
    ALTERNATIVES,
    beside_words,
    join_words,
    take_words,
    turns_of,
)

_WORD = ("punctuated_word", "word")


def recognises(value: object) -> bool:
    """Tell `results` with `channels` of alternatives."""
    channel = next(nodes(node(node(value).get("results")).get("channels")), {})
    return isinstance(channel.get("alternatives"), list)


def read(found: Node, about: object) -> Conversation:
    """Take utterances as turns; without them the words of each channel, by speaker."""
    results = found["results"]
    conversation = Conversation(VOICE)
    for each in nodes(results.get("utterances")):
        text = take(each, "transcript")
        if text is not None:
            words = take_words(each.get("words"), *_WORD)
            speaker = take(each, "speaker") or _channel(take(each, "channel"))
            conversation.items += beside_words(words, text)
            conversation.items.append(Said(text, speaker, take_seconds(each, "start")))
        drop_measures(each)
    own = _by_speaker(conversation.items)
    everything = Heard(conversation.items)
    channels = list(nodes(results["channels"]))
    for at, channel in enumerate(channels):
        label = _channel(str(at)) if len(channels) > 1 else None
        _read_channel(channel, label, Heard(own[label]) if label in own else everything, conversation)
    return conversation


def _by_speaker(items: list[Said | Aside]) -> dict[str | None, list[Said | Aside]]:
    """Return the turns of each speaker, with what stands beside them."""
    found: dict[str | None, list[Said | Aside]] = {}
    beside: list[Said | Aside] = []
    for item in items:
        beside.append(item)
        if isinstance(item, Said):
            found.setdefault(item.speaker, []).extend(beside)
            beside = []
    return found


def _read_channel(channel: Node, label: str | None, heard: Heard, conversation: Conversation) -> None:
    best, *others = list(nodes(channel["alternatives"])) or [{}]
    words = take_words(best.get("words"), *_WORD)
    if heard:
        conversation.items += word_asides(words, heard)
    else:
        turns = turns_of(words, label)
        if not turns and (text := take(best, "transcript")):
            turns = [Said(text, label, None)]
        conversation.items += turns
        heard = Heard(turns)
    paragraphs = node(best.get("paragraphs"))
    conversation.items += transcript_asides([best, paragraphs], "transcript", heard)
    for paragraph in nodes(paragraphs.get("paragraphs")):
        for sentence in nodes(paragraph.get("sentences")):
            heard.drop(sentence, "text")
            drop_measures(sentence)
        drop_measures(paragraph)
    for other in others:
        spoken = join_words(word.text for word in take_words(other.get("words"), *_WORD))
        fresh = [text for text in (take(other, "transcript"), spoken) if text and text not in heard]
        conversation.items += besides(ALTERNATIVES, fresh, None)
    drop_measures(best, *others)


def _channel(number: str | None) -> str | None:
    return f"channel {number}" if number else None


PLATFORM = Platform("Deepgram", (("results", "channels", "alternatives"),), recognises, read)
