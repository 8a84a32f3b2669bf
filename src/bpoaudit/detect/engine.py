"""Presidio's analyzer with our recognisers, in batches and without the network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from importlib.metadata import version
from itertools import compress
from typing import NamedTuple

import tldextract
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from threadpoolctl import threadpool_limits

from bpoaudit import catalog
from bpoaudit.detect import language_model
from bpoaudit.detect.explanation import of_presidio
from bpoaudit.detect.given_names import full_names
from bpoaudit.detect.language import language_of
from bpoaudit.detect.language_model import ORGANISATION
from bpoaudit.detect.matches import RAMPART, SPACY, Match, counts
from bpoaudit.detect.own_recognizers import OwnRecognizers
from bpoaudit.detect.passages import Passage, prose_of, to_be_read
from bpoaudit.detect.pattern_set import Asked, OwnContext, PatternSet
from bpoaudit.detect.rampart import ENTITIES, SURE, UNSURE, Rampart, Span
from bpoaudit.detect.recognizers import build
from bpoaudit.detect.shapes import SHAPES
from bpoaudit.model import MaskingState, ModelUsed

# tldextract would fetch the public-suffix list at the first e-mail address; the snapshot in its
# package is enough, and an audit makes no request.
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

WINDOW = 20_000
"""Characters that the language model sees at once; its memory grows with them."""
OVERLAP = 200
"""Characters that two windows share, so that a name on the border is seen whole."""
BATCH = 256
"""Texts in one call of the language model."""
_RUN = re.compile(r"(?:[^\w\s]|_){200,}")
"""Rulers, frames, padding: no name is made of punctuation."""

AUTO = "auto"
"""As the language: each field and text tells its own."""
RAMPART_LANGUAGES = frozenset({"de", "en", "es", "fr", "it", "nl", "pt"})
"""What rampart was made for; in others of Latin script it sees a part of the names."""


class Analysis(NamedTuple):
    """What one text was found to hold."""

    matches: tuple[Match, ...]
    """Overlaps included."""
    languages: frozenset[str]
    """ISO 639-1 codes of the languages that it is in; none where it is too short to tell."""
    complete: bool
    """False where a pattern of the user's ran out of time."""


