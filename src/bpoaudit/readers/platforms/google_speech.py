"""Google Cloud Speech-to-Text: results with alternatives.

Shape: `SpeechRecognitionResult` of the v1 and v2 APIs, alone or inside a long-running operation.
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Said
from bpoaudit.readers.platforms.platform import VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import besides, drop_measures, letters, node, nodes, take
from bpoaudit.readers.platforms.whole import TRANSCRIPT, Heard
from bpoaudit.readers.platforms.words import (
    ALTERNATIVES,
    beside_words,
    join_words,
    take_words,
    turns_of,
)

_SPEAKERS = ("speakerTag", "speaker_tag", "speakerLabel", "speaker_label")


def recognises(value: object) -> bool:
    """Tell `results` whose alternatives are transcripts."""
    return any(
        isinstance(each.get("transcript"), str)
        for result in nodes(node(value).get("results"))
        for each in nodes(result.get("alternatives"))
    )


def read(found: Node, about: object) -> Conversation:
    """Take the best alternative of each result as a turn; who speaks is known by channel or by word.

    With diarisation the last result repeats all the words of the call, with their speakers: they are
    the turns then, and a result that says no more than they do is left out.
    """
    conversation = Conversation(VOICE)
    results = list(nodes(found.get("results")))
    spoken = [take_words(_best(each).get("words"), "word", speaker=_SPEAKERS) for each in results]
    last = spoken[-1] if len(spoken) > 1 and any(word.speaker for word in spoken[-1]) else []
    said = letters("".join(word.text for word in last))
    repeated = (
        letters("".join(word.text for words in spoken[:-1] for word in words)) == said if last else False
    )
    for result, words in zip(results, spoken, strict=True):
        text = take(_best(result), "transcript")
        channel = take(result, "channelTag", "channel_tag")
        for other in list(nodes(result.get("alternatives")))[1:]:
            also = join_words(word.text for word in take_words(other.get("words"), "word"))
            conversation.items += besides(ALTERNATIVES, [take(other, "transcript"), also], text)
        drop_measures(result, *nodes(result.get("alternatives")))
        if text is None or (repeated and words is not last):
            continue
        if len({word.speaker for word in words if word.speaker}) > 1:
            by_words = turns_of(words)
            conversation.items += by_words
            conversation.items += besides(TRANSCRIPT, [text] if text not in Heard(by_words) else [], None)
            continue
        label = next(
            (word.speaker for word in words if word.speaker), f"channel {channel}" if channel else None
        )
        conversation.items += beside_words(words, text)
        conversation.items.append(Said(text.strip(), label, next((word.seconds for word in words), None)))
    return conversation


def _best(result: Node) -> Node:
    return next(nodes(result.get("alternatives")), {})


PLATFORM = Platform(
    "Google Cloud Speech-to-Text", (("results", "alternatives", "transcript"),), recognises, read
)
