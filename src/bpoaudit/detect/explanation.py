"""Why a recogniser said what it said, in the words of Presidio's `AnalysisExplanation`.

Everything here comes from the recognisers, their word lists and the counts of a column; never from
the text itself. A pattern or a word list of the user's can quote a person, so of those no more is told
than the name of the pattern and the context word.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from presidio_analyzer import AnalysisExplanation

LONGEST_PATTERN = 80
"""Characters of a pattern that are told; a longer one is cut."""


class Explanation(Struct, frozen=True, omit_defaults=True):
    """How one match came about; None is what does not apply."""

    recognizer: str | None = None
    """Who saw it, where the finding bears the name of another, who read the text for it."""
    pattern_name: str | None = None
    pattern: str | None = None
    original_score: float | None = None
    """Without its context."""
    score: float | None = None
    """With it, before the column and the calibration."""
    supportive_context_word: str | None = None
    """As the recogniser's list has it."""
    validation_result: bool | None = None
    """True where a check digit was verified."""
    textual_explanation: str | None = None
    question: str | None = None
    """The entity that was asked for, where the question gave the answer its meaning."""
    agreement: tuple[str, ...] | None = None
    """Others who say the same, of those that see names."""

    def told(self) -> dict[str, Any]:
        """Return what applies, by name, in order."""
        every = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: value for name, value in every.items() if value is not None}

    def asked(self, entity: str) -> Explanation:
        """Return the same, said in reply to a question for `entity`."""
        return replace(self, question=entity)


def of_presidio(told: AnalysisExplanation, *, own: bool = False) -> Explanation:
    """Return what Presidio says; of `own` recognisers of the user's, no pattern."""
    pattern = None if own else told.pattern
    if pattern and len(pattern) > LONGEST_PATTERN:
        pattern = pattern[: LONGEST_PATTERN - 1] + "…"
    return Explanation(
        told.recognizer,
        told.pattern_name or None,
        pattern,
        round(float(told.original_score), 2),
        round(float(told.score), 2),
        told.supportive_context_word or None,
        True if told.validation_result else None,
        None if own else told.textual_explanation,
    )
