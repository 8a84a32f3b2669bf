"""Azure AI Speech: results of batch transcription.

Shape: the file of a batch transcription (`recognizedPhrases[]`, each with its n best alternatives).
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Aside, Said
from bpoaudit.readers.platforms.platform import VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import besides, drop_measures, letters, node, nodes, take, take_seconds
from bpoaudit.readers.platforms.whole import TRANSCRIPT
from bpoaudit.readers.platforms.words import ALTERNATIVES, beside_words, take_words

_WRITINGS = ("display", "lexical", "itn", "maskedITN")
_TICK = 1e-7


def recognises(value: object) -> bool:
    """Tell `recognizedPhrases` with `nBest`."""
    return any("nBest" in phrase for phrase in nodes(node(value).get("recognizedPhrases")))


def read(found: Node, about: object) -> Conversation:
    """Take the best alternative of each phrase as a turn, and its other writings where they differ."""
    conversation = Conversation(VOICE)
    said: dict[str, str] = dict.fromkeys(_WRITINGS, "")
    phrases = [phrase for phrase in nodes(found["recognizedPhrases"]) if "nBest" in phrase]
    # The phrases of a recording with two channels come one channel after the other.
    for phrase in sorted(phrases, key=_begin):
        conversation.items += _said(phrase, said)
    for whole in nodes(found.get("combinedRecognizedPhrases")):
        for key in _WRITINGS:
            text = take(whole, key)
            if text and letters(text) not in said[key]:
                conversation.items.append(Aside(TRANSCRIPT, text))
    return conversation


def _begin(phrase: Node) -> float:
    ticks = phrase.get("offsetInTicks")
    return float(ticks) if isinstance(ticks, str) and ticks.replace(".", "").isdigit() else 0.0


def _said(phrase: Node, said: dict[str, str]) -> list[Said | Aside]:
    best, *others = list(nodes(phrase["nBest"])) or [{}]
    writings = {key: take(best, key) for key in _WRITINGS}
    text = next((text for text in writings.values() if text), None)
    if text is None:
        return []
    for key, writing in writings.items():
        said[key] += letters(writing or "")
    words = take_words(best.get("words"), "word")
    shown = take_words(best.get("displayWords"), "displayText", "word")
    beside = besides("lexical", [writings["lexical"]], text)
    beside += besides("itn", [writings["itn"]], text)
    beside += besides("masked", [writings["maskedITN"]], text)
    known = {letters(writing) for writing in writings.values() if writing}
    for spoken in (words, shown):
        beside += [aside for aside in beside_words(spoken, text) if letters(aside.text) not in known]
    for other in others:
        beside += besides(ALTERNATIVES, [take(other, key) for key in _WRITINGS], text)
        also = beside_words(take_words(other.get("words"), "word"), text)
        beside += [
            Aside(ALTERNATIVES, aside.text) for aside in also if aside.text not in {b.text for b in beside}
        ]
    seconds = take_seconds(phrase, "offsetInTicks", _TICK)
    speaker = take(phrase, "speaker")
    if speaker is None and (channel := take(phrase, "channel")):
        speaker = f"channel {channel}"
    drop_measures(phrase, best, *others)
    return [*beside, Said(text, speaker, seconds)]


PLATFORM = Platform(
    "Azure AI Speech batch transcription", (("recognizedPhrases", "nBest"),), recognises, read
)
