"""All pattern recognisers as one, so that a text is prepared, and Presidio's books are kept, once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from presidio_analyzer import ContextAwareEnhancer, LocalRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from bpoaudit.detect.recognizers.plain import plain
from bpoaudit.detect.recognizers.recognizer import Prefilter, Recognizer, Shape, ShapeRecognizer
from bpoaudit.detect.recognizers.zones import MARGIN, crowding, zones


class OwnContext(ContextAwareEnhancer):
    """Leaves results as they are: our recognisers have looked at the words around a match themselves."""

    def __init__(self) -> None:
        super().__init__(
            context_similarity_factor=0,
            min_score_with_context_similarity=0,
            context_prefix_count=0,
            context_suffix_count=0,
        )

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: Any,
        recognizers: list[Any],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """Return `raw_results`."""
        return raw_results


class Asked(NlpArtifacts):
    """What is told with a text: that nobody asks for matches below a score."""

    def __init__(self, words: NlpEngine, language: str, least: float) -> None:
        super().__init__([], [], [], [], words, language)
        self.least = least


class _Family:
    """Shapes with the same number of digits. One pattern tells whether any of them matches."""

    def __init__(self, shapes: Sequence[Shape], digits: int) -> None:
        widths = [shape.width for shape in shapes]
        self._digits = digits
        self._width = None if None in widths else max(width for width in widths if width is not None)
        self._any = Shape("|".join(f"(?:{shape.pattern})" for shape in shapes), 0, 0, digits=digits)

    def admits(self, text: str) -> bool:
        """Tell whether one of the shapes matches; checks and context are not asked."""
        if self._width is None:
            return self._any.compiled.search(text) is not None
        if crowding(text)[self._digits] > self._width:
            return False
        search = self._any.compiled.search
        return any(search(text, start, end + MARGIN) for start, end in zones(text, self._digits, self._width))


class PatternSet(LocalRecognizer):
    """Runs each recogniser that may find something in a text; results keep the recogniser's name."""

    def __init__(self, recognizers: Sequence[Recognizer], language: str) -> None:
        entities = sorted({entity for r in recognizers for entity in r.supported_entities})
        super().__init__(supported_entities=entities, supported_language=language, name="PatternSet")
        self._recognizers = tuple(recognizers)
        groups: defaultdict[Prefilter, list[int]] = defaultdict(list)
        families: defaultdict[tuple[int, str], list[tuple[int, Shape]]] = defaultdict(list)
        for at, recognizer in enumerate(recognizers):
            if not isinstance(recognizer, ShapeRecognizer):
                groups[recognizer.prefilter].append(at)
                continue
            for shape in recognizer.identifier.shapes:
                families[_family_of(shape)].append((at, shape))
        self._may_reach = tuple(recognizer.may_reach for recognizer in recognizers)
        self._groups = tuple((prefilter, tuple(members)) for prefilter, members in groups.items())
        self._families = tuple(
            (_Family([shape for _, shape in members], digits), frozenset(at for at, _ in members))
            for (digits, _), members in families.items()
        )

    def load(self) -> None:
        """Do nothing: the recognisers are ready."""

    def analyze(
        self, text: str, entities: list[str] | None = None, nlp_artifacts: Any = None
    ) -> list[RecognizerResult]:
        """Return the matches of all recognisers in `text`; below a score `Asked` for some may lack."""
        view = plain(text)
        least = nlp_artifacts.least if isinstance(nlp_artifacts, Asked) else 0.0
        possible = {at for prefilter, members in self._groups if prefilter.admits(view) for at in members}
        for family, members in self._families:
            if not members <= possible and family.admits(view.text):
                possible |= {at for at in members if self._recognizers[at].prefilter.admits(view)}
        found = [
            result
            for at in sorted(possible)
            if self._may_reach[at](least, view.text)
            for result in self._recognizers[at].results(view)
        ]
        for result in found:
            # Presidio drops results whose recogniser it does not know; the name stays the part's own.
            result.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY] = self.id
        return found


def _family_of(shape: Shape) -> tuple[int, str]:
    """Return what the shapes of a family share; a pattern that refers to its own groups is alone."""
    alone = re.search(r"\\[1-9]|\(\?[P(]", shape.pattern) is not None or shape.flags != re.IGNORECASE
    return shape.digits, shape.pattern if alone else ""
