"""All pattern recognisers as one, so that a text is prepared, and Presidio's books are kept, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from presidio_analyzer import LocalRecognizer, RecognizerResult

from bpoaudit.detect.recognizers.plain import plain
from bpoaudit.detect.recognizers.recognizer import Prefilter, Recognizer


class PatternSet(LocalRecognizer):
    """Runs each recogniser whose prefilter admits the text; results keep the recogniser's name."""

    def __init__(self, recognizers: Sequence[Recognizer], language: str) -> None:
        entities = sorted({entity for r in recognizers for entity in r.supported_entities})
        super().__init__(supported_entities=entities, supported_language=language, name="PatternSet")
        groups: defaultdict[Prefilter, list[Recognizer]] = defaultdict(list)
        for recognizer in recognizers:
            groups[recognizer.prefilter].append(recognizer)
        self._groups = tuple(groups.items())

    def load(self) -> None:
        """Do nothing: the recognisers are ready."""

    def analyze(
        self, text: str, entities: list[str] | None = None, nlp_artifacts: Any = None
    ) -> list[RecognizerResult]:
        """Return the matches of all recognisers in `text`."""
        view = plain(text)
        found: list[RecognizerResult] = []
        for prefilter, recognizers in self._groups:
            if prefilter.admits(view):
                for recognizer in recognizers:
                    found.extend(recognizer.results(view))
        for result in found:
            # Presidio drops results whose recogniser it does not know; the name stays the part's own.
            result.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY] = self.id
        return found
