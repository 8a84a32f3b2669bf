"""What the sounds of an answer are to a speller: single characters, pieces, words; and spelled names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bpoaudit.detect.lexicon import lexicon
from bpoaudit.detect.sounds import Kind, Sound

FRAGMENT = 3
"""Letters that speech recognition writes together when a word is spelled (`GE R A Rd`)."""
_SHORTEST_NAME = 4
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


class Said(NamedTuple):
    """One part of a spelled answer."""

    text: str
    single: bool
    """Said by itself: one letter, one figure, one word of the spelling alphabet."""
    plain: bool
    """An ordinary word of the language."""
    named: bool = False
    """A letter said with a word of the spelling alphabet."""
    likely: str = ""
    """The character that an ordinary word sounds like (`to`, `are`, `why`)."""


def said_parts(sounds: Sequence[Sound]) -> list[Said]:
    """Return the parts of an answer, without its signs and pauses."""
    return [part for sound in sounds if (part := _part(sound))]


def _part(sound: Sound) -> Said | None:
    size = sound.end - sound.start
    match sound.kind:
        case Kind.SIGN | Kind.STOP | Kind.FIX:
            return None
        case Kind.FILLER:
            return Said("", False, True) if size > 1 else None
        case Kind.WORD:
            return Said(sound.text, False, not sound.text.isalpha() or sound.text in lexicon().plain)
        case Kind.WEAK:
            # `em` and `ar` are hardly anything but letters; `you` and `to` are words.
            plain = size > 2 or (size == 2 and sound.text.isdigit())
            return Said(sound.text, size == 1, plain, likely=sound.text if plain else "")
        case Kind.DATE:
            return Said(sound.text, False, True)
        case _:
            named = sound.kind is Kind.LETTERS and sound.spoken
            return Said(sound.text, len(sound.text) == 1 or sound.spoken, False, named)


def is_spelled_name(parts: Sequence[Said]) -> bool:
    """Whether most of the parts are letters and pieces of words."""
    letters = [part for part in parts if part.text.isalpha()]
    ordinary = sum(part.plain for part in parts)
    spelled = "".join(part.text for part in letters)
    singles = sum(part.single for part in letters)
    words = sum(len(part.text) > FRAGMENT and not part.single for part in letters)
    if (
        len(spelled) < _SHORTEST_NAME
        or is_no_name(spelled)
        or 4 * ordinary > len(parts)
        or 2 * words > singles
    ):
        return False
    if any(part.text in lexicon().things for part in letters):
        return False
    # `a golf hotel in quebec` spells nothing, nor does `r u ok u r great`.
    if ordinary and any(part.named for part in letters):
        return False
    if words + ordinary and len({part.text for part in letters if part.single}) < 3:
        return False
    if any(map(str.isdigit, "".join(part.text for part in parts))) and singles < 2 * FRAGMENT:
        return False
    return singles >= 3 or (words == 0 and singles >= 2 and len(letters) >= 4)


def is_no_name(letters: str) -> bool:
    """Whether spelled letters are an abbreviation or a piece of the alphabet."""
    return letters in lexicon().acronyms or letters in _ALPHABET or len(set(letters)) == 1
