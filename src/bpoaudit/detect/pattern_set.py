"""All pattern recognisers as one, so that a text is prepared, and Presidio's books are kept, once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any

from presidio_analyzer import LocalRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from bpoaudit.detect.recognizers.outline import MOST_OUTLINES, SHORT, on_outlines, outline_of
from bpoaudit.detect.recognizers.plain import Plain, plain
from bpoaudit.detect.recognizers.recognizer import Prefilter, Recognizer, Shape, ShapeRecognizer
from bpoaudit.detect.recognizers.zones import MARGIN, crowding, zones


class Asked(NlpArtifacts):
    """What is told with a text: that nobody asks for matches below a score, or by other recognisers."""

    def __init__(
        self, words: NlpEngine, language: str, least: float, among: frozenset[int] | None = None
    ) -> None:
        super().__init__([], [], [], [], words, language)
        self.least = least
        self.among = among


class _Family:
    """Shapes with the same number of digits. One pattern tells whether any of them matches."""

    def __init__(self, shapes: Sequence[Shape], digits: int) -> None:
        widths = [shape.width for shape in shapes]
        self._digits = digits
        self._width = None if None in widths else max(width for width in widths if width is not None)
        self._any = Shape("|".join(f"(?:{shape.pattern})" for shape in shapes), 0, 0, digits=digits)

    @cached_property
    def _on_outlines(self) -> re.Pattern[str]:
        return on_outlines(self._any.compiled)

    def admits(self, text: str) -> bool:
        """Tell whether one of the shapes matches; checks and context are not asked."""
        return self._matches(self._any.compiled, text)

    def may_admit(self, outline: str) -> bool:
        """Tell whether one of the shapes may match in a text of this outline."""
        return self._matches(self._on_outlines, outline)

    def _matches(self, pattern: re.Pattern[str], text: str) -> bool:
        search = pattern.search
        if self._width is None:
            return search(text) is not None
        if crowding(text)[self._digits] > self._width:
            return False
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
        self._outlines: set[str] = set()
        """Of texts that were seen."""
        # A cache of the class would keep every set that there ever was.
        self._of_outline = lru_cache(maxsize=MOST_OUTLINES)(self._look_up)
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
        asked = nlp_artifacts if isinstance(nlp_artifacts, Asked) else None
        least = asked.least if asked else 0.0
        if asked and asked.among is not None:
            results = self._found(sorted(asked.among), view, least)
        elif self._is_known(view):
            results = self._told(view, least)
        else:
            results = self._found(self._possible(view), view, least)
        for result in results:
            # Presidio drops results whose recogniser it does not know; the name stays the part's own.
            result.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY] = self.id
        return results

    def _found(self, numbers: Iterable[int], view: Plain, least: float) -> list[RecognizerResult]:
        return [
            result
            for at in numbers
            if self._may_reach[at](least, view.text)
            for result in self._recognizers[at].results(view, least)
        ]

    def _possible(self, view: Plain) -> list[int]:
        """Return the numbers of the recognisers that may find something in a text."""
        possible = {at for prefilter, members in self._groups if prefilter.admits(view) for at in members}
        for family, members in self._families:
            if not members <= possible and family.admits(view.text):
                possible |= {at for at in members if self._recognizers[at].prefilter.admits(view)}
        return sorted(possible)

    def _is_known(self, view: Plain) -> bool:
        """Tell whether a text is like one that was seen before: only then is it worth to ask its outline."""
        if len(view.text) > SHORT or not view.digits or view.offsets is not None:
            return False
        outline = outline_of(view.text)
        if outline in self._outlines:
            return True
        if len(self._outlines) >= MOST_OUTLINES:
            self._outlines.clear()
        self._outlines.add(outline)
        return False

    def _told(self, view: Plain, least: float) -> list[RecognizerResult]:
        """Return the matches in a text, as far as possible from what its outline tells."""
        results: list[RecognizerResult] = []
        for at, asks, same in self._of_outline(outline_of(view.text), least):
            if not asks or self._may_reach[at](least, view.text):
                results += self._recognizers[at].results(view, least) if same is None else same
        return results

    def _look_up(
        self, outline: str, least: float
    ) -> tuple[tuple[int, bool, list[RecognizerResult] | None], ...]:
        """Return the recognisers that may find something in a text of this outline, by their numbers.

        Each with whether the text must be asked for its words, and with what it finds in all of them, or
        None where that depends on their digits.
        """
        view = plain(outline)
        possible = {at for prefilter, members in self._groups if prefilter.admits(view) for at in members}
        for family, members in self._families:
            if not members <= possible and family.may_admit(outline):
                possible |= {at for at in members if self._recognizers[at].prefilter.admits(view)}
        told = []
        for at in sorted(possible):
            recognizer = self._recognizers[at]
            asks = not recognizer.reaches_alike
            if (asks or recognizer.may_reach(least, outline)) and recognizer.may_find(outline):
                told.append(
                    (at, asks, recognizer.results(view, least) if recognizer.is_blind(outline) else None)
                )
        return tuple(told)


def _family_of(shape: Shape) -> tuple[int, str]:
    """Return what the shapes of a family share; a pattern that refers to its own groups is alone."""
    alone = re.search(r"\\[1-9]|\(\?[P(]", shape.pattern) is not None or shape.flags != re.IGNORECASE
    return shape.digits, shape.pattern if alone else ""
