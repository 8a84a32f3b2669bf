"""What all recognisers share: hits, prefilters, and recognisers made of shapes.

A shape is a pattern with an optional checksum and two scores: standing alone, and next to a context
word. Scores mean the same everywhere: 0.95 and up proven by a checksum, 0.85 a shape that hardly
anything else has, 0.75 to 0.85 a shape with context, 0.3 and below a guess that only a whole column
can confirm.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from presidio_analyzer import (
    AnalysisExplanation,
    EntityRecognizer,
    LocalRecognizer,
    Pattern,
    RecognizerResult,
)

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.literals import Guarded
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.plain import Plain, plain
from bpoaudit.detect.recognizers.zones import MARGIN, crowding, longest_match, zones

GUESS = 0.3
"""Score of a shape without context: below any threshold, for column verdicts only."""

STRONG = 0.85
"""From here on words about business numbers no longer speak against a match."""

_ANYTHING = (re.compile(""),)

LEFT = r"(?<![^\W_])(?<!\d[.\-/:])"
RIGHT = r"(?![^\W_])(?![.\-/:]\d)"
_NO_DIGITS_LEFT = r"(?<!\d{3} )"
_NO_DIGITS_RIGHT = r"(?! \d{3})"


@dataclass(frozen=True, slots=True)
class Hit:
    """One match, in offsets of the plain text."""

    start: int
    end: int
    entity: str
    score: float
    region: str | None = None
    """ISO 3166-1 alpha-2, where the value itself tells."""
    masking: str | None = None
    """`partial` or `masked`; None is clear."""
    checksum: bool = False
    """A check digit was verified."""
    shape: Shape | None = None
    """The one that matched, of those recognisers that are made of shapes."""
    alone: float | None = None
    """Score without the words around; None where they changed nothing."""
    words: Words | None = None
    """The context words that were looked for; one that stands beside the match counted."""

    def __repr__(self) -> str:
        return f"Hit({self.entity}, {self.score})"


@dataclass(frozen=True, slots=True)
class Prefilter:
    """A cheap test that a text must pass to hold a match at all; it never loses one."""

    needs: str = ""
    """At least one of these characters, which are no digits, must occur."""
    min_digits: int = 0
    min_length: int = 0

    def admits(self, view: Plain) -> bool:
        """Tell whether a match is possible."""
        text = view.text
        return (
            view.digits >= self.min_digits
            and len(text) >= self.min_length
            and (not self.needs or any(char in text for char in self.needs))
        )


class Recognizer(LocalRecognizer):
    """A Presidio recogniser over the plain form of a text.

    Results carry `recognition_metadata` keys `region`, `masking` and `checksum` where they apply.
    """

    prefilter = Prefilter()
    looks_at: tuple[Words, ...] | None = None
    """Words before a match that its scores depend on besides the match and the time of day behind it.

    None of them has figures. None where that is not told."""
    begins: Outlined | None = None
    """Patterns of which one matches somewhere in every text with a hit; None where that is not told."""
    name: str
    explains = False
    """Whether its results say how they came about."""
    reaches_alike = True
    """Whether `may_reach` tells the same of all texts of an outline."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Keep the class out of Presidio's way, which looks for its own ones by class name alone."""
        super().__init_subclass__(**options)
        cls.__name__ = f"bpoaudit.{cls.__name__}"

    def __init__(self, name: str, entities: tuple[str, ...], language: str) -> None:
        super().__init__(supported_entities=sorted(set(entities)), supported_language=language, name=name)

    def load(self) -> None:
        """Do nothing: patterns are compiled when the recogniser is made."""

    @abstractmethod
    def find(self, text: str) -> Iterator[Hit]:
        """Yield every match in the plain text."""

    def analyze(
        self, text: str, entities: list[str] | None = None, nlp_artifacts: Any = None
    ) -> list[RecognizerResult]:
        """Return the matches in `text`, in its own offsets, without duplicates."""
        view = plain(text)
        return self.results(view) if self.prefilter.admits(view) else []

    def may_reach(self, score: float, text: str) -> bool:
        """Tell whether a match in the plain text can have a score of more than nothing, and at least this."""
        return True

    def traces(self, line: str) -> Sequence[re.Pattern[str] | Guarded]:
        """Return patterns of which one matches where a hit of a score above `GUESS` is in a line like this.

        Like it are lines that a machine wrote with other figures and hexadecimal identifiers in their place.
        """
        return self.begins.patterns if self.begins else _ANYTHING

    def may_find(self, outline: str) -> bool:
        """Tell whether a text of this outline may hold a match; like the prefilter, this never loses one."""
        return self.begins is None or self.begins.admits(outline)

    def is_blind(self, outline: str) -> bool:
        """Tell whether it finds the same in all texts of this outline, whatever their digits."""
        return False

    def results(self, view: Plain, least: float = 0.0) -> list[RecognizerResult]:
        """Return the matches, of a score of `least` and more, in a text that the prefilter admits."""
        hits = [self._result(hit, view) for hit in self.find(view.text) if hit.score >= least]
        return list(EntityRecognizer.remove_duplicates(hits)) if hits else []

    def explanation(self, hit: Hit, text: str) -> AnalysisExplanation:
        """Return how a hit in the plain text came about, without a character of it."""
        told = AnalysisExplanation(
            self.name,
            hit.score if hit.alone is None else hit.alone,
            validation_result=hit.checksum or None,
            textual_explanation=(type(self).__doc__ or "").partition("\n")[0],
        )
        told.set_improved_score(hit.score)
        if hit.words:
            told.set_supportive_context_word(hit.words.word(text, hit.start, hit.end))
        return told

    def _result(self, hit: Hit, view: Plain) -> RecognizerResult:
        start, end = view.span(hit.start, hit.end)
        metadata: dict[str, Any] = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        if hit.region:
            metadata["region"] = hit.region
        if hit.masking:
            metadata["masking"] = hit.masking
        if hit.checksum:
            metadata["checksum"] = True
        told = self.explanation(hit, view.text) if self.explains else None
        return RecognizerResult(hit.entity, start, end, hit.score, told, metadata)


