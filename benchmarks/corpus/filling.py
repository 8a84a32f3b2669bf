"""Templates to texts with known spans.

A slot is `{kind}`, with options `{kind:of=label form form}`: `of` narrows the kind, a label makes the
value the same wherever it comes again, forms change how it is written. `<a|b>` is one of several
wordings, `[words](ENTITY)` marks words that are personal data as they stand. Code points throughout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from corpus import speech
from corpus.values import Scene, Value

Span = tuple[int, int, str]

_CHOICE = re.compile(r"<([^<>]*\|[^<>]*)>")
_SLOT = re.compile(
    r"\{(?P<kind>[a-z]+)(?::(?P<of>[^={} ]+))?(?:=(?P<label>\w+))?(?P<forms>(?: [a-z0-9/]+)*)\}"
    r"|\[(?P<words>[^\[\]]+)\]\((?P<entity>[A-Z_]+)\)"
)
_PIECE = re.compile(r"(\d)/(\d)")
_DEAF = re.compile(r"[.,;:!?()\"“”]")


@dataclass(frozen=True)
class Written:
    """A text and what it holds, ascending."""

    text: str
    spans: tuple[Span, ...]


def write(template: str, scene: Scene, style: str = "plain") -> Written:
    """Fill a template.

    Styles: `plain`; `asr` (lower case, no punctuation); `chat` (typed in a hurry: mostly lower case,
    slips of the keyboard in what stands around the values).
    """
    rng = scene.rng
    lazy = style == "chat" and rng.random() < 0.6
    text, spans = "", list[Span]()
    for piece, entity in _pieces(_chosen(template, rng), scene):
        if style == "asr":
            piece = _DEAF.sub("", piece.lower())
        elif lazy and entity not in {"PASSWORD", "SECRET_KEY"}:
            piece = piece.lower()
        if style == "chat" and entity is None:
            piece = _slips(rng, piece)
        if entity:
            spans.append((len(text), len(text) + len(piece), entity))
        text += piece
    said = spans[-1][1] if spans else 0
    return Written(text[:said] + text[said:].rstrip(" .!" if lazy else " "), tuple(spans))


def _chosen(template: str, rng: Random) -> str:
    return _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), " ".join(template.split()))


def _pieces(template: str, scene: Scene) -> Iterator[tuple[str, str | None]]:
    at = 0
    for slot in _SLOT.finditer(template):
        yield template[at : slot.start()], None
        at = slot.end()
        if slot["words"]:
            yield "".join(piece for piece, _ in _pieces(slot["words"], scene)), slot["entity"]
        else:
            value = scene.value(slot["kind"], slot["of"] or "", slot["label"] or "")
            yield _shown(value, slot["forms"].split(), scene), value.entity
    yield template[at:], None


def _shown(value: Value, forms: list[str], scene: Scene) -> str:
    """Return a value as its forms want it, in their order.

    Forms: `tight` (letters and digits alone), `last4`, `2/3` (a piece of it), `lower`, `upper`, `spelt`
    (letter by letter), `said` (as it is spoken), `corrected` (said wrongly, then right).
    """
    text, whole = value.text, True
    for form in forms:
        piece = _PIECE.fullmatch(form)
        if piece:
            text, whole = _piece(text, int(piece[1]), int(piece[2])), False
        elif form == "tight":
            text = "".join(char for char in text if char.isalnum())
        elif form == "last4":
            text, whole = "".join(char for char in text if char.isalnum())[-4:], False
        elif form == "lower":
            text = text.lower()
        elif form == "upper":
            text = text.upper()
        elif form == "spelt":
            text = speech.spelt(text)
        elif form == "said":
            text = value.said(scene.rng) if value.said and whole else _spoken(text, scene)
        elif form == "corrected":
            text = _corrected(text, scene)
        else:
            raise ValueError(f"no such form: {form}")
    return text


def _spoken(text: str, scene: Scene) -> str:
    return speech.characters(scene.rng, text, scene.language)


def _corrected(text: str, scene: Scene) -> str:
    """Say the first part wrongly, take it back, say it all."""
    bare = "".join(char for char in text if char.isalnum())
    last = str((int(bare[2]) + 3) % 10) if bare[2].isdigit() else "x"
    slip = scene.rng.choice(("no sorry", "sorry no", "no wait", "actually"))
    return f"{_spoken(bare[:2] + last, scene)} {slip} {_spoken(bare, scene)}"


def _piece(text: str, number: int, of: int) -> str:
    groups = re.split(r"[ -]", text)
    if len(groups) == of:
        return groups[number - 1]
    bare = "".join(char for char in text if char.isalnum())
    size = -(-len(bare) // of)
    return bare[(number - 1) * size : number * size]


def _slips(rng: Random, text: str) -> str:
    """Type in a hurry: letters swapped, doubled or dropped in about one word of fifteen."""
    words = text.split(" ")
    for i, word in enumerate(words):
        if len(word) > 3 and word.isalpha() and rng.random() < 0.07:
            at = rng.randrange(1, len(word) - 1)
            words[i] = rng.choice(
                (
                    word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                    word[:at] + word[at] + word[at:],
                    word[:at] + word[at + 1 :],
                )
            )
    return " ".join(words)
