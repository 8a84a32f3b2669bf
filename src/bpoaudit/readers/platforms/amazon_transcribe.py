"""Amazon Transcribe: `results` with items, speaker or channel labels, audio segments and alternatives.

Shape: "Data input and output" and "Partitioning speakers" of the Amazon Transcribe developer guide.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpoaudit.readers.conversation import Said
from bpoaudit.readers.platforms.platform import VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import (
    besides,
    drop_measures,
    letters,
    node,
    nodes,
    take,
    take_seconds,
    text_of,
)
from bpoaudit.readers.platforms.whole import Heard, transcript_asides
from bpoaudit.readers.platforms.words import (
    ALTERNATIVES,
    Word,
    beside_words,
    join_words,
    take_words,
    turns_of,
)


def recognises(value: object) -> bool:
    """Tell a job's result: `results` with `transcripts` and `items`."""
    results = node(node(value).get("results"))
    return isinstance(results.get("transcripts"), list) and isinstance(results.get("items"), list)


def read(found: Node, about: object) -> Conversation:
    """Take the items out, by speaker; the other writings of the same words stay only where they differ."""
    results = found["results"]
    labels = _labels(results)
    words = _words(results["items"], labels)
    conversation = Conversation(VOICE, redacted=_redacted(results["items"]))
    segments = list(nodes(results.get("audio_segments")))
    numbered = {str(at): word for at, word in words}
    for segment in segments:
        text = take(segment, "transcript")
        indexes = segment.pop("items", None)
        own = [
            numbered.pop(str(index))
            for index in (indexes if isinstance(indexes, list) else ())
            if str(index) in numbered
        ]
        if text is not None:
            speaker = take(segment, "speaker_label", "channel_label") or next((w.speaker for w in own), None)
            conversation.items += beside_words(own, text)
            conversation.items.append(Said(text, speaker, take_seconds(segment, "start_time")))
        else:
            numbered |= {f"{len(numbered)} {at}": word for at, word in enumerate(own)}
        drop_measures(segment)
    conversation.items += turns_of(numbered.values())
    heard = Heard(conversation.items)
    conversation.items += transcript_asides(nodes(results["transcripts"]), "transcript", heard)
    conversation.items += _other_channels(results, conversation)
    for segment in nodes(results.get("segments")):
        drop_measures(segment)
        for each in nodes(segment.get("alternatives")):
            spoken = join_words(w.text for w in take_words(each.get("items"), "content"))
            drop_measures(each)
            other = [text for text in (take(each, "transcript"), spoken) if text and text not in heard]
            conversation.items += besides(ALTERNATIVES, other, None)
    return conversation


def _redacted(items: object) -> int:
    return sum("redactions" in each for item in nodes(items) for each in nodes(item.get("alternatives")))


def _labels(results: Node) -> dict[str, str]:
    """Return who speaks when, by the time of the word, and take out what only repeats it."""
    found: dict[str, str] = {}
    for segment in nodes(node(results.get("speaker_labels")).get("segments")):
        label = text_of(segment, "speaker_label")
        for item in nodes(segment.get("items")):
            start = text_of(item, "start_time")
            if start and (own := take(item, "speaker_label") or label):
                found[start] = own
            drop_measures(item)
        drop_measures(segment)
    for channel in nodes(node(results.get("channel_labels")).get("channels")):
        label = text_of(channel, "channel_label")
        for item in nodes(channel.get("items")):
            if label and (start := text_of(item, "start_time")):
                found.setdefault(start, label)
    return found


def _words(items: object, labels: dict[str, str]) -> list[tuple[str, Word]]:
    found = []
    for at, item in enumerate(nodes(items)):
        best = next(nodes(item.get("alternatives")), {})
        text = take(best, "content")
        if text is None:
            continue
        drop_measures(best)
        start = text_of(item, "start_time") or ""
        speaker = take(item, "speaker_label", "channel_label") or labels.get(start)
        number = text_of(item, "id") or str(at)
        found.append((number, Word(text, text, speaker, take_seconds(item, "start_time"))))
        drop_measures(item)
        if item.get("type") in ("pronunciation", "punctuation"):
            del item["type"]
        if number.isdigit():
            take(item, "id")
    return found


def _other_channels(results: Node, conversation: Conversation) -> Sequence[Said]:
    """Take out the words that the channels repeat; where one says something else it is a turn more."""
    found = []
    spoken: dict[str | None, list[Said]] = {}
    for item in conversation.items:
        if isinstance(item, Said):
            spoken.setdefault(item.speaker, []).append(item)
    for channel in nodes(node(results.get("channel_labels")).get("channels")):
        label = text_of(channel, "channel_label")
        own = spoken.get(label, [])
        texts = [word.text for _, word in _words(channel.get("items"), {})]
        if texts and letters("".join(texts)) != letters("".join(item.text for item in own)):
            found.append(Said(join_words(texts), label, None))
    return found


PLATFORM = Platform("Amazon Transcribe", (("results", "transcripts", "items"),), recognises, read)
