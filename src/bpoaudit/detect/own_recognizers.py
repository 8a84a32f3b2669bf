"""A user's own recognisers, in Presidio's YAML format and loaded by Presidio's loader, and deny-lists.

They look at every text and cell, whatever its language, because a column has none and a value must not
be missed for a wrong guess. The languages of a recogniser say which words are its context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import regex
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts

from bpoaudit import catalog
from bpoaudit.detect.explanation import of_presidio
from bpoaudit.detect.language_model import LANGUAGE, blank
from bpoaudit.detect.matches import DENY_LIST, Match

TIMEOUT = 2.0
"""Seconds that one pattern may take for one text; some take a thousand times that where they do not match."""
PATIENCE = 3
"""Texts after which a pattern that ran out of time is not tried any more."""


OwnRecognizer: TypeAlias = EntityRecognizer
"""Any recogniser of Presidio's form."""


class OwnRecognizers:
    """Recognisers that the user brought, ready to look at texts."""

    def __init__(self, recognizers: Sequence[EntityRecognizer] = (), explain: bool = False) -> None:
        """Take over `recognizers`; their patterns are bounded in time from now on."""
        self._explain = explain
        self._recognizers = tuple(recognizers)
        self.entities = frozenset(
            catalog.fold(entity) for each in recognizers for entity in each.supported_entities
        )
        self.gave_up = 0
        """How many times a pattern left a text unread so far."""
        for recognizer in recognizers:
            if isinstance(recognizer, PatternRecognizer):
                for pattern in recognizer.patterns:
                    _bound(pattern, recognizer.global_regex_flags, self._count)
        self._words = blank(LANGUAGE)
        self._enhancer = LemmaContextAwareEnhancer()

    def find(self, text: str, threshold: float, context: Sequence[str] = ()) -> tuple[Match, ...]:
        """Return what they find in `text`, overlaps included; `context` are the words of its header.

        A recogniser with a score threshold of its own goes by that.
        """
        found: list[RecognizerResult] = []
        floors: dict[str, dict[str, float]] = {}
        for recognizer in self._recognizers:
            found += recognizer.analyze(text, entities=recognizer.supported_entities, nlp_artifacts=None)
            floors[recognizer.id] = recognizer.score_thresholds
        if not found:
            return ()
        matches = []
        for result in self._enhanced(text, found, context):
            told = result.recognition_metadata
            own = floors[told[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY]]
            if result.score >= own.get(result.entity_type, own.get("default", threshold)):
                name = str(told[RecognizerResult.RECOGNIZER_NAME_KEY])
                entity = catalog.fold(result.entity_type)
                told = result.analysis_explanation
                why = of_presidio(told, own=True) if self._explain and told else None
                score = round(float(result.score), 2)
                matches.append(Match(result.start, result.end, entity, score, name, why=why))
        return tuple(matches)

    def _count(self) -> None:
        self.gave_up += 1

    def _enhanced(
        self, text: str, found: list[RecognizerResult], context: Sequence[str]
    ) -> list[RecognizerResult]:
        """Raise the score beside context words, as Presidio does; words stand for their lemmas."""
        words = self._words.nlp[LANGUAGE](text)
        artifacts = NlpArtifacts(
            entities=[], tokens=words, tokens_indices=[word.idx for word in words],
            lemmas=[word.lower_ for word in words], nlp_engine=self._words, language=LANGUAGE,
        )  # fmt: skip
        enhanced: list[RecognizerResult] = self._enhancer.enhance_using_context(
            text, found, artifacts, list(self._recognizers), list(context)
        )
        return enhanced


def deny_lists(lists: Iterable[tuple[str, Sequence[str]]]) -> tuple[EntityRecognizer, ...]:
    """Return a recogniser for each (entity, values): exact words and phrases, whatever their case."""
    return tuple(
        PatternRecognizer(
            supported_entity=entity,
            name=DENY_LIST,
            supported_language=LANGUAGE,
            # Of two that begin alike the longer one must be tried first.
            deny_list=sorted(set(values), key=lambda value: (-len(value), value)),
        )
        for entity, values in lists
        if values
    )


def _bound(pattern: Pattern, flags: int, gave_up: Callable[[], None]) -> None:
    # Presidio drops the rest of a text without a word when a pattern runs out of its sixty seconds.
    pattern.compiled_regex = _Bounded(regex.compile(pattern.regex, flags), gave_up)
    pattern.compiled_with_flags = flags


class _Bounded:
    """A compiled pattern that says so when it runs out of time."""

    def __init__(self, compiled: Any, gave_up: Callable[[], None]) -> None:
        self._compiled = compiled
        self._gave_up = gave_up
        self._failures = 0

    def finditer(self, text: str, timeout: float) -> Iterator[Any]:
        """Yield the matches that are found in time; `timeout` is Presidio's, which is far longer."""
        if self._failures >= PATIENCE:
            self._gave_up()
            return
        try:
            yield from self._compiled.finditer(text, timeout=min(timeout, TIMEOUT))
        except TimeoutError:
            self._failures += 1
            self._gave_up()
