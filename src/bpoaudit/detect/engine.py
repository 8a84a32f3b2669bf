"""Presidio's analyzer with our recognisers, in batches and without the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version

import tldextract
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

from bpoaudit import catalog
from bpoaudit.detect import language_model
from bpoaudit.detect.matches import Match
from bpoaudit.detect.pattern_set import PatternSet
from bpoaudit.detect.rampart import ClassifiedArtifacts, Rampart, RampartRecognizer
from bpoaudit.detect.recognizers import build
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
        self._nlp, spacy_model = language_model.load(model, language) if named else language_model.blank(language)
        self._rampart = Rampart()
        self.models = (*((spacy_model,) if spacy_model else ()), self._rampart.used)
        """The language models that look for names and places in free text."""
        patterns = PatternSet(build(language), language)
        recognizers: list[EntityRecognizer] = [patterns]
        if spacy_model:
            names = sorted(set(language_model.LABELS.values()))
            recognizers.append(SpacyRecognizer(supported_language=language, supported_entities=names))
        recognizers.append(RampartRecognizer(language))
        self._text = self._analyzer(recognizers)
        self._patterns = self._analyzer([patterns])
        self._blank = NlpArtifacts([], [], [], [], self._nlp, language)

    def _analyzer(self, recognizers: list[EntityRecognizer]) -> AnalyzerEngine:
        registry = RecognizerRegistry(recognizers=recognizers, supported_languages=[self.language])
        return AnalyzerEngine(registry=registry, nlp_engine=self._nlp, supported_languages=[self.language])

    @property
    def entities(self) -> tuple[str, ...]:
        """Every entity that this engine can find, sorted, by our names."""
        return tuple(sorted({catalog.fold(e) for e in self._text.get_supported_entities(self.language)}))

    @property
    def presidio(self) -> str:
        """The version of Presidio."""
        return version("presidio-analyzer")

    def patterns(self, text: str, threshold: float) -> tuple[Match, ...]:
        """Return what the recognisers find without the language model, overlaps included."""
        return self._matches(
            self._patterns.analyze(text, self.language, score_threshold=threshold, nlp_artifacts=self._blank)
        )

    def text(self, texts: Sequence[str], threshold: float) -> Iterator[tuple[Match, ...]]:
        """Yield for each text what patterns and the language model find, overlaps included."""
        windows = [window for index, text in enumerate(texts) for window in _windows(index, text)]
        artifacts = self._artifacts([window for _, _, window in windows])
        current: list[Match] = []
        position = 0
        for (index, offset, window), nlp in zip(windows, artifacts, strict=True):
            while index > position:
                yield tuple(current)
                current, position = [], position + 1
            found = self._text.analyze(window, self.language, score_threshold=threshold, nlp_artifacts=nlp)
            current.extend(
                Match(m.start + offset, m.end + offset, m.entity, m.score, m.recognizer, m.masking, m.region)
                for m in self._matches(found)
            )
        while position < len(texts):
            yield tuple(current)
            current, position = [], position + 1

    def _artifacts(self, texts: Sequence[str]) -> Iterator[NlpArtifacts]:
        spacy = (nlp for _, nlp in self._nlp.process_batch(texts, self.language, batch_size=BATCH))
        for nlp, spans in zip(spacy, self._rampart.spans(texts), strict=True):
            yield ClassifiedArtifacts(nlp, self.language, spans)

    def _matches(self, results: Sequence[RecognizerResult]) -> tuple[Match, ...]:
        return tuple(_match(result) for result in results)


def _windows(index: int, text: str) -> Iterator[tuple[int, int, str]]:
    start = 0
    while True:
        yield index, start, text[start : start + WINDOW]
        if start + WINDOW >= len(text):
            return
        start += WINDOW - OVERLAP


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