class Engine:
    """The analyzer. Building it loads the models that most texts need; it serves for a whole audit."""

    def __init__(
        self,
        language: str = AUTO,
        model: str | None = None,
        own: Sequence[EntityRecognizer] = (),
        explain: bool = False,
    ) -> None:
        """Load everything: rampart, the spaCy model of English, and `model` instead of that of its language.

        With a `language` all texts are taken to be in it, and its model alone is loaded; with `auto` each
        field and text tells its own. `own` are the recognisers of the user. With `explain` every match says
        how it came about.
        """
        self.explains = explain
        self._only = None if language == AUTO else language
        self._default = self._only or language_model.LANGUAGE
        self._models = language_model.LanguageModels(model)
        self._rampart = Rampart()
        # Workers are processes; threads inside them would only compete.
        threadpool_limits(1, user_api="blas")
        self._own = OwnRecognizers(own, explain)
        self.knows_names = self._models.reader_of(self._default) is not None
        """Whether spaCy reads texts that tell no language: it alone knows a name without a sentence."""
        words = language_model.blank(language_model.LANGUAGE)
        if reader := self._models.reader_of(self._default):
            self._models[reader]  # before workers are forked, so that they share it
        recognizers = build(language_model.LANGUAGE)
        for recognizer in recognizers:
            recognizer.explains = explain
        patterns = PatternSet(recognizers, language_model.LANGUAGE)
        registry = RecognizerRegistry(recognizers=[patterns], supported_languages=[language_model.LANGUAGE])
        self._analyzer = AnalyzerEngine(
            registry=registry,
            nlp_engine=words,
            supported_languages=[language_model.LANGUAGE],
            context_aware_enhancer=OwnContext(),
        )
        self._asked = cache(partial(Asked, words, language_model.LANGUAGE))

    @property
    def entities(self) -> tuple[str, ...]:
        """Every entity that this engine can find, sorted, by our names."""
        supported = self._analyzer.get_supported_entities(language_model.LANGUAGE)
        recognised = {catalog.fold(entity) for entity in supported} | self._own.entities
        recognised |= (set(ENTITIES.values()) | set(language_model.LABELS.values())) - {ORGANISATION}
        # What a column's header can promise needs no recogniser of its own.
        return tuple(sorted(recognised | SHAPES.keys()))

    @property
    def presidio(self) -> str:
        """The version of Presidio."""
        return version("presidio-analyzer")

    def models(self, languages: Iterable[str] = ()) -> tuple[ModelUsed, ...]:
        """Return the language models that look for names and places in texts in `languages`."""
        return (*self._models.used({self._default, *languages}), self._rampart.used)

    def models_for(self, language: str) -> tuple[ModelUsed, ...]:
        """Return the models among them that were made for `language`; none where no model was."""
        own = self._models.used([language])
        return (*own, self._rampart.used) if language in RAMPART_LANGUAGES else own

    def patterns(self, text: str, threshold: float) -> tuple[Match, ...]:
        """Return what our recognisers find without the language models, overlaps included."""
        found = self._analyzer.analyze(
            text,
            language_model.LANGUAGE,
            score_threshold=threshold,
            nlp_artifacts=self._asked(threshold),
            return_decision_process=self.explains,
        )
        return tuple(map(_match, found))

    def own(self, text: str, threshold: float, context: Sequence[str] = ()) -> tuple[Match, ...]:
        """Return what the user's recognisers find; `context` are words that stand beside the text."""
        return self._own.find(text, threshold, context)

    @property
    def gave_up(self) -> int:
        """How many times a pattern of the user's ran out of time so far."""
        return self._own.gave_up

    def text(self, texts: Sequence[str], threshold: float, written: str | None = None) -> Iterator[Analysis]:
        """Yield for each text what patterns, the user's recognisers and the language models find.

        `written` is the language that the texts are in on the whole, where it is known; a text that tells
        its own goes by that.
        """
        windows = [window for index, text in enumerate(texts) for window in _windows(index, text)]
        spoken = [self._only or language_of([window]) or written for _, _, window in windows]
        named = self._named([window for _, _, window in windows], spoken)
        current: list[Match] = []
        languages: set[str] = set()
        position, gave_up = 0, self.gave_up
        for (index, offset, window), language, names in zip(windows, spoken, named, strict=True):
            if index > position:
                yield Analysis(tuple(current), frozenset(languages), self.gave_up == gave_up)
                current, languages = [], set()
                position, gave_up = index, self.gave_up
            known = filter(counts, self.patterns(window, threshold))
            found = (*known, *self.own(window, threshold), *names)
            current.extend(replace(m, start=m.start + offset, end=m.end + offset) for m in found)
            languages |= {language} if language else set()
        if texts:
            yield Analysis(tuple(current), frozenset(languages), self.gave_up == gave_up)

    def _named(self, texts: Sequence[str], spoken: Sequence[str | None]) -> Iterator[tuple[Match, ...]]:
        """Yield for each text the names and places that the models see; they may contradict each other."""
        readers = [self._models.reader_of(language or self._default) for language in spoken]
        artifacts = {
            reader: self._models[reader].process_batch(
                map(_without_runs, compress(texts, [each == reader for each in readers])),
                reader,
                batch_size=BATCH,
            )
            for reader in sorted({each for each in readers if each})
        }
        # All texts by one model, then by the other: its weights stay in the processor's cache.
        found = [*self._found(texts, readers)]
        for text, reader, others in zip(texts, readers, found, strict=True):
            entities = next(artifacts[reader])[1].entities if reader else ()
            seen = (Match(e.start_char, e.end_char, e.label_, SURE, SPACY) for e in entities)
            yield (*seen, *others, *full_names(text))

    def _found(self, texts: Sequence[str], readers: Sequence[str | None]) -> Iterator[list[Match]]:
        """Yield what rampart sees in each text, which another model reads, or none does."""
        passages = [_to_be_read(text, reader) for text, reader in zip(texts, readers, strict=True)]
        spans = self._rampart.spans(
            [text[start:end] for text, own in zip(texts, passages, strict=True) for start, end in own]
        )
        for own in passages:
            yield [_of_rampart(span, start) for start, _ in own for span in next(spans)]


def _to_be_read(text: str, reader: str | None) -> tuple[Passage, ...]:
    """Return the passages of a text that rampart reads."""
    prose = prose_of(text) if reader else ()
    return tuple(to_be_read(text, prose)) if prose else ((0, len(text)),)


def _without_runs(text: str) -> str:
    """Blank the long runs of punctuation: spaCy's tokeniser takes a time that grows with their square."""
    return _RUN.sub(lambda run: " " * len(run[0]), text)


def _windows(index: int, text: str) -> Iterator[tuple[int, int, str]]:
    start = 0
    while True:
        yield index, start, text[start : start + WINDOW]
        if start + WINDOW >= len(text):
            return
        start += WINDOW - OVERLAP


def _of_rampart(span: Span, offset: int) -> Match:
    score = SURE if span.probability >= 0.9 else UNSURE
    return Match(span.start + offset, span.end + offset, span.entity, score, RAMPART)


def _match(result: RecognizerResult) -> Match:
    told = result.recognition_metadata or {}
    name = str(told.get(RecognizerResult.RECOGNIZER_NAME_KEY, "unknown"))
    return Match(
        result.start,
        result.end,
        catalog.fold(result.entity_type),
        round(float(result.score), 2),
        name,
        MaskingState(told.get("masking") or MaskingState.CLEAR),
        told.get("region") or "",
        why=of_presidio(result.analysis_explanation) if result.analysis_explanation else None,
    )
