"""Recognition of speech that lists turns with their words: AssemblyAI, Whisper, Gladia, Azure, Aircall.

Shapes: the transcript object of AssemblyAI (`utterances[]`, milliseconds), `verbose_json` of OpenAI's
transcriptions and WhisperX (`segments[]`), whisper.cpp (`transcription[]`), Gladia (`utterances[]`), fast
transcription of Azure AI Speech (`phrases[]`), transcriptions of Aircall (`utterances[]`), and whatever
else lists texts with the place in the recording.
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Aside, Said
from bpoaudit.readers.platforms.platform import VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import (
    drop_measures,
    node,
    nodes,
    seconds_of,
    take,
    take_seconds,
)
from bpoaudit.readers.platforms.whole import Heard, transcript_asides, word_asides
from bpoaudit.readers.platforms.words import beside_words, take_words, turns_of
from bpoaudit.readers.roles import role_of

_LISTS = ("utterances", "segments", "phrases", "transcription")
_TEXTS = ("text", "transcript")
_WORD_TEXTS = ("punctuated_word", "word", "text")
_STARTS = (
    ("start", 1.0), ("start_time", 1.0), ("startTime", 1.0), ("offsetMilliseconds", 0.001),
    ("startTimeMs", 0.001), ("start_ms", 0.001),
)  # fmt: skip
_WHOLE = ("text", "full_transcript")
_SPEAKERS = ("speaker", "speaker_label", "speaker_name", "participant_type", "channel")
_MILLISECONDS = 1000


def recognises(value: object) -> bool:
    """Tell a list of texts with their place in a recording, or a text beside the list of its words."""
    found = node(value)
    return _list_in(found) is not None or (
        isinstance(found.get("text"), str) and _has_place(next(nodes(found.get("words")), {}))
    )


def read(found: Node, about: object) -> Conversation:
    """Take the turns out; without any, the words of the whole text by speaker."""
    conversation = Conversation(VOICE)
    turns = list(nodes(found.get(_list_in(found) or "")))
    unit = _unit([*turns, *nodes(found.get("words"))])
    for turn in turns:
        conversation.items += _said(turn, unit)
    whole = take_words(found.get("words"), *_WORD_TEXTS, unit=unit)
    if not turns:
        conversation.items += turns_of(whole)
    heard = Heard(conversation.items)
    if turns:
        conversation.items += word_asides(whole, heard)
    for key in _WHOLE:
        conversation.items += transcript_asides([found], key, heard)
    for phrase in nodes(found.get("combinedPhrases")):
        conversation.items += transcript_asides([phrase], "text", heard)
    # What analyses quote of the turns.
    for key in ("sentiment_analysis_results", "word_segments", "sentences"):
        for each in nodes(found.get(key)):
            heard.drop(each, "text", "word")
            drop_measures(each)
            for word in nodes(each.get("words")):
                heard.drop(word, "text", "word")
                drop_measures(word)
    return conversation


def _list_in(found: Node) -> str | None:
    for key in _LISTS:
        first = next(nodes(found.get(key)), {})
        if any(isinstance(first.get(text), str) for text in _TEXTS) and _has_place(first):
            return key
    return None


def _has_place(element: Node) -> bool:
    timed = any(seconds_of(element.get(key), unit) is not None for key, unit in _STARTS)
    return timed or isinstance(node(element.get("offsets")).get("from"), str)


def _unit(elements: list[Node]) -> float:
    """Tell seconds from milliseconds: those are whole numbers, and soon large ones."""
    places = [str(each[key]) for each in elements for key in ("start", "end") if key in each]
    large = any(place.isdigit() and int(place) >= _MILLISECONDS for place in places)
    return 0.001 if large and not any("." in place for place in places) else 1.0


def _said(turn: Node, unit: float) -> list[Said | Aside]:
    text = take(turn, *_TEXTS)
    if text is None:
        return []
    words = take_words(turn.get("words"), *_WORD_TEXTS, unit=unit)
    seconds = take_seconds(node(turn.get("offsets")), "from", 0.001)
    for key, own in _STARTS:
        if seconds is None:
            seconds = take_seconds(turn, key, unit if key == "start" else own)
    drop_measures(turn, node(turn.get("timestamps")), node(turn.get("offsets")))
    label = take(turn, *_SPEAKERS) or next((word.speaker for word in words if word.speaker), None)
    return [*beside_words(words, text), Said(text.strip(), label, seconds, role_of(label))]


PLATFORM = Platform(
    "Recognised speech (AssemblyAI, Whisper, Gladia, Azure fast transcription, Aircall)",
    (*((key, "text") for key in _LISTS), ("utterances", "transcript"), ("words", "text")),
    recognises,
    read,
)
