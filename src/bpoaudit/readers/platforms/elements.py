"""Recognition of speech that gives nothing but words: Rev.ai and Rev.com, Speechmatics.

Shapes: "Get transcript by id" of Rev.ai (`monologues[].elements[]`), json-v2 of Speechmatics
(`results[].alternatives[]`).
"""

from __future__ import annotations

from bpoaudit.readers.conversation import Said
from bpoaudit.readers.platforms.platform import VOICE, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import besides, drop_measures, node, nodes, take, take_seconds, text_of
from bpoaudit.readers.platforms.words import ALTERNATIVES, Word, turns_of
from bpoaudit.readers.roles import role_of

_USUAL: dict[str, tuple[object, ...]] = {
    "type": ("word", "punctuation", "entity"), "attaches_to": ("previous", "next", "both", "none"),
    "is_eos": (True, False),
}  # fmt: skip


def recognises(value: object) -> bool:
    """Tell monologues of elements, or results of which each is a word."""
    found = node(value)
    element = next(nodes(next(nodes(found.get("monologues")), {}).get("elements")), {})
    return isinstance(element.get("value"), str) or any(
        isinstance(next(nodes(each.get("alternatives")), {}).get("content"), str)
        for each in nodes(found.get("results"))
    )


def read(found: Node, about: object) -> Conversation:
    """Take the words out, by speaker; a table of speakers says their names or roles."""
    names = {
        each["id"]: name
        for each in nodes(found.get("speakers"))
        if isinstance(each.get("id"), str) and (name := text_of(each, "role", "name"))
    }
    conversation = Conversation(VOICE)
    for monologue in nodes(found.get("monologues")):
        number = take(monologue, "speaker")
        label = names.get(number or "") or take(node(monologue.get("speaker_info")), "display_name") or number
        pieces, begin = [], None
        for element in nodes(monologue.get("elements")):
            begin = take_seconds(element, "ts") if begin is None else begin
            pieces.append(element.pop("value") if isinstance(element.get("value"), str) else "")
            drop_measures(element)
            if element.get("type") in ("text", "punct", "unknown"):
                del element["type"]
        if text := "".join(pieces).strip():
            conversation.items.append(Said(text, label, begin, role_of(label)))
    words, others = _results(found)
    conversation.items += turns_of(words)
    conversation.items += besides(ALTERNATIVES, others, None)
    return conversation


def _results(found: Node) -> tuple[list[Word], list[str]]:
    words, others = [], []
    for result in nodes(found.get("results")):
        best, *more = list(nodes(result.get("alternatives"))) or [{}]
        text = take(best, "content")
        if text is None:
            continue
        speaker = take(best, "speaker") or text_of(result, "channel")
        spoken = "punctuation" if result.get("type") == "punctuation" else "word"
        # A mark goes on with the words before it, whoever it is said to be of.
        words.append(
            Word(text, text, speaker if spoken == "word" else None, take_seconds(result, "start_time"))
        )
        others += [other for each in more if (other := take(each, "content"))]
        drop_measures(result, best, *more)
        for key in [key for key, usual in _USUAL.items() if result.get(key) in usual]:
            del result[key]
    return words, others


PLATFORM = Platform(
    "Rev.ai and Speechmatics",
    (("monologues", "elements"), ("results", "alternatives", "content")),
    recognises,
    read,
)
