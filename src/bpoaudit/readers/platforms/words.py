"""Lists of recognised words: beside the text of a turn, or in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bpoaudit.readers.conversation import Aside, Said
from bpoaudit.readers.platforms.taking import besides, drop_measures, nodes, seconds_of, take, text_of

WORDS = "words"
"""Field of the words of a turn, joined, where they say something else than its text."""
ALTERNATIVES = "alternatives"
"""Field of the other texts that recognition holds possible."""

_CLOSING = re.compile(r"[.,;:!?…%)\]]+")
_LABEL = re.compile(r"[A-Za-z]{0,10}[_ ]?\d{1,3}|[A-Z]{1,2}")
"""A speaker by number or letter. Another one may be a name, and stays where it stands."""
_STARTS = ("start", "start_time", "startTime", "startOffset", "offset", "ts")


class Word(NamedTuple):
    """One recognised word."""

    text: str
    other: str
    """How another key of the list writes it; the same where none does."""
    speaker: str | None
    seconds: float | None


def take_words(
    value: object, *keys: str, speaker: Sequence[str] = ("speaker",), unit: float = 1.0
) -> list[Word]:
    """Take the words out of a list. An element has its text under the first of `keys`, or the next."""
    found = []
    for element in nodes(value):
        texts = [text for key in keys if (text := take(element, key)) is not None]
        if not texts:
            continue
        begin = next((s for key in _STARTS if (s := seconds_of(element.get(key), unit)) is not None), None)
        drop_measures(element)
        label = text_of(element, *speaker)
        if label and _LABEL.fullmatch(label):
            take(element, *speaker)
        found.append(Word(texts[0], texts[-1], label, begin))
    return found


def join_words(texts: Iterable[str]) -> str:
    """Join words as people write them: marks close up to the word before."""
    pieces: list[str] = []
    for text in texts:
        if pieces and not text[:1].isspace() and not _CLOSING.fullmatch(text):
            pieces.append(" ")
        pieces.append(text)
    return "".join(pieces).strip()


def by_speaker(words: Iterable[Word]) -> Iterator[list[Word]]:
    """Yield the words in runs of one speaker; a word without a speaker (a mark) goes on with the run."""
    run: list[Word] = []
    for word in words:
        if run and word.speaker is not None and run[0].speaker not in (None, word.speaker):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def turns_of(words: Iterable[Word], label: str | None = None) -> list[Said | Aside]:
    """Return the turns that words make by their speakers; `label` is who speaks where no word says it."""
    found: list[Said | Aside] = []
    for run in by_speaker(words):
        text = join_words(word.text for word in run)
        speaker = next((word.speaker for word in run if word.speaker), label)
        found += [*beside_words(run, text), Said(text, speaker, run[0].seconds)]
    return found


def beside_words(words: Sequence[Word], said: str | None) -> list[Aside]:
    """Return the words of a turn, joined, in each writing that says something else than its text."""
    writings = (join_words(word.text for word in words), join_words(word.other for word in words))
    return besides(WORDS, writings, said)


def take_texts(value: object, *keys: str) -> list[str]:
    """Take the texts out of a list of alternatives, under each of the keys."""
    found = []
    for element in nodes(value):
        drop_measures(element)
        found += [text for key in keys if (text := take(element, key)) is not None]
    return found