@dataclass(frozen=True)
class Shape:
    """A pattern, what proves it and what it is worth. `pattern` is matched between token borders."""

    pattern: str
    alone: float
    """Score without context."""
    near: float
    """Score next to a context word."""
    check: Callable[[str], bool] | None = None
    """Whether a matched text is valid; an invalid one is no match."""
    digits: int = 0
    """Digits in the shortest match."""
    checksum: bool = False
    """`check` verifies a check digit (and not only ranges)."""
    flags: int = re.IGNORECASE

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern between its borders; a number does not start or end inside a longer one."""
        left, right = (LEFT + _NO_DIGITS_LEFT, _NO_DIGITS_RIGHT + RIGHT) if self.digits else (LEFT, RIGHT)
        return re.compile(f"{left}(?:{self.pattern}){right}", self.flags)

    @cached_property
    def width(self) -> int | None:
        """Characters of the longest match; None where there is no bound, or no digit to look for."""
        return longest_match(self.pattern) if self.digits else None

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Yield every match in `text`, in order, and look only where there can be one."""
        width = self.width
        if width is None:
            yield from self.compiled.finditer(text)
        elif crowding(text)[self.digits] <= width:
            for start, end in zones(text, self.digits, width):
                yield from self.compiled.finditer(text, start, end + MARGIN)


@dataclass(frozen=True)
class Identifier:
    """An entity that shapes and context words define."""

    entity: str
    shapes: tuple[Shape, ...]
    words: Words | None = None
    region: str | None = None
    """ISO 3166-1 alpha-2 of the country that issues it."""
    needs: str = ""
    """Characters of which every match has at least one."""
    name: str = ""
    """Of its recogniser, where several find the same entity."""


