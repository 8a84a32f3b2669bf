"""Both language models over texts of many languages; what repeats is read once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Span as SpacySpan

from bpoaudit.detect.language_model import LanguageModels
from bpoaudit.detect.matches import RAMPART, SPACY, Match
from bpoaudit.detect.passages import Passage, prose_of, to_be_read
from bpoaudit.detect.rampart import SURE, UNSURE, Rampart, Span

BATCH = 256
"""Texts in one call of the language model."""
_BATCH_CHARACTERS = 50_000
"""In one such call, which holds some kilobytes for each word until it is done."""
_REMEMBERED = 4_000_000
"""Characters of sentences whose answers are kept."""
_RUN = re.compile(r"(?:[^\w\s]|_){200,}")
"""Rulers, frames, padding: no name is made of punctuation."""

_BULLETS = "-–—•*#>| "

Asked = tuple[str | None, str]
"""The language of the model that reads a text, None where rampart reads it alone; and the text."""
Names = tuple[Match, ...]
"""What the models say of a text; they may contradict each other."""


class NameModels:
    """spaCy's models by language, and rampart, which reads them all."""

    def __init__(self, models: LanguageModels, rampart: Rampart) -> None:
        self._models = models
        self._rampart = rampart
        self._known: dict[Asked, Names] = {}
        self._earlier: dict[Asked, Names] = {}
        self._characters = 0

    def sentences(self, asked: Iterable[Asked]) -> dict[Asked, Names]:
        """Return what the models say of each sentence; those read not long ago are not read again."""
        told: dict[Asked, Names] = {}
        unread: list[Asked] = []
        for each in dict.fromkeys(asked):
            names = self._known.get(each)
            if names is None:
                names = self._earlier.get(each)
            if names is None:
                unread.append(each)
                continue
            told[each] = names
        told.update(zip(unread, self.read(unread), strict=True))
        for each, names in told.items():
            if each not in self._known:
                self._remember(each, names)
        return told

    def read(self, asked: Sequence[Asked]) -> Iterator[Names]:
        """Yield what the models say of each text: first all texts by spaCy, then all by rampart.

        So the weights of a model stay in the processor's cache. What is said of a text does not depend on
        the others.
        """
        seen = self._seen_by_spacy(asked)
        passages = [_to_be_read(text, reader) for reader, text in asked]
        texts = [
            text[start:end] for (_, text), own in zip(asked, passages, strict=True) for start, end in own
        ]
        spans = self._rampart.spans(texts)
        for names, own in zip(seen, passages, strict=True):
            yield (*names, *(_of_rampart(span, start) for start, _ in own for span in next(spans)))

    def _seen_by_spacy(self, asked: Sequence[Asked]) -> list[Names]:
        seen: list[Names] = [()] * len(asked)
        for reader in sorted({reader for reader, _ in asked if reader}):
            own = [at for at, (each, _) in enumerate(asked) if each == reader]
            for together in _batches(own, [len(text) for _, text in asked]):
                texts = (_without_runs(asked[at][1]) for at in together)
                # Without a zone every new word stays in the vocabulary for the rest of the audit.
                with self._models.pipeline(reader).memory_zone():
                    artifacts = self._models[reader].process_batch(texts, reader, batch_size=BATCH)
                    for at, (_, told) in zip(together, artifacts, strict=True):
                        seen[at] = tuple(map(_of_spacy, told.entities))
        return seen

    def _remember(self, asked: Asked, names: Names) -> None:
        """Keep an answer; those that nobody asked for since the last clearing but one are forgotten."""
        self._characters += len(asked[1]) + 100
        if self._characters > _REMEMBERED:
            self._earlier, self._known, self._characters = self._known, {}, 0
        self._known[asked] = names


def _batches(own: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Cut `own` into batches of bounded size; a text that is longer than the bound is one by itself."""
    batch: list[int] = []
    characters = 0
    for at in own:
        if batch and (len(batch) == BATCH or characters + lengths[at] > _BATCH_CHARACTERS):
            yield batch
            batch, characters = [], 0
        batch.append(at)
        characters += lengths[at]
    if batch:
        yield batch


def _to_be_read(text: str, reader: str | None) -> tuple[Passage, ...]:
    """Return the passages of a text that rampart reads, which another model reads too, or none does."""
    prose = prose_of(text) if reader else ()
    return tuple(to_be_read(text, prose)) if prose else ((0, len(text)),)


def _without_runs(text: str) -> str:
    """Blank the long runs of punctuation: spaCy's tokeniser takes a time that grows with their square."""
    return _RUN.sub(lambda run: " " * len(run[0]), text)


def _of_spacy(entity: SpacySpan) -> Match:
    """Return a match without the dash or bullet that a signature or a list begins with."""
    bullets = len(entity.text) - len(entity.text.lstrip(_BULLETS))
    return Match(entity.start_char + bullets, entity.end_char, entity.label_, SURE, SPACY)


def _of_rampart(span: Span, offset: int) -> Match:
    score = SURE if span.probability >= 0.9 else UNSURE
    return Match(span.start + offset, span.end + offset, span.entity, score, RAMPART)
