"""Texts of a whole conversation that an export gives beside its turns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bpoaudit.readers.conversation import Aside, Said
from bpoaudit.readers.platforms.platform import Node
from bpoaudit.readers.platforms.taking import Number, letters, take
from bpoaudit.readers.platforms.words import WORDS, Word, beside_words

TRANSCRIPT = "transcript"
"""Field of a text of the whole conversation, where it says something that no turn says."""

_NEAR = 1_000
_MOST_SEARCHED = 1 << 30
"""Characters searched through for texts that are not where they were to be expected."""
_LABEL = re.compile(r"^\s*(?:Speaker|Channel) \w{1,4}:", re.MULTILINE)


class Heard:
    """What the turns of a conversation say, and their words where those differ. `repr` shows no content."""

    def __init__(self, items: Iterable[Said | Aside]) -> None:
        said: list[str] = []
        by_words: list[str] = []
        words = ""
        for item in items:
            if isinstance(item, Said):
                said.append(letters(item.text))
                by_words.append(words or said[-1])
                words = ""
            elif item.field == WORDS and not words:
                words = letters(item.text)
        self.said = "".join(said)
        self._texts = (self.said, "".join(by_words))
        self._places = [0, 0]
        self._searched = 0

    def __repr__(self) -> str:
        return f"Heard({len(self.said)})"

    def __bool__(self) -> bool:
        return bool(self.said)

    def __contains__(self, text: str) -> bool:
        """Tell whether a text says nothing new; one in the order of the turns is found at once."""
        bare = letters(text)
        for at, spoken in enumerate(self._texts):
            if (place := spoken.find(bare, self._places[at], self._places[at] + len(bare) + _NEAR)) < 0:
                if self._searched > _MOST_SEARCHED:
                    continue  # read a second time rather than searched for
                self._searched += len(spoken)
                place = spoken.find(bare)
            if place >= 0:
                self._places[at] = place
                return True
        return False

    def drop(self, holder: Node, *keys: str) -> None:
        """Take out texts that say nothing new."""
        for key in keys:
            value = holder.get(key)
            if isinstance(value, str) and not isinstance(value, Number) and value in self:
                del holder[key]


def transcript_asides(holders: Iterable[Node], key: str, heard: Heard) -> list[Aside]:
    """Take the texts under `key` out; return those that say something which no turn does."""
    texts = [text for holder in holders if (text := take(holder, key))]
    return [
        Aside(TRANSCRIPT, text) for text in texts if text not in heard and _LABEL.sub("", text) not in heard
    ]


def word_asides(words: Sequence[Word], heard: Heard) -> list[Aside]:
    """Return a list of the words of the whole conversation where it says something which no turn does."""
    return [aside for aside in beside_words(words, None) if aside.text not in heard]