class ShapeRecognizer(Recognizer):
    """Finds one identifier."""

    def __init__(self, identifier: Identifier, language: str) -> None:
        name = "".join(part.capitalize() for part in identifier.entity.split("_")) + "Recognizer"
        super().__init__(identifier.name or name, (identifier.entity,), language)
        self.identifier = identifier
        self.prefilter = Prefilter(identifier.needs, min(shape.digits for shape in identifier.shapes))
        self._best_alone = max(shape.alone for shape in identifier.shapes)
        self.reaches_alike = identifier.words is None or identifier.words.without_digits

    @cached_property
    def _outlined(self) -> Outlined:
        return Outlined(*(shape.compiled for shape in self.identifier.shapes))

    @cached_property
    def _by_shape(self) -> tuple[tuple[Shape, Outlined], ...]:
        return tuple((shape, Outlined(shape.compiled)) for shape in self.identifier.shapes)

    def traces(self, line: str) -> Sequence[re.Pattern[str] | Guarded]:
        """Return the patterns of the shapes that are more than a guess there."""
        words = self.identifier.words
        named = words is not None and words.may_be_near(line)
        return tuple(s.compiled for s in self.identifier.shapes if named or s.alone > GUESS)

    def may_find(self, outline: str) -> bool:
        """Tell whether one of the shapes may match in a text of this outline."""
        return self._outlined.admits(outline)

    def is_blind(self, outline: str) -> bool:
        """Tell whether no shape that may match checks what it matches, or tells one digit from another."""
        words = self.identifier.words
        return (words is None or words.without_digits) and all(
            (shape.check is None and outlined.is_blind) or not outlined.admits(outline)
            for shape, outlined in self._by_shape
        )

    def may_reach(self, score: float, text: str) -> bool:
        """Tell whether a shape does by itself, or beside a context word that may stand in the text."""
        if self._best_alone >= score and self._best_alone > 0:
            return True
        words = self.identifier.words
        return words is not None and words.may_stand(text)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every match in the plain text."""
        entity, region = self.identifier.entity, self.identifier.region
        for shape in self.identifier.shapes:
            for match in shape.matches(text):
                if shape.check is None or shape.check(match.group()):
                    start, end = match.span()
                    score = _score(shape, self.identifier.words, text, start, end)
                    if score:
                        words = self.identifier.words if score > shape.alone else None
                        yield Hit(
                            start, end, entity, score, region, None, shape.checksum, shape, shape.alone, words
                        )

    def explanation(self, hit: Hit, text: str) -> AnalysisExplanation:
        """Return how a hit in the plain text came about: the shape by its number and its pattern."""
        told, shapes = super().explanation(hit, text), self.identifier.shapes
        if hit.shape is not None:
            told.pattern_name = f"shape {shapes.index(hit.shape) + 1} of {len(shapes)}"
            told.pattern = hit.shape.pattern
        told.textual_explanation = f"Finds {hit.entity} by its shape" + " and check digit" * hit.checksum
        return told


def recognizers(identifiers: tuple[Identifier, ...], language: str) -> tuple[Recognizer, ...]:
    """Return one recogniser for each identifier."""
    return tuple(ShapeRecognizer(identifier, language) for identifier in identifiers)


class _Presidio(Protocol):
    """What is used of a Presidio recogniser."""

    patterns: list[Pattern]

    def validate_result(self, pattern_text: str) -> bool | None: ...
    def invalidate_result(self, pattern_text: str) -> bool | None: ...


def adopt(
    recognizer: Callable[[], _Presidio], alone: float, near: float, digits: int = 0, *, checksum: bool = False
) -> tuple[Shape, ...]:
    """Return the patterns of a Presidio recogniser as shapes; with `checksum` it must prove each match."""
    presidio = recognizer()

    def check(text: str) -> bool:
        # None means that Presidio can neither prove nor refute the value.
        valid = presidio.validate_result(text)
        return (valid is True if checksum else valid is not False) and not presidio.invalidate_result(text)

    # Inline flags are not allowed inside a pattern, and case is ignored anyway.
    return tuple(
        Shape(pattern.regex.replace("(?i)", ""), alone, near, check, digits, checksum)
        for pattern in presidio.patterns
    )


def _score(shape: Shape, words: Words | None, text: str, start: int, end: int) -> float:
    if words is None:
        return shape.alone
    if shape.near > shape.alone and words.near(text, start, end):
        return shape.near
    if shape.alone >= STRONG:
        return shape.alone
    # `ORD-12345678`: the digits are the tail of another code.
    tail = start > 1 and text[start - 1] in "-/#" and text[start - 2].isalnum()
    return min(shape.alone, GUESS) if tail or words.opposed(text, start) else shape.alone
