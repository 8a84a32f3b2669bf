"""Presidio's analyzer with our recognisers, in batches and without the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version

import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

from bpoaudit import catalog
from bpoaudit.detect import language_model
from bpoaudit.detect.matches import Match
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
        """Load everything. Without a model for `language`, texts get patterns only."""
        self.language = language
        self.names = language == language_model.LANGUAGE or model is not None
        """Whether names and places are looked for in free text."""
        if self.names:
            nlp, self.model = language_model.load(model)
        else:
            nlp, self.model = language_model.without_model(language)
        self._nlp = nlp
        self._blank = NlpArtifacts([], [], [], [], nlp, language)
        patterns = build(language)
        registry = RecognizerRegistry(recognizers=list(patterns), supported_languages=[language])
        if self.names:
            registry.add_recognizer(
                SpacyRecognizer(supported_language=language, supported_entities=sorted(set(language_model.LABELS.values())))
            )
        self._text = AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=[language])
        self._patterns = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=list(patterns), supported_languages=[language]),
            nlp_engine=nlp,
            supported_languages=[language],
        )

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
        artifacts = self._nlp.process_batch([w[2] for w in windows], self.language, batch_size=BATCH)
        current: list[Match] = []
        position = 0
        for (index, offset, window), (_, nlp) in zip(windows, artifacts, strict=True):
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
