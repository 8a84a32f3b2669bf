"""Presidio's analyzer with our recognisers, in batches and without the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from itertools import compress

import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from bpoaudit import catalog
from bpoaudit.detect import language_model
from bpoaudit.detect.given_names import full_names
from bpoaudit.detect.language import language_of
from bpoaudit.detect.language_model import ORGANISATION
from bpoaudit.detect.matches import RAMPART, SPACY, Match
from bpoaudit.detect.pattern_set import PatternSet
from bpoaudit.detect.rampart import ENTITIES, SURE, UNSURE, Rampart, Span
from bpoaudit.detect.recognizers import build
from bpoaudit.detect.shapes import SHAPES
from bpoaudit.model import MaskingState

# tldextract would fetch the public-suffix list at the first e-mail address; the snapshot in its
# package is enough, and an audit makes no request.
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

WINDOW = 20_000
"""Characters that the language model sees at once; its memory grows with them."""
OVERLAP = 200
"""Characters that two windows share, so that a name on the border is seen whole."""
BATCH = 256
"""Texts in one call of the language model."""


class Engine:
    """The analyzer of one language. Building it loads the model; it can then be used for a whole audit."""

    def __init__(self, language: str = language_model.LANGUAGE, model: str | None = None) -> None:
        """Load everything: rampart, and for English or with a given `model` spaCy too."""
        self.language = language
        named = language == language_model.LANGUAGE or model is not None
        self._nlp, spacy_model = (
            language_model.load(model, language) if named else language_model.blank(language)
        )
        self._rampart = Rampart()
        self.models = (*((spacy_model,) if spacy_model else ()), self._rampart.used)
        """The language models that look for names and places in free text."""
        self.knows_names = spacy_model is not None
        """Whether spaCy is among them: it alone can tell a name without a sentence around it."""
        patterns = PatternSet(build(language), language)
        registry = RecognizerRegistry(recognizers=[patterns], supported_languages=[language])
        self._analyzer = AnalyzerEngine(
            registry=registry, nlp_engine=self._nlp, supported_languages=[language]
        )
        self._blank = NlpArtifacts([], [], [], [], self._nlp, language)

    @property
    def entities(self) -> tuple[str, ...]:
        """Every entity that this engine can find, sorted, by our names."""
        recognised = {catalog.fold(e) for e in self._analyzer.get_supported_entities(self.language)}
        recognised |= (set(ENTITIES.values()) | set(language_model.LABELS.values())) - {ORGANISATION}
        # What a column's header can promise needs no recogniser of its own.
        return tuple(sorted(recognised | SHAPES.keys()))

    @property
    def presidio(self) -> str:
        """The version of Presidio."""
        return version("presidio-analyzer")

    def patterns(self, text: str, threshold: float) -> tuple[Match, ...]:
        """Return what the recognisers find without the language models, overlaps included."""
        found = self._analyzer.analyze(
            text, self.language, score_threshold=threshold, nlp_artifacts=self._blank
        )
        return tuple(map(_match, found))

    def text(
        self, texts: Sequence[str], threshold: float, written: str | None = None
    ) -> Iterator[tuple[Match, ...]]:
        """Yield for each text what patterns and the language models find, overlaps included.

        `written` is the language that the texts are in on the whole, where it is known; a text that tells
        its own goes by that. spaCy reads no other than the engine's.
        """
        windows = [window for index, text in enumerate(texts) for window in _windows(index, text)]
        named = self._named([window for _, _, window in windows], written or self.language)
        current: list[Match] = []
        position = 0
        for (index, offset, window), names in zip(windows, named, strict=True):
            while index > position:
                yield tuple(current)
                current, position = [], position + 1
            found = (*self.patterns(window, threshold), *names)
            current.extend(replace(m, start=m.start + offset, end=m.end + offset) for m in found)
        while position < len(texts):
            yield tuple(current)
            current, position = [], position + 1

    def _named(self, texts: Sequence[str], written: str) -> Iterator[tuple[Match, ...]]:
        """Yield for each text the names and places that the models see; they may contradict each other."""
        read = [self.knows_names and (language_of([text]) or written) == self.language for text in texts]
        artifacts = self._nlp.process_batch(compress(texts, read), self.language, batch_size=BATCH)
        for text, is_read, found in zip(texts, read, self._rampart.spans(texts), strict=True):
            entities = next(artifacts)[1].entities if is_read else ()
            seen = (Match(e.start_char, e.end_char, e.label_, SURE, SPACY) for e in entities)
            yield (*seen, *map(_of_rampart, found), *full_names(text))


def _windows(index: int, text: str) -> Iterator[tuple[int, int, str]]:
    start = 0
    while True:
        yield index, start, text[start : start + WINDOW]
        if start + WINDOW >= len(text):
            return
        start += WINDOW - OVERLAP


def _of_rampart(span: Span) -> Match:
    return Match(span.start, span.end, span.entity, SURE if span.probability >= 0.9 else UNSURE, RAMPART)


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
    )
